"""The verbs and the options that jambonz 11 brought."""

from __future__ import annotations

from typing import Any

import pytest

from jambonz_sync import InvalidVerb, WebhookResponse
from jambonz_sync.verbs import Agent, NovaS2s, RestDial, VoiceliveS2s
from jambonz_sync.verbs.components import (
    AgentLlm,
    AgentNoiseIsolation,
    AssemblyAiOptions,
    GradiumOptions,
    GradiumTurnDetection,
    MistralOptions,
    NoiseIsolationAuth,
    Recognizer,
    XaiOptions,
    ZoomOptions,
)
from jambonz_sync.verbs.s2s import (
    NovaAuth,
    NovaDtmf,
    NovaMessage,
    NovaOptions,
    VoiceliveConnectOptions,
    VoiceliveOptions,
)


def wire(*verbs: Any) -> list[dict[str, Any]]:
    return list(WebhookResponse().add_verbs(verbs))


def test_nova_is_told_of_keys_history_and_prompt_in_either_form() -> None:
    sent = {
        "verb": "nova_s2s",
        "model": "amazon.nova-2-sonic-v1:0",
        "llmOptions": {
            "systemPrompt": "Be brief.",
            "history": [{"role": "user", "content": "Hi"}],
            "greeting": "Hello!",
            "sessionStart": {"inferenceConfiguration": {"max_tokens": 9}},
            "dtmf": {"enable": True, "numDigits": 4},
        },
        "auth": {"accessKeyId": "k", "secretAccessKey": "s", "region": "us-east-1"},
    }
    verb = NovaS2s(
        model="amazon.nova-2-sonic-v1:0",
        llm_options=NovaOptions(
            system_prompt="Be brief.",
            history=[NovaMessage(role="user", content="Hi")],
            greeting="Hello!",
            session_start={"inferenceConfiguration": {"max_tokens": 9}},
            dtmf=NovaDtmf(enable=True, num_digits=4),
        ),
        auth=NovaAuth(access_key_id="k", secret_access_key="s", region="us-east-1"),
    )
    assert wire(verb) == [sent]
    chain = WebhookResponse().nova_s2s(
        model="amazon.nova-2-sonic-v1:0",
        llm_options={
            "system_prompt": "Be brief.",
            "history": [{"role": "user", "content": "Hi"}],
            "greeting": "Hello!",
            "session_start": {"inferenceConfiguration": {"max_tokens": 9}},
            "dtmf": {"enable": True, "num_digits": 4},
        },
        auth={"access_key_id": "k", "secret_access_key": "s", "region": "us-east-1"},
    )
    assert chain == [sent]


def test_voice_live_has_typed_options_whose_events_go_as_they_are() -> None:
    update = {"session": {"turn_detection": {"type": "azure_semantic_vad"}}}
    verb = VoiceliveS2s(
        auth={"apiKey": "k"},
        connect_options=VoiceliveConnectOptions(host="x.services.ai.azure.com", agent_id="a", project_id="p"),
        llm_options=VoiceliveOptions(session_update=update, response_create={}),
    )
    assert wire(verb) == [
        {
            "verb": "voicelive_s2s",
            "auth": {"apiKey": "k"},
            "connectOptions": {"host": "x.services.ai.azure.com", "agentId": "a", "projectId": "p"},
            "llmOptions": {"session_update": update, "response_create": {}},
        }
    ]


def test_recognizers_have_the_options_of_their_vendors() -> None:
    recognizer = Recognizer(
        vendor="gradium",
        gradium_options=GradiumOptions(delay_in_frames=10, turn_detection=GradiumTurnDetection(threshold=0.5)),
        mistral_options=MistralOptions(streaming_delay_ms=2400, context_bias=["jambonz"]),
        zoom_options=ZoomOptions(turn_detection={"threshold": 0.2, "prefix_padding_ms": 300}),
        assembly_ai_options=AssemblyAiOptions(language_codes=["en", "de"], voice_focus="far-field"),
        xai_options=XaiOptions(model="grok-stt"),
        gladia_options={"region": "eu-west"},
    )
    assert WebhookResponse().transcribe(recognizer=recognizer)[0]["recognizer"] == {
        "vendor": "gradium",
        "gradiumOptions": {"delayInFrames": 10, "turn_detection": {"threshold": 0.5}},
        "mistralOptions": {"streamingDelayMs": 2400, "contextBias": ["jambonz"]},
        "zoomOptions": {"turn_detection": {"threshold": 0.2, "prefix_padding_ms": 300}},
        "assemblyAiOptions": {"languageCodes": ["en", "de"], "voiceFocus": "far-field"},
        "xaiOptions": {"model": "grok-stt"},
        "gladiaOptions": {"region": "eu-west"},
    }


@pytest.mark.parametrize("delay", [80, 1200, 2400])
def test_the_delay_of_mistral_is_within_its_bounds_or_the_one_above_them(delay: int) -> None:
    verb = {"transcribe": {"recognizer": {"vendor": "mistral", "mistral_options": {"streaming_delay_ms": delay}}}}
    assert wire(verb)[0]["recognizer"]["mistralOptions"] == {"streamingDelayMs": delay}


@pytest.mark.parametrize("delay", [79, 1201, 2399, 2401])
def test_another_delay_of_mistral_is_refused(delay: int) -> None:
    verb = {"transcribe": {"recognizer": {"vendor": "mistral", "mistral_options": {"streaming_delay_ms": delay}}}}
    with pytest.raises(InvalidVerb, match=rf"streaming_delay_ms: expected .* 80 to 1200, or 2400, got {delay}$"):
        wire(verb)


def test_an_agent_may_be_silent_give_up_and_hear_through_noise() -> None:
    agent = Agent(
        speak=False,
        speech_cleanup=False,
        no_response_timeout=12,
        no_response_max_prompts=3,
        noise_isolation=AgentNoiseIsolation(
            mode="kugelaudio", label="mine", auth=NoiseIsolationAuth(api_key="k", api_uri="https://noise.example.com")
        ),
    )
    assert wire(agent) == [
        {
            "verb": "agent",
            "noResponseTimeout": 12,
            "noResponseMaxPrompts": 3,
            "speak": False,
            "speechCleanup": False,
            "noiseIsolation": {
                "mode": "kugelaudio",
                "label": "mine",
                "auth": {"apiKey": "k", "apiUri": "https://noise.example.com"},
            },
        }
    ]
    assert wire({"config": {"noise_isolation": {"vendor": "kugelaudio", "auth": {"api_key": "k"}}}}) == [
        {"verb": "config", "noiseIsolation": {"vendor": "kugelaudio", "auth": {"apiKey": "k"}}}
    ]


def test_the_vendor_of_an_agents_model_is_one_that_jambonz_knows() -> None:
    own = AgentLlm(vendor="custom", connect_options={"base_url": "https://llm.example.com/v1"})
    assert wire(Agent(llm=own))[0]["llm"]["vendor"] == "custom"
    with pytest.raises(InvalidVerb) as caught:
        WebhookResponse().agent(llm={"vendor": "antropic"})
    assert caught.value.path == "agent.llm.vendor"
    assert caught.value.nearest == "anthropic"
    newer = {"llm": {"extra": {"vendor": "newcomer"}}}
    assert wire({"agent": newer})[0]["llm"] == {"vendor": "newcomer"}


@pytest.mark.parametrize("codecs", [["G722", "PCMU"], ["opus"], ["AMR-WB", "g726-32"]])
def test_codecs_are_named_in_upper_or_lower_case(codecs: list[str]) -> None:
    verb = {"verb": "dial", "target": [{"type": "user", "name": "x"}], "codecs": codecs}
    assert wire(verb) == [verb]


def test_a_name_that_no_codec_has_is_refused_for_it_would_void_the_list() -> None:
    with pytest.raises(InvalidVerb) as caught:
        WebhookResponse().dial(target=[{"type": "user", "name": "x"}], codecs=["PCMU", "PCNA"])
    assert (caught.value.path, caught.value.nearest) == ("dial.codecs[1]", "PCMA")
    call = RestDial(to={"type": "user", "name": "x"}, from_="1", call_hook="/x", codecs=["zzz"])
    with pytest.raises(InvalidVerb, match=r"codecs\[0\]: expected the name of a codec, such as PCMU, got 'zzz'$"):
        wire(call)
