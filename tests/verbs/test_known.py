"""Vendors that jambonz is not known to have, and languages that are no codes, are sent, and advised about once."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jambonz_sync.model.declare import ServerTarget
from jambonz_sync.rest.resources import speech
from jambonz_sync.verbs import base
from jambonz_sync.verbs.chain import VerbChain
from jambonz_sync.verbs.components import Recognizer
from jambonz_sync.verbs.vendors import known
from jambonz_sync.verbs.vendors.known import LANGUAGE_NAMES, SPEECH_VENDORS


@pytest.fixture(autouse=True)
def forget_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "_advised", set())


OWN = "one of your own is called 'custom:' and its name"


@pytest.mark.parametrize(
    ("speech", "messages"),
    [
        (
            {"vendor": "gogle"},
            [f"vendor 'gogle': jambonz is not known to have this speech vendor (did you mean google?); {OWN}"],
        ),
        (
            {"vendor": "Google"},
            [f"vendor 'Google': jambonz is not known to have this speech vendor (did you mean google?); {OWN}"],
        ),
        ({"vendor": "qqqqq"}, [f"vendor 'qqqqq': jambonz is not known to have this speech vendor; {OWN}"]),
        (
            {"vendor": "google", "fallback_vendor": "deepgramm"},
            [
                "fallbackVendor 'deepgramm': jambonz is not known to have this speech vendor (did you mean deepgram?); "
                + OWN
            ],
        ),
        (
            {"vendor": "google", "language": "en_US"},
            ["language 'en_US': jambonz writes languages as codes (did you mean en-US?)"],
        ),
        (
            {"vendor": "google", "language": "English"},
            ["language 'English': jambonz writes languages as codes (did you mean en-US?)"],
        ),
        (
            {"vendor": "default", "fallback_vendor": "aws", "fallback_language": "pt_BR"},
            ["fallbackLanguage 'pt_BR': jambonz writes languages as codes (did you mean pt-BR?)"],
        ),
    ],
)
def test_what_jambonz_will_hardly_know_is_sent_and_advised_about_once(
    speech: dict[str, Any], messages: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    chain = VerbChain()
    for _ in range(2):
        chain.say("x", synthesizer=speech)
        chain.gather(recognizer=Recognizer(**speech))
    assert chain._verbs[0]["synthesizer"]["vendor"] == speech["vendor"]
    assert [record.message for record in caplog.records] == messages


@pytest.mark.parametrize(
    "speech",
    [
        {"vendor": "custom:mine", "language": "en_US"},
        {"vendor": "custom:mine", "fallback_vendor": "google", "fallback_language": "en-US"},
        {"vendor": "google", "language": "en-US"},
        {"vendor": "google", "language": "cmn-Hans-CN"},
        {"vendor": "deepgram", "language": "multi"},
        {"vendor": "deepgram", "language": "multilingual"},
        {"vendor": "playht", "language": "english"},
        {"vendor": "rimelabs", "language": "eng"},
        {"vendor": "default", "language": "default"},
        {"vendor": ""},
    ],
)
def test_what_jambonz_may_know_is_not_advised_about(speech: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    VerbChain().say("x", synthesizer=speech).gather(recognizer=speech)
    assert not caplog.records


def test_every_vendor_that_the_api_has_credentials_for_is_known() -> None:
    assert set(speech._NEEDED) <= SPEECH_VENDORS


def test_advice_that_is_collected_comes_each_time_and_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    with base.advice_collected() as advice:
        for _ in range(2):
            VerbChain().say("Hi", synthesizer={"vendor": "gogle"})
    assert [text.partition(":")[0] for text in advice] == ["vendor 'gogle'"] * 2
    assert caplog.text == ""
    VerbChain().say("Hi", synthesizer={"vendor": "gogle"})
    assert "vendor 'gogle'" in caplog.text


@given(st.text("aZ9_-ü", max_size=9) | st.sampled_from([*LANGUAGE_NAMES, *LANGUAGE_NAMES.values()]).map(str.title))
@example("en-US_x")
def test_a_language_is_only_passed_over_where_there_is_no_advice_about_it(language: str) -> None:
    with base.advice_collected() as advice:
        known.advise_on_speech({"language": language}, ServerTarget())
    with base.advice_collected() as advice_of_all:
        known._advise_language("language", language)
    assert advice == advice_of_all
