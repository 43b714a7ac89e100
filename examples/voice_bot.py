"""A voice bot, from top to bottom: a language model speaks while it writes, until the caller cuts in.

LLM_API_KEY=... python voice_bot.py    # LLM_URL: another server with OpenAI's chat completions
"""

import os
from typing import Any

import requests

from jambonz_sync import LlmError, Session, create_endpoint
from jambonz_sync.verbs.components import Target

URL = os.environ.get("LLM_URL", "https://api.openai.com/v1/chat/completions")
HEADERS = {"Authorization": f"Bearer {os.environ.get('LLM_API_KEY', '')}"}
PROMPT = "You are on the phone. Answer in a few plain words that can be read aloud."
OPERATOR = Target(type="phone", number="+15085550101")
PATIENCE = float(os.environ.get("PATIENCE", "10"))  # seconds that the caller may be silent

endpoint = create_endpoint()


def ask(**body: Any):
    return requests.post(URL, json=body, headers=HEADERS, stream=True, timeout=(5, 30))


@endpoint.call("/")
def call(session: Session):
    chat = session.chat(ask, model="gpt-4.1-mini", system=PROMPT)
    session.config(tts_stream={"enable": True}, track_tts_playout=True)  # the history ends with what was heard
    words = session.ask("Hi there, how can I help?").transcript
    silences = 0
    while words or silences < 3:
        if not words:
            silences += 1
            words = session.ask("Are you still there?", timeout=PATIENCE).transcript
            continue
        if "operator" in words.lower():
            return session.say(text="One moment.").dial(target=[OPERATOR]).hangup()
        silences = 0
        listening = session.gather(input=["speech"], bargein=True, timeout=0).start()
        try:
            chat.answer(words)  # until it has been spoken, or the caller cuts in
        except (LlmError, requests.RequestException) as exc:
            print(f"call {session.call_sid}: {exc}")
            session.stream_tts(["Sorry, I cannot think right now."], until_spoken=True)
        try:
            words = listening.wait(timeout=PATIENCE).transcript  # all that the caller said, from where they cut in
        except TimeoutError:
            words = ""
    return session.say(text="Goodbye.").hangup()


if __name__ == "__main__":
    endpoint.run()
