"""The view of what arrived: attributes and keys, copies and JSON."""

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
from jambonz_sync.events import CallStatus, Event, GatherEvent, View
from tests.events.heard import HEARD


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


def test_a_value_that_is_not_documented_comes_through_as_it_is() -> None:
    evt = GatherEvent({"reason": "mindReading", "call_status": "levitating"})
    assert (evt.reason, evt.call_status) == ("mindReading", "levitating")


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
    assert (GatherEvent.from_.wire, GatherEvent.speech.wire) == ("from", "speech")
    assert (GatherEvent.reason.values[:2], GatherEvent.digits.values) == (("speechDetected", "dtmfDetected"), ())
    assert GatherEvent.reason.__doc__ == (
        "reason: Literal['speechDetected', 'dtmfDetected', 'timeout', 'error', 'stt-low-confidence'] | None"
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
CLASSES = [getattr(events, name) for name in events.__all__ if name[0].isupper()]
WIRE_NAMES = sorted({field.wire for of in CLASSES for field in of.fields().values()} | {"verb", "args", "arguments"})


@settings(deadline=None)
@given(st.sampled_from(CLASSES), st.dictionaries(st.sampled_from(WIRE_NAMES) | st.text(max_size=8), JSON, max_size=6))
def test_no_payload_makes_reading_an_event_fail(of: type[View], data: dict[str, Any]) -> None:
    evt = of(data)
    for name in {*of.fields(), *(name for name, value in vars(of).items() if isinstance(value, property))}:
        try:
            getattr(evt, name)
        except ProtocolError:
            assert name == "arguments"
    assert dict(evt) == data
    assert len(repr(evt)) < 1000
    assert of.from_json(evt.to_json()) == evt
