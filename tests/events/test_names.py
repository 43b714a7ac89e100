"""From the name of an event, or a query, to its class and its data."""

from __future__ import annotations

import pytest

from jambonz_sync.events import (
    ActionHook,
    AgentTurn,
    CallSession,
    CallStatus,
    ErrorEvent,
    Event,
    LlmToolCall,
    LlmVendorEvent,
    TokensResult,
    TtsEvent,
    VerbStatus,
    for_message,
    from_query,
)


@pytest.mark.parametrize(
    ("type_", "of"),
    [
        ("session:new", CallSession),
        ("session:redirect", CallSession),
        ("session:reconnect", CallSession),
        ("session:adulting", CallSession),
        ("verb:hook", ActionHook),
        ("dial:confirm", ActionHook),
        ("queue:status", ActionHook),
        ("call:status", CallStatus),
        ("verb:status", VerbStatus),
        ("llm:event", LlmVendorEvent),
        ("llm:tool-call", LlmToolCall),
        ("agent:event", AgentTurn),
        ("agent:tool-call", LlmToolCall),
        ("tts:streaming-event", TtsEvent),
        ("tts:tokens-result", TokensResult),
        ("jambonz:error", ErrorEvent),
        ("something:new", Event),
    ],
)
def test_the_type_of_a_message_decides_the_class_of_its_event(type_: str, of: type[Event]) -> None:
    data = {"call_sid": "CA1"}
    evt = for_message(type_, "/hook", data)
    assert type(evt) is of
    assert evt.get("call_sid") == "CA1"


def test_a_query_has_numbers_and_booleans_where_the_fields_are_such() -> None:
    params = {"call_sid": "1", "sip_status": "200", "dial_sip_status": "486", "duration": "7", "interrupted": "true"}
    assert from_query(params) == {
        "call_sid": "1",
        "sip_status": 200,
        "dial_sip_status": 486,
        "duration": 7,
        "interrupted": True,
    }


def test_a_query_that_has_no_number_where_one_is_due_keeps_what_it_has() -> None:
    params = {"sip_status": "OK", "interrupted": "maybe", "digits": "0123", "new_field": "5"}
    assert from_query(params) == params
