"""Dials, queues and conferences."""

from __future__ import annotations

from typing import Any

import pytest

from jambonz_sync.simulator import Pressed, Scenario

from ..driver import Run

SAY = {"verb": "say", "text": "Hi."}
HANGUP = {"verb": "hangup"}
PHONE = {"type": "phone", "number": "+1777"}


def dial(*callees: str, scenario: Scenario | None = None, caller: Any = (), hooks: Any = None, **options: Any) -> Run:
    verb = {"verb": "dial", "target": [PHONE], "actionHook": "/dialled", **options}
    scenario = scenario or Scenario(callees=callees or ("answer",))
    return Run(
        [verb, {"verb": "say", "text": "After."}, HANGUP], {"/dialled": [], **(hooks or {})}, caller, scenario=scenario
    )


@pytest.mark.parametrize(
    ("callee", "status", "sip"),
    [("answer", "completed", 200), ("busy", "busy", 486), ("no-answer", "no-answer", 487), ("failed", "failed", 480)],
)
def test_the_action_hook_tells_how_a_dial_ended(callee: str, status: str, sip: int) -> None:
    run = dial(callee)
    (done,) = run.asks("/dialled")
    assert (done["dial_call_status"], done["dial_sip_status"]) == (status, sip)
    assert done["dial_call_sid"] != done["call_sid"]
    assert run.heard("After.")


def test_the_dialled_leg_has_status_events_of_its_own() -> None:
    run = dial()
    child = [one for one in run.tells("call:status") if one["direction"] == "outbound"]
    assert [one["call_status"] for one in child] == ["trying", "ringing", "in-progress", "completed"]
    assert {one["parent_call_sid"] for one in child} == {run.call.leg.call_sid}
    assert {one["call_sid"] for one in child} == {run.asks("/dialled")[0]["dial_call_sid"]}
    assert {one["to"] for one in child} == {"+1777"}


def test_callees_behave_in_turn_and_the_last_again() -> None:
    again = {"verb": "dial", "target": [PHONE], "actionHook": "/dialled"}
    answers = iter([[again], [again], [HANGUP]])
    run = dial("busy", "answer", hooks={"/dialled": lambda data: next(answers)})
    assert [one["dial_call_status"] for one in run.asks("/dialled")] == ["busy", "completed", "completed"]


def test_one_of_several_targets_answers() -> None:
    targets = [PHONE, {"type": "sip", "sipUri": "sip:a@b"}, {"type": "user", "name": "joe@b"}]
    run = dial(target=targets)
    ends = {one["to"]: one["call_status"] for one in run.tells("call:status") if one["direction"] == "outbound"}
    assert ends == {"+1777": "completed", "sip:a@b": "no-answer", "joe@b": "no-answer"}


def test_a_confirm_hook_that_returns_nothing_accepts() -> None:
    run = dial(confirmHook="/confirm", hooks={"/confirm": []})
    assert run.asked[0].type == "dial:confirm"
    assert run.asked[0].data["direction"] == "outbound"
    assert run.asks("/dialled")[0]["dial_call_status"] == "completed"


def test_the_callee_hears_the_verbs_of_the_confirm_hook_and_may_press_keys() -> None:
    asks = {"verb": "gather", "numDigits": 1, "say": {"text": "Press 1."}, "actionHook": "/key"}
    hooks = {"/confirm": [asks], "/key": lambda data: [] if data["digits"] == "1" else [HANGUP]}
    scenario = Scenario(callee_presses=("1", "2"))
    accepted = dial(confirmHook="/confirm", hooks=hooks, scenario=scenario)
    assert accepted.heard("Press 1. (to +1777)")
    assert accepted.heard("After.")
    assert any("+1777 answers" in line for line in accepted.transcript.lines("event"))
    declined = dial(confirmHook="/confirm", hooks=hooks, scenario=Scenario(callee_presses=("2",)))
    assert any("not accepted" in line for line in declined.transcript.lines("event"))
    assert declined.heard("After.")


def test_a_target_has_a_confirm_hook_of_its_own() -> None:
    run = dial(target=[{**PHONE, "confirmHook": "/own"}], confirmHook="/confirm", hooks={"/own": []})
    assert [one.hook for one in run.asked] == ["/own", "/dialled"]


def test_captured_keys_are_reported_while_they_talk() -> None:
    run = dial(dtmfCapture=["*2"], dtmfHook="/key", hooks={"/key": []}, caller=[Pressed("*2"), "bye"])
    assert run.asks("/key")[0]["dtmf"] == "*2"
    assert run.asks("/dialled")


def test_the_caller_is_answered_only_when_the_callee_is_if_asked_for() -> None:
    run = dial("busy", answerOnBridge=True)
    statuses = [one["call_status"] for one in run.tells("call:status") if one["direction"] == "inbound"]
    assert statuses[:2] == ["trying", "in-progress"]  # the say afterwards
    assert run.transcript.lines("status").index("call:status busy (+1777)") < run.transcript.lines("status").index(
        "call:status in-progress"
    )


def test_a_callee_who_stays_can_be_whispered_to_and_parted_from() -> None:
    run = dial("stay")
    assert not run.machine.finished
    run.command("whisper", {"whisper": {"verb": "say", "text": "One minute left."}})
    run.command("mute:status", {"mute_status": "mute"})
    assert run.heard("One minute left.")
    assert any(line.startswith("mute:status") for line in run.transcript.lines("event"))
    run.command("redirect", [{"verb": "say", "text": "Parted."}, HANGUP])
    assert run.asks("/dialled")[0]["dial_call_status"] == "completed"
    assert run.transcript.lines("app")[-1] == "Parted."


def test_the_action_hook_of_a_dial_comes_even_when_the_caller_hangs_up() -> None:
    run = dial("stay", hooks={"/dialled": [SAY]}).hangs_up()
    assert len(run.asks("/dialled")) == 1
    assert run.machine.finished
    assert not run.heard("Hi.")


def test_the_child_leg_can_go_on_alone() -> None:
    run = dial("stay").command("redirect", {"parent_call": [SAY, HANGUP], "child_call": [SAY]})
    assert any("+1777 goes on alone with: say" in line for line in run.transcript.lines("event"))
    assert run.heard("Hi.")


def enqueue(scenario: Scenario | None = None, hooks: Any = None, **options: Any) -> Run:
    verb = {"verb": "enqueue", "name": "support", "actionHook": "/queue", **options}
    return Run([verb, {"verb": "say", "text": "After."}, HANGUP], {"/queue": [], **(hooks or {})}, scenario=scenario)


def test_a_wait_hook_is_asked_again_and_again_until_somebody_comes() -> None:
    run = enqueue(Scenario(queue_rounds=3), {"/wait": [{"verb": "say", "text": "Please hold."}]}, waitHook="/wait")
    assert run.transcript.lines("app") == ["Please hold."] * 3 + ["After."]
    assert {"queue_sid", "queue_time", "queue_size", "queue_position", "call_sid", "call_id"} == set(
        run.asks("/wait")[0]
    )
    assert run.asks("/queue")[0]["queue_result"] == "bridged"


def test_leave_leaves_the_queue() -> None:
    run = enqueue(hooks={"/wait": [SAY, {"verb": "leave"}, {"verb": "say", "text": "Never."}]}, waitHook="/wait")
    assert run.transcript.lines("app") == ["Hi.", "After."]
    assert run.asks("/queue")[0]["queue_result"] == "leave"


def test_only_some_verbs_run_while_the_caller_waits() -> None:
    run = enqueue(hooks={"/wait": [{"verb": "gather"}]}, waitHook="/wait")
    assert "gather cannot run while the caller waits" in run.transcript.errors[0]


def test_a_caller_who_waits_for_ever_can_be_told_otherwise_or_hang_up() -> None:
    run = enqueue(Scenario(queue_rounds=None), {"/wait": []}, waitHook="/wait")
    assert not run.machine.finished
    run.hangs_up()
    assert run.asks("/queue")[0]["queue_result"] == "hangup"
    run = enqueue(Scenario(queue_rounds=None), {"/wait": []}, waitHook="/wait")
    run.command("redirect", [{"verb": "say", "text": "Parted."}, HANGUP])
    assert run.transcript.lines("app") == ["Parted."]


def test_a_queue_without_a_wait_hook_bridges() -> None:
    assert enqueue().asks("/queue")[0]["queue_result"] == "bridged"


@pytest.mark.parametrize(("waiting", "result"), [(1, "complete"), (0, "timeout")])
def test_dequeue_tells_whether_somebody_waited(waiting: int, result: str) -> None:
    verb = {"verb": "dequeue", "name": "support", "timeout": 5, "actionHook": "/done"}
    run = Run([verb, SAY], {"/done": [HANGUP]}, scenario=Scenario(queue_waiting=waiting))
    assert run.asks("/done")[0]["dequeue_result"] == result


def test_a_conference_waits_for_its_moderator_and_reports_events() -> None:
    verb = {
        "verb": "conference",
        "name": "room",
        "startConferenceOnEnter": False,
        "waitHook": "/wait",
        "enterHook": "/enter",
        "statusHook": "/status",
        "statusEvents": ["join", "leave"],
        "actionHook": "/over",
    }
    hooks: Any = {"/wait": [{"verb": "say", "text": "Wait."}], "/enter": [SAY], "/status": None, "/over": [SAY]}
    run = Run([verb], hooks).hangs_up()
    assert run.transcript.lines("app") == ["Wait.", "Wait.", "Hi."]
    assert [one["event"] for one in run.asks("/status")] == ["join"]
    assert run.asks("/over")


def test_a_confirm_hook_that_fails_loses_the_callee() -> None:
    run = dial(confirmHook="/nowhere")
    assert any("not accepted" in line for line in run.transcript.lines("event"))
    assert run.heard("After.")


def test_a_dial_survives_its_own_hook() -> None:
    run = dial(actionHook="/nowhere")
    assert run.tells("jambonz:error")
    assert run.heard("After.")


def test_a_wait_hook_that_fails_ends_the_music_but_not_the_wait() -> None:
    run = enqueue(waitHook="/nowhere")
    assert run.asks("/queue")[0]["queue_result"] == "bridged"


def test_a_call_hook_and_a_child_call_hook_part_a_dial() -> None:
    run = dial("stay", hooks={"/parent": [SAY, HANGUP], "/child": [SAY]})
    run.command("redirect", {"call_hook": "/parent", "child_call_hook": "/child"})
    assert run.heard("Hi.")
    assert {one.data["call_sid"] for one in run.asked if one.hook == "/child"} == {
        run.asks("/dialled")[0]["dial_call_sid"]
    }


def test_a_dequeue_without_an_end_waits_until_told() -> None:
    run = Run([{"verb": "dequeue", "name": "support"}], scenario=Scenario(queue_waiting=0))
    assert not run.machine.finished
    assert run.hangs_up().machine.finished


@pytest.mark.parametrize(
    ("callee", "result", "reason"),
    [
        ("answer", "bridged", "completed"),
        ("busy", "returned", "busy"),
        ("no-answer", "returned", "no-answer"),
        ("failed", "returned", "error"),
    ],
)
def test_a_transfer_reports_what_became_of_it(callee: str, result: str, reason: str) -> None:
    verb = {"verb": "transfer", "mode": "blind", "target": [PHONE], "actionHook": "/over"}
    run = Run([verb], {"/over": [SAY, HANGUP]}, scenario=Scenario(callees=(callee,)))
    (report,) = run.asks("/over")
    assert (report["transfer_result"], report["transfer_reason"]) == (result, reason)
    assert run.heard("Hi.")
