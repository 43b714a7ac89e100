"""An agent of ElevenLabs talks to the caller; its client tool books tables.

python elevenlabs.py
In the portal, set ELEVENLABS_AGENT_ID for the application, and ELEVENLABS_API_KEY if the agent is not public. The agent
must have the client tool book_table; `python elevenlabs.py --tools` prints it as ElevenLabs' API for tools wants it.
"""

import json
import sys

from jambonz_sync import Session, create_endpoint
from jambonz_sync.events import LlmEvent, LlmVendorEvent
from jambonz_sync.tools import ToolSet

endpoint = create_endpoint(
    env_vars={
        "ELEVENLABS_AGENT_ID": {"type": "string", "description": "Id of the agent", "required": True},
        "ELEVENLABS_API_KEY": {"type": "string", "description": "Key for ElevenLabs", "obscure": True},
    }
)
svc = endpoint.service("/")
tools = ToolSet()


@tools.tool
def book_table(people: int, time: str) -> str:
    """Book a table for this evening.

    Args:
        people: how many, at most 8
        time: such as 19:30
    """
    if people > 8:
        raise ValueError("the largest table has 8 seats")
    return f"a table for {people} at {time} is booked"


@svc.on("session:new")
def call(session: Session):
    session.use_tools(tools, hook="/tool-call", vendor="elevenlabs")

    @session.on("/event")
    def event(evt: LlmVendorEvent):
        for side in ("user_transcription_event", "agent_response_event"):
            if side in evt:
                print(f"call {session.call_sid}: {side}: {evt[side]}")

    @session.on("/final")
    def final(evt: LlmEvent):
        session.hangup().reply()

    auth = {"agent_id": session.env("ELEVENLABS_AGENT_ID")}
    if session.env("ELEVENLABS_API_KEY"):
        auth["api_key"] = session.env("ELEVENLABS_API_KEY")
    session.pause(length=1).elevenlabs_s2s(
        auth=auth, llm_options={}, event_hook="/event", tool_hook="/tool-call", action_hook="/final"
    ).send()


if __name__ == "__main__":
    if "--tools" in sys.argv:
        print(json.dumps(tools.schemas("elevenlabs"), indent=2))
    else:
        endpoint.run()
