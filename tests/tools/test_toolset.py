"""Functions as tools of a language model: declared, called, answered."""

from __future__ import annotations

import dataclasses
import json
import logging
import threading
from asyncio import CancelledError
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jambonz_sync.model.wire import MAX_MESSAGE, dumps
from jambonz_sync.tools import VENDORS, ArgumentError, Outcome, ToolCall, ToolSet
from tests.tools.examples import OK, Address


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


@dataclass
class Handle:
    lock: Any


def test_a_dataclass_result_that_cannot_be_copied_is_an_error_for_the_model() -> None:
    def handle() -> Any:
        return Handle(threading.Lock())

    outcome = ToolSet([handle]).run(ToolCall("1", "handle", {}))
    assert not outcome.ok
    assert outcome.value.startswith("handle failed: TypeError")


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


def test_a_name_that_is_taken_or_that_is_no_name_is_refused(tools: ToolSet) -> None:
    with pytest.raises(ValueError, match="already"):
        tools.tool(name="get_weather")(lambda: 1)
    with pytest.raises(ValueError, match="no name for a tool"):
        tools.tool(lambda: 1)
    with pytest.raises(TypeError, match="a tool is a function"):
        ToolSet(["get_weather"])  # type: ignore[list-item]


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


@pytest.mark.parametrize("error", [CancelledError(), GeneratorExit(), SystemExit("enough")])
def test_whatever_a_tool_raises_is_told_to_the_model(error: BaseException) -> None:
    def leave() -> None:
        raise error

    outcome = ToolSet([leave]).run(ToolCall("1", "leave", {}))
    assert (outcome.ok, outcome.value) == (False, f"leave failed: {type(error).__name__}: {error}")


def test_ctrl_c_within_a_tool_ends_the_program() -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ToolSet([interrupted]).run(ToolCall("1", "interrupted", {}))
