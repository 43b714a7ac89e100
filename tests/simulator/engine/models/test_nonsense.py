"""Apps that send a model nonsense: it is dropped and found, and the call goes on."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jambonz_sync.simulator.engine.models.vendors import vendor_of

from .talk import OPTIONS, Talk, verb_of

VENDORS = [*OPTIONS, "agent", "nova"]

#: words that mean something to the vendors, so that nonsense comes near to sense
TYPES = ["conversation.item.create", "function_call_output", "client_tool_result", "FunctionCallResponse"]
NAMES = ["type", "item", "data", "output", "call_id", "toolResponse", "functionResponses", "response", "id", "result"]
WORDS = st.sampled_from([*TYPES, *NAMES])
EVENT_NAMES = st.sampled_from(
    ["type", "item", "response", "functions", "toolCall", "client_tool_call", "parameters", "error", "arguments"]
)
EVENT_TYPES = st.sampled_from(
    [
        "tool_call",
        "response.output_item.done",
        "response.done",
        "FunctionCallRequest",
        "client_tool_call",
        "client_tool_invocation",
    ]
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5) | WORDS
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS | st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)


def verb(vendor: str) -> dict[str, Any]:
    return (
        {"verb": "llm", "vendor": "nova", "llmOptions": {}, "toolHook": "/tool"}
        if vendor == "nova"
        else verb_of(vendor)
    )


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("server", [None, "0.9"])
@given(data=JSON, id=st.sampled_from(["call_1", "function_call_id"]) | JSON)
@settings(deadline=None, max_examples=40)
def test_no_output_of_a_tool_harms_the_call(vendor: str, server: str | None, data: Any, id: Any) -> None:
    if server == "0.9" and vendor == "agent":
        return  # which this server lacks
    talk = Talk(verb(vendor), server=server)
    call = talk.model.call("get_weather", {})
    talk.drain().command("llm:tool-output", data, tool_call_id=id)
    assert call.answered or talk.state.findings or data is None
    talk.model.says("Still here.")
    assert talk.drain().heard("Still here.")


@pytest.mark.parametrize("vendor", VENDORS)
@given(data=JSON)
@settings(deadline=None, max_examples=40)
def test_no_update_harms_the_call(vendor: str, data: Any) -> None:
    talk = Talk(verb(vendor), alone=True)
    talk.command("agent:update" if vendor == "agent" else "llm:update", data)
    assert data in talk.model.updates or talk.state.findings
    talk.model.says("Still here.")
    assert talk.drain().heard("Still here.")


@pytest.mark.parametrize("vendor", VENDORS)
@given(data=JSON)
@settings(deadline=None, max_examples=40)
def test_no_answer_of_a_webhook_to_a_tool_call_harms_the_call(vendor: str, data: Any) -> None:
    talk = Talk(verb(vendor), {"/tool": lambda _payload: data}, websocket=False)
    talk.model.call("get_weather", {})
    talk.drain()
    (call,) = talk.model.tool_calls
    assert call.answered or call.problem is not None or talk.state.findings


@pytest.mark.parametrize("vendor", VENDORS)
@given(event=st.dictionaries(st.text(max_size=3) | EVENT_NAMES, JSON | EVENT_TYPES, max_size=3))
@settings(deadline=None, max_examples=40)
def test_no_event_of_a_script_harms_the_call(vendor: str, event: dict[str, Any]) -> None:
    talk = Talk(verb(vendor))
    talk.model.emits(event)
    talk.drain()
    assert talk.model.events[-1] == event


@pytest.mark.parametrize("vendor", list(OPTIONS))
@given(
    options=st.dictionaries(
        st.sampled_from(["response_create", "session_update", "setup", "Settings", "selectedTools", "tools"]),
        JSON | st.lists(st.fixed_dictionaries({"name": st.text(max_size=3) | JSON, "parameters": JSON})),
    )
)
@settings(deadline=None, max_examples=30)
def test_no_options_of_a_model_harm_the_call(vendor: str, options: dict[str, Any]) -> None:
    talk = Talk(verb_of(vendor, llmOptions=OPTIONS[vendor] | options), alone=True)
    if not talk.state.models.started:
        assert talk.transcript.end_reason == "rejected (480)"
        return
    talk.caller_says("get weather Paris")
    talk.model.ends("disconnect from remote end")
    assert talk.final()["completion_reason"] == "disconnect from remote end"


@given(events=st.lists(JSON, max_size=3))
def test_no_choice_of_events_harms_the_call(events: list[Any]) -> None:
    vendor = vendor_of({"verb": "llm", "vendor": "openai", "events": events}, "0.9")
    assert vendor.wants({"type": "session.created"}) in (True, False)
