"""Gemini Live talks to the caller; it may ask for several things at once, which run side by side.

python google_s2s.py
In the portal, set GOOGLE_API_KEY for the application.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from jambonz_sync import Session, create_endpoint
from jambonz_sync.events import LlmEvent, LlmVendorEvent
from jambonz_sync.tools import ToolSet

KEY = {"type": "string", "description": "Key for Google", "required": True, "obscure": True}
PROMPT = "You are a travel agent on the phone. Look local times and prices up, never guess them."
PRICES = {"Oslo": 210, "Rome": 140, "Tokyo": 870}

endpoint = create_endpoint(env_vars={"GOOGLE_API_KEY": KEY})
svc = endpoint.service("/")
tools = ToolSet()


@tools.tool
def local_time(zone: str) -> str:
    """The time of day somewhere.

    Args:
        zone: a time zone, such as Europe/Rome
    """
    return datetime.now(ZoneInfo(zone)).strftime("%H:%M")


@tools.tool
def price_of_flight(city: str, seats: int = 1) -> dict:
    """What a flight to a city costs, in dollars."""
    return {"price": seats * PRICES[city]} if city in PRICES else {"error": f"We do not fly to {city}."}


@svc.on("session:new")
def call(session: Session):
    session.use_tools(tools, hook="/tool-call", vendor="google")

    @session.on("/event")
    def event(evt: LlmVendorEvent):
        if spoken := evt.get("server_content", {}).get("output_transcription"):
            print(f"call {session.call_sid}: the model said {spoken['text']!r}")

    @session.on("/final")
    def final(evt: LlmEvent):
        session.hangup().reply()

    setup = {"systemInstruction": {"parts": [{"text": PROMPT}]}, "tools": tools.schemas("google")}
    session.pause(length=1).google_s2s(
        model="models/gemini-2.0-flash-live-001",
        auth={"apiKey": session.env("GOOGLE_API_KEY")},
        llm_options={"setup": {**setup, "outputAudioTranscription": {}}},
        event_hook="/event",
        tool_hook="/tool-call",
        action_hook="/final",
    ).send()


if __name__ == "__main__":
    endpoint.run()
