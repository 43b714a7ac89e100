"""Queues."""

from __future__ import annotations

from typing import Any

import pytest

from jambonz_sync.simulator import Scenario

from ..driver import DrivenCall

SAY = {"verb": "say", "text": "Hi."}
HANGUP = {"verb": "hangup"}


def enqueue(scenario: Scenario | None = None, hooks: Any = None, **options: Any) -> DrivenCall:
    verb = {"verb": "enqueue", "name": "support", "actionHook": "/queue", **options}
    return DrivenCall(
        [verb, {"verb": "say", "text": "After."}, HANGUP], {"/queue": [], **(hooks or {})}, scenario=scenario
    )


def test_a_wait_hook_is_asked_again_and_again_until_somebody_comes() -> None:
    call = enqueue(Scenario(queue_rounds=3), {"/wait": [{"verb": "say", "text": "Please hold."}]}, waitHook="/wait")
    assert call.transcript.lines("app") == ["Please hold."] * 3 + ["After."]
    assert {"queue_sid", "queue_time", "queue_size", "queue_position", "call_sid", "call_id"} == set(
        call.payloads_of("/wait")[0]
    )
    assert call.payloads_of("/queue")[0]["queue_result"] == "bridged"


def test_leave_leaves_the_queue() -> None:
    call = enqueue(hooks={"/wait": [SAY, {"verb": "leave"}, {"verb": "say", "text": "Never."}]}, waitHook="/wait")
    assert call.transcript.lines("app") == ["Hi.", "After."]
    assert call.payloads_of("/queue")[0]["queue_result"] == "leave"


def test_only_some_verbs_run_while_the_caller_waits() -> None:
    call = enqueue(hooks={"/wait": [{"verb": "gather"}]}, waitHook="/wait")
    assert "gather cannot run while the caller waits" in call.transcript.errors[0]


def test_a_caller_who_waits_for_ever_can_be_told_otherwise_or_hang_up() -> None:
    call = enqueue(Scenario(queue_rounds=None), {"/wait": []}, waitHook="/wait")
    assert not call.machine.finished
    call.caller_hangs_up()
    assert call.payloads_of("/queue")[0]["queue_result"] == "hangup"
    call = enqueue(Scenario(queue_rounds=None), {"/wait": []}, waitHook="/wait")
    call.command("redirect", [{"verb": "say", "text": "Parted."}, HANGUP])
    assert call.transcript.lines("app") == ["Parted."]


def test_a_queue_without_a_wait_hook_bridges() -> None:
    assert enqueue().payloads_of("/queue")[0]["queue_result"] == "bridged"


@pytest.mark.parametrize(("waiting", "result"), [(1, "complete"), (0, "timeout")])
def test_dequeue_tells_whether_somebody_waited(waiting: int, result: str) -> None:
    verb = {"verb": "dequeue", "name": "support", "timeout": 5, "actionHook": "/done"}
    call = DrivenCall([verb, SAY], {"/done": [HANGUP]}, scenario=Scenario(queue_waiting=waiting))
    assert call.payloads_of("/done")[0]["dequeue_result"] == result


def test_a_wait_hook_that_fails_ends_the_music_but_not_the_wait() -> None:
    call = enqueue(waitHook="/nowhere")
    assert call.payloads_of("/queue")[0]["queue_result"] == "bridged"


def test_a_dequeue_without_an_end_waits_until_told() -> None:
    call = DrivenCall([{"verb": "dequeue", "name": "support"}], scenario=Scenario(queue_waiting=0))
    assert not call.machine.finished
    assert call.caller_hangs_up().machine.finished


@pytest.mark.parametrize(
    ("wait", "reason"),
    [([SAY], "dequeued"), ([{"verb": "leave"}], "abandoned")],
)
def test_the_account_is_told_of_a_caller_who_is_alone_in_a_queue(wait: Any, reason: str) -> None:
    scenario = Scenario(queue_event_hook="https://example.com/queues")
    call = enqueue(scenario, {"/wait": wait, "https://example.com/queues": []}, waitHook="/wait")
    told = call.payloads_of("https://example.com/queues")
    assert [(each["event"], each["length"], each.get("leave_reason")) for each in told] == [
        ("join", 1, None),
        ("leave", 0, reason),
    ]
    assert [request.type for request in call.requests if request.name.endswith("/queues")] == ["queue:status"] * 2
    assert ("dequeuer" in told[1]) is (reason == "dequeued")


def test_the_hook_for_events_of_queues_is_a_webhook() -> None:
    with pytest.raises(ValueError, match="queue_event_hook: expected an http URL or a path, got 'ws://"):
        Scenario(queue_event_hook="ws://example.com")
