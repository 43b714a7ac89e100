"""A language model of yours with tools: it looks things up in the middle of its answer, which is spoken meanwhile.

LLM_API_KEY=... python llm_tools.py    # LLM_URL: another server with OpenAI's chat completions
"""

import os
from typing import Any

import requests

from jambonz_sync import Session, ToolSet, create_endpoint
from jambonz_sync.events import GatherEvent
from jambonz_sync.verbs.components import BargeIn

URL = os.environ.get("LLM_URL", "https://api.openai.com/v1/chat/completions")
HEADERS = {"Authorization": f"Bearer {os.environ.get('LLM_API_KEY', '')}"}
PROMPT = "You are on the phone. Answer in plain words. Before you look something up, say so in a few words."

endpoint = create_endpoint()
svc = endpoint.service("/")
tools = ToolSet()


@tools.tool
def stock(article: str) -> dict:
    """How many of an article there are."""
    return {"article": article, "count": {"apples": 12, "pears": 0}[article]}


def ask(**body: Any):
    return requests.post(URL, json=body, headers=HEADERS, stream=True, timeout=(5, 30))


@svc.on("session:new")
def call(session: Session):
    chat = session.chat(ask, model="gpt-4.1-mini", system=PROMPT, tools=tools)

    @session.on("/heard")
    def heard(evt: GatherEvent):
        session.reply()
        if evt.transcript:
            chat.answer(evt.transcript)

    listen = BargeIn(enable=True, sticky=True, input=["speech"], action_hook="/heard")
    session.config(tts_stream={"enable": True}, barge_in=listen).say(text="Fruits and more, hello?").send()


if __name__ == "__main__":
    endpoint.run()
