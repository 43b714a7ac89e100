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
