"""A menu, from top to bottom: the caller speaks or presses a key, and has three tries. By webhook: ivr_menu.py.

python ivr.py
jambonz-sync call ws://127.0.0.1:3000/ --press 9 --says "opening hours"
"""

from jambonz_sync import Session, create_endpoint
from jambonz_sync.verbs.components import Target

endpoint = create_endpoint()

CHOICES = {"1": "sales", "2": "support", "3": "hours"}
SUPPORT = Target(type="phone", number="+15085550101")


@endpoint.call("/")
def call(session: Session):
    session.say(text="Welcome!")
    for _ in range(3):
        prompt = "For sales, press 1 or say sales. For support, press 2. For our opening hours, press 3."
        evt = session.ask(prompt, input=["speech", "digits"], num_digits=1, timeout=8)
        match CHOICES.get(evt.digits or "") or evt.transcript.lower():
            case "sales":
                return session.say(text="Our sales team will call you back.").hangup()
            case "support":
                if session.dial(target=[SUPPORT], timeout=20).wait().dial_call_status == "completed":
                    return session.hangup()
                return session.say(text="Nobody is free. We will call you back.").hangup()
            case "hours" | "opening hours":
                return session.say(text="We are open from nine to five.").hangup()
        session.say(text="Sorry, I did not get that.")
    return session.say(text="Please call again later. Goodbye.").hangup()


if __name__ == "__main__":
    endpoint.run()
