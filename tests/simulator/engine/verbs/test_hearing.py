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
