"""Annotations as JSON schema, and the check of what a model gives for them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal, NotRequired, TypedDict

import pytest

from jambonz_sync.tools import Outcome, ToolCall, ToolSet
from tests.tools.examples import Address, Colour, Order


@pytest.mark.parametrize(
    ("annotation", "schema", "good", "bad"),
    [
        (str, {"type": "string"}, ["", "x"], [1, None, []]),
        (int, {"type": "integer"}, [0, -5], [1.5, True, "1", None, float("inf")]),
        (float, {"type": "number"}, [0, 1.5], [True, "1", float("nan"), None]),
        (bool, {"type": "boolean"}, [True, False], [0, 1, "true", None]),
        (None, {"type": "null"}, [None], [0, ""]),
        (list, {"type": "array"}, [[], [1, "a"]], ["a", {}]),
        (dict, {"type": "object"}, [{}, {"a": 1}], [[], "a"]),
        (list[int], {"type": "array", "items": {"type": "integer"}}, [[], [1, 2]], [[1, "2"], 1]),
        (
            dict[str, int],
            {"type": "object", "additionalProperties": {"type": "integer"}},
            [{"a": 1}],
            [{"a": "1"}, []],
        ),
        (int | None, {"type": ["integer", "null"]}, [1, None], ["1", 1.5]),
        (
            list[int] | str,
            {"anyOf": [{"type": "array", "items": {"type": "integer"}}, {"type": "string"}]},
            [[1], "a"],
            [1],
        ),
        (Literal["a", None], {"type": ["string", "null"], "enum": ["a", None]}, ["a", None], ["b"]),
        (Literal["a", 1], {"type": ["string", "integer"], "enum": ["a", 1]}, ["a", 1], ["b", True, 1.5]),
        (Any, {}, [1, "a", None, {}], []),
        (Annotated[int, "How many"], {"type": "integer", "description": "How many"}, [1], ["1"]),
    ],
)
def test_an_annotation_is_a_schema_and_a_check_that_converts_nothing(
    annotation: Any, schema: dict[str, Any], good: list[Any], bad: list[Any]
) -> None:
    def take(value: Any) -> Any:
        return value

    take.__annotations__ = {"value": annotation}
    tools = ToolSet([take])
    assert tools.schemas()[0]["parameters"]["properties"]["value"] == schema
    for value in good:
        assert tools.run(ToolCall("1", "take", {"value": value})) == Outcome("1", "take", True, value)
    for value in bad:
        outcome = tools.run(ToolCall("1", "take", {"value": value}))
        assert not outcome.ok
        assert outcome.value.startswith("value")


@pytest.mark.parametrize("annotation", [int, int | None, Literal[5, "a"], list[int], dict[str, int]])
def test_a_number_without_a_fraction_is_an_integer_however_it_is_written(annotation: Any) -> None:
    seen: list[Any] = []

    def take(value: Any) -> None:
        seen.append(value)

    take.__annotations__ = {"value": annotation}
    value = {list[int]: "[5.0]", dict[str, int]: '{"n": 5.0}'}.get(annotation, "5.0")
    assert ToolSet([take]).run(ToolCall("1", "take", f'{{"value": {value}}}')).ok
    assert repr(seen[0]) in ("5", "[5]", "{'n': 5}")


@dataclass
class Strict:
    number: int

    def __post_init__(self) -> None:
        if self.number < 0:
            raise SystemExit("enough")
        if not self.number:
            raise LookupError("no such number")


@dataclass
class Tree:
    name: str
    children: list[Tree]


class Chain(TypedDict):
    next: NotRequired[Chain | None]


def test_whatever_a_dataclass_makes_of_its_values_is_told_to_the_model() -> None:
    def take(value: Strict) -> int:
        return value.number

    tools = ToolSet([take])
    assert tools.run(ToolCall("1", "take", {"value": {"number": 1}})).value == 1
    outcome = tools.run(ToolCall("1", "take", {"value": {"number": 0}}))
    assert (outcome.ok, outcome.value) == (False, "value: LookupError: no such number")
    payload = {"tool_call_id": "1", "name": "take", "args": {"value": {"number": -1}}}
    assert tools.answer(payload) == {"error": "take failed: SystemExit: enough"}


def test_arguments_that_are_nested_too_deeply_are_an_error_for_the_model(tools: ToolSet) -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    assert not tools.run(ToolCall("1", "get_weather", {"city": deep})).ok
    while deep:  # so that it is let go of step by step
        deep = deep[0]


@pytest.mark.parametrize(
    ("annotation", "place"), [(Tree, r"value\.children\[\]: Tree"), (Chain | None, r"value\.next: Chain")]
)
def test_a_class_that_contains_itself_is_refused_by_name(annotation: Any, place: str) -> None:
    def take(value: Any) -> None: ...

    take.__annotations__ = {"value": annotation}
    with pytest.raises(TypeError, match=f"tool take: parameter {place} contains itself"):
        ToolSet([take])


def test_a_class_may_be_used_twice() -> None:
    def move(origin: Address, to: Address) -> None: ...

    properties = ToolSet([move]).schemas()[0]["parameters"]["properties"]
    assert properties["origin"] == properties["to"]


def test_a_class_whose_annotations_cannot_be_resolved_is_a_type_error() -> None:
    @dataclass
    class Local:
        other: Missing  # type: ignore[name-defined]  # noqa: F821

    def take(value: Any) -> None: ...

    take.__annotations__ = {"value": Local}
    with pytest.raises(TypeError, match=r"tool take: .*Missing"):
        ToolSet([take])


@pytest.mark.parametrize("default", [float("inf"), float("nan")])
def test_a_default_that_json_has_no_form_for_is_left_out_of_the_schema(default: float) -> None:
    def take(limit: float = default) -> None: ...

    [schema] = ToolSet([take]).schemas()
    assert schema["parameters"]["properties"] == {"limit": {"type": "number"}}
    assert schema["parameters"]["required"] == []


def test_enums_and_dataclasses_reach_the_function_as_such() -> None:
    seen: list[Any] = []

    def paint(colour: Colour, at: Address, order: Order) -> None:
        seen.extend([colour, at, order])

    tools = ToolSet([paint])
    parameters = tools.schemas()[0]["parameters"]["properties"]
    assert parameters["colour"] == {"type": "string", "enum": ["red", "blue"]}
    assert parameters["at"]["required"] == ["street"]
    arguments = {"colour": "blue", "at": {"street": "Main"}, "order": {"item": "tea"}}
    assert tools.run(ToolCall("1", "paint", arguments)).ok
    assert seen == [Colour.BLUE, Address("Main"), {"item": "tea"}]
    for wrong in (
        {**arguments, "colour": "green"},
        {**arguments, "at": {}},
        {**arguments, "at": {"street": "Main", "number": -1}},
        {**arguments, "order": {"item": "tea", "price": 1}},
    ):
        assert not tools.run(ToolCall("1", "paint", wrong)).ok


def bad_star(*args: int) -> None: ...


def bad_keywords(**kwargs: int) -> None: ...


def bad_positional(a: int, /) -> None: ...


def bad_untyped(a) -> None: ...  # type: ignore[no-untyped-def]


def bad_type(a: set[int]) -> None: ...


def bad_class(a: Decimal) -> None: ...


def bad_key(a: dict[int, str]) -> None: ...


def bad_literal(a: Literal[b"x"]) -> None: ...


@pytest.mark.parametrize(
    "function",
    [bad_star, bad_keywords, bad_positional, bad_untyped, bad_type, bad_class, bad_key, bad_literal],
)
def test_a_parameter_that_no_model_could_give_is_refused_by_name(function: Any) -> None:
    with pytest.raises(TypeError, match=rf"tool {function.__name__}: parameter \w+"):
        ToolSet([function])
