"""Hands the caller to the voice agent of a vendor, by SIP, and gets them back when that sends a REFER.

VENDOR=sip:agent@vendor.example.com python refer_to_vendor.py
The user part of its Refer-To says what is wanted: "sales" leads to a person, anything else to the end of the call.
"""

import os

from jambonz_sync import Session, create_endpoint
from jambonz_sync.events import DialEvent, DialReferEvent
from jambonz_sync.verbs.components import Target

VENDOR = os.environ.get("VENDOR", "sip:agent@vendor.example.com")
SALES = Target(type="phone", number="+15085550101")

endpoint = create_endpoint()


@endpoint.service("/").on("session:new")
def call(session: Session):
    @session.on("/refer")
    def refer(evt: DialReferEvent):
        """What is answered here is what the caller hears next; the leg of the vendor ends."""
        wanted = evt.refer_details.refer_to_user if evt.refer_details else None
        session.tag(data={"wanted": wanted})
        if wanted == "sales":
            return session.say("I am connecting you.").dial(target=[SALES], timeout=20).hangup()
        return session.say("Thank you for calling. Goodbye.").hangup()

    @session.on("/vendor-ended")
    def vendor_ended(evt: DialEvent):
        if evt.dial_call_status == "completed":
            return session.hangup()
        return session.say("Our assistant is not there. I am connecting you.").dial(target=[SALES]).hangup()

    session.dial(
        target=[{"type": "sip", "sip_uri": VENDOR}],
        headers={"X-Caller": session.from_},  # what the vendor is to know about the call
        refer_hook="/refer",
        action_hook="/vendor-ended",
        answer_on_bridge=True,
        anchor_media=True,
    ).send()


if __name__ == "__main__":
    endpoint.run()
