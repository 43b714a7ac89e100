"""The application that calls.py measures. The port is in PORT. With AUDIO=loop it echoes audio in a loop over the
stream, which takes a thread for each, in place of a callback; with FORM=conversation calls are written top to bottom,
with STACK as the bytes of the stack of their threads. PLAIN=1 leaves the libraries of the extra ``speed`` out."""

from __future__ import annotations

import os
import sys
import threading
import time
from typing import Any

if os.environ.get("PLAIN"):
    sys.modules.update(dict.fromkeys(("orjson", "websockets", "websockets.speedups")))  # type: ignore[arg-type]

from jambonz_sync import AudioStream, Session, create_endpoint

endpoint = create_endpoint(host="127.0.0.1")
AGAIN = {"text": "Please say something else."}


def conversation(session: Session) -> None:
    heard = session.say(text="Welcome.").ask(AGAIN, timeout=25)
    while True:
        heard = session.say(text=f"You said: {heard.transcript}.").ask(AGAIN, timeout=25)


def call(session: Session) -> None:
    @session.on("/echo")
    def echo(evt: Any) -> None:
        if "sleep_ms" in evt:
            time.sleep(evt["sleep_ms"] / 1000)
        session.say(text=f"You said: {evt.transcript}.")
        session.gather(input=["speech"], action_hook="/echo", timeout=25, say=AGAIN).reply()

    @session.on("/tokens")
    def tokens(evt: Any) -> None:
        session.config(tts_stream={"enable": True}).reply()
        for number in range(1, evt["count"] + 1):
            session.send_tts_tokens(f"w{number} ")
        session.flush_tts_tokens()

    session.say(text="Welcome.")
    session.gather(input=["speech"], action_hook="/echo", timeout=25, say=AGAIN).send()


threading.stack_size(int(os.environ.get("STACK", "0")))
if os.environ.get("FORM") == "conversation":
    endpoint.call("/app")(conversation)
else:
    endpoint.service("/app").on("session:new", call)


@endpoint.audio("/audio").on("connection")
def stream(stream: AudioStream) -> None:
    if os.environ.get("AUDIO") == "loop":
        for pcm in stream:
            stream.send_audio(pcm)
    else:
        stream.on("audio", stream.send_audio)


if __name__ == "__main__":
    endpoint.run()
