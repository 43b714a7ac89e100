"""The phones of the caller and of those who are dialled send REFER, hold, INFO and MESSAGE, and the app is asked."""

from __future__ import annotations

from typing import Any

import pytest

from jambonz_sync import Session, create_endpoint
from jambonz_sync.events import CallEvent, DialHoldEvent, DialReferEvent
from jambonz_sync.testing import PlaceCall

endpoint = create_endpoint()
PHONE = {"type": "phone", "number": "+15085551213"}


@endpoint.service("/dial").on("session:new")
def dials(session: Session) -> None:
    """Connects the caller with somebody, and lets both be referred and put on hold."""

    @session.on("/refer")
    def refer(evt: DialReferEvent) -> None:
        session.say(text=f"You are sent to {evt.refer_details and evt.refer_details.refer_to_user}.").hangup().reply()

    @session.on("/hold")
    def hold(evt: DialHoldEvent) -> None:
        session.say(text="One moment, please.").play(url="https://example.com/music.mp3").reply()

    session.dial(target=[PHONE], refer_hook="/refer", on_hold_hook="/hold").say(text="After the dial.").hangup().send()


@endpoint.service("/ask").on("session:new")
def asks(session: Session) -> None:
    """Asks the caller, and takes what their phone sends."""

    @session.on("/refer")
    def refer(evt: CallEvent) -> None:
        session.say(text=f"Off to {evt['refer_details']['refer_to_user']}.").hangup().reply()

    @session.on("/request")
    def request(evt: CallEvent) -> Any:
        return session.say(text=f"{evt['sip_method']}: {evt['sip_body']}.").hangup() if evt["sip_body"] else None

    session.config(refer_hook="/refer", sip_request_within_dialog_hook="/request")
    session.gather(input=["speech"], say={"text": "Say something."}, timeout=60, action_hook="/said").send()


def test_the_caller_goes_where_whom_they_talk_to_refers_them(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint, "/dial")
    call.dialled.answers(after=2)
    call.dialled.refers("sip:sales@pbx.example.com", headers={"X-Reason": "invoice", "User-Agent": "phone"}, after=5)
    call.heard("You are sent to sales.")
    details = call.hook("/refer").payload["refer_details"]
    assert details["sip_refer_to"] == "<sip:sales@pbx.example.com>"
    assert (details["x_reason"], details["sip_user_agent"]) == ("invoice", "phone")
    assert details["referring_call_sid"] == call.dialled[0].leg.call_sid
    assert call.ended == "completed"
    assert call.dialled[0].leg.status == "completed"


def test_what_the_app_answers_to_a_refer_of_the_caller_is_for_whom_they_have_talked_to(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint, "/dial")
    call.dialled.answers()
    assert call.dialled.talks()
    call.refers("+15085559999")
    call.heard("After the dial.")
    details = call.hook("/refer").payload["refer_details"]
    assert (details["refer_to_user"], details["referred_by_user"]) == ("+15085559999", call.leg.from_)
    assert details["referred_call_sid"] == call.dialled[0].leg.call_sid


def test_the_caller_is_referred_outside_of_a_dial(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint, "/ask")
    call.heard("Say something.")
    call.refers("tel:+15085550000")
    call.heard("Off to +15085550000.")


def test_the_other_one_hears_the_verbs_of_the_hold_until_they_are_off_hold(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint, "/dial")
    call.dialled.answers()
    call.dialled.holds(after=3)
    call.heard("One moment, please.")
    call.heard("(plays https://example.com/music.mp3)")
    call.dialled.resumes()
    call.holds(after=1)
    call.heard("One moment, please. (to +15085551213)")
    call.resumes()
    call.dialled.hangs_up(after=1)
    call.heard("After the dial.")


def test_the_app_is_asked_by_what_the_phone_of_the_caller_sends(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint, "/ask")
    call.heard("Say something.")
    call.sends_request("INFO")
    call.hook("/request")
    call.sends_request("MESSAGE", "hello", headers={"Content-Type": "text/plain"})
    call.heard("MESSAGE: hello.")
    assert call.hook("/request").payload["sip_headers"]["content_type"] == "text/plain"


@pytest.mark.parametrize("dialled", [False, True])
def test_a_request_that_the_server_does_not_listen_for_is_refused(jambonz_call: PlaceCall, dialled: bool) -> None:
    call = jambonz_call(endpoint, "/ask")
    with pytest.raises(ValueError, match="'OPTIONS': jambonz listens for INFO and MESSAGE only"):
        (call.dialled if dialled else call).sends_request("OPTIONS")
