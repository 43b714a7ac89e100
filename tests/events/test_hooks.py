"""The events of the hooks of verbs."""

from __future__ import annotations

from typing import Any

import pytest

from jambonz_sync.events import AgentTurn, DialEvent, GatherEvent, for_message
from tests.events.heard import HEARD


def test_the_transcript_is_that_of_the_best_reading() -> None:
    evt = GatherEvent(HEARD)
    assert (evt.transcript, evt.confidence) == ("sales please", 0.9)


@pytest.mark.parametrize(
    "speech", [None, "[object Object]", [], {}, {"alternatives": None}, {"alternatives": []}, {"alternatives": [3]}]
)
def test_where_nothing_was_said_the_transcript_is_empty(speech: Any) -> None:
    for evt in (GatherEvent({"speech": speech}), GatherEvent({})):
        assert (evt.transcript, evt.confidence) == ("", None)


def test_an_action_hook_has_the_attributes_of_every_verb() -> None:
    gathered: Any = for_message("verb:hook", "/a", {**HEARD, "digits": "12"})
    assert (gathered.transcript, gathered.digits, gathered.dial_call_status) == ("sales please", "12", None)
    dialled: Any = for_message("verb:hook", "/b", {"dial_call_status": "busy", "dial_sip_status": 486})
    assert (dialled.dial_call_status, dialled.dial_sip_status, dialled.transcript) == ("busy", 486, "")
    assert isinstance(dialled, DialEvent)


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


@pytest.mark.parametrize(
    ("schema", "cluster"),
    [
        ("transcriber_latency", "stt_ms"),
        ("turn_detection_latency", "eot_ms"),
        ("model_latency", "llm_ms"),
        ("voice_latency", "tts_ms"),
    ],
)
def test_a_latency_is_there_under_both_its_names_whichever_came(schema: str, cluster: str) -> None:
    for sent in (schema, cluster):
        latency = AgentTurn({"latency": {sent: 0}}).latency
        assert latency is not None
        assert (getattr(latency, schema), getattr(latency, cluster)) == (0, 0)
    both = AgentTurn({"latency": {schema: 1, cluster: 2}}).latency
    assert (getattr(both, schema), getattr(both, cluster)) == (1, 2)
    assert getattr(AgentTurn({"latency": {}}).latency, cluster) is None


def test_an_agents_turn_has_its_confidence_and_the_tools_that_it_called() -> None:
    calls = [
        {"tool_call_id": "t1", "name": "weather", "arguments": {"city": "Oslo"}, "result_ms": 80},
        {"tool_call_id": "t2", "name": "time", "arguments": "{}"},
    ]
    turn = AgentTurn({"type": "turn_end", "confidence": 0.9, "tool_calls": calls, "latency": {"tool_ms": 80}})
    assert turn.confidence == 0.9
    assert turn.latency is not None
    assert turn.latency.tool_ms == 80
    first, second = turn.tool_calls
    assert (first.tool_call_id, first.name, first.arguments, first.result_ms) == ("t1", "weather", {"city": "Oslo"}, 80)
    assert (second.arguments, second.result_ms) == ({}, None)
    assert AgentTurn({"type": "turn_end"}).tool_calls == []
    assert AgentTurn({"type": "turn_end"}).confidence is None
