"""Settings for the rest of a call."""

from __future__ import annotations

from jambonz_sync.simulator import Scenario

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


def test_a_0_9_server_does_nothing_about_early_media_of_a_config() -> None:
    call = DrivenCall([{"verb": "config", "earlyMedia": True}, SAY], scenario=Scenario(server="0.9"))
    assert [finding.where for finding in call.state.findings] == ["config.earlyMedia"]
