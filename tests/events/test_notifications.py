"""The events beside the hooks of verbs."""

from __future__ import annotations

from typing import Any

import pytest

from jambonz_sync.errors import ProtocolError
from jambonz_sync.events import LlmToolCall, LlmVendorEvent, VerbStatus, for_message


@pytest.mark.parametrize(
    "data",
    [
        {"type": "response.audio_transcript.done", "event_id": "e1", "response_id": "r1", "transcript": "Hello"},
        {"type": "response.audio_transcript.delta", "delta": "Hel"},
        {"type": "response.done", "response": {"id": "r1", "status": "completed"}},
        {"type": "error", "error": {"message": "no such model"}},
        {"type": "ConversationText", "role": "user", "content": "Passports"},
        {"type": "transcript", "role": "agent", "final": True, "text": "Astoria", "ordinal": 3},
        {"type": "user_transcript", "user_transcription_event": {"user_transcript": "A table"}},
        {"server_content": {"output_transcription": {"text": "Ciao"}}, "usage_metadata": {}},
    ],
)
def test_an_event_of_a_vendor_has_typed_fields_and_keeps_all_others(data: dict[str, Any]) -> None:
    evt = for_message("llm:event", "/event", data)
    assert isinstance(evt, LlmVendorEvent)
    assert {name: getattr(evt, name) for name in data} == data
    assert evt.to_dict() == data
    lacking = LlmVendorEvent.fields().keys() - data.keys()
    assert lacking
    assert {getattr(evt, name) for name in lacking} == {None}


@pytest.mark.parametrize("key", ["name", "verb"])
@pytest.mark.parametrize("id_key", ["id", "verb_id"])
def test_a_verb_status_has_the_verb_and_its_id_wherever_jambonz_put_them(key: str, id_key: str) -> None:
    status = VerbStatus({"event": "starting", key: "say", id_key: "greeting"})
    assert (status.event, status.name, status.id) == ("starting", "say", "greeting")


@pytest.mark.parametrize(
    "payload",
    [
        {"args": {"city": "Bern"}},
        {"arguments": {"city": "Bern"}},
        {"args": '{"city": "Bern"}'},
        {"arguments": '{"city": "Bern"}', "args": None},
    ],
)
def test_the_arguments_of_a_tool_call_are_found_in_any_shape(payload: dict[str, Any]) -> None:
    call = LlmToolCall({"tool_call_id": "t1", "name": "weather", **payload})
    assert (call.tool_call_id, call.name, call.arguments) == ("t1", "weather", {"city": "Bern"})


@pytest.mark.parametrize("payload", [{}, {"args": ""}, {"arguments": "  "}, {"args": {}}, {"args": None}])
def test_a_tool_call_without_arguments_has_none(payload: dict[str, Any]) -> None:
    assert LlmToolCall(payload).arguments == {}


@pytest.mark.parametrize("arguments", ["{", "[1]", [1], 3, "nul", "[" * 100_000])
def test_arguments_that_are_no_object_raise_an_error_that_names_the_tool(arguments: Any) -> None:
    with pytest.raises(ProtocolError, match=r"tool call 'weather' \('t1'\): arguments are not a JSON object"):
        _ = LlmToolCall({"tool_call_id": "t1", "name": "weather", "args": arguments}).arguments
