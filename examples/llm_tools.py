"""A language model of yours with tools: it looks things up in the middle of its answer, which is spoken meanwhile.

LLM_API_KEY=... python llm_tools.py    # LLM_URL: another server with OpenAI's chat completions
"""

import json
import os

import requests

from jambonz_sync import create_endpoint
from jambonz_sync.tools import ToolCall, ToolSet

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


def deltas(history):
    body = {"model": "gpt-4.1-mini", "stream": True, "messages": history, "tools": tools.schemas("openai_chat")}
    with requests.post(URL, json=body, headers=HEADERS, stream=True, timeout=(5, 30)) as response:
        response.raise_for_status()
        for line in response.iter_lines():
            if line.startswith(b"data:") and not line.endswith(b"[DONE]"):
                yield from (choice["delta"] for choice in json.loads(line[5:]).get("choices", []))


def answer(history):
    """The text of the answer, piece by piece. Tools run where the model calls them; what they say goes to history."""
    while True:
        calls = {}
        for delta in deltas(history):
            yield delta.get("content") or ""
            for part in delta.get("tool_calls") or []:  # name and arguments come in pieces
                new = {"id": part.get("id"), "type": "function", "function": {"name": "", "arguments": ""}}
                call = calls.setdefault(part["index"], new)
                for name, piece in part["function"].items():
                    call["function"][name] += piece or ""
        if not calls:
            return
        history.append({"role": "assistant", "content": None, "tool_calls": list(calls.values())})
        for call in calls.values():
            outcome = tools.run(ToolCall(call["id"], **call["function"]))
            history.append({"role": "tool", "tool_call_id": outcome.call_id, "content": outcome.text})


@svc.on("session:new")
def call(session):
    history = [{"role": "system", "content": PROMPT}]

    @session.on("/heard")
    def heard(evt):
        session.reply()
        history.append({"role": "user", "content": evt.transcript})
        result = session.stream_tts(answer(history))
        history.append({"role": "assistant", "content": result.text_sent})

    listen = {"enable": True, "sticky": True, "input": ["speech"], "action_hook": "/heard"}
    session.config(tts_stream={"enable": True}, barge_in=listen).say(text="Fruits and more, hello?").send()


if __name__ == "__main__":
    endpoint.run()
