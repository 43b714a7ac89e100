"""Functions as tools of a language model: schemas, checked arguments, outputs in the shape of each vendor."""

from __future__ import annotations

import dataclasses
import enum
import json
import logging
import threading
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal, NotRequired, Optional, TypedDict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jambonz_sync.errors import InvalidVerb
from jambonz_sync.model.wire import MAX_MESSAGE, dumps
from jambonz_sync.tools import VENDORS, ArgumentError, Outcome, ToolCall, ToolSet
from jambonz_sync.tools.docstrings import parse_docstring


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


@dataclass
class Address:
    street: str
    number: int = 1

    def __post_init__(self) -> None:
        if self.number < 0:
            raise ValueError("no such house")


class Order(TypedDict):
    item: str
    note: NotRequired[str]


@pytest.fixture
def tools() -> ToolSet:
    tools = ToolSet()

    @tools.tool
    def get_weather(city: str, scale: Literal["celsius", "fahrenheit"] = "celsius") -> str:
        """The weather
        in a city.

        Args:
            city: Its name,
                in English.
            scale (str): Of the temperature.

        Returns:
            A sentence.
        """
        return f"21 {scale} in {city}"

    return tools


PARAMETERS = {
    "type": "object",
    "properties": {
        "city": {"type": "string", "description": "Its name, in English."},
        "scale": {
            "type": "string",
            "enum": ["celsius", "fahrenheit"],
            "description": "Of the temperature.",
            "default": "celsius",
        },
    },
    "required": ["city"],
    "additionalProperties": False,
}
FLAT = {"name": "get_weather", "description": "The weather in a city.", "parameters": PARAMETERS}


@pytest.mark.parametrize(
    ("vendor", "declared"),
    [
        ("agent", FLAT),
        ("deepgram", FLAT),
        ("openai", {"type": "function", **FLAT}),
        ("openai_chat", {"type": "function", "function": FLAT}),
        (
            "anthropic",
            {"name": "get_weather", "description": "The weather in a city.", "input_schema": PARAMETERS},
        ),
        ("elevenlabs", {"type": "client", **FLAT, "expects_response": True}),
        (
            "ultravox",
            {
                "temporaryTool": {
                    "modelToolName": "get_weather",
                    "description": "The weather in a city.",
                    "dynamicParameters": [
                        {
                            "name": "city",
                            "location": "PARAMETER_LOCATION_BODY",
                            "schema": {"type": "string", "description": "Its name, in English."},
                            "required": True,
                        },
                        {
                            "name": "scale",
                            "location": "PARAMETER_LOCATION_BODY",
                            "schema": {
                                "type": "string",
                                "enum": ["celsius", "fahrenheit"],
                                "description": "Of the temperature.",
                                "default": "celsius",
                            },
                            "required": False,
                        },
                    ],
                    "client": {},
                }
            },
        ),
    ],
)
def test_a_tool_is_declared_in_the_shape_of_each_vendor(tools: ToolSet, vendor: Any, declared: dict[str, Any]) -> None:
    assert tools.schemas(vendor) == [declared]


@pytest.mark.parametrize(
    ("vendor", "as_"),
    [("microsoft", "openai"), ("qwen", "openai"), ("voicelive", "openai"), ("voiceagent", "deepgram")],
)
def test_a_vendor_that_speaks_as_another_has_its_shapes(tools: ToolSet, vendor: Any, as_: Any) -> None:
    assert tools.schemas(vendor) == tools.schemas(as_)
    for server in (None, "0.9"):
        assert tools.output(OK, vendor, server) == tools.output(OK, as_, server)


def test_google_gets_one_entry_of_all_functions_in_its_part_of_json_schema() -> None:
    tools = ToolSet()

    @tools.tool
    def order(items: list[Order], note: Optional[str] = None) -> None:  # noqa: UP045 - both spellings are in use
        """Order."""

    [entry] = tools.schemas("google")
    [function] = entry["functionDeclarations"]
    assert function["parameters"] == {
        "type": "object",
        "properties": {
            "items": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"item": {"type": "string"}, "note": {"type": "string"}},
                    "required": ["item"],
                },
            },
            "note": {"type": "string", "nullable": True},
        },
        "required": ["items"],
    }
    assert ToolSet().schemas("google") == []


NULLABLE = {"nullable": True}


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


@pytest.mark.parametrize(
    ("annotation", "schema"),
    [
        (str | None, {"type": "string", **NULLABLE}),
        (str | int, {"anyOf": [{"type": "string"}, {"type": "integer"}]}),
        (str | int | None, {"anyOf": [{"type": "string"}, {"type": "integer"}], **NULLABLE}),
        (Colour | None, {"type": "string", "enum": ["red", "blue"], **NULLABLE}),
        (Literal["a", "b"] | None, {"type": "string", "enum": ["a", "b"], **NULLABLE}),
        (Literal["a", None], {"type": "string", "enum": ["a"], **NULLABLE}),
        (list[str] | None, {"type": "array", "items": {"type": "string"}, **NULLABLE}),
        (list[Colour | None], {"type": "array", "items": {"type": "string", "enum": ["red", "blue"], **NULLABLE}}),
        (
            Annotated[Colour | None, "Of it"],
            {"type": "string", "enum": ["red", "blue"], "description": "Of it", **NULLABLE},
        ),
        (
            Order | None,
            {
                "type": "object",
                "properties": {"item": {"type": "string"}, "note": {"type": "string"}},
                "required": ["item"],
                **NULLABLE,
            },
        ),
        (
            list[str] | str | None,
            {
                "anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "string"}],
                **NULLABLE,
            },
        ),
        (Literal[1, 2], {"type": "integer"}),
        (Literal["a", 1], {"anyOf": [{"type": "string"}, {"type": "integer"}]}),
        (Literal[True, None], {"type": "boolean", **NULLABLE}),
        (Level, {"type": "integer"}),
        (dict[str, int], {"type": "object"}),
    ],
)
def test_google_gets_types_without_null_and_enums_of_strings_only(annotation: Any, schema: dict[str, Any]) -> None:
    def take(value: Any) -> None: ...

    take.__annotations__ = {"value": annotation}
    [entry] = ToolSet([take]).schemas("google")
    assert entry["functionDeclarations"][0]["parameters"]["properties"] == {"value": schema}


def test_google_gets_no_parameters_where_there_are_none() -> None:
    tools = ToolSet()
    tools.tool(name="now", description="The time.")(lambda: "noon")
    assert tools.schemas("google") == [{"functionDeclarations": [{"name": "now", "description": "The time."}]}]


def test_the_decorated_function_stays_a_function(tools: ToolSet) -> None:
    @tools.tool(name="add-up", description="Adds.", timeout=3)
    def add(a: int, b: int = 2) -> int:
        return a + b

    assert add(1) == 3
    tool = tools.get("add-up")
    assert tool is not None
    assert (tool.name, tool.declared.description, tool.timeout) == ("add-up", "Adds.", 3)
    assert "add-up" in tools
    assert len(tools) == 2


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
class Handle:
    lock: Any


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


def test_a_dataclass_result_that_cannot_be_copied_is_an_error_for_the_model() -> None:
    def handle() -> Any:
        return Handle(threading.Lock())

    outcome = ToolSet([handle]).run(ToolCall("1", "handle", {}))
    assert not outcome.ok
    assert outcome.value.startswith("handle failed: TypeError")


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


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (ToolCall("1", "get_wether", {}), "there is no tool 'get_wether'; known: get_weather"),
        (ToolCall("1", "get_weather", "{not json"), "not valid JSON"),
        (ToolCall("1", "get_weather", "[" * 100_000), "not valid JSON"),
        (ToolCall("1", "get_weather", "[]"), "expected object"),
        (ToolCall("1", "get_weather", 5), "expected object"),
        (ToolCall("1", "get_weather", None), "missing city"),
        (ToolCall("1", "get_weather", ""), "missing city"),
        (ToolCall("1", "get_weather", {"city": "Oslo", "when": "now"}), "unknown name 'when'; known: city, scale"),
        (ToolCall("1", "get_weather", {"city": 5}), "city: expected string, got 5"),
        (ToolCall("1", "get_weather", {"city": "Oslo", "scale": "kelvin"}), "one of 'celsius', 'fahrenheit'"),
        (ToolCall("1", "get_weather", {"city": ["x" * 10_000]}), "city: expected string"),
    ],
)
def test_what_is_wrong_with_a_call_is_told_to_the_model(tools: ToolSet, call: ToolCall, said: str) -> None:
    outcome = tools.run(call)
    assert not outcome.ok
    assert said in outcome.value
    assert len(outcome.value) < 300


def test_an_exception_is_told_to_the_model_and_logged_with_its_traceback(
    tools: ToolSet, caplog: pytest.LogCaptureFixture
) -> None:
    @tools.tool
    def broken() -> None:
        raise LookupError("no such customer")

    outcome = tools.run(ToolCall("1", "broken", {}), call_sid="call-1")
    assert outcome.value == "broken failed: LookupError: no such customer"
    assert "call-1" in caplog.text
    assert "Traceback" in caplog.text


@pytest.mark.parametrize("value", [Decimal(1), object(), {1, 2}, float("nan"), {"a": b"x"}])
def test_a_result_that_is_not_json_is_an_error_for_the_model(value: Any, caplog: pytest.LogCaptureFixture) -> None:
    def odd() -> Any:
        return value

    outcome = ToolSet([odd]).run(ToolCall("1", "odd", {}))
    assert not outcome.ok
    assert "not JSON" in outcome.value
    assert caplog.records[0].levelno == logging.ERROR


def test_a_dataclass_result_becomes_an_object() -> None:
    def where() -> Address:
        return Address("Main")

    assert ToolSet([where]).run(ToolCall("1", "where", {})).value == {"street": "Main", "number": 1}


OK = Outcome("c1", "get_weather", True, {"degrees": 21})
TEXT = Outcome("c1", "get_weather", True, "sunny")
FAILED = Outcome("c1", "get_weather", False, "no such city")


@pytest.mark.parametrize(
    ("vendor", "outcome", "data"),
    [
        ("agent", OK, {"degrees": 21}),
        ("agent", TEXT, {"result": "sunny"}),
        ("agent", FAILED, {"error": "no such city"}),
        (
            "openai",
            OK,
            {
                "type": "conversation.item.create",
                "item": {"type": "function_call_output", "call_id": "c1", "output": '{"degrees":21}'},
            },
        ),
        ("ultravox", TEXT, {"type": "client_tool_result", "invocation_id": "c1", "result": "sunny"}),
        (
            "google",
            OK,
            {"toolResponse": {"functionResponses": [{"id": "c1", "name": "get_weather", "response": {"degrees": 21}}]}},
        ),
    ],
)
def test_an_output_has_the_shape_that_the_server_passes_on(vendor: Any, outcome: Outcome, data: dict[str, Any]) -> None:
    assert ToolSet().output(outcome, vendor) == data


def test_a_call_of_google_without_an_id_is_answered_without_one() -> None:
    data = ToolSet().output(Outcome("", "get_weather", True, "sunny"), "google")
    assert data == {"toolResponse": {"functionResponses": [{"name": "get_weather", "response": {"result": "sunny"}}]}}


@pytest.mark.parametrize(
    ("vendor", "flat"),
    [
        (
            "elevenlabs",
            {
                "type": "client_tool_result",
                "tool_call_id": "c1",
                "result": '{"error":"no such city"}',
                "is_error": True,
            },
        ),
        (
            "deepgram",
            {
                "type": "FunctionCallResponse",
                "id": "c1",
                "name": "get_weather",
                "content": '{"error":"no such city"}',
            },
        ),
    ],
)
def test_server_0_9_takes_some_outputs_one_level_deeper(vendor: Any, flat: dict[str, Any]) -> None:
    tools = ToolSet()
    assert tools.output(FAILED, vendor, "0.9") == {"data": flat}
    assert tools.output(FAILED, vendor, "10") == flat
    assert tools.output(FAILED, vendor) == {**flat, "data": flat}


def test_an_unknown_vendor_is_named_with_the_known_ones(tools: ToolSet) -> None:
    with pytest.raises(InvalidVerb, match="known: agent, openai"):
        tools.schemas("siri")  # type: ignore[arg-type]
    with pytest.raises(InvalidVerb, match="siri"):
        tools.output(OK, "siri")  # type: ignore[arg-type]


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_result_over_the_limit_of_a_message_is_an_error_for_the_model(
    vendor: Any, tools: ToolSet, caplog: pytest.LogCaptureFixture
) -> None:
    huge = Outcome("c1", "get_weather", True, "x" * 10_000_000)
    data = tools.output(huge, vendor)
    assert len(dumps(data)) < MAX_MESSAGE
    assert "too large" in dumps(data)
    assert "too large" in caplog.text


def test_over_http_no_result_is_too_large(tools: ToolSet) -> None:
    tools.tool(name="page")(lambda: "x" * 100_000)
    assert tools.answer({"name": "page", "args": {}}) == {"result": "x" * 100_000}


def test_of_several_results_only_the_large_ones_are_replaced(tools: ToolSet) -> None:
    huge = Outcome("c2", "get_weather", True, "ä" * 30_000)
    responses = tools.output([OK, huge], "google")["toolResponse"]["functionResponses"]
    assert responses[0]["response"] == {"degrees": 21}
    assert "too large" in responses[1]["response"]["error"]


@pytest.mark.parametrize(
    "payload",
    [
        {"tool_call_id": "c1", "name": "get_weather", "args": {"city": "Oslo"}},
        {"tool_call_id": "c1", "name": "get_weather", "arguments": {"city": "Oslo"}},
        {"tool_call_id": "c1", "name": "get_weather", "arguments": '{"city": "Oslo"}'},
        {"tool_call_id": "c1", "name": "get_weather", "args": None, "arguments": {"city": "Oslo"}},
        {
            "tool_call_id": "function_call_id",
            "type": "toolCall",
            "functionCalls": [{"id": "c1", "name": "get_weather", "args": {"city": "Oslo"}}],
        },
    ],
)
def test_a_call_is_read_in_every_shape_that_the_server_sends(tools: ToolSet, payload: dict[str, Any]) -> None:
    [call] = tools.calls(payload)
    assert tools.run(call) == Outcome("c1", "get_weather", True, "21 celsius in Oslo")


def test_over_http_the_output_is_the_answer(tools: ToolSet) -> None:
    payload = {"tool_call_id": "c1", "name": "get_weather", "args": {"city": "Oslo"}, "call_sid": "call-1"}
    assert tools.answer(payload) == {"result": "21 celsius in Oslo"}
    assert tools.answer(payload, "openai")["item"]["call_id"] == "c1"
    assert tools.answer({}) == {"error": "the request names no tool"}


def test_async_functions_are_refused_with_the_reason() -> None:
    async def coroutine() -> None: ...

    async def agen() -> Any:
        yield 1

    def gen() -> Any:
        yield 1

    class Callable:
        __name__ = "callable"

        async def __call__(self) -> None: ...

    for function in (coroutine, agen, gen, Callable()):
        with pytest.raises(TypeError, match="plain function"):
            ToolSet().tool(function)


def test_a_callable_object_and_a_method_may_be_tools() -> None:
    class Greeter:
        """Greets."""

        __name__ = "greet"

        def __call__(self, name: str) -> str:
            return f"Hello {name}"

        def bye(self, name: str) -> str:
            """Says goodbye."""
            return f"Bye {name}"

    greeter = Greeter()
    tools = ToolSet([greeter, greeter.bye])
    assert [tool["name"] for tool in tools.schemas()] == ["greet", "bye"]
    assert tools.run(ToolCall("1", "greet", {"name": "Ann"})).value == "Hello Ann"
    assert tools.run(ToolCall("1", "bye", {"name": "Ann"})).value == "Bye Ann"


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


def test_a_name_that_is_taken_or_that_is_no_name_is_refused(tools: ToolSet) -> None:
    with pytest.raises(ValueError, match="already"):
        tools.tool(name="get_weather")(lambda: 1)
    with pytest.raises(ValueError, match="no name for a tool"):
        tools.tool(lambda: 1)
    with pytest.raises(TypeError, match="a tool is a function"):
        ToolSet(["get_weather"])  # type: ignore[list-item]


@pytest.mark.parametrize(
    "text",
    [
        "Adds up.\n\nArgs:\n    a: the first\n        of both\n    b (int): the second\n\nReturns:\n    a: sum",
        "Adds up.\n\n:param a: the first\n    of both\n:param int b: the second\n:returns: a sum",
        "Adds up.\n\nParameters\n----------\na : int\n    the first\n    of both\nb\n    the second\n"
        "\nReturns\n-------\nint\n    x",
    ],
)
def test_the_three_styles_of_docstrings_say_the_same(text: str) -> None:
    about, parameters = parse_docstring(text)
    assert about == "Adds up."
    assert parameters["a"] == "the first of both"
    assert parameters["b"] == "the second"


@given(st.text(st.sampled_from("ab:- \n*()Args:Parameters"), max_size=200))
def test_no_docstring_breaks_the_reading(text: str) -> None:
    about, parameters = parse_docstring(text)
    assert isinstance(about, str)
    assert all(isinstance(value, str) for value in parameters.values())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(JSON, JSON, st.sampled_from(VENDORS))
def test_whatever_a_model_sends_the_answer_is_one_that_can_be_sent(name: Any, arguments: Any, vendor: Any) -> None:
    def take(text: str, number: float = 1, many: list[int] | None = None) -> Any:
        return text

    tools = ToolSet([take])
    for payload in (
        {"tool_call_id": name, "name": "take", "args": arguments},
        {"tool_call_id": name, "name": name, "arguments": {"text": arguments}},
        {"functionCalls": arguments},
    ):
        json.loads(dumps(tools.answer(payload, vendor)))


def test_argument_errors_are_value_errors(tools: ToolSet) -> None:
    with pytest.raises(ArgumentError):
        tools.prepare(ToolCall("1", "nothing", {}))
    assert issubclass(ArgumentError, ValueError)
    assert dataclasses.is_dataclass(ToolCall)


@pytest.mark.parametrize("name", ["no\nERROR call call-2: forged", "x" * 1_000_000, "esc\x1b[2J"])
@pytest.mark.parametrize("call_sid", ["call-1", "call\nforged", "x" * 1_000_000, ["call"], None])
def test_neither_the_name_of_a_tool_nor_a_call_sid_from_outside_forges_or_floods_the_log(
    tools: ToolSet, caplog: pytest.LogCaptureFixture, name: str, call_sid: Any
) -> None:
    caplog.set_level(logging.INFO, "jambonz_sync.tools")
    tools.answer({"tool_call_id": "1", "name": name, "args": {}, "call_sid": call_sid})
    [record] = caplog.records
    assert record.getMessage().isprintable()
    assert len(record.getMessage()) < 300
