"""Token streaming from blocking code: real threads, and the model of the server in the place of jambonz."""

from __future__ import annotations

import gc
import queue
import re
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from jambonz_sync.errors import SessionClosed
from jambonz_sync.llm import LlmError
from jambonz_sync.protocol.tts import (
    Ended,
    TtsCleared,
    TtsFailed,
    TtsInterrupted,
    TtsResult,
    TtsStopped,
    TtsStreamClosed,
    TtsTimeout,
)
from jambonz_sync.protocol.tts.speech import PACE
from jambonz_sync.session.tts import TtsStream, sender
from tests.protocol.tts.model import FLUSH, TtsBuffer
from tests.waiting import in_thread, wait_for

DEADLINE = 15.0


class Peer:
    """jambonz, on a thread of its own; ``holding`` keeps its answers back until ``release``."""

    def __init__(self, **options: Any) -> None:
        self.buffer = TtsBuffer()
        self.stream = TtsStream(self.take, call_sid="call-1", **options)
        self.commands: list[dict[str, Any]] = []
        self.answering = threading.Event()
        self.answering.set()
        self._inbox: queue.SimpleQueue[Callable[[], object] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def take(self, message: dict[str, Any]) -> None:
        self.commands.append(message)
        self._inbox.put(lambda: self.buffer.command(message))

    def do(self, act: Callable[[], object]) -> None:
        self._inbox.put(act)

    def _run(self) -> None:
        while (act := self._inbox.get()) is not None:
            self.answering.wait(DEADLINE)
            act()
            if self.buffer.full:
                self.buffer.timeout()
            while self.buffer.out:
                message = self.buffer.out.pop(0)
                if message["type"] == "tts:tokens-result":
                    self.stream.on_result(message["data"])
                else:
                    self.stream.on_event(message["data"])

    @property
    def heard(self) -> str:
        return "".join("|" if item is FLUSH else item for item in self.buffer.taken)

    def stop(self) -> None:
        self.answering.set()
        self._inbox.put(None)
        self._thread.join(DEADLINE)


@pytest.fixture
def make() -> Iterator[Callable[..., Peer]]:
    peers: list[Peer] = []

    def make_peer(**options: Any) -> Peer:
        peers.append(Peer(**options))
        return peers[-1]

    yield make_peer
    for peer in peers:
        peer.stop()


@pytest.fixture
def peer(make: Callable[..., Peer]) -> Peer:
    return make()


def test_text_arrives_in_order_and_the_flush_stays_where_it_was_put(peer: Peer) -> None:
    words = [f"word{n}a. " for n in range(3000)]
    for number, word in enumerate(words):
        peer.stream.send(word)
        if number == 1499:
            peer.stream.flush()
    peer.stream.flush()
    peer.stream.wait()
    wait_for(lambda: peer.heard.count("|") == 2)
    assert peer.heard == "".join(words[:1500]).strip() + "|" + "".join(words[1500:]).strip() + "|"
    assert peer.stream.pending == 0
    assert not peer.stream.paused


def test_texts_of_several_threads_each_stay_in_order(peer: Peer) -> None:
    def say(name: str) -> None:
        for number in range(400):
            peer.stream.send(f"{name}{number} ")

    threads = [in_thread(lambda name=name: say(name)) for name in "abcd"]  # type: ignore[misc]
    for thread, outcome in threads:
        thread.join(DEADLINE)
        assert outcome == [None]
    peer.stream.wait()
    heard = peer.heard.split()
    for name in "abcd":
        assert [word for word in heard if word[0] == name] == [f"{name}{n}" for n in range(400)]


def test_sending_does_not_wait_for_the_server(peer: Peer) -> None:
    peer.answering.clear()
    peer.stream.send("one ")
    peer.stream.send("two ")
    peer.stream.flush()
    assert peer.stream.pending == 8


def test_wait_returns_when_this_text_is_accepted(peer: Peer) -> None:
    peer.stream.send("one ", wait=True)
    assert peer.heard == "one "
    assert peer.stream.pending == 0


def test_a_sender_blocks_while_the_queue_is_full_and_goes_on_when_there_is_room(make: Callable[..., Peer]) -> None:
    peer = make(capacity=100)
    peer.answering.clear()
    peer.stream.send("x" * 90)
    thread, outcome = in_thread(lambda: peer.stream.send("y" * 20))
    wait_for(lambda: peer.stream.waiting == 1)
    assert not outcome
    peer.answering.set()
    thread.join(DEADLINE)
    assert outcome == [None]
    peer.stream.wait()
    assert peer.heard == "x" * 90 + "y" * 20


def test_a_sender_whose_time_is_up_still_takes_the_room_that_there_is(make: Callable[..., Peer]) -> None:
    peer = make(capacity=2000)
    peer.answering.clear()
    peer.stream.send("x" * 1900)
    thread, outcome = in_thread(lambda: peer.stream.send("y" * 500, timeout=3))
    wait_for(lambda: peer.stream.waiting == 1)
    peer.answering.set()  # takes one frame: more than half of the queue stays
    thread.join(DEADLINE)
    assert outcome == [None]


def test_a_text_longer_than_the_queue_is_taken_whole(make: Callable[..., Peer]) -> None:
    peer = make(capacity=100)
    text = "Lorem ipsum dolor sit amet. " * 2000
    peer.stream.send(text, wait=True)
    assert peer.heard == text


@pytest.mark.parametrize("how", ["nothing comes", "jambonz is back"])
def test_who_waits_for_a_blank_behind_a_stale_frame_wakes_when_it_is_settled(
    peer: Peer, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "TICK", 0.02 if how == "nothing comes" else 600)
    peer.answering.clear()
    peer.stream.send("old")
    peer.stream.on_event({"event_type": "user_interruption"})
    peer.stream.hook_begins()
    thread, outcome = in_thread(lambda: peer.stream.send(" ", wait=True))
    if how == "jambonz is back":
        wait_for(lambda: peer.stream.waiting)
        peer.stream.on_reconnect()
    thread.join(DEADLINE)
    assert outcome == [None]


def test_a_tag_that_waits_for_its_end_holds_nobody_up(make: Callable[..., Peer]) -> None:
    peer = make(capacity=20)
    for wait in (
        peer.stream.wait,
        lambda: peer.stream.send("<b", wait=True),
        lambda: peer.stream.stream(["<b"], flush=False),
        peer.stream.wait_spoken,
    ):
        peer.stream.send("<b")
        assert peer.stream.pending
        thread, outcome = in_thread(wait)
        thread.join(DEADLINE)
        assert not isinstance(outcome[0], Exception)
        assert not peer.stream.pending
    peer.stream.send("<break time=")
    peer.stream.send("'1s'/> and no room for so much", wait=True)
    assert peer.heard.endswith("<break time='1s'/> and no room for so much")


def test_a_full_queue_times_out_with_what_is_queued(make: Callable[..., Peer]) -> None:
    peer = make(capacity=10)
    peer.answering.clear()
    peer.stream.send("x" * 10)
    with pytest.raises(TtsTimeout, match="10 characters") as caught:
        peer.stream.send("y", timeout=0.05)
    assert caught.value.timeout == 0.05
    assert caught.value.call_sid == "call-1"
    assert isinstance(caught.value, TimeoutError)


def test_a_server_that_is_full_for_ever_ends_in_a_timeout(peer: Peer) -> None:
    peer.buffer.refusal = "full"
    with pytest.raises(TtsTimeout):
        peer.stream.send("x", wait=True, timeout=0.1)
    assert peer.stream.paused
    assert peer.stream.pending == 1


def test_a_server_that_forgets_to_say_that_it_has_room_is_asked_again(peer: Peer) -> None:
    peer.buffer.refusal = "full"
    peer.stream.send("x")
    wait_for(lambda: peer.stream.paused)
    peer.do(lambda: setattr(peer.buffer, "refusal", None))
    peer.stream.wait(timeout=DEADLINE)
    assert peer.heard == "|x"


@pytest.mark.parametrize("text", [None, 5, b"bytes", ["a"]])
def test_only_text_is_taken(peer: Peer, text: Any) -> None:
    with pytest.raises(TypeError, match="must be str"):
        peer.stream.send(text)
    with pytest.raises((TypeError, LlmError), match=r"must be str|expected a stream of server-sent events"):
        peer.stream.stream([text])
    assert not peer.commands


def test_an_empty_text_looks_whether_the_caller_has_cut_in(peer: Peer) -> None:
    def silent() -> Iterator[str]:
        yield "Well. "
        peer.stream.on_event({"event_type": "user_interruption"})
        while True:
            yield ""

    assert peer.stream.stream(silent()).interrupted


def test_a_stream_returns_when_it_has_been_spoken_if_it_is_asked_to(peer: Peer) -> None:
    result = peer.stream.stream(["Hello. "], until_spoken=True)
    assert result.text_spoken == "Hello. "
    assert result.duration > 6 / PACE


def test_a_caller_who_cuts_in_while_the_end_is_spoken_is_noticed(peer: Peer) -> None:
    results: list[TtsResult] = []
    text = "A story that goes on and on. " * 10
    thread = threading.Thread(target=lambda: results.append(peer.stream.stream([text], until_spoken=True)))
    thread.start()
    wait_for(lambda: peer.heard.endswith("|") and peer.stream.waiting)
    peer.stream.on_event({"event_type": "user_interruption"})
    thread.join(DEADLINE)
    assert results[0].interrupted
    assert results[0].text_sent == text
    assert len(results[0].text_spoken) < len(text)


def test_no_text_is_nothing(peer: Peer) -> None:
    peer.stream.send("")
    peer.stream.send("", wait=True)
    peer.stream.wait()
    assert not peer.commands


def test_a_refusal_reaches_the_sender_that_waits_and_the_next_call_of_its_utterance(
    peer: Peer, caplog: pytest.LogCaptureFixture
) -> None:
    peer.buffer.refusal = "connection to elevenlabs failed"
    with pytest.raises(TtsFailed, match="elevenlabs"):
        peer.stream.send("x", wait=True)
    with pytest.raises(TtsFailed, match="elevenlabs"):
        peer.stream.send("y")
    assert "call-1" in caplog.text
    assert "elevenlabs" in caplog.text


def test_a_refusal_reaches_a_sender_that_did_not_wait_at_its_next_call(peer: Peer) -> None:
    peer.buffer.refusal = "connection to elevenlabs failed"
    peer.stream.send("x")
    wait_for(lambda: peer.stream.pending == 0)
    with pytest.raises(TtsFailed):
        peer.stream.flush()


def test_an_interruption_wakes_blocked_senders_and_refuses_the_rest(make: Callable[..., Peer]) -> None:
    peer = make(capacity=10)
    peer.answering.clear()
    peer.stream.send("x" * 10)
    threads = [in_thread(lambda: peer.stream.send("old ")) for _ in range(5)]
    waiter = in_thread(peer.stream.wait)
    wait_for(lambda: peer.stream.waiting == 6)
    peer.stream.on_event({"event_type": "user_interruption"})
    for thread, outcome in [*threads, waiter]:
        thread.join(DEADLINE)
        assert isinstance(outcome[0], TtsInterrupted)
    assert peer.stream.pending == 0
    for _ in range(3):
        with pytest.raises(TtsInterrupted):
            peer.stream.send("more of the old one")


def test_the_callback_of_the_next_hook_speaks_a_new_utterance(peer: Peer) -> None:
    peer.stream.hook_begins()
    peer.stream.send("old ", wait=True)
    peer.stream.on_event({"event_type": "user_interruption"})
    with pytest.raises(TtsInterrupted):
        peer.stream.send("still old ")
    peer.stream.hook_begins()
    peer.stream.send("new ", wait=True)
    assert peer.heard == "old new "


def test_who_waits_for_room_after_a_flush_when_the_caller_cuts_in_is_in_the_utterance_that_ends(
    make: Callable[..., Peer],
) -> None:
    peer = make(capacity=10)
    peer.answering.clear()
    outcomes: list[type[Exception]] = []

    def say() -> None:
        peer.stream.send("x" * 10)
        peer.stream.flush()
        for _ in range(2):
            try:
                peer.stream.send("next")
            except TtsStopped as exc:
                outcomes.append(type(exc))

    thread, _ = in_thread(say)
    wait_for(lambda: peer.stream.waiting == 1)
    peer.stream.on_event({"event_type": "user_interruption"})
    thread.join(DEADLINE)
    assert outcomes == [TtsInterrupted, TtsInterrupted]


def test_a_flush_ends_an_utterance_so_that_a_later_interruption_does_not_touch_the_next(peer: Peer) -> None:
    peer.stream.send("one ")
    peer.stream.flush()
    peer.stream.wait()
    peer.stream.on_event({"event_type": "user_interruption"})
    peer.stream.send("two ", wait=True)
    assert peer.heard == "one |two "


def test_a_flush_of_an_interrupted_utterance_raises_once_and_then_ends_it(peer: Peer) -> None:
    peer.stream.send("one ", wait=True)
    peer.stream.on_event({"event_type": "user_interruption"})
    with pytest.raises(TtsInterrupted):
        peer.stream.flush()
    peer.stream.flush()
    peer.stream.send("two ", wait=True)
    assert peer.heard == "one two "


def recipe(stream: TtsStream, texts: Iterator[str]) -> None:
    """As docs/howto/tts.rst has it."""
    with suppress(TtsStopped):
        try:
            for text in texts:
                stream.send(text)
        finally:
            stream.flush()


@pytest.mark.parametrize("late", [False, True], ids=["before the last text", "before the flush"])
@pytest.mark.parametrize("how", ["interrupted", "cleared", "failed", "stream closed"])
def test_a_thread_that_is_in_no_callback_speaks_on_after_whatever_ended_its_utterance(
    peer: Peer, how: str, late: bool
) -> None:
    def end() -> None:
        if how == "interrupted":
            peer.stream.on_event({"event_type": "user_interruption"})
        elif how == "cleared":
            in_thread(peer.stream.clear)[0].join(DEADLINE)
        elif how == "failed":
            peer.stream.on_result({"id": peer.commands[-1]["data"]["id"], "status": "failed", "reason": "no vendor"})
        else:
            peer.stream.on_event({"event_type": "stream_closed"})

    def texts(number: int) -> Iterator[str]:
        yield f"Old {number}. "
        if not late:
            end()
        yield "Rest. "
        if late:
            end()

    peer.answering.clear()
    for number in range(3):
        with suppress(TtsFailed):
            recipe(peer.stream, texts(number))
    peer.stream.wait()  # there is nothing that has not been told
    assert peer.stream.pending == 0
    recipe(peer.stream, iter(["New. "]))
    peer.answering.set()
    wait_for(lambda: re.search(r"New\. ?\|$", peer.heard))


def test_what_ended_an_utterance_says_how_the_next_one_begins(peer: Peer) -> None:
    peer.stream.send("one ", wait=True)
    peer.stream.on_event({"event_type": "user_interruption"})
    with pytest.raises(TtsInterrupted, match=r"flush_tts_tokens\(\)"):
        peer.stream.send("rest")
    for why in ("interrupted", "cleared", "failed", "stream_closed"):
        assert "flush_tts_tokens()" in str(Ended(why, "reason").error())
    assert "flush" not in str(Ended("closed").error())


def test_a_flush_of_an_utterance_that_was_complete_before_the_caller_cut_in_raises_nothing(peer: Peer) -> None:
    peer.stream.send("one ")
    peer.stream.flush()
    peer.stream.wait()
    peer.stream.on_event({"event_type": "user_interruption"})
    peer.stream.flush()


def test_who_has_waited_for_text_in_vain_is_not_told_again_by_the_flush(peer: Peer) -> None:
    peer.buffer.refusal = "connection to elevenlabs failed"
    with pytest.raises(TtsFailed):
        peer.stream.send("x", wait=True)
    peer.stream.flush()


def test_a_thread_of_its_own_goes_on_when_it_was_told_and_the_caller_has_spoken(peer: Peer) -> None:
    peer.stream.send("one ", wait=True)
    peer.stream.on_event({"event_type": "user_interruption"})
    with pytest.raises(TtsInterrupted):
        peer.stream.send("rest of one ")
    in_thread(peer.stream.hook_begins)[0].join(DEADLINE)
    peer.stream.send("two ", wait=True)
    assert peer.heard == "one two "


def test_notifications_that_each_send_a_token_speak_one_utterance_until_the_next_hook(peer: Peer) -> None:
    def notified(text: str) -> None:
        peer.stream.notification_begins()
        peer.stream.send(text, wait=True)

    def on_a_thread(text: str) -> object:
        thread, outcome = in_thread(lambda: notified(text))
        thread.join(DEADLINE)
        return outcome[0]

    assert on_a_thread("one ") is None
    peer.stream.on_event({"event_type": "user_interruption"})
    assert isinstance(on_a_thread("rest "), TtsInterrupted)
    assert isinstance(on_a_thread("rest "), TtsInterrupted)
    peer.stream.hook_begins()
    assert on_a_thread("two ") is None
    assert peer.heard == "one two "


def test_a_clear_stops_the_other_senders_and_lets_its_own_thread_go_on(peer: Peer) -> None:
    peer.answering.clear()
    said = threading.Event()
    go_on = threading.Event()

    def say() -> None:
        peer.stream.send("old ")
        said.set()
        go_on.wait(DEADLINE)
        peer.stream.send("more ")

    thread, outcome = in_thread(say)
    said.wait(DEADLINE)
    peer.stream.send("mine ")
    peer.stream.clear()
    peer.stream.send("new ")
    go_on.set()
    thread.join(DEADLINE)
    assert isinstance(outcome[0], TtsCleared)
    peer.answering.set()
    peer.stream.wait()
    assert [message["command"] for message in peer.commands] == ["tts:tokens", "tts:clear", "tts:tokens"]
    assert peer.heard.endswith("new ")


def test_a_closed_stream_is_an_error_for_text_that_was_not_accepted(peer: Peer) -> None:
    peer.answering.clear()
    thread, outcome = in_thread(lambda: peer.stream.send("x", wait=True))
    wait_for(lambda: peer.stream.waiting)
    peer.stream.on_event({"event_type": "stream_closed"})
    thread.join(DEADLINE)
    assert isinstance(outcome[0], TtsStreamClosed)


def test_when_the_call_ends_fifty_blocked_senders_all_wake(make: Callable[..., Peer]) -> None:
    peer = make(capacity=10)
    peer.answering.clear()
    peer.stream.send("x" * 10)
    senders = [in_thread(lambda: peer.stream.send("y")) for _ in range(48)]
    senders += [in_thread(peer.stream.wait), in_thread(peer.stream.wait_spoken)]
    wait_for(lambda: peer.stream.waiting == 50)
    peer.stream.close(1001, "going away")
    for thread, outcome in senders:
        thread.join(DEADLINE)
        assert isinstance(outcome[0], SessionClosed)
        assert outcome[0].code == 1001
    for act in (
        lambda: peer.stream.send("z"),
        peer.stream.flush,
        peer.stream.clear,
        peer.stream.wait,
        lambda: peer.stream.stream(["z"]),
        peer.stream.wait_spoken,
    ):
        with pytest.raises(SessionClosed):
            act()


def test_a_send_that_blocks_does_not_keep_results_and_events_from_being_taken() -> None:
    entered, leave = threading.Event(), threading.Event()

    def slow(message: dict[str, Any]) -> None:
        entered.set()
        leave.wait(DEADLINE)

    stream = TtsStream(slow)
    thread, outcome = in_thread(lambda: stream.send("x"))
    entered.wait(DEADLINE)
    stream.on_event({"event_type": "stream_open"})
    stream.on_result({"id": 99, "status": "ok"})
    stream.send("y")
    stream.on_event({"event_type": "user_interruption"})
    assert stream.pending == 0
    leave.set()
    thread.join(DEADLINE)
    assert outcome == [None]


@pytest.mark.parametrize(
    "data", [{}, {"id": None}, {"event_type": None}, {"event_type": ["x"]}, {"id": 1, "status": 5}]
)
def test_nonsense_from_the_server_breaks_nothing(peer: Peer, data: dict[str, Any]) -> None:
    peer.stream.on_result(data)
    peer.stream.on_event(data)
    peer.stream.send("x", wait=True)


def test_a_stream_of_texts_is_sent_flushed_and_accepted(peer: Peer) -> None:
    words = [f"word{n} " for n in range(1000)]
    result = peer.stream.stream(iter(words))
    wait_for(lambda: peer.heard.endswith("|"))
    assert peer.heard == "".join(words) + "|"
    assert result.text_sent == "".join(words)
    assert result.estimated
    assert "".join(words).startswith(result.text_spoken)
    assert not result.interrupted
    assert result.duration >= 0


def test_a_stream_need_not_be_flushed_and_may_be_empty(peer: Peer) -> None:
    assert peer.stream.stream(["one ", "", "two"], flush=False).text_sent == "one two"
    assert peer.heard == "one two"
    assert peer.stream.stream([]).text_sent == ""


def test_an_interruption_closes_the_generator_and_is_told_in_the_result(peer: Peer) -> None:
    closed = threading.Event()
    cut_in = threading.Event()

    def llm() -> Iterator[str]:
        try:
            for number in range(100):
                yield f"word{number} "
                if number == 10:
                    wait_for(lambda: peer.stream.pending == 0)
                    peer.stream.on_event({"event_type": "user_interruption"})
                    cut_in.set()
            raise AssertionError("the request was not stopped")
        finally:
            closed.set()

    result = peer.stream.stream(llm())
    assert closed.is_set()
    assert cut_in.is_set()
    assert result.interrupted
    assert result.text_sent == "".join(f"word{n} " for n in range(11))
    peer.stream.hook_begins()
    assert not peer.stream.stream(["next"]).interrupted


def test_a_vendors_stream_object_is_closed_too(peer: Peer) -> None:
    class VendorStream:
        closed = False

        def __iter__(self) -> Iterator[str]:
            return iter(["a", "b"])

        def close(self) -> None:
            self.closed = True

    source = VendorStream()
    peer.stream.on_event({"event_type": "user_interruption"})
    assert not peer.stream.stream(source).interrupted
    assert not source.closed  # it came to its end

    class Interrupted(VendorStream):
        def __iter__(self) -> Iterator[str]:
            peer.stream.on_event({"event_type": "user_interruption"})
            return iter(["a", "b"])

    other = Interrupted()
    assert peer.stream.stream(other).interrupted
    assert other.closed


def test_a_vendors_stream_object_is_closed_when_the_call_is_over_before_it_is_read(peer: Peer) -> None:
    class VendorStream:
        closed = False

        def __iter__(self) -> Iterator[str]:
            raise AssertionError("it is read for nobody")

        def close(self) -> None:
            self.closed = True

    source = VendorStream()
    peer.stream.close()
    with pytest.raises(SessionClosed):
        peer.stream.stream(source)
    assert source.closed


def test_what_was_spoken_is_what_the_server_reports(peer: Peer) -> None:
    def llm() -> Iterator[str]:
        yield "One. "
        wait_for(lambda: peer.stream.pending == 0)
        peer.stream.on_event({"event_type": "tts_spoken", "text": "One. ", "bargein": False})
        yield "Two. "

    result = peer.stream.stream(llm())
    assert (result.text_spoken, result.estimated) == ("One. ", False)


def test_an_error_of_the_maker_of_the_texts_is_passed_on(peer: Peer) -> None:
    def llm() -> Iterator[str]:
        yield "one "
        raise LookupError("no such model")

    with pytest.raises(LookupError, match="no such model"):
        peer.stream.stream(llm())


def test_waiting_for_speech_ends_when_the_server_has_reported_all_of_it(peer: Peer) -> None:
    text = "All work and no play. " * 50
    peer.stream.send(text, wait=True)
    thread, outcome = in_thread(peer.stream.wait_spoken)
    wait_for(lambda: peer.stream.waiting)
    peer.stream.on_event({"event_type": "tts_spoken", "text": text, "bargein": False})
    thread.join(DEADLINE)
    [spoken] = outcome
    assert not spoken.estimated  # type: ignore[union-attr]
    assert not spoken.interrupted  # type: ignore[union-attr]


def test_without_reports_the_end_of_speech_is_estimated_and_said_to_be(peer: Peer) -> None:
    assert not peer.stream.wait_spoken().estimated  # nothing was said
    peer.stream.send("Hi.", wait=True)
    spoken = peer.stream.wait_spoken(timeout=DEADLINE)
    assert spoken.estimated
    assert not spoken.interrupted


def test_waiting_for_speech_ends_when_the_caller_cuts_in_or_time_is_up(peer: Peer) -> None:
    peer.stream.send("A long speech. " * 50, wait=True)
    with pytest.raises(TtsTimeout, match="still speaking"):
        peer.stream.wait_spoken(timeout=0.02)
    thread, outcome = in_thread(peer.stream.wait_spoken)
    wait_for(lambda: peer.stream.waiting)
    peer.stream.on_event({"event_type": "user_interruption"})
    thread.join(DEADLINE)
    assert outcome[0].interrupted  # type: ignore[union-attr]


def test_after_a_reconnect_what_was_in_flight_is_not_lost(peer: Peer) -> None:
    peer.answering.clear()
    peer.stream.send("x")
    peer.stream.on_reconnect()
    peer.answering.set()
    peer.stream.wait(timeout=DEADLINE)
    assert peer.heard == "x"


def test_interruptions_are_benign_for_who_catches_their_base() -> None:
    assert issubclass(TtsInterrupted, TtsStopped)
    assert issubclass(TtsCleared, TtsStopped)
    assert not issubclass(TtsFailed, TtsStopped)


def test_what_a_stream_keeps_does_not_grow_with_the_call(peer: Peer) -> None:
    def talk(times: int) -> int:
        """Bytes in use after so many utterances more."""
        for number in range(times):
            peer.stream.stream([f"Sentence {number}. "])
            peer.stream.on_event({"event_type": "tts_spoken", "text": f"Sentence {number}. " * 10})
            peer.stream.send("words that are cut short")
            peer.stream.on_event({"event_type": "user_interruption"})
            peer.stream.hook_begins()
            peer.commands.clear()
            peer.buffer.taken.clear()
            peer.buffer.spoken.clear()
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        before, after = talk(300), talk(1500)
    finally:
        tracemalloc.stop()
    assert after - before < 50_000


def test_a_reason_for_a_refusal_is_one_short_line_in_the_log(peer: Peer, caplog: pytest.LogCaptureFixture) -> None:
    peer.buffer.refusal = "no credit\nERROR call call-2: forged" + "x" * 1_000_000
    with pytest.raises(TtsFailed):
        peer.stream.send("text", wait=True)
    [record] = caplog.records
    assert "\n" not in record.getMessage()
    assert len(record.getMessage()) < 400
