"""Settings for the rest of a call."""

from __future__ import annotations

from array import array
from typing import Any

import pytest

from jambonz_sync.simulator import Scenario
from jambonz_sync.simulator.engine.commands import execute

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


STREAM = {"verb": "listen", "url": "/s", "bidirectionalAudio": {"enabled": True, "streaming": True}}


@pytest.mark.parametrize(
    ("boost", "level"), [("6 dB", 1995), ("-6.9dB", 501), (20, 10000), (200, 32767), (0, 1000), ("loud", 1000)]
)
def test_a_boosted_signal_is_what_the_caller_hears_of_the_audio_of_the_app(boost: Any, level: int) -> None:
    call = DrivenCall([{"verb": "config", "boostAudioSignal": boost}, STREAM])
    call.app_sends(array("h", [1000] * 2000).tobytes()).tick(15)
    assert max(array("h", bytes(call.transcript.audio))) == level
    assert f"boostAudioSignal {boost}" in call.transcript.lines("event")
    assert [each.where for each in call.state.findings] == ["config.boostAudioSignal"] * (boost == "loud")


def test_whom_the_caller_is_connected_with_may_hear_them_louder_from_the_beginning_and_later() -> None:
    target = [{"type": "phone", "number": "+1777"}]
    verb = {"verb": "dial", "target": target, "boostAudioSignal": "3 dB"}
    call = DrivenCall([verb], scenario=Scenario(callees=("stay",)))
    leg = call.state.connected_leg
    assert leg is not None
    execute(call.machine, {"command": "boostAudioSignal", "data": "6 dB", "callSid": leg.call_sid})
    call.command("boostAudioSignal", "9 dB")
    lines = [line for line in call.transcript.lines("event") if line.startswith("boost")]
    assert lines == [
        "boostAudioSignal 3 dB (for +1777)",
        "boostAudioSignal 6 dB (for +1777)",
        "boostAudioSignal 9 dB",
    ]
    assert call.state.streams.decibels == 9
