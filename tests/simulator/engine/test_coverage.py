"""Each option of each verb is simulated as it is said to be, and what is not is told in the call that asks for it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jambonz_sync.simulator.engine.coverage import COVERAGE, NOT_RUN, VERB_NAMES, Coverage, described_as
from jambonz_sync.simulator.engine.verbs import VERBS

from .driver import DrivenCall

FACTS = Path(__file__).parents[2] / "facts"
SCHEMAS = [json.loads((FACTS / name).read_text()) for name in ("verbs.json", "verbs-11.json")]
SERVER: dict[str, Any] = json.loads((FACTS / "server-0.9.8.json").read_text())

#: parts of verbs -> where the schemas, and the server 0.9, describe them
PARTS: dict[str, tuple[str, ...]] = {
    "agent.bargeIn": ("verbs/agent/bargeIn",),
    "agent.hangup": ("components/hangup",),
    "agent.llm": ("verbs/agent/llm",),
    "amd.timers": ("components/amd/timers", "amdTimers"),
    "config.bargeIn": ("verbs/config/bargeIn", "bargeIn"),
    "config.ttsStream": ("verbs/config/ttsStream", "ttsStream"),
    "listen.background": ("verbs/listen", "listen", "listenOptions"),
}
PARTS |= {
    name: (f"components/{name.replace('.', '-')}", name.partition(".")[2])
    for name in COVERAGE
    if name.startswith("recognizer.")
}


def wire_name(verb: str) -> str:
    return {"rest_dial": "rest:dial"}.get(verb, verb.replace("sip-", "sip:"))


def options_in(schema: dict[str, Any], path: str) -> dict[str, Any]:
    """The options of a verb, of a component, or of a part of one, with their types."""
    section, name, *inner = path.split("/")
    entry = schema[section].get(name, {})
    for key in inner:
        entry = entry.get("properties", {}).get(key, {})
    options = dict(entry.get("properties", {}))
    for parent in entry.get("inherits", ()):
        options |= options_in(schema, "components/" + parent.partition(":")[2])
    return options


def documented() -> dict[str, dict[str, Any]]:
    """Verb, or part of one -> all options that any version has, with their types."""
    options: dict[str, dict[str, Any]] = {}
    for name in COVERAGE:
        options[name] = {}
        for rules in PARTS[name][1:] if name in PARTS else [name]:
            options[name] |= SERVER.get(rules, {}).get("properties", {})
    for schema in SCHEMAS:
        for name in schema["verbs"]:
            verb = described_as(wire_name(name))
            if verb not in NOT_RUN:
                options.setdefault(verb, {}).update(options_in(schema, f"verbs/{name}"))
        for name in COVERAGE:
            if name in schema["components"] and name not in VERB_NAMES:
                options[name] |= options_in(schema, f"components/{name}")
            if name in PARTS:
                options[name] |= options_in(schema, PARTS[name][0])
    options["transfer"] |= options_in(SCHEMAS[1], "components/transferOptions")
    return options


DOCUMENTED = documented()


def stated(name: str) -> list[str]:
    return [option for statement in COVERAGE[name] for option in statement.options]


@pytest.mark.parametrize("name", DOCUMENTED)
def test_each_option_has_one_statement_and_each_statement_an_option(name: str) -> None:
    assert Counter(stated(name)) == Counter(list(DOCUMENTED[name]))


def test_each_verb_that_runs_has_statements_and_the_others_a_reason() -> None:
    names = {described_as(wire_name(name)) for schema in SCHEMAS for name in schema["verbs"]}
    assert names - set(NOT_RUN) <= set(VERB_NAMES) == set(VERBS)
    assert not set(NOT_RUN) & set(VERBS)


def test_what_is_not_as_on_the_server_has_a_sentence() -> None:
    for name, statements in COVERAGE.items():
        for statement in statements:
            assert statement.level == "exact" or statement.note, (name, statement.options)
            assert not statement.part or statement.part in COVERAGE


# -- in calls

#: the least that a verb needs
LEAST: dict[str, dict[str, Any]] = {
    "agent": {"llm": {"vendor": "openai", "model": "m", "llmOptions": {}}},
    "alert": {"message": "m"},
    "conference": {"name": "room"},
    "dequeue": {"name": "q", "timeout": 1},
    "dial": {"target": [{"type": "phone", "number": "+15085551214"}]},
    "dialogflow": {"credentials": "{}", "project": "p", "lang": "en"},
    "dtmf": {"dtmf": "1"},
    "dub": {"action": "addTrack", "track": "a"},
    "enqueue": {"name": "q"},
    "gather": {"timeout": 1},
    "lex": {"botId": "b", "botAlias": "a", "region": "r"},
    "listen": {"url": "ws://127.0.0.1:1/"},
    "llm": {"vendor": "openai", "model": "m", "llmOptions": {}},
    "message": {"to": "1", "from": "2", "text": "t"},
    "pause": {"length": 1},
    "play": {"url": "https://example.com/a.wav"},
    "rasa": {"url": "https://example.com/"},
    "redirect": {"actionHook": "/h"},
    "say": {"text": "hello"},
    "sip:decline": {"status": 486},
    "sip:refer": {"referTo": "+15085551214"},
    "sip:request": {"method": "INFO"},
    "tag": {"data": {}},
    "transcribe": {"transcriptionHook": "/h"},
    "transfer": {"target": [{"type": "phone", "number": "+15085551214"}], "mode": "blind"},
}
#: what parts need beside an option
LEAST_PARTS: dict[str, dict[str, Any]] = {
    "play": LEAST["play"],
    "say": LEAST["say"],
    "target": LEAST["dial"]["target"][0],
    "listen.background": {"url": "ws://127.0.0.1:1/", "enable": True},
    "fillerNoise": {"enable": True},
    "config.ttsStream": {"enable": True},
    "config.bargeIn": {"enable": True},
    "agent.llm": LEAST["agent"]["llm"],
    "handoff": LEAST["transfer"],
}
#: values of options whose type does not say enough
VALUES: dict[str, Any] = {
    "actions": [{"verb": "say", "text": "wait"}],
    "giveUpActions": [{"verb": "hangup"}],
    "channel": 2,
    "loop": 2,
    "method": "GET",
    "reset": "recognizer",
    "seekOffset": 1,
    "timeoutSecs": 1,
    "url": "ws://127.0.0.1:1/",
}


def value_for(statement: Coverage, name: str, option: str) -> Any:
    """A value of an option, which asks for something."""
    if statement.default is True:
        return False
    return VALUES[option] if option in VALUES else sample(DOCUMENTED[name].get(option))


def sample(kind: Any) -> Any:
    """A value of a type of the schemas."""
    match kind:
        case {"type": inner} | [inner, *_]:
            return sample(inner)
        case {"list_of": inner}:
            return [sample(inner)]
        case {"map_of": _}:
            return {"a": "b"}
        case {}:
            return {"a": 1}
        case str() if "actionHook" in kind or "Hook" in kind:
            return "/h"
        case str() if kind.startswith("enum("):
            return kind[5:-1].split("|")[-1]
        case "string" | "object|string" | "string|array":
            return "1"
        case "number" | "integer" | "number|string":
            return 1
        case "boolean" | "const(false)":
            return True
        case "array":
            return ["1"]
        case _:
            return {"a": 1}


def of_level(level: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The path of each option with a statement of this level, and a verb that has the option."""

    def inside(name: str, path: str, seen: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
        for statement in COVERAGE[name]:
            for option in statement.options:
                part = statement.part
                if part is None and statement.level == level:
                    yield f"{path}.{option}", {option: value_for(statement, name, option)}
                elif part is not None and part not in seen:
                    for inner, value in inside(part, f"{path}.{option}", (*seen, part)):
                        nested = {**LEAST_PARTS.get(part, {}), **value}
                        yield inner, {option: [nested] if option == "target" else nested}

    for verb in VERB_NAMES:
        for path, value in inside(verb, verb, (verb,)):
            yield path, {"verb": verb, **LEAST.get(verb, {}), **value}


def told_of(verb: dict[str, Any]) -> list[str]:
    """Run a verb twice in one call. Returns what is not simulated of it, as the transcript tells."""
    call = DrivenCall([{"verb": "answer"}], {"/h": []})
    for _ in range(2):
        call.machine.replace([dict(verb)])
        call.drain()
    call.caller_hangs_up()
    lines = [line for line in call.transcript.lines("event") if line.startswith("not simulated: ")]
    assert lines == [f"not simulated: {what}" for what in call.state.not_simulated.values()]
    return [line.split(": ")[1] for line in lines]


NOT_SIMULATED, SIMULATED = list(of_level("none")), list(of_level("exact"))


@pytest.mark.parametrize(("path", "verb"), NOT_SIMULATED, ids=[path for path, _ in NOT_SIMULATED])
def test_what_is_not_simulated_is_told_once(path: str, verb: dict[str, Any]) -> None:
    assert told_of(verb) == [path]


@pytest.mark.parametrize(("path", "verb"), SIMULATED, ids=[path for path, _ in SIMULATED])
def test_nothing_is_told_of_what_is_simulated(path: str, verb: dict[str, Any]) -> None:
    assert told_of(verb) == []


@pytest.mark.parametrize("value", [None, False, {"enable": False}])
def test_nothing_is_told_of_what_is_switched_off(value: object) -> None:
    assert told_of({"verb": "config", "recognizer": {"houndifyOptions": {"confidenceThreshold": value}}}) == []


HELD_BACK = {"houndifyOptions": {"confidenceThreshold": 0.5}}


def test_a_command_tells_of_what_is_not_simulated_too() -> None:
    call = DrivenCall([{"verb": "answer"}]).command("config", {"recognizer": {"vendor": "houndify", **HELD_BACK}})
    assert [*call.state.not_simulated] == ["config.recognizer.houndifyOptions.confidenceThreshold"]


def test_a_verb_that_is_not_run_says_so() -> None:
    assert told_of({"verb": "rest:dial"}) == ["rest:dial"]
