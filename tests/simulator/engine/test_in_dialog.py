"""REFER, hold, INFO and MESSAGE of the phones of a call, as plain values."""

from __future__ import annotations

from typing import Any

import pytest

from jambonz_sync.simulator import Pressed, Scenario
from jambonz_sync.simulator.engine import in_dialog
from jambonz_sync.simulator.engine.adulting import Adulting
from jambonz_sync.simulator.engine.leg import Leg

from .driver import DrivenCall

SAY, HANGUP = {"verb": "say", "text": "Hi."}, {"verb": "hangup"}
AFTER = [{"verb": "say", "text": "After."}, HANGUP]
PHONE = {"type": "phone", "number": "+1777"}


def talking(hooks: dict[str, Any], *before: dict[str, Any], server: str | None = None, **options: Any) -> DrivenCall:
    """A call in which caller and callee talk."""
    verb = {"verb": "dial", "target": [PHONE], "actionHook": "/dialled", **options}
    scenario = Scenario(callees=("stay",), server=server)
    call = DrivenCall([*before, verb, *AFTER], {"/dialled": [], **hooks}, scenario=scenario)
    assert call.state.connected is not None
    return call


def callee(call: DrivenCall) -> Leg:
    assert call.state.connected_leg is not None
    return call.state.connected_leg


def events(call: DrivenCall) -> str:
    return "\n".join(call.transcript.lines("event"))


# -- REFER


def test_the_verbs_of_a_refer_of_the_callee_are_for_the_caller_and_end_the_dial() -> None:
    call = talking({"/refer": [SAY, HANGUP]}, referHook="/refer")
    leg = callee(call)
    in_dialog.refer(call.state, leg, "+1888", {"X-Ticket": "7", "Subject": "none"})
    call.drain()
    (asked,) = call.payloads_of("/refer")
    assert asked["call_sid"] == leg.call_sid
    assert asked["parent_call_sid"] == call.state.leg.call_sid
    assert asked["refer_details"] == {
        "sip_refer_to": "<sip:+1888@127.0.0.1>",
        "refer_to_user": "+1888",
        "sip_referred_by": "<sip:+1777@127.0.0.1>",
        "referred_by_user": "+1777",
        "referring_call_sid": leg.call_sid,
        "referred_call_sid": call.state.leg.call_sid,
        "x_ticket": "7",
    }
    assert call.transcript.lines("app") == ["Hi."]
    assert leg.status == "completed"
    assert len(call.payloads_of("/dialled")) == 1
    assert "the REFER is accepted (202)" in events(call)


def test_an_answer_without_verbs_leaves_them_talking() -> None:
    call = talking({"/refer": []}, referHook="/refer")
    in_dialog.refer(call.state, callee(call), "sip:a@b", {"Referred-By": "<sip:joe@b>"})
    call.drain()
    assert call.payloads_of("/refer")[0]["refer_details"]["referred_by_user"] == "joe"
    assert call.state.connected is not None


def test_a_refer_of_the_caller_lets_the_callee_go_on_alone() -> None:
    call = talking({"/refer": [SAY]}, referHook="/refer")
    alone: list[Adulting] = []
    call.state.on_alone = alone.append
    leg = callee(call)
    in_dialog.refer(call.state, call.state.leg, "+1888", {})
    call.drain()
    assert call.payloads_of("/refer")[0]["refer_details"]["referred_call_sid"] == leg.call_sid
    (adult,) = alone
    assert (adult.leg, adult.verbs, adult.parent["call_sid"]) == (leg, [SAY], call.state.leg.call_sid)
    assert adult.url("ws://127.0.0.1/ws") == "ws://127.0.0.1/ws/adulting"
    assert adult.url("https://voice.example.com/in?a=1") == "https://voice.example.com/adulting"
    assert leg.status == "in-progress"
    (done,) = call.payloads_of("/dialled")
    assert (done["dial_call_status"], done["dial_sip_status"]) == ("completed", 200)
    assert call.transcript.lines("app") == ["After."]


def test_a_refer_of_the_caller_without_verbs_changes_nothing() -> None:
    call = talking({"/refer": []}, referHook="/refer")
    in_dialog.refer(call.state, call.state.leg, "+1888", {})
    call.drain()
    assert call.state.connected is not None
    assert not call.state.connected.alone


def test_the_hook_of_a_config_is_for_the_caller_only() -> None:
    config = {"verb": "config", "referHook": "/refer"}
    call = talking({"/refer": [SAY, HANGUP]}, config)
    in_dialog.refer(call.state, callee(call), "+1888", {})
    assert not call.drain().payloads_of("/refer")
    assert "the REFER is refused (501)" in events(call)
    in_dialog.refer(call.state, call.state.leg, "tel:+1888", {})
    call.drain()
    details = call.payloads_of("/refer")[0]["refer_details"]
    assert (details["refer_to_user"], details["referred_call_sid"]) == ("+1888", None)
    assert call.transcript.lines("app") == ["Hi."]


def test_a_refer_hook_that_fails_refuses_it() -> None:
    call = talking({}, referHook="/nowhere")
    in_dialog.refer(call.state, callee(call), "+1888", {})
    call.drain()
    assert "the REFER is refused (501)" in events(call)
    assert call.state.connected is not None


def test_a_refer_finds_a_call_that_waits_for_commands() -> None:
    call = DrivenCall([{"verb": "config", "referHook": "/refer"}, SAY], {"/refer": [HANGUP]})
    in_dialog.refer(call.state, call.state.leg, "+1888", {})
    assert call.drain().machine.finished


# -- hold


def test_the_hook_of_a_hold_is_asked_once_and_the_other_hears_its_verbs() -> None:
    verbs = [SAY, {"verb": "pause", "length": 2}, {"verb": "play", "url": "http://x/m.mp3"}]
    call = talking({"/hold": verbs}, onHoldHook="/hold")
    leg = callee(call)
    began = call.state.now
    in_dialog.hold(call.state, leg)
    in_dialog.hold(call.state, leg)
    call.drain()
    assert call.transcript.lines("app") == ["Hi.", "(plays http://x/m.mp3)"]
    (asked,) = call.payloads_of("/hold")
    assert asked["call_sid"] == call.state.leg.call_sid
    assert asked["hold_detail"]["from"].startswith("<sip:+1777@127.0.0.1>;tag=")
    assert asked["hold_detail"]["to"].startswith(f"<sip:{call.state.leg.from_}@127.0.0.1>;tag=")
    assert next(entry.at for entry in call.transcript if entry.text == "Hi.") == began + 0.5
    assert call.state.connected is not None


def test_whoever_is_taken_off_hold_hears_it_no_longer() -> None:
    call = talking({"/hold": [{"verb": "play", "url": "http://x/m.mp3", "loop": 100}]}, onHoldHook="/hold")
    leg = callee(call)
    in_dialog.hold(call.state, leg)
    call.state.clock.call_later(2, lambda: in_dialog.resume(call.state, leg))
    call.drain()
    assert call.state.now < 20
    in_dialog.resume(call.state, leg)
    assert events(call).count("off hold") == 1


@pytest.mark.parametrize(("options", "heard"), [({}, "Hi. (to +1777)"), ({"anchorMedia": True}, "Hi.")])
def test_the_callee_hears_what_the_caller_holds_them_with_unless_media_is_anchored(
    options: dict[str, Any], heard: str
) -> None:
    call = talking({"/hold": [SAY]}, onHoldHook="/hold", **options)
    in_dialog.hold(call.state, call.state.leg)
    call.drain()
    assert call.transcript.lines("app") == [heard]
    assert [finding.code for finding in call.state.findings] == ["option-ignored-by-server"][: len(options)]


def test_other_verbs_are_not_heard_on_hold() -> None:
    call = talking({"/hold": [SAY, {"verb": "gather"}]}, onHoldHook="/hold")
    in_dialog.hold(call.state, callee(call))
    call.drain()
    assert not call.transcript.lines("app")
    assert [finding.code for finding in call.state.findings] == ["queue-verb-not-allowed"]


def test_music_on_hold_is_heard_by_the_other_until_they_part() -> None:
    call = talking({}, {"verb": "config", "onHoldMusic": "http://x/m.mp3"})
    in_dialog.hold(call.state, call.state.leg)
    call.command("redirect", AFTER)
    assert call.transcript.lines("app")[0] == "(plays http://x/m.mp3) (to +1777)"
    assert call.machine.finished
    assert call.state.phone.playing == 0


def test_a_hold_without_a_dial_is_nothing_to_the_app() -> None:
    call = DrivenCall([{"verb": "pause", "length": 1}, HANGUP])
    in_dialog.hold(call.state, call.state.leg)
    in_dialog.resume(call.state, call.state.leg)
    assert not call.drain().requests


# -- INFO and MESSAGE

CONFIG = {"verb": "config", "sipRequestWithinDialogHook": "/request"}


def idle_in_room(*before: dict[str, Any], hooks: dict[str, Any] | None = None) -> DrivenCall:
    """A call that stays in a conference."""
    return DrivenCall([*before, {"verb": "conference", "name": "room"}, *AFTER], hooks or {"/request": [SAY, HANGUP]})


@pytest.mark.parametrize("before", [(CONFIG,), ({"verb": "answer"}, CONFIG)])
def test_requests_are_listened_for_in_a_conference(before: tuple[dict[str, Any], ...]) -> None:
    call = idle_in_room(*before)
    in_dialog.send_request(call.state, call.state.leg, "INFO", "a=b", {"Content-Type": "text/plain", "X-A": "1"})
    call.drain()
    (asked,) = call.payloads_of("/request")
    assert (asked["sip_method"], asked["sip_body"]) == ("INFO", "a=b")
    assert asked["sip_headers"] == {"call_id": call.state.leg.call_id, "content_type": "text/plain", "x_a": "1"}
    assert call.transcript.lines("app") == ["Hi."]


def test_a_hook_that_is_set_after_the_answer_hears_nothing_of_the_caller() -> None:
    listen = {"verb": "listen", "url": "ws://x/"}
    late = DrivenCall([{"verb": "answer"}, CONFIG, listen], {"/request": [HANGUP]})
    assert [finding.where for finding in late.state.findings] == ["config.sipRequestWithinDialogHook"]
    early = DrivenCall([CONFIG, listen], {"/request": [HANGUP]})
    for call in (late, early):
        in_dialog.send_request(call.state, call.state.leg, "MESSAGE", "", {})
        call.drain()
    assert not late.requests
    assert early.payloads_of("/request")


def test_requests_of_the_callee_are_listened_for_in_a_dial_and_info_of_the_caller_not_any_more_after_it() -> None:
    call = talking({"/request": []}, CONFIG)
    in_dialog.send_request(call.state, callee(call), "INFO", "1", {})
    in_dialog.send_request(call.state, call.state.leg, "INFO", "2", {})
    call.command("redirect", [{"verb": "listen", "url": "ws://x/"}])
    in_dialog.send_request(call.state, call.state.leg, "INFO", "3", {})
    in_dialog.send_request(call.state, call.state.leg, "MESSAGE", "4", {})
    call.drain()
    assert [asked["sip_body"] for asked in call.payloads_of("/request")] == ["1", "2", "4"]
    assert {asked["call_sid"] for asked in call.payloads_of("/request")} == {call.state.leg.call_sid}


def test_nobody_is_asked_while_no_verb_runs_or_without_a_hook() -> None:
    call = DrivenCall([CONFIG, SAY], {"/request": [HANGUP]})
    in_dialog.send_request(call.state, call.state.leg, "INFO", "", {})
    assert not call.drain().requests
    call = idle_in_room()
    in_dialog.send_request(call.state, call.state.leg, "INFO", "", {})
    assert not call.drain().requests
    assert "jambonz does not listen for it" in events(call)


# -- keys


def press(call: DrivenCall, keys: str) -> DrivenCall:
    assert call.state.connected is not None
    call.state.connected.phone.take(Pressed(keys, lead=0.0))
    return call.drain()


def test_the_keys_of_the_callee_are_reported_on_their_leg() -> None:
    call = talking({"/key": []}, dtmfCapture={"childCall": ["*2"], "parentCall": ["*3"]}, dtmfHook="/key")
    press(call, "1*2*3")
    (asked,) = call.payloads_of("/key")
    assert (asked["dtmf"], asked["call_sid"]) == ("*2", callee(call).call_sid)


def test_a_0_9_server_reports_what_parent_call_names_for_the_leg_of_the_callee() -> None:
    call = talking({"/key": []}, server="0.9", dtmfCapture={"parentCall": ["*3"]}, dtmfHook="/key")
    assert press(call, "*3").payloads_of("/key")


def test_no_keys_are_reported_beside_a_hook_for_sip_requests() -> None:
    call = talking({"/key": []}, CONFIG, dtmfCapture=["1"], dtmfHook="/key")
    assert not press(call, "1").payloads_of("/key")
    assert [finding.where for finding in call.state.findings] == ["dial.dtmfHook"]


def test_a_0_9_server_does_nothing_with_verbs_for_the_child_call() -> None:
    call = talking({}, server="0.9").command("redirect", {"parent_call": AFTER, "child_call": [SAY]})
    assert call.state.connected is not None
    assert [finding.code for finding in call.state.findings] == ["command-invalid"]


def test_a_caller_who_gets_no_verbs_when_the_callee_does_is_out_of_the_dial() -> None:
    call = talking({"/child": [SAY]}).command("redirect", {"child_call_hook": "/child"})
    assert call.transcript.lines("app") == ["After."]
