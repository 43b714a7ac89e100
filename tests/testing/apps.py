"""Apps for the tests of the kit."""

from __future__ import annotations

import flask

from jambonz_sync import Endpoint, Jambonz, Session, WebhookResponse, create_endpoint
from jambonz_sync.events import GatherEvent


def make_endpoint() -> Endpoint:
    """Make an endpoint that repeats what it hears, and divides at ``/raises``."""
    made = create_endpoint(host="127.0.0.1", port=0)

    @made.service("/").on("session:new")
    def echoes(session: Session) -> None:
        """Repeats what the caller says or presses."""
        gather = {"input": ["speech", "digits"], "num_digits": 1, "action_hook": "/heard"}

        @session.on("/heard")
        def heard(evt: GatherEvent) -> None:
            words = evt.transcript or f"the keys {evt.digits}"
            session.say(text=f"You said: {words}").gather(**gather).reply()

        session.say(text="Hello! Say something.").gather(**gather).send()

    @made.service("/raises").on("session:new")
    def raises(session: Session) -> None:
        """Divides by what the caller presses."""

        @session.on("/heard")
        def heard(evt: GatherEvent) -> None:
            session.say(text=f"{10 // int(evt.digits or 1)}").reply()

        session.say(text="Press a key.").gather(input=["digits"], num_digits=1, action_hook="/heard").send()

    return made


endpoint = make_endpoint()


app = flask.Flask(__name__)
jambonz = Jambonz(app)


@jambonz.webhook("/incoming")
def incoming(call: object) -> WebhookResponse:
    return WebhookResponse().say(text="Hello!").gather(num_digits=1, action_hook="/pressed")


@jambonz.webhook("/pressed")
def pressed(evt: GatherEvent) -> WebhookResponse:
    return WebhookResponse().say(text=f"You pressed {evt.digits}.")


@app.post("/broken")
def broken() -> str:
    raise LookupError("nobody knows")
