"""Commands in the middle of a call, as plain values."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jambonz_sync.simulator import Said
from jambonz_sync.simulator.engine.tokens import HIGH_WATER, TokenBuffer

from .driver import Run

SAY = {"verb": "say", "text": "Hi."}
STREAM = {"verb": "config", "ttsStream": {"enable": True}}


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
    ],
)
def test_a_command_does_something_or_is_ignored(command: str, data: Any, note: str) -> None:
    run = Run([SAY]).command(command, data)
    assert any(note in line for line in run.transcript.lines("event"))
    assert not run.transcript.errors


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
        ("tts:tokens", {"tokens": "x"}),
        ("llm:tool-output", {"a": 1}),
        ("nonsense", {}),
    ],
)
def test_a_command_of_the_wrong_shape_earns_a_jambonz_error(command: str, data: Any) -> None:
    run = Run([SAY]).command(command, data)
    assert run.tells("jambonz:error")
    assert run.transcript.errors[0].startswith(f"command {command}: ")
    assert not run.machine.finished


@pytest.mark.parametrize("data", [{"digit": "5"}, {"digit": "5", "dtmf": {"digit": "5", "duration": 250}}])
def test_tones_are_taken_in_either_form(data: Any) -> None:
    assert Run([SAY]).command("dtmf", data).heard("sends the tones 5")


def test_a_redirect_to_a_hook_asks_it() -> None:
    run = Run([SAY], {"/next": [{"verb": "say", "text": "Next."}, {"verb": "hangup"}]})
    run.command("redirect", {"call_hook": "/next"})
    assert run.asked[0].type == "session:redirect"
    assert run.heard("Next.")


def test_the_call_can_be_ended_or_refused() -> None:
    ended = Run([SAY]).command("call:status", {"call_status": "completed"})
    assert (ended.transcript.end_reason, ended.transcript.ended_by) == ("completed", "app")
    refused = Run([{"verb": "tag", "data": {"a": 1}}]).command("call:status", {"call_status": "no-answer"})
    assert refused.transcript.end_reason == "declined (503)"


def test_a_command_after_the_end_is_too_late() -> None:
    run = Run([SAY, {"verb": "hangup"}]).command("redirect", [SAY])
    assert any("too late" in line for line in run.transcript.lines("status"))


def test_a_tool_output_names_its_call() -> None:
    run = Run([{"verb": "llm", "vendor": "openai", "llmOptions": {}}])
    run.command("llm:tool-output", {"result": 1}, tool_call_id="t1")
    assert any(line.startswith("tool output") for line in run.transcript.lines("event"))


# -- streamed text


def tokens(run: Run, *texts: str) -> list[dict[str, Any]]:
    for number, text in enumerate(texts, len(run.tells("tts:tokens-result"))):
        run.command("tts:tokens", {"id": number, "tokens": text})
    return run.tells("tts:tokens-result")


def test_text_is_spoken_sentence_by_sentence() -> None:
    run = Run([STREAM])
    tokens(run, "It costs", " 3.50 dollars. And", " then")
    assert run.transcript.lines("app") == ["It costs 3.50 dollars."]
    run.command("tts:flush")
    assert run.transcript.lines("app") == ["It costs 3.50 dollars.", "And then"]


def test_nothing_is_spoken_before_the_stream_is_open() -> None:
    run = Run([SAY])
    tokens(run, "Hello. ")
    assert run.transcript.lines("app") == ["Hi."]
    run.command("config", {"ttsStream": {"enable": True}})
    assert run.transcript.lines("app") == ["Hi.", "Hello."]


def test_a_full_buffer_refuses_the_whole_token_and_says_when_to_go_on() -> None:
    run = Run([STREAM])
    results = tokens(run, "a " * 400, "b " * 150, "c " * 10)
    assert [one["status"] for one in results] == ["ok", "failed", "ok"]
    assert results[1]["reason"] == "full"
    order = [(one.type, one.data.get("event_type")) for one in run.told if one.type.startswith("tts")]
    assert order == [
        ("tts:streaming-event", "stream_open"),
        ("tts:tokens-result", None),
        ("tts:streaming-event", "stream_paused"),
        ("tts:tokens-result", None),
        ("tts:tokens-result", None),
    ]
    assert run.machine.text_timeout()
    run.drain()
    assert run.tells("tts:streaming-event")[-1] == {"event_type": "stream_resumed"}
    assert tokens(run, "more ")[-1]["status"] == "ok"


def test_a_token_over_the_limit_never_fits() -> None:
    assert tokens(Run([STREAM]), "x" * 1001)[0] == {"id": 0, "status": "failed", "reason": "full"}


def test_tokens_without_text_fail() -> None:
    run = Run([STREAM]).command("tts:tokens", {"id": 1})
    assert run.tells("tts:tokens-result") == [{"id": 1, "status": "failed", "reason": "missing tokens"}]


def test_clear_throws_away_what_waits() -> None:
    run = Run([STREAM])
    tokens(run, "never spoken")
    run.command("tts:clear").command("tts:flush")
    assert run.transcript.lines("app") == []


def test_a_streaming_say_lasts_until_its_text_is_spoken() -> None:
    run = Run([{"verb": "say", "stream": True}, {"verb": "say", "text": "After."}, {"verb": "hangup"}])
    assert not run.machine.finished
    tokens(run, "Streamed")
    assert not run.machine.finished
    run.command("tts:flush")
    assert run.transcript.lines("app") == ["Streamed", "After."]


def test_who_speaks_interrupts_what_waits_to_be_spoken() -> None:
    gather = {"verb": "gather", "input": ["speech"], "actionHook": "/g"}
    run = Run([STREAM])
    tokens(run, "a long story without an end")
    run.hooks["/g"] = [SAY, {"verb": "hangup"}]
    run.caller.script.append(Said("stop"))
    run.command("redirect", [gather])
    assert {"event_type": "user_interruption"} in run.tells("tts:streaming-event")
    assert run.transcript.lines("app") == ["Hi."]


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
