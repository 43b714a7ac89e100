"""The smallest app by webhook: says hello and hangs up.

python hello_world_webhook.py
jambonz-sync call http://127.0.0.1:3000/incoming
"""

import os

from flask import Flask

from jambonz_sync import IncomingCall, Jambonz, WebhookResponse

app = Flask(__name__)
jambonz = Jambonz(app)


@jambonz.webhook("/incoming")
def incoming(call: IncomingCall):
    return WebhookResponse().say("Hello, world!").hangup()


if __name__ == "__main__":
    app.run(port=int(os.environ.get("PORT", "3000")))
