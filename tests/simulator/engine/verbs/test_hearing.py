"""Verbs that hear the caller until the app stops them."""

from __future__ import annotations

from typing import Any

import pytest

from jambonz_sync.simulator import Said

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


WORDS = Said(
    "hola",
    language="es-ES",
    alternatives=[("ola", 0.5), ("oh la", 0.2)],
    vendor_event={"words": [{"word": "hola", "speaker": 1}]},
)


@pytest.mark.parametrize(
    ("recognizer", "language", "alternatives"),
    [
        ({"vendor": "google"}, "es-ES", ["hola"]),
        ({"vendor": "deepgram"}, "es-ES", ["hola"]),
        ({"vendor": "ibm"}, "en-US", ["hola", "ola", "oh la"]),
        ({"vendor": "nvidia"}, "en-US", ["hola"]),
        ({"vendor": "nvidia", "nvidiaOptions": {"maxAlternatives": 2}}, "en-US", ["hola", "ola"]),
    ],
)
def test_a_final_result_has_what_the_vendor_tells_of_it(
    recognizer: Any, language: str, alternatives: list[str]
) -> None:
    verb = {"verb": "gather", "input": ["speech"], "partialResultHook": "/partial", "actionHook": "/heard"}
    verb["recognizer"] = recognizer
    call = DrivenCall([verb], {"/partial": [], "/heard": [HANGUP]}, [WORDS])
    final, partial = call.payloads_of("/heard")[0]["speech"], call.payloads_of("/partial")[0]["speech"]
    assert final["language_code"] == partial["language_code"] == language
    assert [each["transcript"] for each in final["alternatives"]] == alternatives
    assert final["vendor"] == {"name": recognizer["vendor"], "evt": {"words": [{"word": "hola", "speaker": 1}]}}
    assert (len(partial["alternatives"]), partial["vendor"]["evt"]) == (1, {})


def test_words_that_are_collected_keep_what_the_vendor_tells_of_each() -> None:
    verb = {"verb": "gather", "input": ["speech"], "actionHook": "/heard"}
    verb["recognizer"] = {"vendor": "google", "asrTimeout": 1}
    call = DrivenCall([verb], {"/heard": [HANGUP]}, [WORDS, "mundo"])
    speech = call.payloads_of("/heard")[0]["speech"]
    assert speech["alternatives"][0]["transcript"] == "hola mundo"
    assert [each["vendor"]["evt"] for each in speech["vendor"]["evt"]] == [WORDS.vendor_event, {}]


SPEECHMATICS = {
    "vendor": "speechmatics",
    "speechmaticsOptions": {"translation_config": {"target_languages": ["en", "de"]}},
}


def test_a_translation_hook_gets_the_words_in_each_language_and_may_answer_with_verbs() -> None:
    verb = {"verb": "transcribe", "translationHook": "/translated", "recognizer": SPEECHMATICS}
    said = Said("hola", translations={"en": "hello"})
    call = DrivenCall(
        [verb],
        {"/translated": lambda data: [SAY, HANGUP] if data["translation"]["language"] == "de" else []},
        [said],
    )
    assert [payload["translation"] for payload in call.payloads_of("/translated")] == [
        {"channel": 1, "language": "en", "translation": "hello"},
        {"channel": 1, "language": "de", "translation": "[de] hola"},
    ]
    assert call.heard("Hi.")
    assert not call.state.findings


@pytest.mark.parametrize("recognizer", [{"vendor": "google"}, {"vendor": "speechmatics"}])
def test_a_translation_hook_that_no_recogniser_translates_for_is_told_of(recognizer: Any) -> None:
    verb = {"verb": "transcribe", "translationHook": "/translated", "recognizer": recognizer}
    call = DrivenCall([verb], {}, ["hola"])
    assert [(each.code, each.where) for each in call.state.findings] == [
        ("option-ignored-by-server", "transcribe.translationHook")
    ]
