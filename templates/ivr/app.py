"""A menu: the caller speaks or presses a key, has three tries, and may be put through.

python app.py
jambonz-sync call ws://127.0.0.1:3000/
"""

from jambonz_sync import Session, create_endpoint

endpoint = create_endpoint(
    env_vars={
        "GREETING": {"type": "string", "description": "The first words", "default": "Welcome!"},
        "SUPPORT": {"type": "string", "description": "The number of support", "default": "+15085550101"},
    }
)

PROMPT = "For our opening hours, press 1 or say hours. For support, press 2 or say support."
CHOICES = {"1": "hours", "2": "support"}


@endpoint.call("/")
def call(session: Session):
    session.say(text=session.env("GREETING"))
    for _ in range(3):
        evt = session.ask(PROMPT, input=["speech", "digits"], num_digits=1, timeout=8)
        words = CHOICES.get(evt.digits or "") or (evt.transcript or "").lower()
        if "hours" in words:
            return session.say(text="We are open from nine to five. Goodbye.").hangup()
        if "support" in words:
            return put_through(session)
        session.say(text="Sorry, I did not get that.")
    return session.say(text="Please call again later. Goodbye.").hangup()


def put_through(session: Session):
    """Call support, and say so if nobody is there."""
    session.say(text="One moment, please.")
    target = {"type": "phone", "number": session.env("SUPPORT")}
    if session.dial(target=[target], timeout=20).wait().dial_call_status != "completed":
        session.say(text="Nobody is free. We will call you back. Goodbye.")
    return session.hangup()


if __name__ == "__main__":
    endpoint.run()
