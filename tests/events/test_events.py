from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jambonz_sync import events
from jambonz_sync.errors import ProtocolError
from jambonz_sync.events import (
    ActionHook,
    AgentTurn,
    CallSession,
    CallStatus,
    DialEvent,
    Event,
    GatherEvent,
    LlmToolCall,
    LlmVendorEvent,
    TtsEvent,
    VerbStatus,
    for_message,
    from_query,
)

HEARD: dict[str, Any] = {
    "call_sid": "CA1",
    "from": "+15085551212",
    "reason": "speechDetected",
    "speech": {
        "is_final": True,
        "alternatives": [{"transcript": "sales please", "confidence": 0.9}, {"transcript": "sails", "confidence": 0.2}],
        "vendor": {"name": "google", "evt": {"any": "thing"}},
    },
    "customerData": {"tier": "gold"},
    "brand_new": {"x": 1},
    "newerStill": 2,
}


def test_an_event_is_the_very_dict_that_arrived() -> None:
    data = dict(HEARD)
    evt = GatherEvent(data)
    assert evt["speech"] is data["speech"]
    assert dict(evt) == data
    assert (len(evt), "reason" in evt, evt.get("nothing", 7)) == (len(data), True, 7)


def test_known_fields_are_attributes_whatever_their_names_on_the_wire() -> None:
    evt = GatherEvent(HEARD)
    assert (evt.call_sid, evt.from_, evt.reason, evt.customer_data) == (
        "CA1",
        "+15085551212",
        "speechDetected",
        {"tier": "gold"},
    )


def test_objects_within_an_event_are_typed_in_turn() -> None:
    speech = GatherEvent(HEARD).speech
    assert speech is not None
    assert [each.transcript for each in speech.alternatives] == ["sales please", "sails"]
    assert speech.vendor is not None
    assert (speech.is_final, speech.vendor.name, speech.vendor.evt) == (True, "google", {"any": "thing"})


def test_the_transcript_is_that_of_the_best_reading() -> None:
    evt = GatherEvent(HEARD)
    assert (evt.transcript, evt.confidence) == ("sales please", 0.9)


@pytest.mark.parametrize(
    "speech", [None, "[object Object]", [], {}, {"alternatives": None}, {"alternatives": []}, {"alternatives": [3]}]
)
def test_where_nothing_was_said_the_transcript_is_empty(speech: Any) -> None:
    for evt in (GatherEvent({"speech": speech}), GatherEvent({})):
        assert (evt.transcript, evt.confidence) == ("", None)


def test_a_known_field_that_is_missing_is_none() -> None:
    evt = GatherEvent({"reason": "timeout"})
    assert [evt.digits, evt.speech, evt.from_, evt.sip_status] == [None] * 4


def test_an_unknown_field_is_kept_and_reachable_both_ways() -> None:
    evt: Any = GatherEvent(HEARD)
    assert evt["brand_new"] is evt.brand_new
    assert evt.newer_still == evt.newerStill == evt["newerStill"] == 2
    assert "brand_new" in dir(evt)


def test_a_name_that_is_no_field_raises_and_names_the_nearest() -> None:
    evt: Any = GatherEvent(HEARD)
    with pytest.raises(AttributeError, match=r"GatherEvent has no field 'transcipt'.*did you mean transcript"):
        _ = evt.transcipt
    with pytest.raises(AttributeError, match=r"has no field 'zzzz', and neither has what arrived$"):
        _ = evt.zzzz
    with pytest.raises(KeyError):
        _ = evt["from_"]


def test_an_event_is_read_only() -> None:
    evt: Any = GatherEvent(dict(HEARD))
    with pytest.raises(AttributeError, match=r"GatherEvent\.reason is read-only"):
        evt.reason = "timeout"
    with pytest.raises(AttributeError):
        evt.transcript = "x"
    with pytest.raises(AttributeError):
        evt.something = "x"
    with pytest.raises(TypeError):
        evt["reason"] = "timeout"
    assert evt == HEARD


def test_the_repr_is_short_and_has_nothing_that_was_said_or_dialled() -> None:
    evt = GatherEvent({**HEARD, "call_status": "x" * 500})
    assert repr(evt) == "<GatherEvent call_sid='CA1' reason='speechDetected' (8 fields)>"


def test_a_copy_does_not_share_anything_with_the_event() -> None:
    evt = GatherEvent(copy.deepcopy(HEARD))
    taken = evt.to_dict()
    taken["speech"]["alternatives"].clear()
    assert evt.transcript == "sales please"


def test_json_keeps_unknown_fields_there_and_back() -> None:
    evt = GatherEvent(HEARD)
    again = GatherEvent.from_json(evt.to_json())
    assert again == evt == HEARD
    assert isinstance(again, GatherEvent)
    assert json.loads(evt.to_json(indent=2)) == HEARD


@pytest.mark.parametrize("text", ["[]", "3", "null", "{", ""])
def test_json_that_is_no_object_is_no_event(text: str) -> None:
    with pytest.raises(ValueError, match=r"expected a JSON object|Expecting"):
        Event.from_json(text)


def test_an_event_made_of_a_mapping_does_not_change_with_it() -> None:
    data = {"call_sid": "CA1"}
    evt = CallStatus.from_dict(data)
    data["call_sid"] = "CA2"
    assert evt.call_sid == "CA1"


def test_an_event_can_be_copied_pickled_and_compared() -> None:
    evt = GatherEvent(HEARD)
    assert copy.copy(evt) == copy.deepcopy(evt) == pickle.loads(pickle.dumps(evt)) == evt
    assert evt != GatherEvent({})
    assert evt != 3
    with pytest.raises(TypeError, match="unhashable"):
        hash(evt)


def test_a_field_tells_its_name_on_the_wire_and_its_documented_values() -> None:
    assert GatherEvent.from_.wire == "from"
    assert GatherEvent.reason.__doc__ == (
        "reason: Literal['speechDetected', 'dtmfDetected', 'timeout', 'error', 'stt-low-confidence'] | None"
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
        ("jambonz:error", events.ErrorEvent),
        ("something:new", Event),
    ],
)
def test_the_type_of_a_message_decides_the_class_of_its_event(type_: str, of: type[Event]) -> None:
    data = {"call_sid": "CA1"}
    evt = for_message(type_, "/hook", data)
    assert type(evt) is of
    assert evt.get("call_sid") == "CA1"


def test_an_action_hook_has_the_attributes_of_every_verb() -> None:
    gathered: Any = for_message("verb:hook", "/a", {**HEARD, "digits": "12"})
    assert (gathered.transcript, gathered.digits, gathered.dial_call_status) == ("sales please", "12", None)
    dialled: Any = for_message("verb:hook", "/b", {"dial_call_status": "busy", "dial_sip_status": 486})
    assert (dialled.dial_call_status, dialled.dial_sip_status, dialled.transcript) == ("busy", 486, "")
    assert isinstance(dialled, DialEvent)


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


def test_an_agents_turn_has_its_latencies_and_its_transcript() -> None:
    turn = AgentTurn(
        {
            "type": "turn_end",
            "transcript": "hello",
            "response": "hi",
            "interrupted": False,
            "latency": {"model_latency": 300, "preflight": {"result": "hit", "tokens": 5}},
        }
    )
    assert (turn.type, turn.transcript, turn.response, turn.interrupted) == ("turn_end", "hello", "hi", False)
    assert turn.latency is not None
    assert turn.latency.preflight is not None
    assert (turn.latency.model_latency, turn.latency.preflight.result) == (300, "hit")
    assert AgentTurn({"type": "user_interruption"}).transcript == ""


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


@pytest.mark.parametrize("given", ["{", "[1]", [1], 3, "nul", "[" * 100_000])
def test_arguments_that_are_no_object_raise_an_error_that_names_the_tool(given: Any) -> None:
    with pytest.raises(ProtocolError, match=r"tool call 'weather' \('t1'\): arguments are not a JSON object"):
        _ = LlmToolCall({"tool_call_id": "t1", "name": "weather", "args": given}).arguments


def test_the_first_message_tells_how_the_call_came_in() -> None:
    call = CallSession(
        {
            "sip": {"headers": {"X-Account": "7"}, "calledNumber": "+1", "source_port": 5060},
            "defaults": {"synthesizer": {"vendor": "google", "voice": "v"}},
            "env_vars": {"GREETING": "Hi"},
        }
    )
    assert call.sip is not None
    assert call.defaults is not None
    assert call.defaults.synthesizer is not None
    assert (call.sip.header("x-account"), call.sip.header("X-Other"), call.sip.called_number) == ("7", None, "+1")
    assert (call.defaults.synthesizer.voice, call.defaults.recognizer) == ("v", None)
    strange = CallSession({"sip": {"headers": "none"}}).sip
    assert strange is not None
    assert strange.header("x-account") is None


def test_a_query_has_numbers_and_booleans_where_the_fields_are_such() -> None:
    given = {"call_sid": "1", "sip_status": "200", "dial_sip_status": "486", "duration": "7", "interrupted": "true"}
    assert from_query(given) == {
        "call_sid": "1",
        "sip_status": 200,
        "dial_sip_status": 486,
        "duration": 7,
        "interrupted": True,
    }


def test_a_query_that_has_no_number_where_one_is_due_keeps_what_it_has() -> None:
    given = {"sip_status": "OK", "interrupted": "maybe", "digits": "0123", "new_field": "5"}
    assert from_query(given) == given


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
CLASSES = [getattr(events, name) for name in events.__all__ if name[0].isupper()]
WIRE_NAMES = sorted({field.wire for of in CLASSES for field in of.fields().values()} | {"verb", "args", "arguments"})


@settings(deadline=None)
@given(st.sampled_from(CLASSES), st.dictionaries(st.sampled_from(WIRE_NAMES) | st.text(max_size=8), JSON, max_size=6))
def test_no_payload_makes_reading_an_event_fail(of: type[events.View], data: dict[str, Any]) -> None:
    evt = of(data)
    for name in {*of.fields(), *(name for name, value in vars(of).items() if isinstance(value, property))}:
        try:
            getattr(evt, name)
        except ProtocolError:
            assert name == "arguments"
    assert dict(evt) == data
    assert len(repr(evt)) < 1000
    assert of.from_json(evt.to_json()) == evt
