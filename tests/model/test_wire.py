"""Names in both spellings, and JSON that jambonz can read."""

from __future__ import annotations

import json
from enum import Enum, StrEnum
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jambonz_sync import InvalidVerb, WebhookResponse
from jambonz_sync.model import wire
from jambonz_sync.model.declare import Model, options
from jambonz_sync.model.wire import UNSET, Unset, dumps, to_python_name, to_wire_name

from ..verbs.facts import all_models

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("python", "wire"),
    [("action_hook", "actionHook"), ("from_", "from"), ("text", "text"), ("inter_digit_timeout", "interDigitTimeout")],
)
def test_a_name_converts_by_rule_in_both_directions(python: str, wire: str) -> None:
    assert to_wire_name(python) == wire
    assert to_python_name(wire) == python


@pytest.mark.parametrize("name", ["actionHook", "numDigits", "from", "forwardPAI"])
def test_a_wire_name_stays_as_it_is(name: str) -> None:
    assert to_wire_name(name) == name


@pytest.mark.parametrize(
    ("wire", "python"),
    [("recordingID", "recording_id"), ("siprecServerURL", "siprec_server_url"), ("forwardPAI", "forward_pai")],
)
def test_initials_make_one_word_in_python(wire: str, python: str) -> None:
    assert to_python_name(wire) == python


@pytest.mark.parametrize("cls", all_models(), ids=lambda cls: cls.__name__)
def test_every_option_has_the_python_name_that_follows_from_its_wire_name(cls: type[Model]) -> None:
    assert {one.wire: one.name for one in options(cls)} == {one.wire: to_python_name(one.wire) for one in options(cls)}


@pytest.mark.parametrize("cls", all_models(), ids=lambda cls: cls.__name__)
def test_no_name_stands_for_two_options(cls: type[Model]) -> None:
    for one in options(cls):
        assert [other.name for other in options(cls) if one.name in (other.name, other.wire)] == [one.name]


def test_unset_is_false_and_has_a_name() -> None:
    assert not UNSET
    assert repr(UNSET) == "UNSET"
    assert isinstance(UNSET, Unset)


def test_json_is_compact_and_keeps_text_as_it_is() -> None:
    assert dumps([{"text": "Grüß dich 👋", "n": 1.5}]) == '[{"text":"Grüß dich 👋","n":1.5}]'


def test_half_an_emoji_is_sent_as_an_escape() -> None:
    assert dumps(["é\ud83d"]) == '["\\u00e9\\ud83d"]'
    dumps(["\ud83d"]).encode()


def loop() -> list[Any]:
    inner: list[Any] = [1]
    inner.append({"again": inner})
    return inner


@pytest.mark.parametrize(
    ("value", "path", "message"),
    [
        ([{"a": {"b": [1, float("nan")]}}], "[0].a.b[1]", "[0].a.b[1]: nan is no number in JSON"),
        ({"a": float("-inf")}, "a", "a: -inf is no number in JSON"),
        ([{"when": object()}], "[0].when", "[0].when: JSON has no form for object"),
        ({"a": {(1, 2): 3}}, "a", "a: JSON has no form for a key of type tuple"),
        ([b"bytes"], "[0]", "[0]: JSON has no form for bytes"),
        (loop(), "[1].again", "[1].again: contains itself"),
        ({1}, "", "JSON has no form for set"),
    ],
)
def test_what_json_has_no_form_for_is_named_with_its_place(value: object, path: str, message: str) -> None:
    with pytest.raises(InvalidVerb) as caught:
        dumps(value)
    assert (caught.value.path, str(caught.value)) == (path, message)


def test_a_structure_that_is_nested_too_deeply_is_an_error_of_ours() -> None:
    value: list[Any] = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(InvalidVerb, match="nested too deeply") as caught:
        dumps(value)
    assert str(caught.value) == "[0][0][0]: is nested too deeply"
    deep: dict[str, Any] = {}
    for _ in range(100_000):
        deep = {"a": deep}
    with pytest.raises(InvalidVerb, match=r"^tag.data.a.a.a: is nested too deeply$"):
        WebhookResponse().tag(data=deep)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(JSON)
def test_json_comes_back_as_it_went(value: object) -> None:
    assert json.loads(dumps(value)) == value


class Color(StrEnum):
    RED = "red"


class Size(Enum):
    SMALL = "s"


def test_a_string_enum_is_its_text() -> None:
    assert dumps([Color.RED]) == '["red"]'


def test_where_the_interpreter_has_no_fast_encoder_the_json_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("json.encoder.c_make_encoder", None)
    plain = wire._make_encode(wire._plain)
    value = {"a": [1, 2.5, None, True, "ü😀"], "b": {}}
    assert plain(value) == dumps(value) == '{"a":[1,2.5,null,true,"ü😀"],"b":{}}'
    with pytest.raises(TypeError, match="JSON has no form for object"):
        plain(object())


@pytest.mark.parametrize("value", [UUID(int=1), Size.SMALL])
def test_a_value_that_only_this_encoder_writes_is_no_plain_data(value: object) -> None:
    error = wire.json_error({"a": [value]})
    assert error is not None
    assert error.message() == f"a[0]: JSON has no form for {type(value).__name__}"


def test_the_flaw_is_found_behind_what_is_right() -> None:
    with pytest.raises(InvalidVerb, match=r"b\[1\]\.d"):
        dumps({"a": {"x": [1, {"y": None}]}, "b": [{"c": 1}, {"d": float("inf")}]})


def test_what_only_the_encoder_refuses_is_told_in_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def encode(obj: object) -> str:
        raise ValueError("no")

    monkeypatch.setattr(wire, "_encode", encode)
    with pytest.raises(InvalidVerb, match="no"):
        dumps({"a": [1]})
