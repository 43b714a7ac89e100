"""``jambonz-sync run``: the development server, as it is typed."""

from __future__ import annotations

import http.server
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jambonz_sync.cli.run import ngrok_url
from tests.cli.running import run
from tests.peer import Closed, Peer
from tests.ports import free_port
from tests.waiting import wait_for

BOT = """
import logging

from jambonz_sync import Session, create_endpoint

endpoint = create_endpoint()
svc = endpoint.service("/")
audio = endpoint.audio("/audio")


@svc.on("session:new")
def answer(session: Session) -> None:
    @session.on("/heard")
    def heard(evt: object) -> None:
        raise LookupError("no such account")

    logging.getLogger("bot").info("hello from the app")
    session.say({text!r}).gather(input=["speech"], action_hook="/heard").send()


endpoint.run()  # as the main program it would serve here
"""
WEB = """
import flask

from jambonz_sync import JambonzBlueprint, WebhookResponse

bp = JambonzBlueprint("voice", __name__, url_prefix="/voice")


@bp.webhook("/in")
def incoming(call: object) -> WebhookResponse:
    return WebhookResponse().say("Hi")


@bp.websocket("/ws")
def call(session: object) -> None:
    session.say("Hi").hangup().send()


def create_app() -> flask.Flask:
    app = flask.Flask(__name__)
    app.register_blueprint(bp)
    return app
"""


class Running:
    """The command in a process of its own."""

    def __init__(self, file: Path, *options: str, **env: str) -> None:
        self.file = file
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from jambonz_sync.cli import main; main()", "run", file.name, *options],
            cwd=file.parent,
            env={**os.environ, "PORT": "0", **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.lines += (line.rstrip("\n") for line in iter(self.process.stdout.readline, ""))

    def shown(self, text: str) -> bool:
        return any(text in line for line in self.lines)

    def wait_for(self, text: str) -> None:
        wait_for(lambda: self.shown(text), f"{text!r} in {self.lines}", 40)

    @property
    def url(self) -> str:
        self.wait_for("serving ")
        [served] = [match[1] for line in self.lines[:3] if (match := re.search(r"at http://([\d.:]+)", line))]
        return f"ws://{served}"

    def end(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(40)


Start = Callable[..., Running]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    running: list[Running] = []

    def begin(content: str, *options: str, **env: str) -> Running:
        file = tmp_path / "bot.py"
        file.write_text(content)
        running.append(Running(file, *options, **env))
        return running[-1]

    yield begin
    for command in running:
        if command.process.poll() is None:
            command.end()
        assert command.process.stdout is not None
        command.process.stdout.close()


def test_a_call_is_shown_as_it_goes_with_failures_in_the_code_of_the_app(start: Start) -> None:
    command = start(BOT.format(text="Hello"), "--no-color", "--url", "https://bot.example.com")
    with Peer(command.url) as peer:
        peer.begin()
        peer.tell("call:status", {"call_sid": peer.call_sid, "call_status": "in-progress"})
        peer.ask("/heard", speech={"alternatives": [{"transcript": "my balance"}]})
        peer.close()
    command.wait_for("ends after")
    assert command.shown("wss://bot.example.com/audio")
    assert command.shown("These are the URLs for the portal.")
    of_call = [line.partition(f" {peer.call_sid[:8]:<8} ")[2] for line in command.lines]
    call = [re.sub(r"in [\d.]+ ms", "in N", line) for line in of_call if line]
    assert call[0] == "begins at /, from +15085551212 to +15085551213"
    assert "hello from the app" in call
    assert 'session:new, answered in N: say "Hello", gather' in call
    assert "<- call:status  call_status in-progress" in call
    assert "error: the callback of /heard failed" in call
    assert '/heard (said "my balance"), answered in N: no verbs' in call
    assert command.shown('raise LookupError("no such account")')
    assert command.shown("bot.py:15 in heard")
    assert not command.shown("callbacks.py")
    assert "\x1b" not in "".join(command.lines)
    assert command.end() == 0


def test_a_save_serves_the_new_version_and_one_that_fails_changes_nothing(start: Start) -> None:
    command = start(BOT.format(text="one"), "--reload", "--color")
    url = command.url
    with Peer(url) as running:
        assert running.begin()[0]["text"] == "one"
        write(command.file, "import nothing_of_that_name")
        command.wait_for("bot.py has changed")
        command.wait_for("No module named 'nothing_of_that_name'")
        assert running.ask("/nobody") == []
        write(command.file, BOT.format(text="two"))
        with pytest.raises(Closed) as caught:
            running.recv()
    assert caught.value.code == 1012
    with Peer(url) as anew:
        assert anew.begin()[0]["text"] == "two"
    assert "\x1b[" in "".join(command.lines)
    assert command.end(signal.SIGTERM) == 0


def test_a_flask_application_with_a_blueprint_is_served_and_lines_may_be_json(start: Start) -> None:
    command = start(WEB, "--json")
    wait_for(lambda: command.lines and json.loads(command.lines[-1])["event"] == "app-up", "the app", 40)
    up = json.loads(command.lines[-1])
    assert up["paths"] == [["/voice/in", "webhook"], ["/voice/ws", "calls"]]
    url = up["text"].rpartition(" ")[2].replace("http:", "ws:")
    with Peer(f"{url}/voice/ws") as peer:
        assert peer.begin()[0]["text"] == "Hi"
        peer.close()
    wait_for(lambda: any('"event": "ends"' in line for line in command.lines), "the end of the call")
    lines: list[dict[str, Any]] = [json.loads(line) for line in command.lines]
    assert {line["call_sid"] for line in lines if "call_sid" in line} == {peer.call_sid}
    assert command.end() == 0


def test_an_app_that_cannot_be_loaded_ends_the_command_without_reload(start: Start) -> None:
    command = start("x = (", "--no-color")
    assert command.process.wait(40) == 1
    wait_for(lambda: command.shown("SyntaxError"))
    assert command.shown("'bot.py' cannot be imported")


def test_a_port_that_is_taken_or_none_is_one_line_and_2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = run("run", "app.py", "--port", str(taken.getsockname()[1]))
    assert result.exit_code == 2
    assert "cannot be listened at (Address already in use): choose another --port" in result.output
    monkeypatch.setenv("PORT", "abc")
    result = run("run", "app.py")
    assert result.exit_code == 2
    assert "the environment variable PORT: expected a port" in result.output


@pytest.mark.parametrize(
    ("of_option", "of_environment", "taken"),
    [(None, "", "app"), (None, "environment", "environment"), ("option", "environment", "option")],
)
def test_the_port_is_that_of_the_option_of_the_environment_or_of_the_app(
    start: Start, of_option: str | None, of_environment: str, taken: str
) -> None:
    ports = {name: str(free_port()) for name in ("app", "environment", "option")}
    options = ["--port", ports[of_option]] if of_option else []
    app = BOT.format(text="Hello").replace("create_endpoint()", f"create_endpoint(port={ports['app']})")
    command = start(app, "--no-color", *options, PORT=ports.get(of_environment, ""))
    assert command.url == f"ws://127.0.0.1:{ports[taken]}"
    command.wait_for(f"jambonz-sync call ws://127.0.0.1:{ports[taken]}/")
    with Peer(command.url) as peer:
        assert peer.begin()[0]["text"] == "Hello"
        peer.close()
    assert command.end() == 0


@pytest.mark.parametrize("options", [(), ("--reload",)])
def test_a_port_of_the_app_that_is_taken_is_one_line_and_2(start: Start, options: tuple[str, ...]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        app = BOT.format(text="Hello").replace("create_endpoint()", f"create_endpoint(port={port})")
        command = start(app, "--no-color", *options, PORT="")
        assert command.process.wait(40) == 2
    wait_for(lambda: command.shown("choose another --port"))
    assert command.shown(f"127.0.0.1:{port} cannot be listened at (Address already in use): choose another --port")
    assert not command.shown("Traceback")


def test_an_app_whose_first_version_cannot_be_loaded_has_its_port_once_one_can(start: Start) -> None:
    port = free_port()
    command = start("x = (", "--no-color", "--reload", PORT="")
    command.wait_for("it is tried again when a file changes")
    write(command.file, BOT.format(text="two").replace("create_endpoint()", f"create_endpoint(port={port})"))
    command.wait_for(f"serving bot.py at http://127.0.0.1:{port}")
    with Peer(f"ws://127.0.0.1:{port}") as peer:
        assert peer.begin()[0]["text"] == "two"


@pytest.mark.parametrize(
    ("status", "answer", "url"),
    [
        (
            200,
            {
                "tunnels": [
                    {"public_url": "https://other.example.com", "config": {"addr": "http://localhost:80"}},
                    {"public_url": "http://mine.example.com", "config": {"addr": "http://localhost:3000"}},
                    {"public_url": "https://mine.example.com", "config": {"addr": "http://localhost:3000"}},
                ]
            },
            "https://mine.example.com",
        ),
        (200, {"tunnels": []}, None),
        (200, {"odd": 1}, None),
        (200, [], None),
        (404, {"tunnels": []}, None),
    ],
)
def test_the_public_url_is_asked_of_ngrok_if_it_runs(status: int, answer: Any, url: str | None) -> None:
    class Tunnels(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *args: Any) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Tunnels) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        assert ngrok_url(3000, f"http://127.0.0.1:{server.server_port}") == url
        thread.join(15)
    assert ngrok_url(3000, f"http://127.0.0.1:{server.server_port}") is None  # it does not run


def write(file: Path, content: str) -> None:
    before = file.stat().st_mtime_ns
    file.write_text(content)
    os.utime(file, ns=(before, before + 1))  # however coarse the clock of the file system is
