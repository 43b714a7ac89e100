"""Calls somebody and speaks with a person, or leaves a message on a machine once its greeting is over.

python amd_outbound.py                                                 # the application that the call is given
python amd_outbound.py call +15085551213 <sid of the application>      # places a call, from cron, say
"""

import sys

from jambonz_sync import Session, create_endpoint
from jambonz_sync.events import AmdEvent, GatherEvent
from jambonz_sync.rest import JambonzClient

CALLER = "+15085550100"

endpoint = create_endpoint()


@endpoint.service("/").on("session:new")
def call(session: Session):
    @session.on("/amd")
    def amd(evt: AmdEvent):
        match evt.type:
            case "amd_human_detected" | "amd_decision_timeout":  # when in doubt, it is a person
                session.gather(
                    input=["digits"],
                    num_digits=1,
                    say={"text": "Your order has arrived. Press 1 to hear when we are open."},
                    action_hook="/key",
                )
                session.say("Goodbye.").hangup().reply()
            case "amd_machine_stopped_speaking" | "amd_tone_detected":
                session.say("Your order has arrived. We are open from nine to five.").hangup().reply()
            case "amd_no_speech_detected" | "amd_error":
                session.hangup().reply()
            # amd_machine_detected: its greeting goes on, and the pause as well

    @session.on("/key")
    def key(evt: GatherEvent):
        if evt.digits == "1":
            session.say("From nine to five.").hangup().reply()

    session.pause(length=60).hangup().send()  # keeps the call up while it is found out who has answered


def place(number: str, application_sid: str):
    with JambonzClient() as client:  # JAMBONZ_BASE_URL, JAMBONZ_ACCOUNT_SID, JAMBONZ_API_KEY
        call_sid = client.calls.create(
            from_=CALLER, to=number, application_sid=application_sid, amd={"action_hook": "/amd"}
        )
    print(f"placed {call_sid}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["call"]:
        place(*sys.argv[2:])
    else:
        endpoint.run()
