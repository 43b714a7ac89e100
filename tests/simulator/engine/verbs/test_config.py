"""Settings for the rest of a call."""

from __future__ import annotations

from ..driver import DrivenCall

SAY = {"verb": "say", "text": "Hi."}


def test_a_config_command_does_not_end_a_verb_that_waits() -> None:
    call = DrivenCall([{"verb": "leave"}, {"verb": "say", "text": "Never."}]).command("config", {"notifyEvents": True})
    assert not call.heard("Never.")
    assert not call.machine.finished


def test_a_reset_forgets_what_was_configured() -> None:
    barge = {"verb": "config", "bargeIn": {"enable": True}, "ttsStream": {"enable": True}}
    call = DrivenCall([barge, {"verb": "config", "reset": "bargeIn", "ttsStream": {"enable": False}}, SAY])
    assert call.caller_says("hello").transcript.lines("caller") == []
    assert [message["event_type"] for message in call.notified("tts:streaming-event")] == [
        "stream_open",
        "stream_closed",
    ]
