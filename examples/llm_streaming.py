"""Speaks the answer of a language model while it is being written, until the caller cuts in.

LLM_API_KEY=... python llm_streaming.py                         # Anthropic
LLM_API=openai LLM_API_KEY=... python llm_streaming.py          # OpenAI, and whatever speaks its chat completions
LLM_URL and LLM_MODEL name another server and model.
"""

import json
import os

import requests

from jambonz_sync import create_endpoint

PROMPT = "You are on the phone. Answer in a few plain words that can be read aloud."
KEY = os.environ.get("LLM_API_KEY", "")
if os.environ.get("LLM_API") == "openai":
    URL, MODEL = "https://api.openai.com/v1/chat/completions", "gpt-4.1-mini"
    HEADERS, BODY, FIRST = {"Authorization": f"Bearer {KEY}"}, {}, [{"role": "system", "content": PROMPT}]
else:
    URL, MODEL = "https://api.anthropic.com/v1/messages", "claude-haiku-4-5"
    HEADERS = {"x-api-key": KEY, "anthropic-version": "2023-06-01"}
    BODY, FIRST = {"system": PROMPT, "max_tokens": 1024}, []

endpoint = create_endpoint()
svc = endpoint.service("/")


def answer(history):
    """The text of the answer, piece by piece."""
    body = {**BODY, "model": os.environ.get("LLM_MODEL", MODEL), "stream": True, "messages": [*FIRST, *history]}
    url = os.environ.get("LLM_URL", URL)
    with requests.post(url, json=body, headers=HEADERS, stream=True, timeout=(5, 30)) as response:
        response.raise_for_status()
        for line in response.iter_lines():
            if not line.startswith(b"data:") or line.endswith(b"[DONE]"):
                continue
            event = json.loads(line[5:])
            if "error" in event:
                raise requests.RequestException(event["error"])
            yield event.get("delta", {}).get("text", "")  # Anthropic
            for choice in event.get("choices", []):  # OpenAI
                yield choice["delta"].get("content") or ""


@svc.on("session:new")
def call(session):
    history = session.locals["history"] = []

    @session.on("/heard")
    def heard(evt):
        session.reply()  # jambonz goes on listening; the answer follows as it is made
        if not evt.transcript:
            return
        history.append({"role": "user", "content": evt.transcript})
        try:
            result = session.stream_tts(answer(history))  # an interruption ends the request, too
        except requests.RequestException as exc:
            print(f"call {session.call_sid}: {exc}")
            result = session.stream_tts(["Sorry, I cannot think right now."])
        if result.text_sent:
            history.append({"role": "assistant", "content": result.text_sent})

    listen = {"enable": True, "sticky": True, "input": ["speech"], "action_hook": "/heard"}
    session.config(tts_stream={"enable": True}, barge_in=listen).say(text="Hi there, how can I help?").send()


if __name__ == "__main__":
    endpoint.run()
