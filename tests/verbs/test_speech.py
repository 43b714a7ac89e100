"""Texts to say that jambonz would take for URLs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from jambonz_sync import WebhookResponse
from jambonz_sync.verbs import Say
from jambonz_sync.verbs.chain import VerbChain, as_verbs
from jambonz_sync.verbs.speech import taken_for_url


def first(chain: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return next(iter(chain))


@pytest.mark.usefixtures("fresh_advice")
def test_a_text_that_looks_like_a_url_is_escaped(caplog: pytest.LogCaptureFixture) -> None:
    chain = VerbChain().say(text="Note: hello").say(text=["Note: a", "b: c", "It is: d", "10:30"])
    assert [verb["text"] for verb in chain] == [
        "\u200bNote: hello",
        ["\u200bNote: a", "\u200bb: c", "It is: d", "10:30"],
    ]
    assert first(VerbChain().gather(say={"text": "Note: x"}))["say"] == {"text": "\u200bNote: x"}
    for say, said in (("Note: x", "\u200bNote: x"), ({"text": "Note: x"}, {"text": "\u200bNote: x"})):
        assert first(VerbChain().dub(action="sayOnTrack", track="t", say=say))["say"] == said
    assert as_verbs(as_verbs(Say(text="Note: x"))) == [{"verb": "say", "text": "\u200bNote: x"}]
    assert [record.name for record in caplog.records] == ["jambonz_sync.verbs"]
    assert "taken for a URL" in caplog.text


@pytest.mark.usefixtures("fresh_advice")
def test_the_text_of_a_dub_is_escaped_as_that_of_a_say(caplog: pytest.LogCaptureFixture) -> None:
    chain = VerbChain().dub(action="sayOnTrack", track="a", say="Note: x")
    chain.dub(action="sayOnTrack", track="a", say={"text": "Note: x"})
    assert [verb["say"] for verb in chain] == ["\u200bNote: x", {"text": "\u200bNote: x"}]
    assert len(caplog.records) == 1
    off = VerbChain(escape_urls=False).dub(action="sayOnTrack", track="a", say="Note: x")
    assert first(off)["say"] == "Note: x"


@pytest.mark.parametrize(
    "text", ["Note: x", "E-mail: us", " Note: x", "\tA: b", "\x01A: b", "No\nte: x", "a+b.c:", "A\t: b"]
)
def test_what_jambonz_takes_for_a_url_is_escaped(text: str) -> None:
    assert first(VerbChain().say(text=text))["text"] == f"\u200b{text}"


@pytest.mark.parametrize(
    "text",
    [
        *("Café: x", "snake_case: x", "10:30", "\u00a0Note: x", "\u200bNote: x", "A : b", "Hello world: x", "é:"),
        *("<speak>a: b</speak>", "silence_stream://500"),
    ],
)
def test_what_jambonz_speaks_as_it_is_is_sent_as_it_is(text: str) -> None:
    assert first(VerbChain().say(text=text))["text"] == text


@pytest.mark.usefixtures("fresh_advice")
def test_escaping_of_urls_can_be_switched_off(caplog: pytest.LogCaptureFixture) -> None:
    dub = VerbChain(escape_urls=False).dub(action="sayOnTrack", track="t", say="Note: x")
    assert first(dub)["say"] == "Note: x"
    for chain in (VerbChain(escape_urls=False), WebhookResponse(escape_urls=False)):
        chain.say(text="Note: hello").gather(say={"text": "Note: x"})
        assert first(chain)["text"] == "Note: hello"
        assert list(chain)[1]["say"]["text"] == "Note: x"
    assert as_verbs(Say(text="Note: x"), escape_urls=False) == [{"verb": "say", "text": "Note: x"}]
    assert as_verbs(WebhookResponse(escape_urls=False).say(text="Note: x"), "0.9")[0]["text"] == "Note: x"
    assert caplog.records == []


@pytest.mark.parametrize(("text", "word"), [("Note: x", "Note"), ("10:30", None), ("plain", None)])
def test_the_word_that_makes_a_text_a_url_can_be_told(text: str, word: str | None) -> None:
    assert taken_for_url(text) == word
