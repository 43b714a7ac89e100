"""Servers of jambonz 10 and 11: what one lacks is refused by name, with the version that has it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from jambonz_sync import InvalidVerb, WebhookResponse
from jambonz_sync.verbs.chain import as_verbs

from .test_junk import PATIENT, wire_verb

NOVA = {"nova_s2s": {"auth": {"accessKeyId": "k", "secretAccessKey": "s"}}}
VOICELIVE = {
    "voicelive_s2s": {
        "auth": {"apiKey": "k"},
        "connectOptions": {"host": "x.example.com"},
        "llmOptions": {"session_update": {}, "response_create": {}},
    }
}
GPTLIVE = {"gptlive_s2s": {"auth": {"apiKey": "k"}, "llmOptions": {"session_update": {}}}}


def recognizer(**options: Any) -> dict[str, Any]:
    return {"transcribe": {"recognizer": {"vendor": "x", **options}}}


@pytest.mark.parametrize(
    ("verb", "server", "message"),
    [
        (NOVA, "10", "nova_s2s: needs jambonz 11.1.7, and the server is 10"),
        (NOVA, "11.1.0", "nova_s2s: needs jambonz 11.1.7, and the server is 11.1.0"),
        (VOICELIVE, "10", "voicelive_s2s: needs jambonz 11.1.0, and the server is 10"),
        (VOICELIVE, "0.9", "voicelive_s2s: needs jambonz 11.1.0, and the server is 0.9"),
        (GPTLIVE, "10", "gptlive_s2s: needs jambonz 11.0.4, and the server is 10"),
        ({"transfer": {}}, "10.1.0", "transfer: needs jambonz 10.3.0, and the server is 10.1.0"),
        ({"agent": {"speak": False}}, "10", "agent.speak: needs jambonz v11, and the server is 10"),
        ({"agent": {"speech_cleanup": False}}, "10", "agent.speech_cleanup: needs jambonz v11"),
        ({"agent": {"no_response_max_prompts": 2}}, "10", "agent.no_response_max_prompts: needs jambonz v11"),
        ({"agent": {"noise_isolation": "kugelaudio"}}, "10", "agent.noise_isolation: 'kugelaudio' needs jambonz v11"),
        (
            {"agent": {"noise_isolation": {"mode": "kugelaudio"}}},
            "10",
            "agent.noise_isolation.mode: 'kugelaudio' needs jambonz v11, and the server is 10",
        ),
        (
            {"config": {"noiseIsolation": {"vendor": "kugelaudio"}}},
            "10",
            "config.noiseIsolation.vendor: 'kugelaudio' needs jambonz v11",
        ),
        ({"config": {"noise_isolation": {"label": "x"}}}, "10", "config.noise_isolation.label: needs jambonz v11"),
        (recognizer(gradium_options={}), "10", "transcribe.recognizer.gradium_options: needs jambonz v11"),
        (recognizer(mistralOptions={}), "10", "transcribe.recognizer.mistralOptions: needs jambonz v11"),
        (recognizer(zoom_options={}), "10", "transcribe.recognizer.zoom_options: needs jambonz v11"),
        (
            recognizer(assembly_ai_options={"voice_focus": "near-field"}),
            "10",
            "transcribe.recognizer.assembly_ai_options.voice_focus: needs jambonz v11",
        ),
        (recognizer(xai_options={"model": "x"}), "10", "transcribe.recognizer.xai_options.model: needs jambonz v11"),
        (
            recognizer(gladia_options={"region": "eu"}),
            "10",
            "transcribe.recognizer.gladia_options.region: unknown option",
        ),
        (
            recognizer(nuance_options={}),
            "11",
            "transcribe.recognizer.nuance_options: is for jambonz 0.9 only, and the server is 11",
        ),
        (
            {"config": {"barge_in": {"num_digits": 1}}},
            "10",
            "config.barge_in.num_digits: is for jambonz 0.9 only, and the server is 10",
        ),
    ],
)
def test_what_a_server_lacks_is_refused_and_the_newest_takes_it(
    verb: dict[str, Any], server: str, message: str
) -> None:
    with pytest.raises(InvalidVerb) as caught:
        as_verbs(verb, server)
    assert str(caught.value).startswith(message)
    if verb.keys() != {"transfer"}:  # which needs more than its name
        assert as_verbs(verb)
        assert "only" in message or as_verbs(verb, "11")


@pytest.mark.parametrize("server", [None, "10", "10.1.0", "11", "11.1.7"])
def test_a_server_of_a_newer_line_takes_what_0_9_lacks(server: str | None) -> None:
    verbs = [
        {"verb": "room", "name": "x"},
        {"verb": "agent", "noiseIsolation": "krisp"},
        {"verb": "config", "listen": {"enable": True, "url": "/a", "shiny": 1}},
        {"verb": "elevenlabs_s2s", "auth": {"agent_id": "a"}},
    ]
    assert as_verbs(verbs, server) == verbs
    assert WebhookResponse(server=server).room(name="x") == verbs[:1]


def test_an_option_that_a_0_9_server_alone_takes_reaches_it() -> None:
    verb = {"verb": "config", "bargeIn": {"enable": True, "numDigits": 1}}
    assert as_verbs(verb, "0.9") == as_verbs(verb) == [verb]


@PATIENT
@given(verb=wire_verb(3))
def test_what_jambonz_10_takes_is_taken_by_11_and_by_the_newest(verb: dict[str, Any]) -> None:
    try:
        rows = as_verbs(verb, "10")
    except InvalidVerb:
        return
    assert as_verbs(verb, "11") == as_verbs(verb) == rows
