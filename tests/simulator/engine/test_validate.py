"""The check of verbs, as plain values."""

from __future__ import annotations

from typing import Any

import pytest

from jambonz_sync.simulator.engine.rules_0_9 import RULES, VERBS

from .driver import DrivenCall

SAY = {"verb": "say", "text": "Hi."}
HANGUP = {"verb": "hangup"}


def test_both_shapes_of_a_verb_are_taken() -> None:
    assert DrivenCall([{"say": {"text": "Hi."}}, {"hangup": {}}]).heard("Hi.")


@pytest.mark.parametrize(
    "verb",
    [
        {"verb": "shout", "text": "Hi."},
        {"verb": "say", "text": "Hi.", "volume": 11},
        {"verb": "gather", "action_hook": "/x"},
        {"verb": "gather", "recognizer": {"vendor": "google", "hints_boost": 3}},
        {"verb": "gather", "say": {"verb": "say", "text": "Hi."}},
        {"verb": "dial"},
        {"verb": "pause", "length": "long"},
        {"say": {"text": "Hi."}, "play": {"url": "x"}},
        "say",
    ],
)
def test_one_verb_that_the_server_does_not_know_voids_the_first_answer(verb: Any) -> None:
    call = DrivenCall([SAY, verb])
    assert call.transcript.end_reason == "rejected (480)"
    assert not call.heard("Hi.")
    assert call.transcript.errors


def test_an_older_server_knows_fewer_options() -> None:
    from jambonz_sync.simulator import Scenario

    verb = {"verb": "transfer", "mode": "blind", "target": [{"type": "phone", "number": "+15085551214"}]}
    assert DrivenCall([verb, SAY, HANGUP]).heard("Hi.")
    assert DrivenCall([verb, SAY, HANGUP], scenario=Scenario(server="0.9")).transcript.end_reason == "rejected (480)"


@pytest.mark.parametrize(
    "part",
    [
        {"verb": "auth", "username": "u", "password": "p"},
        {"verb": "vad"},
        {"verb": "pipeline", "llm": {"vendor": "openai", "llmOptions": {}}},
    ],
)
def test_what_verbs_are_made_of_is_no_verb_for_an_older_server(part: dict[str, Any]) -> None:
    from jambonz_sync.simulator import Scenario

    call = DrivenCall([SAY, part], scenario=Scenario(server="0.9"))
    assert call.transcript.end_reason == "rejected (480)"
    assert f"invalid jambonz verb '{part['verb']}'" in call.transcript.errors[0]


def test_an_older_server_knows_the_options_of_each_of_its_verbs() -> None:
    assert RULES.keys() >= VERBS


def test_an_invalid_verb_in_an_answer_voids_all_of_it() -> None:
    gather = {"verb": "gather", "input": ["speech"], "actionHook": "/g"}
    call = DrivenCall([gather, HANGUP], {"/g": [SAY, {"verb": "say", "text": "x", "colour": "red"}]}, ["hello"])
    assert not call.heard("Hi.")
    assert "colour" in call.transcript.errors[0]
    assert "colour" in call.notified("jambonz:error")[0]["details"]
    assert not call.transcript.ok


@pytest.mark.parametrize("alias", ["stream", "room", "s2s"])
def test_aliases_are_the_verbs_that_they_stand_for(alias: str) -> None:
    options = {"stream": {"url": "/a"}, "room": {"name": "r"}, "s2s": {"vendor": "openai", "llmOptions": {}}}[alias]
    call = DrivenCall([{"verb": alias, **options}])
    assert call.verbs() == [{"stream": "listen", "room": "conference", "s2s": "llm"}[alias]]
