"""Whatever is put into an option: an error that names it, or JSON that comes back as it went."""

from __future__ import annotations

import json
import typing
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jambonz_sync import InvalidVerb, verbs
from jambonz_sync.model.declare import Constraints, Model, Option, options
from jambonz_sync.model.wire import dumps, to_python_name
from jambonz_sync.verbs.chain import VerbChain, as_verbs
from jambonz_sync.verbs.llm import finish_llm

from .facts import members

JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters())  # half surrogates among them
    | st.binary()
    | st.just(object())
    | st.sampled_from(["google", "phone", "speech", "verb", "say", "extra"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner)
        | st.sets(st.integers(), max_size=2)
        | st.dictionaries(
            st.sampled_from(["vendor", "type", "text", "url", "verb", "extra", "action_hook", "actionHook"])
            | st.text(max_size=8)
            | st.integers(),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)
#: a busy machine is no reason to fail
PATIENT = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
NAMES = st.sampled_from(list(verbs.VERBS))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@PATIENT
@given(data=st.data(), name=NAMES)
def test_junk_in_an_option_is_refused_by_name_or_sent_as_json(data: st.DataObject, name: str) -> None:
    known = [one.name for one in options(verbs.verb_class(name))]
    given_ = data.draw(st.dictionaries(st.sampled_from([*known, "extra"]), JUNK, max_size=5))
    chain = VerbChain()
    refused: InvalidVerb | None = None
    try:
        getattr(chain, name)(**given_)
    except InvalidVerb as error:
        refused = error
    if refused is not None:
        assert refused.verb == verbs.verb_class(name).__jambonz__.verb
        assert str(refused).startswith(refused.verb or "")
        assert len(chain) == 0
    else:
        (row,) = chain
        assert json.loads(chain.to_json()) == json.loads(json.dumps([row]))


@PATIENT
@given(junk=JUNK)
def test_junk_in_place_of_verbs_is_refused_or_sent_as_json(junk: object) -> None:
    try:
        rows = as_verbs(junk)
    except InvalidVerb:
        return
    assert json.loads(dumps(rows)) == rows


# ---- what is valid


def value_of(hint: Any, constraints: Constraints, depth: int) -> st.SearchStrategy[Any]:
    """Values of a type, as a model declares it."""
    return st.one_of([value_of_member(member, constraints, depth) for member in members(hint)])


def value_of_member(hint: Any, constraints: Constraints, depth: int) -> st.SearchStrategy[Any]:
    origin = typing.get_origin(hint)
    if origin is typing.Literal:
        return st.sampled_from(typing.get_args(hint))
    if origin is Sequence:
        if constraints.verbs:
            return st.lists(wire_verb(depth - 1), max_size=2)
        item = value_of(typing.get_args(hint)[0], Constraints(), depth)
        return st.lists(item, min_size=constraints.min_items or 0, max_size=2)
    if origin is Mapping:
        of = typing.get_args(hint)[1]
        return st.dictionaries(
            st.text(max_size=6), JSON if of is Any else value_of(of, Constraints(), depth), max_size=2
        )
    if hint is Any:
        return JSON
    if isinstance(hint, type) and issubclass(hint, Model):
        return wire_options(hint, depth - 1)
    if hint is str:
        if constraints.pattern:
            return st.from_regex(constraints.pattern, fullmatch=True)
        return st.text(min_size=constraints.min_length or 0, max_size=8)
    if hint is bool:
        return st.booleans()
    low, high = constraints.ge, constraints.le
    whole = st.integers(None if low is None else int(low), None if high is None else int(high))
    return whole if hint is int else whole | st.floats(low, high, allow_nan=False, allow_infinity=False)


@st.composite
def wire_options(draw: st.DrawFn, cls: type[Model], depth: int = 2) -> dict[str, Any]:
    """Options in wire spelling that the model says are valid."""

    def wanted(one: Option) -> bool:
        return one.required or (depth > 0 and draw(st.integers(0, 9)) == 0)

    made = {
        one.wire: draw(value_of(one.type, one.constraints, depth))
        for one in options(cls)
        if wanted(one) and one.constraints.convert is None
    }
    complete(cls, made)
    return made


def complete(cls: type[Model], made: dict[str, Any]) -> None:
    """Add what one option asks of another."""
    if cls.__name__ == "Target":
        made |= {"number": "1", "sipUri": "sip:x@y", "name": "joe"}
    elif cls.__name__ == "ToolFiller":
        made.setdefault("url", "/noise")
    elif cls.__name__ == "Disposition":
        made.setdefault("voicemailUrl", "/voicemail")
    elif cls.__name__ == "Say" and not made.get("stream"):
        made.setdefault("text", "Hello")
    elif cls.__name__ == "Dub":
        made["say"], made["play"] = made.get("say") or "Hello", made.get("play") or "/beep.wav"
    elif cls.__name__ == "ListenOptions":
        made.setdefault("url", "/audio")
    elif cls.__jambonz__.finish is finish_llm:
        made["auth"] = {"apiKey": "k", "agent_id": "a"}
        provider = {"type": "open_ai", "model": "gpt-4o"}
        made["llmOptions"] = {"setup": {"a": 1}, "response_create": {"a": 1}}
        made["llmOptions"]["Settings"] = {"agent": {"think": {"provider": provider}}}
        made["connectOptions"] = {"host": "x"}
    elif cls.__name__ == "Dialogflow":
        made.setdefault("agent", "bot")
    elif cls.__name__ == "GptliveDelegation":
        made.setdefault("responses", {"model": "m"})
    elif cls.__name__ == "Dial":
        if "codecs" in made:
            made["codecs"] = ["PCMU", "opus"]
        if isinstance(made.get("dtmfCapture"), dict):
            made["dtmfCapture"] = {"childCall": ["*3"], "parentCall": ["*1"]}
    elif cls.__name__ == "MistralOptions" and "streamingDelayMs" in made:
        made["streamingDelayMs"] = 2400
    elif cls.__name__ == "GptliveS2s":
        for name in ("handoff", "hangup", "mcpServers"):
            made.pop(name, None)


@st.composite
def wire_verb(draw: st.DrawFn, depth: int = 2) -> dict[str, Any]:
    cls = verbs.verb_class(draw(NAMES))
    return {"verb": cls.__jambonz__.verb, **draw(wire_options(cls, depth))}


def pythonic(cls: type[Model], given_: dict[str, Any]) -> dict[str, Any]:
    """The same options in Python spelling, as far down as they are ours."""
    made: dict[str, Any] = {}
    by_wire = {one.wire: one for one in options(cls)}
    for wire, value in given_.items():
        if wire == "verb":
            made[wire] = value
            continue
        one = by_wire[wire]
        made[one.name] = pythonic_value(one.type, value)
    return made


def pythonic_value(hint: Any, value: Any) -> Any:
    inner = [one for one in members(hint) if isinstance(one, type) and issubclass(one, Model)]
    if isinstance(value, dict) and inner:
        cls = verbs.verb_class(value["verb"]) if inner[0] is verbs.Verb else inner[0]
        return pythonic(cls, value) if cls.__jambonz__.owner != "vendor" else value
    if isinstance(value, list):
        lists = [one for one in members(hint) if typing.get_origin(one) is Sequence]
        if lists:
            return [pythonic_value(typing.get_args(lists[0])[0], one) for one in value]
    return value


@PATIENT
@given(verb=wire_verb())
def test_what_the_model_says_is_valid_is_sent_as_it_is(verb: dict[str, Any]) -> None:
    (row,) = as_verbs(verb, escape_urls=False)
    assert row == verb
    assert json.loads(dumps([row])) == [verb]


@PATIENT
@given(verb=wire_verb())
def test_either_spelling_and_either_shape_give_the_same_wire_form(verb: dict[str, Any]) -> None:
    cls = verbs.verb_class(verb["verb"])
    given_ = pythonic(cls, verb)
    assert as_verbs(given_, escape_urls=False) == [verb]
    name = given_.pop("verb")
    assert as_verbs({name: given_}, escape_urls=False) == [verb]
    method = name.replace(":", "_")
    assert list(getattr(VerbChain(escape_urls=False), method)(**given_)) == [verb]
    assert as_verbs(cls(**given_), escape_urls=False) == [verb]


@pytest.mark.parametrize("name", verbs.VERBS)
def test_what_a_0_9_server_takes_newer_ones_take_too(name: str) -> None:
    cls = verbs.verb_class(name)
    for one in options(cls):
        assert one.name == to_python_name(one.wire)
        assert not (one.required and one.constraints.since)
