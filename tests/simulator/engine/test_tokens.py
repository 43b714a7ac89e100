"""Streamed text, as plain values."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jambonz_sync.simulator import Said, Silence, Turn
from jambonz_sync.simulator.engine.commands import execute
from jambonz_sync.simulator.engine.tokens import HIGH_WATER, TokenBuffer

from .driver import DrivenCall

SAY = {"verb": "say", "text": "Hi."}
STREAM = {"verb": "config", "ttsStream": {"enable": True}}


def text(number: int, tokens: str) -> tuple[str, Any]:
    return "tts:tokens", {"id": number, "tokens": tokens}


def tokens(call: DrivenCall, *texts: str) -> list[dict[str, Any]]:
    """The results of texts that come at the same moment."""
    call.commands(*(text(number, each) for number, each in enumerate(texts, len(call.notified("tts:tokens-result")))))
    return call.notified("tts:tokens-result")


def test_text_is_spoken_sentence_by_sentence() -> None:
    call = DrivenCall([STREAM])
    call.commands(text(1, "It costs"), text(2, " 3.50 dollars. And"), text(3, " then"), ("tts:flush", None))
    assert call.transcript.lines("app") == ["It costs 3.50 dollars.", "And then"]


def test_text_without_the_end_of_a_sentence_is_spoken_after_a_second_up_to_the_last_word() -> None:
    call = DrivenCall([STREAM])
    began = call.state.now
    tokens(call, "no full stop here")
    assert [(entry.text, entry.at - began) for entry in call.transcript.entries if entry.who == "app"] == [
        ("no full stop", pytest.approx(1.0))
    ]
    assert call.state.speech.buffer.size == 5


def test_a_flush_that_comes_later_than_the_text_waits_for_the_timer() -> None:
    call = DrivenCall([STREAM])
    began = call.state.now
    call.state.clock.call_later(0.5, lambda: execute(call.machine, {"command": "tts:flush"}))
    tokens(call, "word")
    assert call.transcript.lines("app") == ["word"]
    assert call.transcript.entries[-1].at - began == pytest.approx(1.0)


def test_what_is_spoken_takes_as_long_as_a_voice_would() -> None:
    call = DrivenCall([STREAM])
    tokens(call, "A sentence of thirty characters. ", "The next one. ")
    first, second = [entry.at for entry in call.transcript.entries if entry.who == "app"]
    assert second - first == pytest.approx(32 / 15)


def test_the_playout_is_told_of_where_it_is_tracked() -> None:
    call = DrivenCall([STREAM, {"verb": "config", "trackTtsPlayout": True}])
    tokens(call, "Hello. ")
    assert call.notified("tts:streaming-event")[-1] == {"event_type": "tts_spoken", "text": "Hello."}


def test_nothing_is_spoken_before_the_stream_is_open() -> None:
    call = DrivenCall([SAY])
    call.commands(("config", {"ttsStream": {"enable": True}}), text(1, "Hello. "))
    opened = call.transcript.lines().index("tts:streaming-event stream_open")
    assert call.transcript.lines().index("Hello.") > opened


def test_text_without_a_stream_has_a_result_without_a_status() -> None:
    call = DrivenCall([SAY])
    assert tokens(call, "Hello. ") == [{"id": 0}]
    assert [finding.code for finding in call.state.findings] == ["tokens-no-stream"]


def test_a_full_buffer_refuses_the_whole_token_and_says_when_to_go_on() -> None:
    call = DrivenCall([STREAM])
    results = tokens(call, "a " * 400, "b " * 150, "c " * 10)
    assert [message["status"] for message in results] == ["ok", "failed", "ok"]
    assert results[1]["reason"] == "full"
    order = [
        (message.type, message.data.get("event_type"))
        for message in call.notifications
        if message.type.startswith("tts")
    ]
    assert order == [
        ("tts:streaming-event", "stream_open"),
        ("tts:tokens-result", None),
        ("tts:streaming-event", "stream_paused"),
        ("tts:tokens-result", None),
        ("tts:tokens-result", None),
        ("tts:streaming-event", "stream_resumed"),
    ]
    assert tokens(call, "more ")[-1]["status"] == "ok"


def test_a_token_over_the_limit_never_fits() -> None:
    assert tokens(DrivenCall([STREAM]), "x" * 1001)[0] == {"id": 0, "status": "failed", "reason": "full"}


def test_tokens_without_text_fail() -> None:
    call = DrivenCall([STREAM]).command("tts:tokens", {"id": 1})
    assert call.notified("tts:tokens-result") == [{"id": 1, "status": "failed", "reason": "missing tokens"}]


def test_clear_throws_away_what_waits() -> None:
    call = DrivenCall([STREAM])
    call.commands(text(1, "never spoken"), ("tts:clear", None), ("tts:flush", None))
    assert call.transcript.lines("app") == []


def test_a_streaming_say_lasts_until_its_text_is_spoken() -> None:
    call = DrivenCall([{"verb": "say", "stream": True}, {"verb": "say", "text": "After."}, {"verb": "hangup"}])
    assert not call.machine.finished
    call.commands(text(1, "Streamed"), ("tts:flush", None))
    assert call.transcript.lines("app") == ["Streamed", "After."]


def test_a_caller_who_hangs_up_ends_text_without_end() -> None:
    call = DrivenCall([STREAM])

    def more() -> None:
        call.state.clock.call_later(0.5, more)
        execute(call.machine, {"command": "tts:tokens", "data": {"id": 1, "tokens": "And on and on. "}})

    more()
    call.state.clock.call_later(60, lambda: call.machine.hang_up("caller"))
    call.drain()
    assert call.machine.finished
    assert 50 < len(call.transcript.lines("app")) < 70


def heard_over_text(turn: Turn, **options: Any) -> DrivenCall:
    """A caller takes a turn in a ``gather`` while text is being streamed to them."""
    call = DrivenCall([STREAM])
    call.hooks["/g"] = [SAY, {"verb": "hangup"}]
    call.caller.script.append(turn)
    gather = {"verb": "gather", "input": ["speech"], "actionHook": "/g", **options}
    return call.commands(text(1, "a long story without an end"), ("redirect", [gather]))


@pytest.mark.parametrize("turn", [Said("stop"), Silence()])
def test_who_speaks_interrupts_text_that_is_streamed_and_so_does_the_time_out(turn: Turn) -> None:
    call = heard_over_text(turn, bargein=True)
    assert {"event_type": "user_interruption"} in call.notified("tts:streaming-event")
    assert call.transcript.lines("app")[-1] == "Hi."


@pytest.mark.parametrize("options", [{}, {"bargein": True, "say": {"text": "And?"}}])
def test_a_gather_that_is_not_for_cutting_in_interrupts_no_text_that_is_streamed(options: dict[str, Any]) -> None:
    call = heard_over_text(Said("stop"), **options)
    assert {"event_type": "user_interruption"} not in call.notified("tts:streaming-event")


@given(st.lists(st.one_of(st.text(max_size=1100), st.just("flush"), st.just("settle"))))
def test_every_accepted_character_is_spoken_once_and_in_order(steps: list[str]) -> None:
    buffer = TokenBuffer()
    buffer.open()
    accepted: list[str] = []
    spoken: list[str] = []
    for step in steps:
        if step == "flush":
            buffer.flush()
            spoken += buffer.feed()
        elif step == "settle":
            spoken += buffer.feed(late=True)
        else:
            result, out = buffer.push(step)
            if result["status"] == "ok":
                accepted.append(step)
            spoken += out
        assert 0 <= buffer.size <= HIGH_WATER
    buffer.flush()
    spoken += buffer.feed()
    assert "".join("".join(accepted).split()) == "".join("".join(spoken).split())
