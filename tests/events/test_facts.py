"""The event classes and the facts about jambonz agree, name by name."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from jambonz_sync import events
from jambonz_sync.events import CallEvent, View
from jambonz_sync.events.view import Field

FACTS = Path(__file__).parents[1] / "facts"
#: the callbacks by the line of jambonz
SCHEMAS: dict[str, dict[str, Any]] = {
    line: json.loads((FACTS / name).read_text())["callbacks"]
    for line, name in (("10", "verbs.json"), ("11", "verbs-11.json"))
}

CLASSES: dict[str, type[View]] = {
    "agent-turn": events.AgentTurn,
    "amd": events.AmdEvent,
    "base": events.CallEvent,
    "call-status": events.CallStatus,
    "conference-status": events.ConferenceStatus,
    "conference-wait": events.ConferenceEvent,
    "conference": events.ConferenceEvent,
    "dequeue": events.DequeueEvent,
    "dial-dtmf": events.DialDtmfEvent,
    "dial-hold": events.DialHoldEvent,
    "dial-refer": events.DialReferEvent,
    "dial": events.DialEvent,
    "enqueue-wait": events.EnqueueWaitEvent,
    "enqueue": events.EnqueueEvent,
    "gather-partial": events.GatherPartialEvent,
    "gather": events.GatherEvent,
    "listen": events.ListenEvent,
    "llm": events.LlmEvent,
    "message": events.MessageEvent,
    "play": events.PlayEvent,
    "session-new": events.CallSession,
    "session-reconnect": events.CallSession,
    "session-redirect": events.CallSession,
    "sip-refer-event": events.SipReferStatus,
    "sip-refer": events.SipReferResult,
    "sip-request": events.SipRequestResult,
    "transcribe-translation": events.TranslationEvent,
    "transcribe": events.TranscribeEvent,
    "transfer": events.TransferEvent,
    "tts-streaming-event": events.TtsEvent,
    "verb-status": events.VerbStatus,
}

#: What jambonz sends although its schema does not say so.
BEYOND_THE_FACTS: dict[type[View], set[str]] = {
    events.CallEvent: {"customerData"},
    events.CallSession: {"parent_call_info"},
    events.AgentTurn: {"tool_calls"},  # and a confidence, which is worked out
    events.Latency: {"stt_ms", "eot_ms", "llm_ms", "tts_ms", "tool_ms"},
}
#: The same of the values of a field.
VALUES_BEYOND = {"llm.completion_reason": {"no_response", "transferred", "hangup"}}
#: Attributes that are worked out of the payload, but named as fields of it.
PROPERTIES: dict[type[View], set[str]] = {events.AgentTurn: {"transcript"}, events.VerbStatus: {"name", "id"}}

KIND = {"string": "string", "integer": "integer", "number": "number", "boolean": "boolean", "object": "object"}


@pytest.fixture(params=SCHEMAS)
def callbacks(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The callbacks of a line of jambonz."""
    return SCHEMAS[request.param]


def declared(name: str, callbacks: dict[str, Any]) -> dict[str, Any]:
    """The properties of a callback, with those that it inherits and those of all its variants."""
    callback = callbacks[name]
    found: dict[str, Any] = {}
    for parent in callback.get("inherits", ()):
        found.update(declared(parent.removeprefix("ref:"), callbacks))
    for variant in callback.get("one_of", [callback]):
        for wire, spec in variant["properties"].items():
            found[wire] = f"{found[wire]}|{spec}" if wire in found and "const" in str(spec) else spec
    return found


def on_the_wire(of: type[View]) -> dict[str, Field[Any]]:
    return {field.wire: field for field in of.fields().values()}


def test_every_callback_has_a_class(callbacks: dict[str, Any]) -> None:
    assert callbacks.keys() == CLASSES.keys()


@pytest.mark.parametrize("name", CLASSES)
def test_a_class_has_every_field_of_its_callback(name: str, callbacks: dict[str, Any]) -> None:
    of = CLASSES[name]
    assert declared(name, callbacks).keys() - on_the_wire(of).keys() - PROPERTIES.get(of, set()) == set()


@pytest.mark.parametrize("name", [name for name in CLASSES if name != "session-redirect"])
def test_a_class_has_no_field_that_jambonz_does_not_send(name: str, callbacks: dict[str, Any]) -> None:
    of = CLASSES[name]
    invented = on_the_wire(of).keys() - declared(name, callbacks).keys() - BEYOND_THE_FACTS.get(of, set())
    base = declared("base", callbacks).keys() | BEYOND_THE_FACTS[CallEvent] if issubclass(of, CallEvent) else set()
    assert invented - base == set()


@pytest.mark.parametrize("name", CLASSES)
def test_the_type_and_the_values_of_a_field_are_those_of_the_facts(name: str, callbacks: dict[str, Any]) -> None:
    fields = on_the_wire(CLASSES[name])
    for wire, spec in declared(name, callbacks).items():
        if wire in fields:
            check(f"{name}.{wire}", fields[wire], spec)


def check(path: str, field: Field[Any], spec: Any) -> None:
    if isinstance(spec, dict) and "type" in spec and isinstance(spec["type"], str):
        spec = spec["type"]  # a plain type with a format or a default
    if isinstance(spec, str) and "(" in spec:
        values = re.sub(r'\w+\(|[)"]', "", spec).split("|")
        assert (path, field.kind, set(field.values)) == (path, "string", set(values) | VALUES_BEYOND.get(path, set()))
    elif isinstance(spec, str):
        assert (path, field.kind) in {(path, KIND.get(spec, "any")), (path, "any")}
    elif isinstance(spec, dict) and "properties" in spec:
        check_view(path, field, spec["properties"])
    elif isinstance(spec, dict) and "list_of" in spec and isinstance(spec["list_of"], dict):
        assert field.kind == "list", path
        check_view(path, field, spec["list_of"]["properties"])
    else:
        assert field.kind in {"any", "object"}, path


def check_view(path: str, field: Field[Any], properties: dict[str, Any]) -> None:
    inner = on_the_wire(field.of)  # type: ignore[attr-defined]
    assert properties.keys() - inner.keys() == set(), path
    for wire, spec in properties.items():
        check(f"{path}.{wire}", inner[wire], spec)


def test_an_action_hook_has_the_fields_of_every_hook(callbacks: dict[str, Any]) -> None:
    elsewhere = {events.CallStatus, events.CallSession, events.SipReferStatus, events.TtsEvent, events.VerbStatus}
    known = on_the_wire(events.ActionHook).keys() | {"transcript"}
    for name in CLASSES.keys() - {name for name, of in CLASSES.items() if of in elsewhere}:
        assert declared(name, callbacks).keys() - known == set(), name


def test_every_class_is_exported() -> None:
    assert all(getattr(events, name).__name__ == name for name in events.__all__ if name[0].isupper())
    assert {of.__name__ for of in CLASSES.values()} <= set(events.__all__)
