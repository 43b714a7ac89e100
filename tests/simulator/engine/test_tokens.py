"""Streamed text, as plain values."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jambonz_sync.simulator import Said, Silence, Turn
from jambonz_sync.simulator.engine.tokens import HIGH_WATER, TokenBuffer

from .driver import DrivenCall

SAY = {"verb": "say", "text": "Hi."}
STREAM = {"verb": "config", "ttsStream": {"enable": True}}


def tokens(call: DrivenCall, *texts: str) -> list[dict[str, Any]]:
    for number, text in enumerate(texts, len(call.notified("tts:tokens-result"))):
        call.command("tts:tokens", {"id": number, "tokens": text})
    return call.notified("tts:tokens-result")


def test_text_is_spoken_sentence_by_sentence() -> None:
    call = DrivenCall([STREAM])
    tokens(call, "It costs", " 3.50 dollars. And", " then")
    assert call.transcript.lines("app") == ["It costs 3.50 dollars."]
    call.command("tts:flush")
    assert call.transcript.lines("app") == ["It costs 3.50 dollars.", "And then"]


def test_nothing_is_spoken_before_the_stream_is_open() -> None:
    call = DrivenCall([SAY])
    tokens(call, "Hello. ")
    assert call.transcript.lines("app") == ["Hi."]
    call.command("config", {"ttsStream": {"enable": True}})
    assert call.transcript.lines("app") == ["Hi.", "Hello."]


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
    ]
    assert call.machine.text_timeout()
    call.drain()
    assert call.notified("tts:streaming-event")[-1] == {"event_type": "stream_resumed"}
    assert tokens(call, "more ")[-1]["status"] == "ok"


def test_a_token_over_the_limit_never_fits() -> None:
    assert tokens(DrivenCall([STREAM]), "x" * 1001)[0] == {"id": 0, "status": "failed", "reason": "full"}


def test_tokens_without_text_fail() -> None:
    call = DrivenCall([STREAM]).command("tts:tokens", {"id": 1})
    assert call.notified("tts:tokens-result") == [{"id": 1, "status": "failed", "reason": "missing tokens"}]


def test_clear_throws_away_what_waits() -> None:
    call = DrivenCall([STREAM])
    tokens(call, "never spoken")
    call.command("tts:clear").command("tts:flush")
    assert call.transcript.lines("app") == []


def test_a_streaming_say_lasts_until_its_text_is_spoken() -> None:
    call = DrivenCall([{"verb": "say", "stream": True}, {"verb": "say", "text": "After."}, {"verb": "hangup"}])
    assert not call.machine.finished
    tokens(call, "Streamed")
    assert not call.machine.finished
    call.command("tts:flush")
    assert call.transcript.lines("app") == ["Streamed", "After."]


def heard_over_text(turn: Turn, **options: Any) -> DrivenCall:
    """A caller takes a turn in a ``gather`` while text is being streamed to them."""
    call = DrivenCall([STREAM])
    tokens(call, "a long story without an end")
    call.hooks["/g"] = [SAY, {"verb": "hangup"}]
    call.caller.script.append(turn)
    return call.command("redirect", [{"verb": "gather", "input": ["speech"], "actionHook": "/g", **options}])


@pytest.mark.parametrize("turn", [Said("stop"), Silence()])
def test_who_speaks_interrupts_text_that_is_streamed_and_so_does_the_time_out(turn: Turn) -> None:
    call = heard_over_text(turn, bargein=True)
    assert {"event_type": "user_interruption"} in call.notified("tts:streaming-event")
    assert call.transcript.lines("app") == ["Hi."]


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
            spoken += buffer.flush()
        elif step == "settle":
            spoken += buffer.text_timeout()
        else:
            result, out = buffer.push(step)
            if result["status"] == "ok":
                accepted.append(step)
            spoken += out
        assert 0 <= buffer.size <= HIGH_WATER
    spoken += buffer.flush()
    assert "".join("".join(accepted).split()) == "".join("".join(spoken).split())
