"""Settings for the rest of a call."""

from __future__ import annotations

from ..driver import DrivenCall

SAY = {"verb": "say", "text": "Hi."}


def test_a_config_command_does_not_end_a_verb_that_waits() -> None:
    waits = {"verb": "transcribe", "transcriptionHook": "/t"}
    call = DrivenCall([waits, {"verb": "say", "text": "Never."}]).command("config", {"notifyEvents": True})
    assert not call.heard("Never.")
    assert not call.machine.finished


def test_a_reset_forgets_what_was_configured() -> None:
    barge = {"verb": "config", "bargeIn": {"enable": True}, "ttsStream": {"enable": True}}
    pause = {"verb": "pause", "length": 1}
    call = DrivenCall([barge, pause, {"verb": "config", "reset": "bargeIn", "ttsStream": {"enable": False}}, SAY])
    assert call.caller_says("hello").transcript.lines("caller") == []
    assert [message["event_type"] for message in call.notified("tts:streaming-event")] == [
        "stream_open",
        "stream_closed",
    ]
