"""Transfers of the caller: blind and warm, and what becomes of those that fail."""

from __future__ import annotations

from typing import Any

import pytest

from jambonz_sync.simulator import Pressed, Said, Scenario
from jambonz_sync.simulator.engine.leg import Leg
from jambonz_sync.simulator.engine.person import Person
from jambonz_sync.simulator.engine.scenario import Callee

from ..driver import DrivenCall, HookReply

PHONE = {"type": "phone", "number": "+15085551214"}
OTHER = {"type": "phone", "number": "+15085551215"}
CONFIRM = {"prompt": "Press 1 to accept.", "digit": "1"}
AFTER = {"verb": "say", "text": "After all."}
HANGUP = {"verb": "hangup"}


class Transferred(DrivenCall):
    """A call whose only verb is a transfer, behind which one ``say`` waits."""

    def __init__(
        self,
        *callees: str | Callee,
        presses: tuple[str, ...] = (),
        hooks: dict[str, HookReply] | None = None,
        **verb: Any,
    ) -> None:
        options = {"target": [PHONE], "actionHook": "/over", "eventHook": "/progress", **verb}
        answers: dict[str, HookReply] = {"/over": None, "/progress": None, **(hooks or {})}
        scenario = Scenario(callees=callees or ("answer",), callee_presses=presses)
        super().__init__([{"verb": "transfer", **options}, AFTER, HANGUP], answers, scenario=scenario)

    @property
    def over(self) -> dict[str, Any]:
        """What the action hook was told."""
        (payload,) = self.payloads_of("/over")
        names = ("transfer_result", "transfer_reason", "sip_status", "dial_call_sid")
        return {name: payload[name] for name in names if name in payload}

    @property
    def progress(self) -> list[str]:
        return [payload["event_type"] for payload in self.payloads_of("/progress")]

    @property
    def heard_by_caller(self) -> list[str]:
        return [line for line in self.transcript.lines("app") if "(to " not in line]

    @property
    def heard_by_others(self) -> list[str]:
        return [line for line in self.transcript.lines("app") if "(to " in line]


OUTCOMES = [
    (Callee(), "bridged", "completed", 200),
    (Callee(486), "returned", "busy", 486),
    (Callee(600), "returned", "busy", 600),
    (Callee(603), "returned", "declined", 603),
    (Callee(None), "returned", "no-answer", 487),
    (Callee(480), "returned", "error", 480),
]
WAYS: list[dict[str, Any]] = [
    {"mode": "blind"},
    {"mode": "blind", "blindMethod": "dial"},
    {"mode": "warm"},
    {"mode": "warm", "callerPresent": True},
]


@pytest.mark.parametrize("way", WAYS, ids=str)
@pytest.mark.parametrize(("callee", "result", "reason", "status"), OUTCOMES, ids=lambda value: str(value)[:20])
def test_the_action_hook_is_told_what_became_of_a_transfer(
    way: dict[str, Any], callee: Callee, result: str, reason: str, status: int
) -> None:
    call = Transferred(callee, **way)
    over = call.over
    assert (over["transfer_result"], over["transfer_reason"]) == (result, reason)
    assert over["sip_status"] == status
    assert call.progress == ["transfer.initiated", f"transfer.{result}"]
    assert call.heard("After all.")


def test_the_action_hook_names_the_leg_that_jambonz_has_called_and_none_of_a_refer() -> None:
    call = Transferred(mode="blind", blindMethod="dial")
    sids = {status["call_sid"] for status in call.notified("call:status") if status["direction"] == "outbound"}
    assert sids == {call.over["dial_call_sid"]}
    refer = Transferred(mode="blind")
    assert "dial_call_sid" not in refer.over
    assert [request["method"] for request in refer.state.sip_requests] == ["REFER"]


def test_the_verbs_of_the_action_hook_replace_those_behind_the_transfer() -> None:
    call = Transferred("busy", mode="warm", hooks={"/over": [{"verb": "say", "text": "Nobody is free."}, HANGUP]})
    assert call.heard_by_caller == ["Nobody is free."]


def test_the_caller_has_left_once_a_refer_has_succeeded_and_nothing_is_left_to_do() -> None:
    verb = {"verb": "transfer", "mode": "blind", "target": [PHONE], "actionHook": "/over"}
    call = DrivenCall([verb], {"/over": []})
    assert (call.transcript.ended_by, call.transcript.end_reason) == ("caller", "completed")


def test_caller_and_destination_talk_until_one_hangs_up_before_the_action_hook_is_asked() -> None:
    call = Transferred(Callee(hangs_up=20.0), mode="blind", blindMethod="dial")
    (entry,) = [entry for entry in call.transcript.entries if entry.text == "After all."]
    assert entry.at == pytest.approx(21, abs=0.1)
    statuses = [each["call_status"] for each in call.notified("call:status") if each["direction"] == "outbound"]
    assert statuses == ["trying", "ringing", "in-progress", "completed"]


def test_all_targets_ring_and_the_first_to_answer_gets_the_caller() -> None:
    callees = (Callee(number=PHONE["number"], after=9), Callee(number=OTHER["number"], after=2))
    call = Transferred(*callees, mode="warm", target=[PHONE, OTHER])
    others = [each for each in call.notified("call:status") if each["direction"] == "outbound"]
    (answered,) = [each for each in others if each["call_status"] == "completed"]
    assert answered["to"] == OTHER["number"]
    assert call.over["dial_call_sid"] == answered["call_sid"]


def test_a_transfer_rings_for_30_seconds_or_as_long_as_it_says() -> None:
    for seconds, options in ((30, {}), (8, {"timeout": 8})):
        for way in WAYS:
            call = Transferred(Callee(None), **way, **options)
            assert call.transcript.entries[-1].at >= seconds
            (entry,) = [entry for entry in call.transcript.entries if "has failed: no-answer" in entry.text]
            assert entry.at == pytest.approx(seconds, abs=0.1)


@pytest.mark.parametrize("way", WAYS, ids=str)
@pytest.mark.parametrize("callee", ["busy", Callee(hangs_up=2.0)], ids=str)
def test_nothing_of_a_transfer_is_due_once_it_is_over(way: dict[str, Any], callee: str | Callee) -> None:
    verb = {"verb": "transfer", "target": [PHONE], "confirm": CONFIRM, **way}
    after = {"verb": "transcribe", "transcriptionHook": "/heard"}
    call = DrivenCall([verb, after], scenario=Scenario((callee,), callee_presses=("1",)))
    assert call.verbs() == ["transfer", "transcribe"]
    assert call.state.now < 6


def test_the_destination_sees_the_number_that_the_transfer_names() -> None:
    call = Transferred(mode="blind", blindMethod="dial", callerId="+15085550000")
    child = [each for each in call.notified("call:status") if each["direction"] == "outbound"]
    assert {each["from"] for each in child} == {"+15085550000"}


def test_only_the_destination_hears_the_brief_while_the_caller_is_on_hold() -> None:
    hold = [{"verb": "say", "text": "Please hold."}]
    brief = {"text": "A customer about an invoice."}
    call = Transferred(mode="warm", brief=brief, onHoldHook="/hold", hooks={"/hold": hold})
    assert call.heard_by_others == [f"A customer about an invoice. (to {PHONE['number']})"]
    assert call.heard_by_caller == ["Please hold.", "After all."]


def test_what_the_caller_hears_on_hold_ends_when_they_are_connected() -> None:
    music = [{"verb": "play", "url": "https://example.com/music.wav", "loop": "forever"}]
    call = Transferred(Callee(after=3.5), mode="warm", onHoldHook="/hold", hooks={"/hold": music})
    assert len([line for line in call.heard_by_caller if "music" in line]) == 4
    assert any("cut off" in line for line in call.transcript.lines("event"))


@pytest.mark.parametrize("answer", [[], [{"verb": "gather"}]])
def test_an_on_hold_hook_that_gives_nothing_to_hear_does_not_stop_the_transfer(answer: HookReply) -> None:
    call = Transferred(mode="warm", onHoldHook="/hold", hooks={"/hold": answer})
    assert call.over["transfer_result"] == "bridged"
    call = Transferred(mode="warm", onHoldHook="/gone")
    assert call.over["transfer_result"] == "bridged"


def test_a_caller_who_is_present_hears_the_brief_and_is_asked_no_on_hold_hook() -> None:
    call = Transferred(mode="warm", callerPresent=True, brief={"text": "Meet Ann."}, onHoldHook="/hold")
    assert call.heard_by_caller == ["Meet Ann.", "After all."]
    assert not call.payloads_of("/hold")


def test_nobody_is_briefed_in_a_blind_transfer() -> None:
    call = Transferred(mode="blind", blindMethod="dial", brief={"text": "Meet Ann."})
    assert not call.heard("Meet Ann.")


@pytest.mark.parametrize("way", [way for way in WAYS if way != {"mode": "blind"}], ids=str)
@pytest.mark.parametrize(
    ("presses", "reason"), [(("1",), "completed"), (("2",), "declined"), ((), "declined")], ids=str
)
def test_the_destination_accepts_with_its_key_only(way: dict[str, Any], presses: tuple[str, ...], reason: str) -> None:
    call = Transferred(confirm=CONFIRM, presses=presses, **way)
    assert call.heard_by_others == [f"Press 1 to accept. (to {PHONE['number']})"]
    assert call.over["transfer_reason"] == reason


def test_the_leg_of_a_destination_that_does_not_accept_is_over() -> None:
    call = Transferred(mode="warm", confirm=CONFIRM)
    statuses = [each["call_status"] for each in call.notified("call:status") if each["direction"] == "outbound"]
    assert statuses == ["trying", "ringing", "in-progress", "completed"]


def test_the_prompt_follows_the_brief() -> None:
    call = Transferred(mode="warm", brief={"text": "A customer."}, confirm=CONFIRM, presses=("1",))
    assert [line.split(" (to")[0] for line in call.heard_by_others] == ["A customer.", "Press 1 to accept."]


def test_a_destination_that_hangs_up_while_it_is_briefed_has_declined() -> None:
    gone = Callee()
    call = DrivenCall([{"verb": "answer"}], {"/over": []}, scenario=Scenario(callees=(gone,)))
    call.state.on_dial = lambda leg, callee: call.state.clock.call_later(1.2, callee.gone.set) and None
    brief = {"text": "A customer about an invoice of last year."}
    verb = {"verb": "transfer", "mode": "warm", "target": [PHONE], "brief": brief, "actionHook": "/over"}
    call.machine.replace([verb])
    call.drain()
    (over,) = call.payloads_of("/over")
    assert (over["transfer_result"], over["transfer_reason"]) == ("returned", "declined")


class Answering(Person):
    """Somebody who answers at once, and then does this."""

    def __init__(self, *acts: str) -> None:
        self._acts = acts
        super().__init__(lambda sid, text: None)

    def ring(self, leg: Leg) -> Any:
        decision = super().ring(leg)
        self.answer(leg.call_sid)
        for act in self._acts:
            self.say(leg.call_sid, act) if act.isalpha() else self.press(leg.call_sid, act)
        return decision


@pytest.mark.parametrize(
    ("acts", "reason"), [(("hello", "1"), "completed"), (("hello", "2"), "declined"), ((), "declined")]
)
def test_a_person_accepts_while_the_call_runs_and_has_declined_after_15_seconds(
    acts: tuple[str, ...], reason: str
) -> None:
    person = Answering(*acts)
    call = Transferred(Callee(person=person), mode="warm", confirm=CONFIRM)
    if reason == "completed":
        assert call.progress == ["transfer.initiated", "transfer.bridged"]
        person.hang_up(call.state.connected_leg.call_sid if call.state.connected_leg else "")
        call.drain()
    assert call.over["transfer_reason"] == reason


@pytest.mark.parametrize(
    ("callee", "name"),
    [("no-answer", "onNoAnswer"), ("busy", "onBusy"), (Callee(603), "onDecline"), ("failed", "onFailure")],
)
def test_a_disposition_says_what_becomes_of_the_caller(callee: str | Callee, name: str) -> None:
    call = Transferred(callee, mode="warm", disposition={name: "hangup"})
    assert call.over["transfer_result"] == "failed"
    assert not call.heard("After all.")
    assert call.transcript.ended_by == "jambonz"
    call = Transferred(callee, mode="warm", disposition={name: "voicemail", "voicemailUrl": "sip:vm@example.com"})
    assert call.over["transfer_result"] == "voicemail"
    assert "the caller is sent to the voicemail sip:vm@example.com" in call.transcript.lines("event")
    assert call.progress == ["transfer.initiated"]
    others = {"onNoAnswer", "onBusy", "onDecline", "onFailure"} - {name}
    call = Transferred(callee, mode="warm", disposition=dict.fromkeys(others, "hangup"))
    assert call.over["transfer_result"] == "returned"


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_a_caller_who_hangs_up_before_they_are_connected_has_abandoned_the_transfer(way: dict[str, Any]) -> None:
    call = DrivenCall([{"verb": "answer"}], {"/over": []}, scenario=Scenario(callees=(Callee(None),)))
    call.machine.replace([{"verb": "transfer", "target": [PHONE], "actionHook": "/over", **way}])
    call.state.clock.call_later(5, lambda: call.machine.hang_up("caller"))
    call.drain()
    (over,) = call.payloads_of("/over")
    assert (over["transfer_result"], over["transfer_reason"]) == ("failed", "caller-abandoned")


def test_a_caller_who_hangs_up_after_that_was_transferred() -> None:
    call = DrivenCall([{"verb": "answer"}], {"/over": []}, scenario=Scenario(callees=("stay",)))
    call.machine.replace([{"verb": "transfer", "mode": "warm", "target": [PHONE], "actionHook": "/over"}])
    call.state.clock.call_later(5, lambda: call.machine.hang_up("caller"))
    call.drain()
    (over,) = call.payloads_of("/over")
    assert (over["transfer_result"], over["transfer_reason"]) == ("bridged", "completed")


def test_a_command_takes_the_place_of_a_transfer_that_rings() -> None:
    call = DrivenCall([{"verb": "answer"}], {"/over": []}, scenario=Scenario(callees=(Callee(None),)))
    call.machine.replace([{"verb": "transfer", "mode": "warm", "target": [PHONE], "actionHook": "/over"}])
    call.state.clock.call_later(5, lambda: call.machine.replace([AFTER, HANGUP]))
    call.drain()
    (over,) = call.payloads_of("/over")
    assert (over["transfer_result"], over["transfer_reason"]) == ("failed", "error")
    assert call.heard("After all.")


GREETING = "You have reached the mailbox of Ann please leave a message after the beep"
AMD = {"actionHook": "/amd"}


def answered_by(*words: str, way: dict[str, Any], **options: Any) -> DrivenCall:
    """A call that is transferred to somebody who says this as soon as they answer."""
    call = DrivenCall([{"verb": "answer"}], {"/over": [], "/amd": []}, scenario=Scenario(callees=("stay",)))

    def says(leg: Leg, callee: Callee) -> None:
        for text in words:
            if callee.phone is not None:
                callee.phone.take(Said(text))

    call.state.on_dial = says
    call.machine.replace([{"verb": "transfer", "target": [PHONE], "actionHook": "/over", "amd": AMD, **way, **options}])
    return call.drain()


def test_a_machine_does_not_get_the_caller_of_a_warm_transfer() -> None:
    call = answered_by(GREETING, way={"mode": "warm"}, brief={"text": "A customer."})
    (over,) = call.payloads_of("/over")
    assert (over["transfer_result"], over["transfer_reason"]) == ("returned", "declined")
    assert [payload["type"] for payload in call.payloads_of("/amd")] == ["amd_machine_detected", "amd_stopped"]
    assert not call.heard("A customer.")


@pytest.mark.parametrize(
    ("words", "event"), [(("Sales, hello?",), "amd_human_detected"), ((), "amd_no_speech_detected")]
)
def test_whoever_is_no_machine_is_briefed(words: tuple[str, ...], event: str) -> None:
    call = answered_by(*words, way={"mode": "warm"}, brief={"text": "A customer."})
    assert [payload["type"] for payload in call.payloads_of("/amd")] == [event, "amd_stopped"]
    assert call.heard("A customer. (to +15085551214)")
    assert call.state.connected_leg is not None
    call.caller_hangs_up()
    (over,) = call.payloads_of("/over")
    assert over["transfer_result"] == "bridged"


@pytest.mark.parametrize(("key", "result"), [("1", "bridged"), ("2", "returned")])
def test_a_human_presses_their_key_after_that(key: str, result: str) -> None:
    call = DrivenCall([{"verb": "answer"}], {"/over": [], "/amd": []}, scenario=Scenario(callees=("stay",)))

    def acts(leg: Leg, callee: Callee) -> None:
        if callee.phone is not None:
            callee.phone.take(Said("Hello?"))
            callee.phone.take(Pressed(key, lead=6.0))

    call.state.on_dial = acts
    verb = {"verb": "transfer", "mode": "warm", "target": [PHONE], "actionHook": "/over", "amd": AMD}
    call.machine.replace([{**verb, "confirm": CONFIRM}])
    call.drain().caller_hangs_up()
    (over,) = call.payloads_of("/over")
    assert over["transfer_result"] == result


def test_nobody_listens_for_machines_in_a_blind_transfer() -> None:
    call = answered_by(GREETING, way={"mode": "blind", "blindMethod": "dial"})
    assert call.state.connected_leg is not None
    assert not call.payloads_of("/amd")
