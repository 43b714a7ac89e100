"""Deepgram's voice agent talks to the caller, and hands out numbers in line.

python deepgram.py
In the portal, set DEEPGRAM_API_KEY for the application.
"""

import itertools

from jambonz_sync import Session, create_endpoint
from jambonz_sync.events import LlmEvent, LlmVendorEvent
from jambonz_sync.tools import ToolSet

KEY = {"type": "string", "description": "Key for Deepgram", "required": True, "obscure": True}
PROMPT = "You welcome visitors of the town hall. Give each a number in line for the desk that they need."

endpoint = create_endpoint(env_vars={"DEEPGRAM_API_KEY": KEY})
svc = endpoint.service("/")
tools = ToolSet()
numbers = itertools.count(1)


@tools.tool
def take_number(desk: str) -> dict:
    """A number in the line of a desk."""
    return {"desk": desk, "number": next(numbers)}


@svc.on("session:new")
def call(session: Session):
    session.use_tools(tools, hook="/tool-call", vendor="deepgram")

    @session.on("/event")
    def event(evt: LlmVendorEvent):
        print(f"call {session.call_sid}: {evt['role']}: {evt['content']}")

    @session.on("/final")
    def final(evt: LlmEvent):
        if evt.completion_reason != "normal conversation end":
            session.say(text="Sorry, something went wrong.")
        session.hangup().reply()

    think = {
        "provider": {"type": "open_ai", "model": "gpt-4o-mini"},
        "prompt": PROMPT,
        "functions": tools.schemas("deepgram"),
    }
    listen = {"provider": {"type": "deepgram", "model": "nova-3"}}
    session.say(text="Good morning!").deepgram_s2s(
        auth={"apiKey": session.env("DEEPGRAM_API_KEY")},
        llm_options={"Settings": {"type": "Settings", "agent": {"listen": listen, "think": think}}},
        events=["ConversationText"],
        event_hook="/event",
        tool_hook="/tool-call",
        action_hook="/final",
    ).send()


if __name__ == "__main__":
    endpoint.run()
