"""Apps that are called from the page."""

from __future__ import annotations

from jambonz_sync import Session
from jambonz_sync.events import GatherEvent
from jambonz_sync.verbs.components import Target

__all__ = ["bakery", "switchboard"]


def bakery(session: Session) -> None:
    """Ask what the caller wants, and repeat it."""

    @session.on("/heard")
    def heard(evt: GatherEvent) -> None:
        session.say(text=f"You want {evt.transcript or evt.digits}.")
        session.gather(input=["speech", "digits"], num_digits=1, action_hook="/heard", timeout=60).reply()

    session.say(text="Hello, this is the bakery.")
    session.gather(input=["speech", "digits"], num_digits=1, action_hook="/heard", timeout=60).send()


def switchboard(session: Session) -> None:
    """Connect the caller with whoever accepts the call by a key."""

    @session.on("/confirm")
    def confirm() -> None:
        session.gather(
            input=["digits"], num_digits=1, action_hook="/key", say={"text": "Press 1 to take the call."}
        ).reply()

    @session.on("/key")
    def key(evt: GatherEvent) -> None:
        if evt.digits == "1":
            session.reply()
        else:
            session.hangup().reply()

    @session.on("/dialled")
    def dialled(evt: dict[str, object]) -> None:
        session.say(text=f"The call was {evt['dial_call_status']}.").pause(60).reply()

    session.say(text="One moment.")
    session.dial(
        target=[Target(type="phone", number="+15554445555")], confirm_hook="/confirm", action_hook="/dialled"
    ).send()
