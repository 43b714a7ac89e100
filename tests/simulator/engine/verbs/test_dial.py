"""Dials."""

from __future__ import annotations

from typing import Any

import pytest

from jambonz_sync.simulator import Hold, Pressed, Said, Scenario, Timed
from jambonz_sync.simulator.engine.flow import Future
from jambonz_sync.simulator.engine.leg import Leg
from jambonz_sync.simulator.engine.person import Person
from jambonz_sync.simulator.engine.scenario import Callee

from ..driver import DrivenCall

SAY = {"verb": "say", "text": "Hi."}
HANGUP = {"verb": "hangup"}
PHONE = {"type": "phone", "number": "+1777"}


def dial(
    *callees: str, scenario: Scenario | None = None, caller: Any = (), hooks: Any = None, **options: Any
) -> DrivenCall:
    verb = {"verb": "dial", "target": [PHONE], "actionHook": "/dialled", **options}
    scenario = scenario or Scenario(callees=callees or ("answer",))
    return DrivenCall(
        [verb, {"verb": "say", "text": "After."}, HANGUP], {"/dialled": [], **(hooks or {})}, caller, scenario=scenario
    )


@pytest.mark.parametrize(
    ("callee", "status", "sip"),
    [("answer", "completed", 200), ("busy", "busy", 486), ("no-answer", "ringing", 180), ("failed", "failed", 480)],
)
def test_the_action_hook_tells_how_a_dial_ended(callee: str, status: str, sip: int) -> None:
    call = dial(callee)
    (done,) = call.payloads_of("/dialled")
    assert (done["dial_call_status"], done["dial_sip_status"]) == (status, sip)
    assert done["dial_call_sid"] != done["call_sid"]
    assert call.heard("After.")


def test_the_dialled_leg_has_status_events_of_its_own() -> None:
    call = dial()
    child = [message for message in call.notified("call:status") if message["direction"] == "outbound"]
    assert [message["call_status"] for message in child] == ["trying", "ringing", "in-progress", "completed"]
    assert {message["parent_call_sid"] for message in child} == {call.state.leg.call_sid}
    assert {message["call_sid"] for message in child} == {call.payloads_of("/dialled")[0]["dial_call_sid"]}
    assert {message["to"] for message in child} == {"+1777"}


def test_a_callee_says_presses_and_sends_things_at_moments_from_when_they_are_connected() -> None:
    turns = [Timed(Said("Hello."), 1.0), Timed(Pressed("5", lead=0.0), 3.0), Timed(Hold(), 4.5)]
    callee = Callee(after=2.0, hangs_up=10.0, presses=("1",), turns=tuple(turns))
    hooks = {"/keys": [], "/hold": []}
    options: dict[str, Any] = {"dtmfCapture": ["5"], "dtmfHook": "/keys", "onHoldHook": "/hold"}
    call = dial(scenario=Scenario(callees=(callee,)), hooks=hooks, **options)
    done = {entry.text: entry.at for entry in call.transcript if entry.who == "callee"}
    assert done == {"(presses 1)": 2.5, "Hello.": 3.3, "(presses 5)": 5.0}
    assert [len(call.payloads_of(hook)) for hook in ("/keys", "/hold")] == [1, 1]
    (behaved,) = call.transcript.dialled
    assert behaved.as_behaved().turns == (Timed(Pressed("1"), 0.0), *turns)
    assert callee.turns == tuple(turns)


def test_callees_behave_in_turn_and_the_last_again() -> None:
    again = {"verb": "dial", "target": [PHONE], "actionHook": "/dialled"}
    answers = iter([[again], [again], [HANGUP]])
    call = dial("busy", "answer", hooks={"/dialled": lambda data: next(answers)})
    assert [message["dial_call_status"] for message in call.payloads_of("/dialled")] == [
        "busy",
        "completed",
        "completed",
    ]


def test_one_of_several_targets_answers() -> None:
    targets = [PHONE, {"type": "sip", "sipUri": "sip:a@b"}, {"type": "user", "name": "joe@b"}]
    call = dial(target=targets)
    ends = {
        message["to"]: message["call_status"]
        for message in call.notified("call:status")
        if message["direction"] == "outbound"
    }
    # nobody is told of the end of those that still rang
    assert ends == {"+1777": "completed", "sip:a@b": "ringing", "joe@b": "ringing"}


def test_a_confirm_hook_that_returns_nothing_accepts() -> None:
    call = dial(confirmHook="/confirm", hooks={"/confirm": []})
    assert call.requests[0].type == "dial:confirm"
    assert call.requests[0].data["direction"] == "outbound"
    assert call.payloads_of("/dialled")[0]["dial_call_status"] == "completed"


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


def test_a_callee_whom_the_app_hangs_up_on_is_told_of_as_one_who_is_connected() -> None:
    call = dial(confirmHook="/confirm", hooks={"/confirm": [HANGUP]})
    assert outcome(call) == ("in-progress", 200)
    statuses = [status for status in call.notified("call:status") if status["direction"] == "outbound"]
    assert statuses[-1]["call_status"] == "in-progress"


def test_a_target_has_a_confirm_hook_of_its_own() -> None:
    call = dial(target=[{**PHONE, "confirmHook": "/own"}], confirmHook="/confirm", hooks={"/own": []})
    assert [message.hook for message in call.requests] == ["/own", "/dialled"]


def test_the_method_of_a_target_is_not_used() -> None:
    target = [{**PHONE, "confirmHook": "/own", "method": "GET"}]
    verb = {"verb": "dial", "target": target}
    call = DrivenCall([verb, HANGUP], {"/own": []}, websocket=False)
    assert call.requests[0].hook == "/own"
    assert [finding.where for finding in call.state.findings] == ["dial.target.method"]


def test_captured_keys_are_reported_while_they_talk() -> None:
    call = dial(dtmfCapture=["*2"], dtmfHook="/key", hooks={"/key": []}, caller=[Pressed("*2"), "bye"])
    assert call.payloads_of("/key")[0]["dtmf"] == "*2"
    assert call.payloads_of("/dialled")


def test_verbs_in_the_answer_to_captured_keys_are_lost() -> None:
    hooks = {"/key": [{"verb": "say", "text": "Never."}]}
    call = dial(dtmfCapture=["*2"], dtmfHook="/key", hooks=hooks, caller=[Pressed("*2")])
    assert not call.heard("Never.")
    assert [finding.code for finding in call.state.findings] == ["answer-lost"]


def test_a_0_9_server_listens_for_the_keys_of_the_caller_on_the_wrong_leg() -> None:
    scenario = Scenario(server="0.9")
    capture = {"parentCall": ["*2"]}
    call = dial(dtmfCapture=capture, dtmfHook="/key", scenario=scenario, caller=[Pressed("*2")])
    assert not call.payloads_of("/key")
    assert [finding.code for finding in call.state.findings] == ["option-ignored-by-server"]


def test_the_caller_is_answered_only_when_the_callee_is_if_asked_for() -> None:
    call = dial("busy", answerOnBridge=True)
    statuses = [message["call_status"] for message in call.notified("call:status") if message["direction"] == "inbound"]
    assert statuses[:2] == ["trying", "in-progress"]  # the say afterwards
    assert call.transcript.lines("status").index("call:status busy (+1777)") < call.transcript.lines("status").index(
        "call:status in-progress"
    )


def test_a_callee_who_stays_can_be_whispered_to_and_parted_from() -> None:
    call = dial("stay")
    assert not call.machine.finished
    call.command("whisper", {"whisper": {"verb": "say", "text": "One minute left."}})
    call.command("mute:status", {"mute_status": "mute"})
    assert call.heard("One minute left.")
    assert any(line.startswith("mute:status") for line in call.transcript.lines("event"))
    call.command("redirect", [{"verb": "say", "text": "Parted."}, HANGUP])
    assert call.payloads_of("/dialled")[0]["dial_call_status"] == "completed"
    assert call.transcript.lines("app")[-1] == "Parted."


def test_the_action_hook_of_a_dial_comes_even_when_the_caller_hangs_up() -> None:
    call = dial("stay", hooks={"/dialled": [SAY]}).caller_hangs_up()
    assert len(call.payloads_of("/dialled")) == 1
    assert call.machine.finished
    assert not call.heard("Hi.")


def test_the_child_leg_can_go_on_alone() -> None:
    call = dial("stay").command("redirect", {"parent_call": [SAY, HANGUP], "child_call": [SAY]})
    assert any("+1777 goes on alone with: say" in line for line in call.transcript.lines("event"))
    assert call.heard("Hi.")


def test_a_confirm_hook_that_fails_loses_the_callee() -> None:
    call = dial(confirmHook="/nowhere")
    assert any("not accepted" in line for line in call.transcript.lines("event"))
    assert call.heard("After.")


def test_a_dial_survives_its_own_hook() -> None:
    call = dial(actionHook="/nowhere")
    assert not call.notified("jambonz:error")
    assert call.heard("After.")


def test_a_call_hook_and_a_child_call_hook_part_a_dial() -> None:
    call = dial("stay", hooks={"/parent": [SAY, HANGUP], "/child": [SAY]})
    call.command("redirect", {"call_hook": "/parent", "child_call_hook": "/child"})
    assert call.heard("Hi.")
    assert {message.data["call_sid"] for message in call.requests if message.hook == "/child"} == {
        call.payloads_of("/dialled")[0]["dial_call_sid"]
    }


@pytest.mark.parametrize(("sip", "status"), [(404, "failed"), (500, "failed"), (600, "busy"), (603, "failed")])
def test_a_refusal_has_the_sip_status_of_the_callee_and_the_reason_of_the_ringing(sip: int, status: str) -> None:
    call = dial(scenario=Scenario(callees=(Callee(sip),)))
    refused = call.notified("call:status")[-2]
    assert (refused["call_status"], refused["sip_status"], refused["sip_reason"]) == (status, sip, "Ringing")
    assert call.payloads_of("/dialled")[0]["dial_sip_status"] == sip


def test_a_phone_need_not_ring_before_it_refuses() -> None:
    call = dial(scenario=Scenario(callees=(Callee(486, rings=False),)))
    statuses = [message["call_status"] for message in call.notified("call:status")]
    assert "ringing" not in statuses
    assert call.notified("call:status")[-2]["sip_reason"] == "Trying"


def test_a_time_limit_parts_caller_and_callee() -> None:
    call = dial("stay", timeLimit=45)
    (done,) = call.payloads_of("/dialled")
    assert done["dial_call_status"] == "completed"
    assert call.notified("call:status")[-2]["duration"] == 45


def test_music_is_heard_while_it_rings_and_a_tag_is_for_the_leg_of_the_callee() -> None:
    call = dial(dialMusic="http://x/music.mp3", tag={"order": 1})
    assert call.transcript.lines("app")[0] == "(plays http://x/music.mp3)"
    child = [message for message in call.notified("call:status") if message["direction"] == "outbound"]
    assert all(message["customerData"] == {"order": 1} for message in child)
    assert "customerData" not in call.payloads_of("/dialled")[0]


def test_a_caller_who_hangs_up_while_it_rings_leaves_the_last_status() -> None:
    call = DrivenCall([{"verb": "pause", "length": 1}], scenario=Scenario(callees=(Callee(None),)))
    call.hooks["/dialled"] = []
    call.machine.replace([{"verb": "dial", "target": [PHONE], "actionHook": "/dialled"}])
    call.state.clock.call_later(5, lambda: call.machine.hang_up("caller"))
    call.drain()
    (done,) = call.payloads_of("/dialled")
    assert (done["dial_call_status"], done["dial_sip_status"], done["call_status"]) == ("ringing", 180, "completed")


class Decided(Person):
    """Dialled parties who do this as soon as it rings: one list of acts for each leg."""

    def __init__(self, *legs: list[tuple[Any, ...]]) -> None:
        self.said: list[str] = []
        self.over: list[str] = []
        self._acts = list(legs)
        super().__init__(lambda sid, text: self.said.append(text), lambda leg: self.over.append(leg.status))

    def ring(self, leg: Leg) -> Future:
        decision = super().ring(leg)
        for act, *values in self._acts.pop(0) if self._acts else ():
            getattr(self, act)(leg.call_sid, *values)
        return decision


def decided(*acts: tuple[Any, ...], **options: Any) -> tuple[Decided, DrivenCall]:
    person = Decided(list(acts))
    return person, dial(scenario=Scenario(callees=(Callee(person=person),)), **options)


def outcome(call: DrivenCall) -> tuple[str, int]:
    (done,) = call.payloads_of("/dialled")
    return done["dial_call_status"], done["dial_sip_status"]


def test_a_person_answers_talks_and_hangs_up() -> None:
    person, call = decided(("answer",), ("say", "Hello?"), ("hang_up",))
    assert outcome(call) == ("completed", 200)
    assert person.said == ["Hello?"]
    sid = call.payloads_of("/dialled")[0]["dial_call_sid"]
    assert not person.knows(sid)
    person.answer(sid)  # it is over: nothing comes of it


@pytest.mark.parametrize(
    ("act", "status"),
    [(("answer", 603), ("failed", 603)), (("answer", 486), ("busy", 486)), (("hang_up",), ("busy", 486))],
)
def test_a_person_refuses(act: tuple[Any, ...], status: tuple[str, int]) -> None:
    assert outcome(decided(act)[1]) == status


def test_a_person_who_does_nothing_is_not_there() -> None:
    person, call = decided()
    assert outcome(call) == ("ringing", 180)
    assert person.over == ["ringing"]


KEY = {"verb": "gather", "input": ["digits"], "numDigits": 1, "actionHook": "/key", "say": {"text": "Press 1."}}


@pytest.mark.parametrize(("keys", "accepted"), [("1", True), ("2", False)])
def test_a_person_is_asked_to_confirm(keys: str, accepted: bool) -> None:
    hooks = {"/confirm": [KEY], "/key": lambda data: [] if data["digits"] == "1" else [HANGUP]}
    _, call = decided(("answer",), ("say", "what?"), ("press", keys), hooks=hooks, confirmHook="/confirm")
    assert any("caller and callee talk" in text for text in call.transcript.lines("event")) is accepted


def test_a_person_hangs_up_while_asked_to_confirm() -> None:
    class HangsUp(Decided):
        def turn(self, leg: Leg) -> Future:
            turn = super().turn(leg)
            self.hang_up(leg.call_sid)
            return turn

    person = HangsUp([("answer",)])
    scenario = Scenario(callees=(Callee(person=person),))
    call = dial(scenario=scenario, hooks={"/confirm": [{**KEY, "timeout": 0}], "/key": []}, confirmHook="/confirm")
    assert call.heard("After.")
    assert not call.payloads_of("/key")
    dialled = call.payloads_of("/dialled")[0]
    assert dialled["dial_call_status"] == "completed"
    assert "dial_sip_status" not in dialled
    ended = [status for status in call.notified("call:status") if status["direction"] == "outbound"][-1]
    assert (ended["call_status"], ended["sip_status"], ended["duration"]) == ("completed", 200, 0)


def test_whoever_answers_first_ends_the_ringing_of_the_others() -> None:
    person = Decided([], [("answer",), ("hang_up",)])
    call = dial(scenario=Scenario(callees=(Callee(person=person),)), target=[PHONE, {**PHONE, "number": "+1888"}])
    assert outcome(call) == ("completed", 200)
    assert person.over == ["ringing", "completed"]
