"""A 0.9 server: it gets no verb that it would reject, and every one that it would take."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given

from jambonz_sync import InvalidVerb, WebhookResponse
from jambonz_sync.verbs.chain import VerbChain, as_verbs

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


# ---- what this package refuses for it


@pytest.mark.parametrize(
    ("verb", "message"),
    [
        ({"dial": {"target": [{"type": "user", "name": "x"}], "codecs": ["PCMU"]}}, "dial.codecs: needs jambonz v10"),
        ({"room": {"name": "x"}}, "room: needs jambonz v10"),
        ({"agent": {}}, "agent: needs jambonz 10.1.0"),
        ({"transfer": {}}, "transfer: needs jambonz 10.3.0"),
        ({"llm": {"vendor": "x", "llmOptions": {}, "hangup": {}}}, "llm.hangup: needs jambonz v10"),
        ({"config": {"bargeIn": {"sticky": True}}}, "config.bargeIn.enable: is missing"),
        ({"config": {"listen": {"enable": True, "url": "/a", "shiny": 1}}}, "config.listen.shiny: unknown option"),
        ({"elevenlabs_s2s": {"auth": {"agent_id": "a"}}}, "elevenlabs_s2s.llm_options: is missing"),
        (
            {"gather": {"recognizer": {"vendor": "x", "xai_options": {}}}},
            "gather.recognizer.xai_options: needs jambonz v10",
        ),
        (
            {"gather": {"action_hook_delay_action": {"actions": [{"room": {"name": "x"}}]}}},
            "gather.action_hook_delay_action.actions[0]: needs jambonz v10",
        ),
    ],
)
def test_a_0_9_server_is_not_sent_what_it_would_reject(verb: dict[str, Any], message: str) -> None:
    for attempt in (
        lambda: as_verbs(verb, server="0.9"),
        lambda: as_verbs(verb, server="0.9.8"),
        lambda: VerbChain(server="0.9").add_verbs(verb),
        lambda: WebhookResponse(server="0.9").add_verbs(verb),
    ):
        with pytest.raises(InvalidVerb) as caught:
            attempt()
        assert str(caught.value).startswith(message)


def test_a_chain_method_heeds_the_server_too() -> None:
    with pytest.raises(InvalidVerb, match=r"^room: needs jambonz v10, and the server is 0\.9$"):
        WebhookResponse(server="0.9").room(name="x")
    assert WebhookResponse(server="0.9").conference(name="x") == [{"verb": "conference", "name": "x"}]


def test_options_that_the_schema_leaves_open_reach_newer_servers() -> None:
    assert as_verbs({"config": {"listen": {"enable": True, "url": "/a", "shiny": 1}}}) == [
        {"verb": "config", "listen": {"enable": True, "url": "/a", "shiny": 1}}
    ]


def test_a_chain_may_learn_of_its_server_later() -> None:
    chain = VerbChain()
    chain.server = "0.9.8"
    with pytest.raises(InvalidVerb, match=r"^config\.tts_stream\.enable: is missing$"):
        chain.config(tts_stream={})


def test_a_response_is_checked_again_for_the_server_that_gets_it() -> None:
    with pytest.raises(InvalidVerb, match="room"):
        as_verbs(WebhookResponse().room(name="x"), server="0.9")


def test_an_unknown_server_is_refused() -> None:
    for attempt in (lambda: VerbChain(server="1.2"), lambda: WebhookResponse(server="x"), lambda: as_verbs([], "12")):
        with pytest.raises(
            ValueError, match=r'^server: expected "0.9", "10", "11", a release such as "11.1.0", or None'
        ):
            attempt()


@pytest.mark.parametrize("server", [0.9, 9, ("0", "9"), b"0.9", "", "0"])
def test_a_server_that_is_no_version_is_refused_with_the_same_words(server: Any) -> None:
    with pytest.raises(ValueError, match=r"^server: expected .*, or None, got " + re.escape(repr(server))):
        WebhookResponse(server=server)
