"""The application of calls.py as one would write it by hand: Flask, simple-websocket, plain dicts that nothing checks.
The port is in PORT."""

from __future__ import annotations

import json
import os
import time
from typing import Any

import flask
import simple_websocket

app = flask.Flask(__name__)
GATHER = {
    "verb": "gather",
    "input": ["speech"],
    "actionHook": "/echo",
    "timeout": 25,
    "say": {"text": "Please say something else."},
}


def accept() -> Any:
    return simple_websocket.Server.accept(flask.request.environ, subprotocols=["ws.jambonz.org", "audio.drachtio.org"])


def ack(ws: Any, msgid: str, verbs: list[Any]) -> None:
    ws.send(json.dumps({"type": "ack", "msgid": msgid, "data": verbs}))


@app.route("/app", websocket=True)
def call() -> str:
    ws = accept()
    try:
        while True:
            message = json.loads(ws.receive())
            if message["type"] == "session:new":
                ack(ws, message["msgid"], [{"verb": "say", "text": "Welcome."}, GATHER])
            elif message.get("hook") == "/echo":
                data = message["data"]
                if "sleep_ms" in data:
                    time.sleep(data["sleep_ms"] / 1000)
                said = data["speech"]["alternatives"][0]["transcript"]
                ack(ws, message["msgid"], [{"verb": "say", "text": f"You said: {said}."}, GATHER])
            elif message.get("hook") == "/tokens":
                ack(ws, message["msgid"], [])
                speak(ws, message["data"]["count"])
    except simple_websocket.ConnectionClosed:
        return ""


def speak(ws: Any, count: int) -> None:
    """One token at a time, each until it is accepted: nothing else keeps them from being lost."""
    for number in range(1, count + 1):
        token = {"type": "command", "command": "tts:tokens", "data": {"id": number, "tokens": f"w{number} "}}
        while True:
            ws.send(json.dumps(token))
            if result(ws, "tts:tokens-result")["status"] == "ok":
                break
            while result(ws, "tts:streaming-event")["event_type"] != "stream_resumed":
                pass
    ws.send(json.dumps({"type": "command", "command": "tts:flush"}))


def result(ws: Any, kind: str) -> Any:
    while True:
        message = json.loads(ws.receive())
        if message["type"] == kind:
            return message["data"]


@app.route("/audio", websocket=True)
def audio() -> str:
    ws = accept()
    try:
        ws.receive()
        while True:
            ws.send(ws.receive())
    except simple_websocket.ConnectionClosed:
        return ""


if __name__ == "__main__":
    app.run("127.0.0.1", int(os.environ["PORT"]), threaded=True)
