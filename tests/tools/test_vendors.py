"""The shapes of the vendors: declarations of tools, and outputs of calls."""

from __future__ import annotations

import enum
from typing import Annotated, Any, Literal, Optional

import pytest

from jambonz_sync.errors import InvalidVerb
from jambonz_sync.tools import Outcome, ToolSet
from tests.tools.examples import OK, Colour, Order

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
