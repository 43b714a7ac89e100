"""Options that the code of the server needs, though its schema does not, are missed before they are sent."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest

from jambonz_sync import InvalidVerb, WebhookResponse
from jambonz_sync.verbs import base
from jambonz_sync.verbs.chain import VerbChain
from jambonz_sync.verbs.components import LlmAuth

TARGET = {"type": "user", "name": "ann"}
SETTINGS = {"Settings": {"agent": {"think": {"provider": {"type": "open_ai", "model": "gpt-4o"}}}}}


@pytest.mark.parametrize(
    ("append", "message"),
    [
        (
            lambda chain: chain.say(),
            "say: needs text, or stream=True: without either jambonz drops the whole answer",
        ),
        (
            lambda chain: chain.say(loop=2, stream=False),
            "say: needs text, or stream=True: without either jambonz drops the whole answer",
        ),
        (
            lambda chain: chain.gather(input=["digits"], say={"loop": 2}),
            "gather.say: needs text, or stream=True: without either jambonz drops the whole answer",
        ),
        (lambda chain: chain.dub(action="sayOnTrack", track="a"), "dub.say: is missing, sayOnTrack needs it"),
        (lambda chain: chain.dub(action="playOnTrack", track="a"), "dub.play: is missing, playOnTrack needs it"),
        (lambda chain: chain.dub(action="addTrack", track=""), "dub.track: expected a string that is not empty"),
        (lambda chain: chain.conference(""), "conference.name: expected a string that is not empty"),
        (
            lambda chain: chain.config(listen={"enable": True}),
            "config.listen.url: is missing, enable=True needs it",
        ),
        (
            lambda chain: chain.config(stream={"enable": True}),
            "config.stream.url: is missing, enable=True needs it",
        ),
        (
            lambda chain: chain.dialogflow(project="p", credentials={}, lang="en-US", model="cx"),
            'dialogflow.agent: is missing, model="cx" needs it',
        ),
    ],
)
def test_an_option_that_the_server_cannot_do_without_is_missed(append: Callable[[Any], Any], message: str) -> None:
    chain = VerbChain()
    with pytest.raises(InvalidVerb) as caught:
        append(chain)
    assert str(caught.value) == message
    assert len(chain) == 0


def test_what_the_server_can_do_without_is_not_missed() -> None:
    chain = VerbChain().say("").say(stream=True).config(listen={"enable": False})
    chain.dub(action="addTrack", track="a").dub(action="silenceTrack", track="a")
    chain.dialogflow(project="p", credentials={}, lang="en-US")
    assert len(chain) == 6


VENDORS: list[tuple[dict[str, Any], str]] = [
    (
        {"vendor": "openai", "llm_options": {"response_create": {}}},
        "llm.auth.apiKey: is missing, vendor openai needs it",
    ),
    (
        {"vendor": "openai", "auth": {"api_key": "k"}, "llm_options": {"response_create": {"a": 1}}},
        "llm.auth.apiKey: is missing, vendor openai needs it: jambonz reads apiKey, not api_key",
    ),
    (
        {"vendor": "openai", "auth": {"apiKey": "k"}, "llm_options": {"session_update": {}}},
        "llm.llmOptions.response_create: is missing, vendor openai needs it",
    ),
    (
        {"vendor": "microsoft", "auth": {"apiKey": "k"}, "llm_options": {"response_create": {"a": 1}}},
        "llm.connectOptions.host: is missing, vendor microsoft needs it",
    ),
    (
        {
            "vendor": "deepgram",
            "auth": {"apiKey": "k"},
            "llm_options": {"Settings": {"agent": {"think": {"provider": {"type": "x"}}}}},
        },
        "llm.llmOptions.Settings.agent.think.provider.model: is missing, vendor deepgram needs it",
    ),
    ({"vendor": "ultravox", "llm_options": {}}, "llm.auth.apiKey: is missing, vendor ultravox needs it"),
    (
        {"vendor": "google", "auth": {"apiKey": "k"}, "llm_options": {}},
        "llm.llmOptions.setup: is missing, vendor google needs it",
    ),
    (
        {"vendor": "elevenlabs", "auth": {"api_key": "k"}, "llm_options": {}},
        "llm.auth.agent_id: is missing, vendor elevenlabs needs it",
    ),
]


@pytest.mark.parametrize(("options", "message"), VENDORS)
def test_what_a_vendor_of_a_model_needs_is_missed_on_a_server_that_is_known_to_need_it(
    options: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidVerb) as caught:
        VerbChain(server="0.9").llm(**options)
    assert str(caught.value) == message


@pytest.mark.parametrize(("options", "message"), VENDORS)
def test_and_advised_about_once_on_others(
    options: dict[str, Any], message: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "_advised", set())
    for _ in range(2):
        assert len(VerbChain().llm(**options)) == 1
    place, problem = message.split(": ", 1)
    assert [record.message for record in caplog.records if place in record.message] == [f"{place} {problem}"]


def test_a_verb_named_after_its_vendor_is_advised_about_too(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "_advised", set())
    VerbChain().openai_s2s(llm_options={"response_create": {"a": 1}})
    assert [record.message for record in caplog.records] == [
        "openai_s2s.auth.apiKey is missing, vendor openai needs it"
    ]


def test_a_model_that_has_all_is_taken_without_a_word(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    chain = VerbChain(server="0.9")
    chain.llm(vendor="openai", auth=LlmAuth(api_key="k"), llm_options={"response_create": {}})
    chain.llm(vendor="deepgram", auth={"apiKey": "k"}, llm_options=SETTINGS)
    chain.llm(vendor="newer", llm_options={})
    assert len(chain) == 3
    assert not caplog.records


@pytest.mark.parametrize(
    ("append", "message"),
    [
        (lambda chain: chain.gather(num_digits=1.5), "gather.num_digits: expected a whole number, got 1.5"),
        (lambda chain: chain.gather(min_digits=0.5), "gather.min_digits: expected a whole number, got 0.5"),
        (lambda chain: chain.gather(max_digits="4"), "gather.max_digits: expected a whole number, got a string"),
        (lambda chain: chain.say("x", loop=1.5), "say.loop: expected a whole number, got 1.5"),
        (lambda chain: chain.sip_decline(486.5), "sip:decline.status: expected a whole number, got 486.5"),
        (lambda chain: chain.listen("/a", sample_rate=0.5), "listen.sample_rate: expected a whole number, got 0.5"),
        (
            lambda chain: chain.conference("a", max_participants=2.5),
            "conference.max_participants: expected a whole number, got 2.5",
        ),
        (
            lambda chain: chain.config(barge_in={"min_bargein_word_count": 1.5}),
            "config.barge_in.min_bargein_word_count: expected a whole number, got 1.5",
        ),
    ],
)
def test_what_the_server_counts_is_a_whole_number(append: Callable[[Any], Any], message: str) -> None:
    with pytest.raises(InvalidVerb) as caught:
        append(VerbChain())
    assert str(caught.value) == message


def test_a_whole_number_may_be_written_as_a_float() -> None:
    assert VerbChain().gather(num_digits=4.0).say("x", loop=2.0).say("x", loop="forever")._verbs == [
        {"verb": "gather", "numDigits": 4},
        {"verb": "say", "text": "x", "loop": 2},
        {"verb": "say", "text": "x", "loop": "forever"},
    ]


@pytest.mark.parametrize("leg", ["child_call", "childCall"])
def test_the_keys_of_a_leg_are_captured_in_either_spelling(leg: str) -> None:
    chain = WebhookResponse().dial(target=[TARGET], dtmf_capture={leg: ["*3"]})
    assert json.loads(chain.to_json())[0]["dtmfCapture"] == {"childCall": ["*3"]}


def test_keys_of_a_leg_that_there_is_not_are_refused_for_jambonz_would_ignore_them() -> None:
    with pytest.raises(InvalidVerb, match=r"\.childcall: expected a leg, .* \(did you mean child_call\?\)$"):
        WebhookResponse().dial(target=[TARGET], dtmf_capture={"childcall": ["*3"]})


def test_keys_of_one_leg_under_both_its_names_are_refused_for_one_list_would_be_lost() -> None:
    with pytest.raises(InvalidVerb, match=r"dtmf_capture: names one leg twice, as child_call and as childCall"):
        WebhookResponse().dial(target=[TARGET], dtmf_capture={"childCall": ["*3"], "child_call": ["*4"]})
