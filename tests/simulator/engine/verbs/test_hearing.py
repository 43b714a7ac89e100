"""Verbs that hear the caller until the app stops them."""

from __future__ import annotations

from ..driver import DrivenCall

SAY = {"verb": "say", "text": "Hi."}
HANGUP = {"verb": "hangup"}


def test_an_agent_tells_what_the_caller_said() -> None:
    verb = {"verb": "agent", "llm": {"vendor": "openai", "model": "gpt"}, "eventHook": "/event"}
    call = DrivenCall([verb], caller=["good evening"])
    assert call.notified("agent:event") == [{"type": "user_transcript", "transcript": "good evening"}]


def test_a_transcription_hook_gets_what_the_caller_says() -> None:
    call = DrivenCall([{"verb": "transcribe", "transcriptionHook": "/t"}], {"/t": [SAY, HANGUP]}, ["hello there"])
    assert call.payloads_of("/t")[0]["speech"]["alternatives"][0]["transcript"] == "hello there"
    assert call.heard("Hi.")


def test_a_transcription_hook_tells_how_long_the_recogniser_has_taken_of_each_final_result() -> None:
    config = {"verb": "config", "notifySttLatency": True}
    verb = {"verb": "transcribe", "transcriptionHook": "/t", "recognizer": {"vendor": "google", "interim": True}}
    call = DrivenCall([config, verb], {"/t": []}, ["hello there", "my friend"])
    told = [payload.get("stt_latency_ms") for payload in call.payloads_of("/t")]
    assert told == [None, None, "300", None, None, "300"]
    first, second = [payload for payload in call.payloads_of("/t") if "stt_usage" in payload]
    assert second["stt_start_time"] == first["stt_stop_time"]
