"""Tries one number after the other by webhook, then offers to call back.

python dial_fallback.py
jambonz-sync call http://127.0.0.1:3000/incoming --callee busy --callee no-answer --press 1
"""

import os

from flask import Flask

from jambonz_sync import IncomingCall, Jambonz, WebhookResponse
from jambonz_sync.events import DialEvent, GatherEvent

app = Flask(__name__)
jambonz = Jambonz(app)

NUMBERS = ["+15085550101", "+15085550102"]


def dial(index: int, caller: str):
    return WebhookResponse().dial(
        target=[{"type": "phone", "number": NUMBERS[index]}],
        caller_id=caller,
        timeout=20,
        answer_on_bridge=True,
        action_hook=f"/dialled/{index}",
    )


@jambonz.webhook("/incoming")
def incoming(call: IncomingCall):
    return dial(0, call.from_)


@jambonz.webhook("/dialled/<int:index>")
def dialled(evt: DialEvent, index: int):
    app.logger.info("%s: %s", NUMBERS[index], evt.dial_call_status)
    if evt.dial_call_status == "completed":
        return WebhookResponse().hangup()
    if index + 1 < len(NUMBERS):
        return dial(index + 1, evt.from_)
    return WebhookResponse().gather(
        num_digits=1, say={"text": "Nobody is free. Press 1 to be called back."}, action_hook="/call-back"
    )


@jambonz.webhook("/call-back")
def call_back(evt: GatherEvent):
    if evt.digits == "1":
        return WebhookResponse().say(text=f"We will call you at {evt.from_}.").hangup()
    return WebhookResponse().say(text="Goodbye.").hangup()


if __name__ == "__main__":
    app.run(port=int(os.environ.get("PORT", "3000")))
