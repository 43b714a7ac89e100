"""Speaks the answer of a language model while it is being written, until the caller cuts in.

LLM_API_KEY=... python llm_streaming.py                         # Anthropic
LLM_API=openai LLM_API_KEY=... python llm_streaming.py          # OpenAI, and whatever speaks its chat completions
LLM_URL and LLM_MODEL name another server and model.
"""

import os
from typing import Any

import requests

from jambonz_sync import LlmError, Session, create_endpoint
from jambonz_sync.events import GatherEvent
from jambonz_sync.verbs.components import BargeIn

PROMPT = "You are on the phone. Answer in a few plain words that can be read aloud."
KEY = os.environ.get("LLM_API_KEY", "")
if os.environ.get("LLM_API") == "openai":
    VENDOR, URL, MODEL = "openai_chat", "https://api.openai.com/v1/chat/completions", "gpt-4.1-mini"
    HEADERS = {"Authorization": f"Bearer {KEY}"}
else:
    VENDOR, URL, MODEL = "anthropic", "https://api.anthropic.com/v1/messages", "claude-haiku-4-5"
    HEADERS = {"x-api-key": KEY, "anthropic-version": "2023-06-01"}

endpoint = create_endpoint()
svc = endpoint.service("/")


def ask(**body: Any):
    """Send a request. With the client of a vendor it is client.chat.completions.create, or client.messages.create."""
    url = os.environ.get("LLM_URL", URL)
    return requests.post(url, json=body, headers=HEADERS, stream=True, timeout=(5, 30))


@svc.on("session:new")
def call(session: Session):
    chat = session.chat(ask, vendor=VENDOR, model=os.environ.get("LLM_MODEL", MODEL), system=PROMPT)

    @session.on("/heard")
    def heard(evt: GatherEvent):
        session.reply()  # jambonz goes on listening; the answer follows as it is made
        if not evt.transcript:
            return
        try:
            chat.answer(evt.transcript)  # an interruption ends the request, too
        except (LlmError, requests.RequestException) as exc:
            print(f"call {session.call_sid}: {exc}")
            session.stream_tts(["Sorry, I cannot think right now."])

    listen = BargeIn(enable=True, sticky=True, input=["speech"], action_hook="/heard")
    # so that the history ends with what was heard, where the voice can tell
    session.config(tts_stream={"enable": True}, track_tts_playout=True, barge_in=listen)
    session.say(text="Hi there, how can I help?").send()


if __name__ == "__main__":
    endpoint.run()
