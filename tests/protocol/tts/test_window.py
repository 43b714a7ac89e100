"""The window that text passes through on its way to the synthesiser: plain values, and a model of the server."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from jambonz_sync.errors import JambonzError, SessionClosed
from jambonz_sync.protocol.tts import (
    FRAME,
    QUIET,
    WAITING,
    TokenWindow,
    TtsCleared,
    TtsFailed,
    TtsInterrupted,
    TtsStopped,
    TtsStreamClosed,
    WindowState,
)
from jambonz_sync.protocol.tts.text import units
from tests.protocol.tts.model import FLUSH, TtsBuffer


def sent(window: TokenWindow) -> list[str]:
    """What the window wants sent: texts, and the names of other commands."""
    messages, window.outgoing = window.outgoing, []
    return [message["data"]["tokens"] if "data" in message else message["command"] for message in messages]


def in_flight(text: str = "Hello ") -> TokenWindow:
    window = TokenWindow()
    window.push(text)
    assert sent(window) == [text]
    return window


def answer(window: TokenWindow, status: str | None = "ok", reason: str | None = None) -> None:
    window.on_result(window.last_id, status, reason)


def test_the_first_text_leaves_at_once() -> None:
    window = TokenWindow()
    window.push("Hello")
    assert window.outgoing == [{"type": "command", "command": "tts:tokens", "data": {"id": 1, "tokens": "Hello"}}]


def test_text_behind_a_frame_in_flight_is_merged_into_the_next() -> None:
    window = in_flight()
    for word in ("my ", "dear ", "friend"):
        window.push(word)
    assert sent(window) == []
    answer(window)
    assert sent(window) == ["my dear friend"]


def test_a_long_text_goes_in_frames_of_at_most_800_characters_cut_at_words() -> None:
    text = "word " * 1000
    window = TokenWindow()
    window.push(text)
    frames = []
    while window.pending:
        frames += sent(window)
        answer(window)
    assert "".join(frames) == text
    assert max(map(len, frames)) <= FRAME
    assert len(frames) == 7
    assert all(frame.endswith("word ") for frame in frames)


def test_a_frame_of_emoji_fits_the_buffer_of_the_server_which_counts_each_as_two() -> None:
    window = TokenWindow()
    window.push("👍" * 900)
    [frame] = sent(window)
    assert units(frame) == FRAME
    assert len(frame) == FRAME // 2


def test_a_megabyte_at_once_arrives_whole() -> None:
    text = "All work and no play makes Jack a dull boy. " * 24_000
    window = TokenWindow()
    window.push(text)
    frames = []
    while window.pending:
        frames += sent(window)
        answer(window)
    assert "".join(frames) == text


def test_a_flush_waits_until_the_text_before_it_is_accepted_and_is_not_merged_over() -> None:
    window = in_flight()
    window.push("one ")
    window.flush()
    window.push("two ")
    assert sent(window) == []
    answer(window)
    assert sent(window) == ["one "]
    answer(window)
    assert sent(window) == ["tts:flush", "two "]


def test_a_flush_with_nothing_before_it_leaves_at_once() -> None:
    window = TokenWindow()
    window.flush()
    assert sent(window) == ["tts:flush"]


def test_a_tag_in_several_texts_is_sent_whole() -> None:
    window = TokenWindow()
    window.push("One <bre")
    assert sent(window) == ["One "]
    answer(window)
    assert window.state is WindowState.IDLE
    window.push("ak time='1s'")
    assert sent(window) == []
    assert window.pending == len("<break time='1s'")
    window.push("/> two <")
    assert sent(window) == ["<break time='1s'/> two "]
    window.push("b>")
    answer(window)
    assert sent(window) == ["<b>"]
    answer(window)
    assert window.pending == 0


@pytest.mark.parametrize("blank", ["", " "])
def test_a_tag_that_never_ends_leaves_with_the_flush(blank: str) -> None:
    window = TokenWindow()
    window.push(f"{blank}<bre")
    window.flush()
    assert sent(window) == [f"{blank}<bre"]
    answer(window)
    assert sent(window) == ["tts:flush"]


def test_what_is_longer_than_tags_are_is_none() -> None:
    window = TokenWindow()
    for _ in range(101):
        window.push("<xy" if not window.pushed else " is less than that")
        if window.outgoing:
            break
    [text] = sent(window)
    assert 300 < len(text) < 320


def test_a_tag_that_somebody_waits_for_is_sent_as_far_as_it_goes() -> None:
    window = in_flight()
    ticket = window.push("<bre")
    window.want(ticket)
    answer(window)
    assert sent(window) == ["<bre"]
    answer(window)
    assert window.outcome(ticket) is True
    window.push("<bre")
    assert sent(window) == []
    window.want(window.pushed)
    assert sent(window) == ["<bre"]


def test_a_tag_that_is_held_back_is_dropped_with_its_utterance() -> None:
    window = TokenWindow()
    ticket = window.push("<bre")
    window.on_event("user_interruption")
    assert window.pending == 0
    assert window.outcome(ticket) is not True
    window.push("ak>")
    assert sent(window) == ["ak>"]


def test_a_second_flush_with_no_text_between_is_the_same_flush() -> None:
    window = in_flight()
    window.flush()
    window.flush()
    answer(window)
    assert sent(window) == ["tts:flush"]


def test_a_blank_behind_the_last_sentence_does_not_hold_the_flush_back() -> None:
    window = in_flight()
    window.push("Bye. \n")
    window.flush()
    answer(window)
    assert sent(window) == ["Bye."]
    answer(window)
    assert sent(window) == ["tts:flush"]
    assert window.pending == 0


def test_a_blank_that_an_empty_buffer_would_throw_away_goes_with_the_next_text() -> None:
    window = in_flight("Hello.")
    ticket = window.push(" ")
    answer(window)
    assert sent(window) == []
    assert window.outcome(ticket) is True
    window.push("World.")
    assert sent(window) == [" World."]
    answer(window)
    assert window.pending == 0


def test_a_blank_behind_an_unfinished_sentence_leaves_because_it_may_end_it() -> None:
    window = in_flight("One moment")
    window.push("\n\n")
    answer(window)
    assert sent(window) == ["\n\n"]


def test_blanks_alone_before_a_flush_are_dropped() -> None:
    window = TokenWindow()
    ticket = window.push(" \n ")
    window.flush()
    assert sent(window) == ["tts:flush"]
    assert window.outcome(ticket) is True


def test_many_blanks_before_a_word_do_not_get_stuck() -> None:
    window = TokenWindow()
    window.push(" " * 5000)
    window.push("word")
    frames = []
    while window.pending:
        frames += sent(window)
        answer(window)
    assert "".join(frames).strip() == "word"


def test_a_frame_that_found_no_room_goes_again_when_there_is_room() -> None:
    window = in_flight("text")
    window.push(" more")
    window.on_event("stream_paused")
    answer(window, "failed", "full")
    assert window.paused
    assert sent(window) == []
    window.on_event("stream_resumed")
    assert not window.paused
    assert sent(window) == ["text"]
    answer(window)
    assert sent(window) == [" more"]


def test_room_announced_before_the_result_that_there_was_none_is_not_forgotten() -> None:
    window = in_flight("text")
    window.on_event("stream_paused")
    window.on_event("stream_resumed")
    answer(window, "failed", "full")
    assert sent(window) == ["text"]


def test_it_is_paused_from_the_event_on_which_comes_before_the_result() -> None:
    window = in_flight("text")
    assert not window.paused
    window.on_event("stream_paused")
    assert window.paused
    answer(window, "failed", "full")
    assert window.paused


@pytest.mark.parametrize("end", ["resumed", "resumed early", "ok", "stop", "clear", "failed", "stream closed", "gone"])
def test_it_is_paused_until_there_is_room_or_the_text_is_gone(end: str) -> None:
    window = in_flight("text")
    window.on_event("stream_paused")
    if end == "resumed":
        answer(window, "failed", "full")
        window.on_event("stream_resumed")
    elif end == "resumed early":
        window.on_event("stream_resumed")
        assert not window.paused
        answer(window, "failed", "full")
    elif end == "ok":
        answer(window)
    elif end == "stop":
        window.on_event("user_interruption")
    elif end == "clear":
        window.clear()
    elif end == "failed":
        answer(window, "failed", "connection lost")
    elif end == "stream closed":
        window.on_event("stream_closed")
    else:
        window.close()
    assert not window.paused


def test_a_pause_that_is_about_no_frame_in_flight_means_nothing() -> None:
    window = in_flight("text")
    window.clear()
    window.on_event("stream_paused")  # of the frame that the clear has taken with it
    assert not window.paused


def test_the_pause_event_alone_stops_nothing() -> None:
    window = in_flight("text")
    answer(window)
    window.on_event("stream_paused")
    window.push("more")
    assert sent(window) == ["more"]


def test_if_room_is_never_announced_the_server_is_told_to_make_some_and_asked_again() -> None:
    window = in_flight("text")
    answer(window, "failed", "full")
    for _ in range(QUIET - 1):
        window.tick()
    assert sent(window) == []
    window.tick()
    assert sent(window) == ["tts:flush", "text"]


def test_a_frame_whose_result_is_outstanding_is_never_sent_twice() -> None:
    window = in_flight("text")
    for _ in range(50):
        window.tick()
    assert sent(window) == []


@pytest.mark.parametrize("id", [0, 2, -1, "1", None, True, 1.5, [1]])
def test_a_result_for_another_frame_is_ignored(id: object) -> None:
    window = in_flight()
    window.push("next")
    window.on_result(id, "ok")
    assert sent(window) == []
    assert window.state is WindowState.SENT


def test_a_result_that_comes_twice_counts_once() -> None:
    window = in_flight()
    window.push("one")
    answer(window)
    window.push("two")
    window.on_result(1, "ok")
    assert sent(window) == ["one"]
    assert window.pending == len("onetwo")


def test_a_late_full_result_for_a_frame_that_was_cleared_is_ignored() -> None:
    window = in_flight("old")
    window.clear()
    window.push("new")
    assert sent(window) == ["tts:clear", "new"]
    window.on_result(1, "failed", "full")
    assert window.state is WindowState.SENT
    answer(window)
    assert window.pending == 0


def test_a_text_is_accepted_when_all_of_it_is() -> None:
    window = TokenWindow()
    first, second = window.push("a" * 100), window.push("b" * 1000)
    assert window.outcome(first) is False
    sent(window)
    answer(window)
    assert window.outcome(first) is True
    assert window.outcome(second) is False
    sent(window)
    answer(window)
    assert window.outcome(second) is False
    assert window.accepted(first, second) == 800
    answer(window)
    assert window.outcome(second) is True


@pytest.mark.parametrize(
    ("status", "reason", "said"),
    [
        ("failed", "connection to elevenlabs failed", "connection to elevenlabs failed"),
        ("failed", "missing tokens", "missing tokens"),
        ("failed", None, "no reason given"),
        (None, None, "no TTS stream"),
        ("weird", "full", "no TTS stream"),
    ],
)
def test_a_refusal_ends_the_utterance_with_the_reason(status: str | None, reason: str | None, said: str) -> None:
    window = in_flight()
    generation, ticket = window.generation, window.push("more")
    answer(window, status, reason)
    outcome = window.outcome(ticket)
    assert not isinstance(outcome, bool)
    error = outcome.error("call-1")
    assert isinstance(error, TtsFailed)
    assert said in error.reason
    assert error.call_sid == "call-1"
    with pytest.raises(TtsFailed, match=said):
        window.push("later", generation)
    window.push("another utterance")
    assert sent(window) == ["another utterance"]


def test_an_interruption_drops_what_is_queued_and_refuses_the_rest_of_the_utterance() -> None:
    window = in_flight("said ")
    answer(window)
    generation = window.generation
    tickets = [window.push("not "), window.push("said")]
    window.flush()
    sent(window)
    window.on_event("user_interruption")
    assert window.pending == 0
    for ticket in tickets:
        outcome = window.outcome(ticket)
        assert not isinstance(outcome, bool)
        assert isinstance(outcome.error(), TtsInterrupted)
    with pytest.raises(TtsInterrupted) as caught:
        window.push("late", generation)
    assert isinstance(caught.value, TtsStopped)


def test_after_an_interruption_the_next_utterance_waits_until_the_old_frame_is_known_to_be_gone() -> None:
    window = in_flight("old ")
    window.on_event("user_interruption")
    window.push("new")
    assert sent(window) == []
    window.on_result(1, "ok")  # jambonz may have taken it after it threw its text away
    assert sent(window) == ["tts:clear", "new"]


@pytest.mark.parametrize("reason", ["full", "connection lost"])
def test_an_old_frame_that_was_refused_needs_no_clear(reason: str) -> None:
    window = in_flight("old ")
    window.on_event("user_interruption")
    window.push("new")
    window.on_result(1, "failed", reason)
    assert sent(window) == ["new"]


def test_an_interruption_of_the_utterance_that_waits_drops_that_too() -> None:
    window = in_flight("old ")
    window.on_event("user_interruption")
    ticket = window.push("new")
    window.on_event("user_interruption")
    assert window.outcome(ticket) is not False
    window.on_result(1, "ok")
    assert sent(window) == ["tts:clear"]
    assert window.state is WindowState.IDLE


def test_an_interruption_while_paused_needs_no_resume() -> None:
    window = in_flight("old ")
    answer(window, "failed", "full")
    window.on_event("user_interruption")
    window.push("new")
    assert sent(window) == ["new"]


def test_an_old_frame_whose_result_never_comes_does_not_block_the_next_utterance_for_ever() -> None:
    window = in_flight("old ")
    window.on_event("user_interruption")
    window.push("new")
    for _ in range(QUIET):
        window.tick()
    assert sent(window) == ["tts:clear", "new"]


def test_a_clear_drops_everything_here_and_there() -> None:
    window = in_flight("old ")
    generation, ticket = window.generation, window.push("queued")
    window.clear()
    assert sent(window) == ["tts:clear"]
    outcome = window.outcome(ticket)
    assert not isinstance(outcome, bool)
    assert isinstance(outcome.error(), TtsCleared)
    with pytest.raises(TtsCleared):
        window.push("late", generation)


def test_a_closed_stream_fails_what_was_not_accepted() -> None:
    window = in_flight()
    ticket = window.push("more")
    window.on_event("stream_closed")
    outcome = window.outcome(ticket)
    assert not isinstance(outcome, bool)
    assert isinstance(outcome.error(), TtsStreamClosed)
    window.push("another stream")
    window.on_result(1, "failed", "stream closed")
    assert sent(window) == ["another stream"]


def test_a_frame_that_a_closing_stream_has_overtaken_is_not_spoken_by_the_next_stream() -> None:
    window = in_flight("old")
    window.on_event("stream_closed")
    window.push("new")
    window.on_result(1, "ok")
    assert sent(window) == ["tts:clear", "new"]


def test_a_stream_that_closes_when_all_text_was_taken_ends_no_utterance() -> None:
    window = in_flight("Hello. ")
    answer(window)
    generation = window.generation
    window.on_event("stream_closed")
    window.push("Next.", generation)
    assert sent(window) == ["Next."]


def test_a_blank_that_a_new_stream_would_throw_away_goes_with_its_first_text() -> None:
    window = in_flight("Hello")
    answer(window)
    window.on_event("stream_closed")
    window.push(" ")
    assert sent(window) == []
    window.push("World.")
    assert sent(window) == [" World."]


def test_a_closed_call_takes_no_more_text() -> None:
    window = in_flight()
    ticket = window.push("more")
    window.close(1001, "going away")
    outcome = window.outcome(ticket)
    assert not isinstance(outcome, bool)
    assert isinstance(outcome.error(), SessionClosed)
    with pytest.raises(SessionClosed) as caught:
        window.push("late")
    assert (caught.value.code, caught.value.reason) == (1001, "going away")
    assert window.pending == 0
    for event in ("stream_resumed", "user_interruption", "stream_closed"):
        window.on_event(event)
    window.on_result(1, "ok")
    window.on_reconnect()
    window.flush()
    window.clear()
    window.close()
    assert window.outgoing == []
    assert window.state is WindowState.CLOSED


def test_after_a_reconnect_a_result_that_was_held_back_still_counts() -> None:
    window = in_flight()
    window.push("more")
    window.on_reconnect()
    window.on_result(1, "ok")
    assert sent(window) == ["more"]


def test_after_a_reconnect_a_frame_without_a_result_goes_again() -> None:
    window = in_flight("lost")
    window.on_reconnect()
    for _ in range(QUIET):
        window.tick()
    assert sent(window) == ["lost"]


@pytest.mark.parametrize("kind", ["stream_open", "tts_spoken", "", None, 7])
def test_events_that_say_nothing_about_text_change_nothing(kind: object) -> None:
    window = in_flight()
    window.on_event(kind)
    assert window.state is WindowState.SENT
    assert sent(window) == []


@pytest.mark.parametrize("reason", [["x"], {"a": 1}, 5, "", None])
def test_a_refusal_whose_reason_is_no_text_has_none(reason: object) -> None:
    window = in_flight()
    ticket = window.push("more")
    window.on_result(1, "failed", reason)
    outcome = window.outcome(ticket)
    assert not isinstance(outcome, bool)
    assert outcome.reason == "no reason given"


def test_the_reason_of_a_refusal_is_kept_to_a_few_hundred_characters() -> None:
    window = in_flight()
    ticket = window.push("more")
    window.on_result(1, "failed", "x" * 1_000_000)
    outcome = window.outcome(ticket)
    assert not isinstance(outcome, bool)
    assert len(outcome.reason) == 500


def test_what_ended_a_generation_is_known_for_a_while_and_taken_for_an_interruption_later() -> None:
    window = TokenWindow()
    window.clear()
    for _ in range(63):
        window.on_event("user_interruption")
    assert isinstance(window.error_of(0), TtsCleared)
    window.on_event("user_interruption")
    assert isinstance(window.error_of(0), TtsInterrupted)
    with pytest.raises(TtsInterrupted):
        window.push("late", 0)


def test_commands_that_could_not_leave_yet_do_not_pile_up() -> None:
    window = TokenWindow()
    for _ in range(1000):
        window.flush()
    assert sent(window) == ["tts:flush"]
    for _ in range(1000):
        window.clear()
        window.flush()
        window.push("text")
    assert sent(window) == ["tts:clear", "tts:flush", "text"]


def test_a_frame_that_has_not_left_when_jambonz_is_back_is_sent_once() -> None:
    window = TokenWindow()
    window.push("text")
    window.on_reconnect()
    assert sent(window) == ["text"]
    for _ in range(50):
        window.tick()
    assert sent(window) == []
    answer(window)
    assert window.pending == 0


class AnyInterleaving(RuleBasedStateMachine):
    """The window against a model of the server, with every delay and order of results and events that can be."""

    @initialize(connected=st.booleans())
    def start(self, connected: bool) -> None:
        self.window = TokenWindow()
        self.server = TtsBuffer(connected=connected)
        self.words = 0
        self.script: list[tuple[int, str]] = []  # (generation, what the app asked for), flushes as "|"
        self.tickets: dict[int, tuple[int, str]] = {}
        self.wire: list[dict[str, Any]] = []  # sent and not yet received
        self.received: list[tuple[int, Any]] = []  # (generation, text or FLUSH), as the server took them
        self.generation_of_id: dict[int, int] = {}
        self.ignored_clear = False
        self.waited: dict[int, int] = {}  # generation -> how much of its text somebody has waited for
        self.nudges: list[dict[str, Any]] = []  # flushes that the window adds where the server is stuck

    def take(self) -> None:
        for message in self.window.outgoing:
            if "data" in message:
                self.generation_of_id[message["data"]["id"]] = self.window.generation
        self.wire += self.window.outgoing
        self.window.outgoing = []

    @rule(
        blank=st.sampled_from(["", " ", " ", ". ", ".", "\n\n", "! \n", "👍" * 500]),
        size=st.sampled_from([1, 1, 1, 20, 60, 300]),
    )
    def push(self, blank: str, size: int) -> None:
        self.words += 1
        text = f"w{self.words}x" * size + blank
        self.script.append((self.window.generation, text))
        self.tickets[self.window.push(text, self.window.generation)] = (self.window.generation, text)
        self.take()

    @rule(text=st.sampled_from([" ", "\n\n", "  "]))
    def push_blank(self, text: str) -> None:
        self.script.append((self.window.generation, text))
        self.window.push(text)
        self.take()

    @rule(text=st.sampled_from(["<", "<break", " time='1s'", "/>", "</b>", "<b> ", "a<b "]))
    def push_part_of_a_tag(self, text: str) -> None:
        self.script.append((self.window.generation, text))
        self.window.push(text)
        self.take()

    @rule()
    def somebody_waits(self) -> None:
        self.waited[self.window.generation] = len(squeezed(self.asked(self.window.generation)))
        self.window.want(self.window.pushed)
        self.take()

    @rule()
    def flush(self) -> None:
        self.script.append((self.window.generation, "|"))
        self.window.flush()
        self.take()

    @rule()
    def clear(self) -> None:
        self.window.clear()
        self.take()

    @precondition(lambda self: self.wire)
    @rule()
    def server_receives(self) -> None:
        message = self.wire.pop(0)
        taken = len(self.server.taken)
        if message["command"] == "tts:clear" and not self.server.connected:
            self.ignored_clear = True
        generation = self.generation_of_id[message["data"]["id"]] if "data" in message else -1
        if "data" in message:
            assert units(message["data"]["tokens"]) <= FRAME
            assert message["data"]["tokens"]
            if not self.ignored_clear:
                held = {int(n) for item in self.server.queue if item is not FLUSH for n in re.findall(r"w(\d+)x", item)}
                assert held <= self.words_of(generation), "the server still holds text of an earlier utterance"
        self.server.command(message)
        for item in self.server.taken[taken:]:
            if not any(message is nudge for nudge in self.nudges):
                self.received.append((generation, item))
                if item is not FLUSH:
                    self.check_tag(generation, item)

    def check_tag(self, generation: int, text: str) -> None:
        """A frame ends within a tag only where a flush is, or where somebody waits."""
        tag = re.search(r"<(?:[a-z/][^<>]*)?\Z", text)
        if tag is None:
            return
        end = len(squeezed(self.came(generation)))
        start = end - len(squeezed(tag[0]))
        asked = squeezed("".join(text for e, text in self.script if e == generation))
        words = asked.replace("|", "")
        until_next = re.match(r"<[^<>]*", words[start:])
        assert until_next is not None
        if start < self.waited.get(generation, 0) or len(until_next[0]) > 200:  # so much is no tag
            return
        at = 0
        while end:
            end -= asked[at] != "|"
            at += 1
        assert asked[at] in "|<", (text, asked)  # a second < says that the first began no tag

    def asked(self, generation: int) -> str:
        return "".join(text for e, text in self.script if e == generation and text != "|")

    def came(self, generation: int) -> str:
        return "".join(text for e, text in self.received if e == generation and text is not FLUSH)

    @precondition(lambda self: self.server.out)
    @rule()
    def app_receives(self) -> None:
        self.deliver(self.server.out.pop(0))

    def deliver(self, message: dict[str, Any]) -> None:
        data = message["data"]
        if message["type"] == "tts:tokens-result":
            self.window.on_result(data["id"], data.get("status"), data.get("reason"))
        else:
            generation, pending = self.window.generation, self.window.pending
            self.window.on_event(data["event_type"])
            if data["event_type"] == "stream_closed":
                assert self.window.generation == generation + bool(pending), "an error for text that was taken, or none"
                assert not self.window.pending
        self.take()

    @precondition(lambda self: len(self.server.out) >= 2)
    @rule()
    def a_result_and_an_event_change_places(self) -> None:
        first, second = self.server.out[:2]
        assume(first["type"] != second["type"])
        assume(first["data"].get("event_type") != "user_interruption")
        self.server.out[:2] = [second, first]

    @rule()
    def a_second_passes(self) -> None:
        self.server.timeout()
        if self.window.state in WAITING:
            self.window.tick()
            self.nudges += [message for message in self.window.outgoing if message["command"] == "tts:flush"]
            self.take()

    @rule()
    def connect(self) -> None:
        if not self.server.connected:
            self.server.connect()

    @rule()
    def stream_closes(self) -> None:
        if self.server.connected:
            self.server.close()

    @rule()
    def caller_cuts_in(self) -> None:
        if not self.server.connected:
            self.ignored_clear = True
        self.server.interrupt()

    @precondition(lambda self: self.wire and "data" in self.wire[0] and self.server.connected)
    @rule(late=st.booleans())
    def caller_cuts_in_while_a_frame_is_on_its_way(self, late: bool) -> None:
        self.server.interrupt()
        self.server_receives()
        while self.server.out:
            self.app_receives()
        self.push(" ", 1)
        if late:
            while self.wire:
                self.server_receives()

    def words_of(self, generation: int) -> set[int]:
        return {int(n) for e, text in self.script if e == generation for n in re.findall(r"w(\d+)x", text)}

    @invariant()
    def nothing_is_lost_doubled_or_reordered(self) -> None:
        if not hasattr(self, "window"):
            return
        for generation in range(self.window.generation + 1):
            asked, came = self.asked(generation), self.came(generation)
            assert squeezed(asked).startswith(squeezed(came)), (asked, came)

    @invariant()
    def nothing_counts_as_accepted_that_the_server_has_not_taken(self) -> None:
        if not hasattr(self, "window"):
            return
        generation = self.window.generation
        asked = self.asked(generation)
        accepted = asked[: len(asked) - self.window.pending]
        assert len(squeezed(accepted)) <= len(squeezed(self.came(generation)))

    @invariant()
    def accounts_are_right(self) -> None:
        if not hasattr(self, "window"):
            return
        assert 0 <= self.window.settled <= self.window.pushed
        if self.window.paused:
            assert self.window.pending
        else:
            assert self.window.state is not WindowState.FULL
        assert self.window.pending <= len(self.asked(self.window.generation))
        for ticket, (generation, _) in self.tickets.items():
            outcome = self.window.outcome(ticket)
            if generation == self.window.generation:
                assert isinstance(outcome, bool)
            elif not isinstance(outcome, bool):
                assert isinstance(outcome.error(), JambonzError)

    def teardown(self) -> None:
        """Left alone, a server that works ends up with all text of the present utterance, and the flushes in place."""
        if not hasattr(self, "window"):
            return
        self.connect()
        self.somebody_waits()
        for _ in range(2000):
            while self.wire:
                self.server_receives()
            while self.server.out:
                self.app_receives()
            if not self.window.pending and not self.wire and self.window.state is WindowState.IDLE:
                break
            self.a_second_passes()
        assert self.window.pending == 0
        assert self.window.state is WindowState.IDLE
        self.nothing_is_lost_doubled_or_reordered()
        generation = self.window.generation
        asked = "".join(text for e, text in self.script if e == generation)
        came = "".join("|" if text is FLUSH else text for e, text in self.received if e in (generation, -1))
        # all words, and each flush between the same two words as the app has put it
        assert flushed(came).endswith(flushed(asked)), (came[-80:], asked[-80:])


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def flushed(text: str) -> str:
    """``text`` without white space, each run of flushes as one, none at the start."""
    return re.sub(r"\|+", "|", squeezed(text)).lstrip("|")


AnyInterleaving.TestCase.settings = settings(max_examples=100, stateful_step_count=50, deadline=None)
TestAnyInterleaving = AnyInterleaving.TestCase
