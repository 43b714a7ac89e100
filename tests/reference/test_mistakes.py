from __future__ import annotations

import pytest

from jambonz_sync.reference.mistakes import explain
from jambonz_sync.reference.names import error_classes
from jambonz_sync.reference.pages import pages
from jambonz_sync.simulator.engine.findings import CODES
from tests.growth import grows_with_length


@pytest.mark.parametrize("code", CODES)
def test_every_finding_is_explained(code: str) -> None:
    explanation = explain(f"error {code}: something")
    assert explanation.about == code
    assert explanation.mend


@pytest.mark.parametrize("name", error_classes())
def test_every_error_is_explained(name: str) -> None:
    explanation = explain(f"Traceback (most recent call last):\n  ...\njambonz_sync.errors.{name}: it failed")
    assert explanation.about == name
    assert explanation.meaning


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("gather.timeot: unknown option (did you mean timeout?)", "Take the name"),
        ("async functions and generators are not accepted", "plain def"),
        ("call c1: nobody listens to /herd, but to /heard", "Register the callback"),
        (
            "call c1: /heard took over 4.5 s and was acked without its reply, which follows as a command",
            "Say something",
        ),
        ("HTTP 503 Service Unavailable", "gunicorn -c"),
    ],
)
def test_a_message_is_explained_with_what_to_do(text: str, words: str) -> None:
    assert words in explain(text).mend


def test_a_text_that_is_not_known_leads_to_places_that_may_help() -> None:
    explanation = explain("something about barge-in went wrong")
    assert explanation.meaning == "This text is not known."
    assert any("howto/" in place for place in explanation.see)


def test_the_pages_that_explanations_name_are_there() -> None:
    named = {place for code in CODES for place in explain(code).see}
    assert named
    assert [place for place in named if place.partition(":")[0] not in pages()] == []


@pytest.mark.parametrize("piece", ["A", "a ", "ack-", "wait(", "did you ", "\n"])
def test_a_long_text_takes_no_longer_than_its_length(piece: str) -> None:
    assert grows_with_length(explain, lambda size: piece * size, 2000)
