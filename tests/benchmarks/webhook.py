"""Webhook requests per second of ``@bp.webhook``, beside the same view in bare Flask on the same server.

    python tests/benchmarks/webhook.py [--rounds 15] [--seconds 1] [--connections 4]

One gunicorn (one gthread worker) serves all views. Keep-alive connections send to them in turn, a short round
each, so that whatever else the machine does meets all of them. The figure is the median, over the rounds, of the
ratio to bare Flask in the same round. Floor 0.9, goal 0.97.

Two views in bare Flask: one that writes the verbs by hand as dicts, which nothing checks, and one that builds and
checks them with WebhookResponse, as the view under test does.
"""

from __future__ import annotations

import argparse
import json
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import flask

from jambonz_sync import WebhookResponse
from jambonz_sync.events import GatherEvent
from jambonz_sync.webhook import JambonzBlueprint

VIEWS = ("/bare-dicts", "/bare-chain", "/webhook")
HEARD = {
    "call_sid": "c4b2c3a0-5b1e-4b0e-8a52-5d9c1a5d1a11",
    "account_sid": "9351f46a-678c-43f5-b8a6-d4eb58d131af",
    "application_sid": "0e0681b0-d49f-4fb8-b973-b5a3c6758de1",
    "direction": "inbound",
    "from": "+15085551212",
    "to": "+15085551213",
    "call_id": "8b6d2d52-1d5b-123c-d6ba-02e1b4c1b4a2",
    "sbc_callid": "b6d2d521d5b123cd6ba02e1b4c1b4a2@10.0.0.1",
    "call_status": "in-progress",
    "sip_status": 200,
    "sip_reason": "OK",
    "trace_id": "5b1e4b0e8a525d9c1a5d1a11c4b2c3a0",
    "originating_sip_ip": "10.0.0.2",
    "originating_sip_trunk_name": "trunk",
    "reason": "speechDetected",
    "speech": {
        "language_code": "en-US",
        "channel_tag": 1,
        "is_final": True,
        "alternatives": [{"transcript": "I would like to talk to sales please", "confidence": 0.91}],
    },
}


def make_app() -> flask.Flask:
    app = flask.Flask(__name__)
    bp = JambonzBlueprint("voice", __name__)

    @bp.webhook("/webhook")
    def webhook(evt: GatherEvent) -> WebhookResponse:
        return answer(evt.transcript)

    @app.post("/bare-chain")
    def bare_chain() -> flask.Response:
        return flask.jsonify(answer(transcript_of(flask.request.get_json())))

    @app.post("/bare-dicts")
    def bare_dicts() -> flask.Response:
        said = transcript_of(flask.request.get_json())
        gather = {"verb": "gather", "input": ["speech"], "actionHook": "/heard", "timeout": 10}
        return flask.jsonify([{"verb": "say", "text": f"You said: {said}"}, gather, {"verb": "hangup"}])

    app.register_blueprint(bp)
    return app


def answer(said: str) -> WebhookResponse:
    response = WebhookResponse().say(text=f"You said: {said}")
    return response.gather(input=["speech"], action_hook="/heard", timeout=10).hangup()


def transcript_of(payload: Any) -> str:
    transcript: str = payload["speech"]["alternatives"][0]["transcript"]
    return transcript


@contextmanager
def served() -> Iterator[int]:
    """A gunicorn with the application; its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    here = Path(__file__)
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"]
    command += ["--threads", "8", "--keep-alive", "60", "--log-level", "error", f"{here.stem}:make_app()"]
    server = subprocess.Popen(command, cwd=here.parent)
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if time.monotonic() > deadline or server.poll() is not None:
                    raise
                time.sleep(0.05)
        yield port
    finally:
        server.terminate()
        server.wait(30)


def request_bytes(path: str) -> bytes:
    body = json.dumps(HEARD).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def exchange(connection: socket.socket, request: bytes) -> bytes:
    """One request and its whole answer."""
    connection.sendall(request)
    got = connection.recv(65536)
    while b"\r\n\r\n" not in got:
        got += connection.recv(65536)
    head, _, body = got.partition(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(65536)
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"answered {head[:60]!r}")
    return body


def rate(connections: list[socket.socket], path: str, seconds: float) -> float:
    """Requests per second to ``path`` over all connections."""
    request = request_bytes(path)
    done = [0] * len(connections)
    start = time.monotonic()

    def run(i: int) -> None:
        while time.monotonic() - start < seconds:
            exchange(connections[i], request)
            done[i] += 1

    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(connections))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.monotonic() - start)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=15)
    options.add_argument("--seconds", type=float, default=1)
    options.add_argument("--connections", type=int, default=4)
    given = options.parse_args()
    rates: dict[str, list[float]] = {path: [] for path in VIEWS}
    with served() as port:
        connections = [socket.create_connection(("127.0.0.1", port)) for _ in range(given.connections)]
        bodies = {
            json.dumps(json.loads(exchange(connections[0], request_bytes(path))), sort_keys=True) for path in VIEWS
        }
        if len(bodies) != 1:
            raise RuntimeError(f"the views do not answer the same: {bodies}")
        for path in VIEWS:
            rate(connections, path, given.seconds)  # warm
        for i in range(given.rounds):
            for path in (VIEWS, VIEWS[::-1])[i % 2]:
                rates[path].append(rate(connections, path, given.seconds))
        for connection in connections:
            connection.close()
    print("| view | requests/s, median | of bare Flask, dicts by hand | of bare Flask, WebhookResponse |")
    print("|---|---|---|---|")
    for path in VIEWS:
        ratios = [
            statistics.median(ours / bare for ours, bare in zip(rates[path], rates[base], strict=True))
            for base in ("/bare-dicts", "/bare-chain")
        ]
        print(f"| {path} | {statistics.median(rates[path]):,.0f} | {ratios[0]:.2f} | {ratios[1]:.2f} |")


if __name__ == "__main__":
    main()
