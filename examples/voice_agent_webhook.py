"""A voice agent of jambonz by webhook, with tools. Its hooks tell of no call, so the call is put into their URLs.

python voice_agent_webhook.py
jambonz-sync call http://127.0.0.1:3000/incoming --says "Where is order A-17?"
In the portal, give the application speech vendors, and the account a key for OpenAI.
"""

import os
from collections import defaultdict

from flask import Flask

from jambonz_sync import IncomingCall, Jambonz, WebhookResponse
from jambonz_sync.events import ActionHook, LlmEvent
from jambonz_sync.tools import ToolSet
from jambonz_sync.verbs.components import AgentLlm

PROMPT = "You are the voice of Acme's customer service. Answer in a sentence or two. Look orders up, never guess."
ORDERS = {"A-17": {"status": "shipped", "arrives": "Tuesday"}, "B-4": {"status": "in preparation"}}

app = Flask(__name__)
jambonz = Jambonz(app)
tools = ToolSet()
heard = defaultdict(list)


@tools.tool
def look_up_order(number: str) -> dict:
    """Where an order is.

    Args:
        number: a letter, a dash and digits, such as A-17
    """
    return ORDERS.get(number.upper()) or {"error": "There is no such order."}


@jambonz.webhook("/incoming")
def incoming(call: IncomingCall):
    llm = AgentLlm(
        vendor="openai",
        model="gpt-4.1-mini",
        llm_options={"system_prompt": PROMPT, "tools": tools.schemas("agent")},
    )
    return WebhookResponse().agent(
        llm=llm, event_hook=call.hook_url("/event"), tool_hook=call.hook_url("/tool"), action_hook="/done"
    )


@jambonz.webhook("/event")
def event(evt: ActionHook):
    if evt.type == "user_transcript":
        heard[evt.call_sid].append(evt.transcript)


jambonz.tools("/tool", tools)


@jambonz.webhook("/done")
def done(evt: LlmEvent):
    return WebhookResponse().say(text=f"You asked {len(heard[evt.call_sid])} questions. Goodbye!").hangup()


@app.get("/heard")
def index():
    return heard


if __name__ == "__main__":
    app.run(port=int(os.environ.get("PORT", "3000")))
