"""What is let through for a 0.9 server, put to the checks that such a server makes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given

from jambonz_sync import InvalidVerb
from jambonz_sync.verbs.chain import as_verbs

from .facts import ALIASES, SERVER_09
from .test_junk import PATIENT, wire_verb

#: the shortcuts that a 0.9 server makes an llm of
VENDORS = {
    f"{vendor}_s2s": vendor
    for vendor in [
        "openai",
        "microsoft",
        "google",
        "elevenlabs",
        "deepgram",
        "voiceagent",
        "ultravox",
        "qwen",
        "gptlive",
    ]
}


class Refused(Exception):
    """A 0.9 server would void the whole answer."""


def js_typeof(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    return {str: "string", int: "number", float: "number"}.get(type(value), "object")


def server_takes(verb: Mapping[str, Any]) -> None:
    name, data = verb["verb"], {key: value for key, value in verb.items() if key != "verb"}
    if name in VENDORS:
        name, data = "llm", {"vendor": VENDORS[name], **data}
    check(ALIASES.get(name, name), data)


def check(name: str, data: Any) -> None:
    facts = SERVER_09.get(name)
    if facts is None:
        raise Refused(f"invalid instruction: {name}")
    left = set(facts.get("required", ()))
    for key, value in data.items():
        fact = facts["properties"].get(key)
        if fact is None:
            raise Refused(f"{name}: unknown property {key}")
        check_value(f"{name}.{key}", fact, value)
        left.discard(key)
    if left:
        raise Refused(f"{name}: missing value for {left}")


def check_value(path: str, fact: str, value: Any) -> None:
    if fact == "array":
        fine = isinstance(value, list)
    elif fact.startswith("#"):
        return check(fact[1:], value)
    elif fact == "list of #root":  # the table does not tell what that is
        return None
    elif fact.startswith("list of #"):
        for one in value:
            check(fact[9:], one)
        return None
    elif fact.startswith("enum("):
        fine = value in fact[5:-1].split("|")
    else:
        kinds = [one.strip() for one in fact.split("|")]
        fine = js_typeof(value) in kinds or ("array" in kinds and isinstance(value, list))
    if not fine:
        raise Refused(f"{path} has invalid data type")
    return None


@PATIENT
@given(verb=wire_verb(3))
def test_what_is_let_through_for_a_0_9_server_is_taken_by_it(verb: dict[str, Any]) -> None:
    try:
        rows = as_verbs(verb, server="0.9")
    except InvalidVerb:
        return
    for row in rows:
        server_takes(row)


@PATIENT
@given(verb=wire_verb(2))
def test_what_a_0_9_server_takes_is_let_through(verb: dict[str, Any]) -> None:
    try:
        server_takes(verb)
    except Refused:
        return
    try:
        as_verbs(verb, server="0.9")
    except InvalidVerb as error:
        if "ctions[" not in str(error.path):  # which the server looks at only when it runs them
            raise


@pytest.mark.parametrize(
    "verb",
    [
        {"verb": "room", "name": "x"},
        {"verb": "say", "text": 5},
        {"verb": "say", "mood": "x"},
        {"verb": "gather", "say": {"verb": "say", "text": "x"}},
        {"verb": "dial", "target": [{"type": "fax"}]},
        {"verb": "dial"},
    ],
)
def test_the_checks_of_the_server_refuse_what_is_wrong(verb: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        server_takes(verb)
