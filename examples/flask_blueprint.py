"""Calls as a part of a Flask application: a blueprint with signed webhooks, status events and a WebSocket.

JAMBONZ_SECRET=s3cret python flask_blueprint.py
jambonz-sync call http://127.0.0.1:3000/voice/incoming --secret s3cret --status-hook /voice/status --says hello
jambonz-sync call ws://127.0.0.1:3000/voice/ws --says hello
"""

import os
from collections import Counter

from flask import Flask

from jambonz_sync import IncomingCall, JambonzBlueprint, Session, WebhookResponse
from jambonz_sync.events import CallStatus, GatherEvent

voice = JambonzBlueprint(
    "voice",
    __name__,
    url_prefix="/voice",
    signing_secret=os.environ.get("JAMBONZ_SECRET"),
    on_error=[{"verb": "say", "text": "Something went wrong. Please call again."}, {"verb": "hangup"}],
)
ended = Counter()


@voice.webhook("/incoming")
def incoming(call: IncomingCall):
    return WebhookResponse().say(text="Hello!").gather(input=["speech"], action_hook="/voice/heard").say(text="Bye!")


@voice.webhook("/heard")
def heard(evt: GatherEvent):
    if evt.transcript:
        return WebhookResponse().say(text=f"You said: {evt.transcript}").hangup()
    return None  # the verbs after the gather run


@voice.status("/status")
def status(evt: CallStatus):
    if evt.call_status == "completed":
        ended[evt.call_termination_by] += 1


@voice.websocket("/ws")
def call(session: Session):
    session.on("/heard", heard)
    session.say(text="Hello!").gather(input=["speech"], action_hook="/heard").say(text="Bye!").hangup().send()


app = Flask(__name__)
app.register_blueprint(voice)


@app.get("/")
def index():
    return {"ended": ended}


if __name__ == "__main__":
    app.run(port=int(os.environ.get("PORT", "3000")))
