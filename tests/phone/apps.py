"""Apps that are called from the page."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from werkzeug.serving import make_server

from jambonz_sync import AudioStream, Session, ToolSet
from jambonz_sync.events import GatherEvent
from jambonz_sync.verbs.components import Target

__all__ = ["agent", "bakery", "echo", "play_back", "reader", "serve", "support", "switchboard"]


def bakery(session: Session) -> None:
    """Ask what the caller wants, and repeat it."""

    @session.on("/heard")
    def heard(evt: GatherEvent) -> None:
        session.say(text=f"You want {evt.transcript or evt.digits}.")
        session.gather(input=["speech", "digits"], num_digits=1, action_hook="/heard", timeout=60).reply()

    session.say(text="Hello, this is the bakery.")
    session.gather(input=["speech", "digits"], num_digits=1, action_hook="/heard", timeout=60).send()


def switchboard(session: Session) -> None:
    """Connect the caller with whoever accepts the call by a key."""

    @session.on("/confirm")
    def confirm() -> None:
        session.gather(
            input=["digits"], num_digits=1, action_hook="/key", say={"text": "Press 1 to take the call."}
        ).reply()

    @session.on("/key")
    def key(evt: GatherEvent) -> None:
        if evt.digits == "1":
            session.reply()
        else:
            session.hangup().reply()

    @session.on("/dialled")
    def dialled(evt: dict[str, object]) -> None:
        session.say(text=f"The call was {evt['dial_call_status']}.").pause(60).reply()

    session.say(text="One moment.")
    session.dial(
        target=[Target(type="phone", number="+15554445555")], confirm_hook="/confirm", action_hook="/dialled"
    ).send()


def support(session: Session) -> None:
    """Let callers wait in a queue for an agent, who calls another number, or meet in a room by a third."""
    if session.to == "+15550001":
        session.say(text="Next, please.").dequeue(name="support").pause(60).send()
    elif session.to == "+15550002":
        session.conference(name="room").send()
    else:
        session.say(text="Please wait.").enqueue(name="support").pause(60).send()


def reader(session: Session) -> None:
    """Read a long text aloud, as it comes."""
    session.config(tts_stream={"enable": True}).say(text="Listen.").send()
    session.stream_tts(f"line {number} of a story without an end, " for number in range(80))


def echo(session: Session) -> None:
    """Play back what the caller says, frame by frame."""
    session.listen(
        url="/echo", bidirectional_audio={"enabled": True, "streaming": True, "sample_rate": 16000}, sample_rate=16000
    ).send()


def play_back(stream: AudioStream) -> None:
    """Serve the audio of :func:`echo`."""
    for pcm in stream:
        stream.send_audio(pcm)


def agent(session: Session) -> None:
    """Have a model talk to the caller, which may look up an order."""
    tools = ToolSet()

    @tools.tool
    def look_up_order(number: str) -> str:
        """Where an order is."""
        return f"{number} is on its way"

    session.use_tools(tools, hook="/tool", vendor="openai")
    session.openai_s2s(
        model="gpt-4o-realtime",
        auth={"apiKey": "k"},
        llm_options={"response_create": {}, "session_update": {"tools": tools.schemas("openai")}},
        events=["response.audio_transcript.done"],
        event_hook="/event",
        tool_hook="/tool",
    ).send()


@contextmanager
def serve(app: Flask) -> Iterator[str]:
    """Serve an app of webhooks, and give its URL."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
