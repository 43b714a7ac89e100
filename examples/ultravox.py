"""Ultravox talks to the caller, and may end in a person: a tool rings the front desk.

python ultravox.py
In the portal, set ULTRAVOX_API_KEY for the application, and FRONT_DESK to a phone number.
"""

from jambonz_sync import Session, create_endpoint
from jambonz_sync.events import LlmEvent, LlmVendorEvent
from jambonz_sync.tools import ToolSet
from jambonz_sync.verbs.components import Target

PROMPT = "You answer the phone of the hotel Astoria. Who wants a person is put through to the front desk."

endpoint = create_endpoint(
    env_vars={
        "ULTRAVOX_API_KEY": {"type": "string", "description": "Key for Ultravox", "required": True, "obscure": True},
        "FRONT_DESK": {"type": "string", "description": "Phone number of the front desk", "default": "+15085550100"},
    }
)
svc = endpoint.service("/")


@svc.on("session:new")
def call(session: Session):
    tools = ToolSet()  # of this call: the tool acts on its session

    @tools.tool
    def put_through(reason: str) -> str:
        """Connect the caller with a person at the front desk.

        Args:
            reason: what the caller wants, in a few words
        """
        session.locals["reason"] = reason
        desk = Target(type="phone", number=session.env("FRONT_DESK"))
        session.say(text="One moment.").dial(target=[desk], tag={"reason": reason}).hangup().send()
        return "done"

    session.use_tools(tools, hook="/tool-call", vendor="ultravox")

    @session.on("/event")
    def event(evt: LlmVendorEvent):
        if evt.get("final"):
            print(f"call {session.call_sid}: {evt['role']}: {evt['text']}")

    @session.on("/final")
    def final(evt: LlmEvent):
        if "reason" not in session.locals:
            session.hangup().reply()

    session.pause(length=1).ultravox_s2s(
        auth={"apiKey": session.env("ULTRAVOX_API_KEY")},
        llm_options={"systemPrompt": PROMPT, "selectedTools": tools.schemas("ultravox")},
        events=["transcript"],
        event_hook="/event",
        tool_hook="/tool-call",
        action_hook="/final",
    ).send()


if __name__ == "__main__":
    endpoint.run()
