"""Repeats what the caller says, until they say goodbye or nothing, by webhook.

python echo_webhook.py
jambonz-sync call http://127.0.0.1:3000/incoming --says "hello there" --says goodbye
"""

import os

from flask import Flask

from jambonz_sync import IncomingCall, Jambonz, WebhookResponse
from jambonz_sync.events import GatherEvent

app = Flask(__name__)
jambonz = Jambonz(app)


def listen(text: str):
    return WebhookResponse().gather(input=["speech"], timeout=10, say={"text": text}, action_hook="/heard")


@jambonz.webhook("/incoming")
def incoming(call: IncomingCall):
    return listen("Hello! Say something.")


@jambonz.webhook("/heard")
def heard(evt: GatherEvent):
    if not evt.transcript or "goodbye" in evt.transcript.lower():
        return WebhookResponse().say("Goodbye!").hangup()
    return listen(f"You said: {evt.transcript}")


if __name__ == "__main__":
    app.run(port=int(os.environ.get("PORT", "3000")))
