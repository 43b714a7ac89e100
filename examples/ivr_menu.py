"""A menu by webhook: the caller speaks or presses a key, and has three tries.

python ivr_menu.py
jambonz-sync call http://127.0.0.1:3000/incoming --press 9 --says "opening hours"
"""

import os

from flask import Flask

from jambonz_sync import IncomingCall, Jambonz, WebhookResponse
from jambonz_sync.events import GatherEvent

app = Flask(__name__)
jambonz = Jambonz(app)

CHOICES = {"1": "sales", "2": "support", "3": "hours"}
TEXTS = {
    "sales": "Our sales team will call you back.",
    "support": "Our support team will call you back.",
    "hours": "We are open from nine to five.",
}


def menu(attempt: int, text: str = ""):
    prompt = f"{text} For sales, press 1 or say sales. For support, press 2. For our opening hours, press 3."
    return WebhookResponse().gather(
        input=["speech", "digits"],
        num_digits=1,
        timeout=8,
        say={"text": prompt.strip()},
        action_hook=f"/choice/{attempt}",
    )


@jambonz.webhook("/incoming")
def incoming(call: IncomingCall):
    return menu(1, "Welcome!")


@jambonz.webhook("/choice/<int:attempt>")
def choice(evt: GatherEvent, attempt: int):
    words = evt.transcript.lower()
    chosen = CHOICES.get(evt.digits or "") or next((name for name in TEXTS if name in words), None)
    if chosen:
        return WebhookResponse().say(text=TEXTS[chosen]).hangup()
    if attempt < 3:
        return menu(attempt + 1, "Sorry, I did not get that.")
    return WebhookResponse().say(text="Please call again later. Goodbye.").hangup()


if __name__ == "__main__":
    app.run(port=int(os.environ.get("PORT", "3000")))
