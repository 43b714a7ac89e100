"""Calls as a part of a Flask application: signed webhooks, and status events beside the pages.

python app.py
jambonz-sync call http://127.0.0.1:3000/voice/incoming --says hello
"""

import os
from collections import Counter

from flask import Flask
from jambonz_sync import IncomingCall, JambonzBlueprint, WebhookResponse
from jambonz_sync.events import CallStatus, GatherEvent

voice = JambonzBlueprint(
    "voice",
    __name__,
    url_prefix="/voice",
    # the webhook secret of the account: without it anybody may send these webhooks
    signing_secret=os.environ.get("JAMBONZ_SIGNING_SECRET"),
    on_error=[{"verb": "say", "text": "Something went wrong. Please call again."}, {"verb": "hangup"}],
)
ended: Counter[str] = Counter()


@voice.webhook("/incoming")
def incoming(call: IncomingCall):
    response = WebhookResponse().say(text="Hello! Say something.")
    return response.gather(input=["speech"], action_hook="/voice/heard", timeout=10).say(text="Goodbye!")


@voice.webhook("/heard")
def heard(evt: GatherEvent):
    if evt.transcript:
        return WebhookResponse().say(text=f"You said: {evt.transcript}").hangup()
    return None  # the verbs behind the gather run


@voice.status("/status")
def status(evt: CallStatus):
    if evt.call_status == "completed":
        ended[str(evt.call_termination_by)] += 1


app = Flask(__name__)
app.register_blueprint(voice)


@app.get("/")
def index():
    return {"ended": ended}


if __name__ == "__main__":
    app.run(port=int(os.environ.get("PORT", "3000")))
