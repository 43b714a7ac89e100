"""A voice bot: a language model of yours speaks while it writes, uses tools, and can be interrupted.

LLM_API_KEY=... python app.py
"""

import os
from collections.abc import Callable
from typing import Any

import openai
from jambonz_sync import LlmError, Session, ToolSet, create_endpoint
from jambonz_sync.events import GatherEvent
from jambonz_sync.tools import ready

PROMPT = "You are on the phone. Answer in a few plain words that can be read aloud: no lists, no emoji."
MODEL = os.environ.get("LLM_MODEL", "gpt-4.1-mini")

endpoint = create_endpoint()


def connect() -> Callable[..., Any]:
    """Make the function that asks the model: of OpenAI, or of any server that is compatible (LLM_BASE_URL)."""
    client = openai.OpenAI(
        api_key=os.environ.get("LLM_API_KEY", "none"), base_url=os.environ.get("LLM_BASE_URL"), timeout=30
    )
    return client.chat.completions.create


ask: Callable[..., Any] | None = None


@endpoint.service("/").on("session:new")
def call(session: Session):
    global ask
    ask = ask or connect()
    tools = ToolSet([ready.end_call(session), ready.date_and_time()])
    chat = session.chat(ask, model=MODEL, system=PROMPT, tools=tools)

    @session.on("/heard")
    def heard(evt: GatherEvent):
        session.reply()  # jambonz goes on listening; the answer follows as it is made
        if not evt.transcript:
            return
        try:
            chat.answer(evt.transcript)  # returns when it has been spoken, or the caller cuts in
        except (LlmError, openai.OpenAIError) as error:
            print(f"call {session.call_sid}: {error}")
            session.stream_tts(["Sorry, I cannot think right now."])

    listen = {"enable": True, "sticky": True, "input": ["speech"], "action_hook": "/heard"}
    session.config(tts_stream={"enable": True}, barge_in=listen).say(text="Hi there, how can I help?").send()


if __name__ == "__main__":
    endpoint.run()
