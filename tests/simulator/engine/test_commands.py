"""Commands in the middle of a call, as plain values."""

from __future__ import annotations

from typing import Any

import pytest

from jambonz_sync.simulator import Scenario

from .driver import DrivenCall

SAY = {"verb": "say", "text": "Hi."}


@pytest.mark.parametrize(
    ("command", "data", "note"),
    [
        ("record", {"action": "startCallRecording", "siprecServerURL": "sip:r@s"}, "startCallRecording at sip:r@s"),
        ("dub", {"action": "addTrack", "track": "music"}, "dub addTrack music"),
        ("config", {"record": {"action": "pauseCallRecording"}}, "record in the background: pauseCallRecording"),
        ("tag", {"a": 1}, 'tag {"a": 1}'),
        ("sip:request", {"sip_request": {"method": "INFO"}}, "sends INFO"),
        ("llm:update", {"type": "x"}, "llm:update"),
        ("agent:update", {"type": "generate_reply"}, "agent:update"),
        ("boostAudioSignal", "6 dB", "boostAudioSignal 6 dB"),
        ("noiseIsolation:status", {"noise_isolation_status": "enable"}, "noiseIsolation:status"),
        ("mute:status", {"mute_status": "mute"}, "mute:status is ignored: no dial or conference runs"),
        ("whisper", {"whisper": {"verb": "say", "text": "x"}}, "whisper is ignored"),
        ("listen:status", {"listen_status": "pause"}, "ignored"),
        ("llm:status", {"llm_status": "stop"}, "llm:status is ignored: no llm runs"),
        ("stream:status", {"stream_status": "move-to-room", "room": "r"}, "stream:status is ignored: no stream runs"),
    ],
)
def test_a_command_does_something_or_is_ignored(command: str, data: Any, note: str) -> None:
    call = DrivenCall([SAY]).command(command, data)
    assert any(note in line for line in call.transcript.lines("event"))
    assert not call.transcript.errors


@pytest.mark.parametrize(
    ("command", "data"),
    [
        ("record", {"action": "start"}),
        ("record", "start"),
        ("redirect", [{"verb": "say", "volume": 1}]),
        ("redirect", {}),
        ("redirect", {"child_call_hook": "/x"}),
        ("call:status", {"call_status": "over"}),
        ("config", {"volume": 1}),
        ("dtmf", {"tone": "1"}),
        ("whisper", {"whisper": {"verb": "hangup"}}),
        ("sip:request", {"method": "INFO"}),
        ("llm:status", {"llm_status": "move"}),
        ("llm:status", {"llm_status": "move-to-room"}),
        ("stream:status", {"stream_status": "move-to-room", "room": 5}),
        ("nonsense", {}),
    ],
)
def test_a_command_of_the_wrong_shape_does_nothing_and_the_app_is_not_told(command: str, data: Any) -> None:
    call = DrivenCall([SAY]).command(command, data)
    assert not call.notified("jambonz:error")
    assert call.state.findings[-1].code in ("command-invalid", "command-unknown")
    assert call.state.findings[-1].wire["command"] == command
    assert call.transcript.errors[0].startswith(f"command {command}: ")
    assert not call.machine.finished


@pytest.mark.parametrize("data", [{"digit": "5"}, {"digit": "5", "dtmf": {"digit": "5", "duration": 250}}])
def test_tones_are_taken_in_either_form(data: Any) -> None:
    call = DrivenCall([SAY]).command("dtmf", data)
    assert "(sends the tones 5)" in call.transcript.lines("event")
    assert call.state.sip_requests[-1]["body"] == "Signal=5\nDuration=250 "


def test_a_0_9_server_takes_tones_in_one_form_only() -> None:
    call = DrivenCall([SAY], scenario=Scenario(server="0.9")).command("dtmf", {"digit": "5"})
    assert [finding.code for finding in call.state.findings] == ["command-invalid"]


def test_a_redirect_to_a_hook_asks_it() -> None:
    call = DrivenCall([SAY], {"/next": [{"verb": "say", "text": "Next."}, {"verb": "hangup"}]})
    call.command("redirect", {"call_hook": "/next"})
    assert call.requests[0].type == "session:redirect"
    assert call.heard("Next.")


def test_the_call_can_be_ended_or_refused() -> None:
    ended = DrivenCall([SAY]).command("call:status", {"call_status": "completed"})
    assert (ended.transcript.end_reason, ended.transcript.ended_by) == ("completed", "app")
    refused = DrivenCall([{"verb": "tag", "data": {"a": 1}}]).command("call:status", {"call_status": "no-answer"})
    assert refused.transcript.end_reason == "declined (503)"


def test_a_command_after_the_end_is_too_late() -> None:
    call = DrivenCall([SAY, {"verb": "hangup"}]).command("redirect", [SAY])
    assert any("too late" in line for line in call.transcript.lines("status"))


def test_a_tool_output_names_its_call() -> None:
    call = DrivenCall([{"verb": "agent", "toolHook": "/tool"}])
    (tool,) = [call.state.models.started[0].call("look_up", {})]
    call.command("llm:tool-output", {"result": 1}, tool_call_id=tool.function.id)
    assert 'tool output of look_up: {"result": 1}' in call.transcript.lines("event")
    call.command("llm:tool-output", {"result": 1})
    assert call.transcript.errors == ["a tool output without tool_call_id"]


def test_a_conversation_with_a_model_moves_into_a_room() -> None:
    call = DrivenCall([{"verb": "llm", "vendor": "ultravox", "llmOptions": {}}])
    call.command("llm:status", {"stream_status": "move-to-room", "room": "demo"})
    assert "llm:status: the model and the caller move to the room demo" in call.transcript.lines("event")
    assert not call.transcript.errors


def test_a_stream_moves_into_a_room_if_its_verb_has_an_id() -> None:
    move = {"stream_status": "move-to-room", "room": "demo"}
    named = DrivenCall([{"verb": "stream", "id": "s1", "url": "/audio"}]).command("stream:status", move)
    assert "stream:status: the stream and the caller move to the room demo" in named.transcript.lines("event")
    nameless = DrivenCall([{"verb": "stream", "url": "/audio"}]).command("stream:status", move)
    assert "stream:status is ignored: the verb of the stream has no id" in nameless.transcript.lines("event")


@pytest.mark.parametrize(
    ("command", "data"),
    [
        ("tag", {"a": 1}),
        ("agent:update", {"type": "generate_reply"}),
        ("llm:status", {"llm_status": "stop"}),
        ("stream:status", {"stream_status": "move-to-room", "room": "r"}),
    ],
)
def test_a_0_9_server_lacks_the_commands_that_came_later(command: str, data: Any) -> None:
    call = DrivenCall([SAY], scenario=Scenario(server="0.9.8")).command(command, data)
    assert [finding.code for finding in call.state.findings] in (["command-unknown"], ["command-invalid"])
    newer = DrivenCall([SAY], scenario=Scenario(server="10")).command(command, data)
    assert "command-unknown" not in [finding.code for finding in newer.state.findings]


def test_text_without_an_id_is_refused_and_by_a_0_9_server_dropped() -> None:
    result = {"status": "failed", "reason": "missing id"}
    newer = DrivenCall([SAY]).command("tts:tokens", {"tokens": "x"})
    assert newer.notified("tts:tokens-result") == [result]
    older = DrivenCall([SAY], scenario=Scenario(server="0.9")).command("tts:tokens", {"tokens": "x"})
    assert not older.notified("tts:tokens-result")
    assert "it has no id" in older.transcript.errors[0]
