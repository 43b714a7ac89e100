"""JSON of messages, with orjson and without it."""

from __future__ import annotations

import dataclasses
import datetime
import enum
import json
import math
from collections.abc import Callable
from typing import Any
from uuid import UUID

import orjson
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from jambonz_sync import InvalidVerb
from jambonz_sync.model import json_text, wire

TEXT = st.text(st.characters(exclude_categories=()))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=20,
)
#: what is JSON, or nearly, in the spellings that a peer may choose
NEARLY_JSON = st.one_of(
    JSON.map(json.dumps),
    JSON.map(lambda value: json.dumps(value, ensure_ascii=False, indent=1)),
    JSON.map(lambda value: f" \t{json.dumps(value)}\r\n"),
    st.text(alphabet='{}[]",:\\/ \n0123456789.eE+-truefalsnNaIity\ufeff\0ü', max_size=30),
    st.tuples(JSON.map(json.dumps), st.text(max_size=3)).map("".join),
    st.integers(-(10**40), 10**40).map(lambda number: f'{{"n":[{number},{number}.5,"{number}"]}}'),
)

both_ways = pytest.mark.parametrize("library", [None, orjson], ids=["plain", "orjson"])


def outcome(library: Any, call: Callable[[Any], object], value: object) -> object:
    """What a function makes of a value; the type and the text of its error."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_text, "quick", library)
        try:
            return call(value)
        except (ValueError, RecursionError) as exc:
            return type(exc).__name__, str(exc)


@both_ways
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(NEARLY_JSON)
@example('{"a":NaN,"b":[Infinity,-Infinity]}')
@example("[" * 100_000)
@example('"\\ud83d"')
@example('"\ud83d"')
@example("[-0,-0.0,1e400,1E-400,123456789012345678901234567890,-9223372036854775809,18446744073709551616]")
@example("[-9223372036854775809]")
@example("18446744073709551616")
@example('{"a":1,"b":2,"a":3}')
@example('"tab\there"')
@example("")
def test_any_text_is_read_as_the_standard_library_reads_it(library: Any, text: str) -> None:
    assert repr(outcome(library, json_text.loads, text)) == repr(outcome(None, json.loads, text))


class Color(enum.Enum):
    RED = "red"


class Shade(enum.StrEnum):
    DARK = "dark"


class Level(enum.IntEnum):
    HIGH = 3


class Depth(enum.Enum):
    WITHIN = {"level": [Level.HIGH, UUID(int=1)]}  # noqa: RUF012 - a member
    TUPLE = (Color.RED, 1)
    NUMBER = math.nan
    OBJECT = object()


class Number(int, enum.Enum):
    ONE = 1


class Items(dict[str, Any]):
    def items(self) -> Any:
        return {"other": 1}.items()


@dataclasses.dataclass
class Record:
    name: str = "x"


class Text(str):
    __slots__ = ()


class Options(dict[str, Any]):
    __slots__ = ()


#: what applications put beside plain data, by mistake or because ``json`` takes it
ODD = st.sampled_from(
    [
        *(math.nan, math.inf, -math.inf, 2**64, -(2**63) - 1, b"bytes", {1, 2}, 1j, object(), ...),
        *(UUID(int=5), Color.RED, Shade.DARK, Level.HIGH, Text("text"), Options(a=1), ("a", "tuple"), bytearray(b"x")),
        *(*Depth, Number.ONE, Items(a=1), Record(), datetime.date(2026, 1, 2), {UUID(int=1): 1}, [Color.RED, "\ud83d"]),
        *({1: "a"}, {None: 1}, {True: 1}, {1.5: 1}, {Shade.DARK: 1}, {b"a": 1}, {Text("key"): 1}, {Color.RED: 1}),
    ]
)
ANYTHING = st.recursive(
    JSON | ODD, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4), max_leaves=10
)


def as_values(text: object) -> object:
    """The values that a JSON text has: a float may be written in several ways. An error as it is."""
    try:
        return repr(json.loads(str(text)))
    except ValueError:
        return text


@both_ways
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(ANYTHING)
@example([1e16, 1e-7, -0.0, 5e-324, 1.7976931348623157e308])
@example("".join(map(chr, range(256))))
@example({"\ud800": math.nan})
def test_any_value_is_written_as_the_plain_encoder_writes_it_and_refused_with_its_error(
    library: Any, value: object
) -> None:
    written = outcome(library, json_text.dumps, value)
    assert as_values(written) == as_values(outcome(None, wire.dumps, value))
    written.encode() if isinstance(written, str) else None  # or it could not be sent


@both_ways
@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": [Color.RED, Level.HIGH]}, '{"a":["red",3]}'),
        (UUID(int=5), '"00000000-0000-0000-0000-000000000005"'),
        (Depth.WITHIN, '{"level":[3,"00000000-0000-0000-0000-000000000001"]}'),
        ([Color.RED, "\ud83d"], '["red","\\ud83d"]'),
    ],
)
def test_members_of_enums_are_written_as_their_values_and_uuids_as_text(library: Any, value: object, text: str) -> None:
    assert outcome(library, json_text.dumps, value) == text


@both_ways
@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"a": Depth.OBJECT}, "a: JSON has no form for object"),
        ({"a": [Depth.NUMBER]}, "a[0]: nan is no number in JSON"),
        ({"a": Record()}, "a: JSON has no form for Record"),
        ([datetime.date(2026, 1, 2)], "[0]: JSON has no form for date"),
    ],
)
def test_whatever_json_has_no_form_for_is_refused_with_its_place(library: Any, value: object, message: str) -> None:
    assert outcome(library, json_text.dumps, value) == ("InvalidVerb", message)


@both_ways
def test_what_contains_itself_is_refused(library: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_text, "quick", library)
    value: list[Any] = []
    value.append(value)
    with pytest.raises(InvalidVerb, match="contains itself"):
        json_text.dumps(value)


@given(TEXT)
def test_a_text_is_quoted_as_any_value_is_written(text: str) -> None:
    assert json_text.quoted(text) == wire.dumps(text)
