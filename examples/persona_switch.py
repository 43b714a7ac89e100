"""Changes who the caller talks to, in the middle of the call: an agent of jambonz at /, OpenAI's Realtime at /openai.

python persona_switch.py
In the portal, set OPENAI_API_KEY for the application. Then say "pirate", "butler" or "yourself" to it.
"""

from jambonz_sync import Session, create_endpoint
from jambonz_sync.events import AgentTurn, LlmVendorEvent

KEY = {"type": "string", "description": "Key for OpenAI", "required": True, "obscure": True}
PERSONAS = {
    "yourself": "You are a helpful assistant on the phone. Answer in a sentence or two.",
    "pirate": "You are a salty sea captain on the phone. Answer in a sentence or two of pirate talk.",
    "butler": "You are a butler of the old school on the phone. Answer in a most polite sentence or two.",
}

endpoint = create_endpoint(env_vars={"OPENAI_API_KEY": KEY})


def wanted(transcript: str):
    """The persona that the caller names, if any."""
    return next((persona for persona in PERSONAS if persona in transcript.lower()), None)


@endpoint.service("/").on("session:new")
def agent(session: Session):
    @session.on("/event")
    def event(evt: AgentTurn):
        if evt.type == "user_transcript" and (persona := wanted(evt.transcript)):
            session.update_instructions(PERSONAS[persona])

    session.agent(
        llm={
            "vendor": "openai",
            "model": "gpt-4.1-mini",
            "auth": {"apiKey": session.env("OPENAI_API_KEY")},
            "llm_options": {"system_prompt": PERSONAS["yourself"]},
        },
        event_hook="/event",
        action_hook="/final",
    ).hangup().send()


@endpoint.service("/openai").on("session:new")
def realtime(session: Session):
    @session.on("/event")
    def event(evt: LlmVendorEvent):
        if persona := wanted(evt["transcript"]):
            session.update_llm({"type": "session.update", "session": {"instructions": PERSONAS[persona]}})

    session.openai_s2s(
        model="gpt-4o-realtime-preview-2024-12-17",
        auth={"apiKey": session.env("OPENAI_API_KEY")},
        llm_options={
            "response_create": {"modalities": ["text", "audio"], "instructions": PERSONAS["yourself"]},
            "session_update": {"input_audio_transcription": {"model": "whisper-1"}},
        },
        events=["conversation.item.input_audio_transcription.completed"],
        event_hook="/event",
        action_hook="/final",
    ).hangup().send()


if __name__ == "__main__":
    endpoint.run()
