"""OpenAI's Realtime API talks to the caller, and asks for the weather.

python openai_realtime.py
In the portal, set OPENAI_API_KEY for the application.
"""

import os
from typing import Literal

import requests

from jambonz_sync import Session, create_endpoint
from jambonz_sync.events import LlmEvent, LlmVendorEvent
from jambonz_sync.tools import ToolSet

KEY = {"type": "string", "description": "Key for OpenAI", "required": True, "obscure": True}
PROMPT = "You are a friendly assistant on the phone. Look the weather up, never guess it."
WEATHER_URL = os.environ.get("WEATHER_URL", "https://wttr.in")

endpoint = create_endpoint(env_vars={"OPENAI_API_KEY": KEY})
svc = endpoint.service("/")
tools = ToolSet()


@tools.tool(timeout=8)
def get_weather(city: str, scale: Literal["celsius", "fahrenheit"] = "celsius") -> str:
    """The weather in a city, now."""
    unit = "m" if scale == "celsius" else "u"
    response = requests.get(f"{WEATHER_URL}/{city}", params={"format": "%C, %t", unit: ""}, timeout=5)
    response.raise_for_status()
    return response.text


@svc.on("session:new")
def call(session: Session):
    session.use_tools(tools, hook="/tool-call", vendor="openai")

    @session.on("/event")
    def event(evt: LlmVendorEvent):
        print(f"call {session.call_sid}: the model said {evt['transcript']!r}")

    @session.on("/final")
    def final(evt: LlmEvent):
        if evt.completion_reason in ("server failure", "server error"):
            session.say(text="Sorry, something went wrong.")
        session.hangup().reply()

    session.pause(length=1).openai_s2s(
        model="gpt-4o-realtime-preview-2024-12-17",
        auth={"apiKey": session.env("OPENAI_API_KEY")},
        llm_options={
            "response_create": {"modalities": ["text", "audio"], "instructions": PROMPT, "voice": "alloy"},
            "session_update": {
                "instructions": PROMPT,
                "tools": tools.schemas("openai"),
                "turn_detection": {"type": "server_vad", "threshold": 0.8},
            },
        },
        events=["response.audio_transcript.done"],
        event_hook="/event",
        tool_hook="/tool-call",
        action_hook="/final",
    ).send()


if __name__ == "__main__":
    endpoint.run()
