"""The mistakes of newcomers, planted in one app, and what is said of each, and when: ``python -m tests.mistakes``.

With ``--all`` also what takes seconds: type checkers, gunicorn, and a port that is in use.
"""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import flask

from jambonz_sync import JambonzBlueprint, Session, ToolSet, WebhookResponse, create_endpoint
from jambonz_sync.campaign import Campaign
from jambonz_sync.runtime.handlers import Handlers
from jambonz_sync.session.listeners import EVENTS
from tests.peer import Peer
from tests.ports import free_port
from tests.waiting import wait_for

__all__ = ["Said", "planted", "slow"]

ROOT = Path(__file__).parent.parent


class Said(NamedTuple):
    """A mistake, when it is told of, and the words."""

    mistake: str
    when: str
    words: str


def raised(act: Callable[[], object]) -> str:
    """Return what an act raises; that it raises nothing is a mistake of this script."""
    try:
        act()
    except (Exception, SystemExit) as exc:
        return f"{type(exc).__name__}: {exc}"
    raise AssertionError("nothing was raised")


class _Log(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.levelname}: {record.getMessage()}")


@contextmanager
def logged() -> Iterator[list[str]]:
    """Collect the warnings and errors of the log."""
    handler = _Log()
    log = logging.getLogger("jambonz_sync")
    log.addHandler(handler)
    try:
        yield handler.lines
    finally:
        log.removeHandler(handler)


tools = ToolSet()


@tools.tool
def get_weather(city: str) -> str:
    """The weather in a city."""
    return f"sunny in {city}"


def two(evt: object, more: object) -> None: ...


def by_name(evt: object, *, tenant: str) -> None: ...


def at_registration() -> Iterator[tuple[str, Callable[[], object]]]:
    """The mistakes that are found when a function is registered, or an object is made."""
    endpoint = create_endpoint()
    svc = endpoint.service("/")
    session = Session.__new__(Session)  # of a call that is not there: registration needs no more
    session._handlers = Handlers(EVENTS)
    campaign = Campaign.__new__(Campaign)
    yield 'svc.on("sesion:new", fn)', lambda: svc.on("sesion:new", print)
    yield 'session.on("call:stauts", fn)', lambda: session.on("call:stauts", print)
    yield 'session.on("closed", fn)', lambda: session.on("closed", print)
    yield 'session.on("heard", fn)', lambda: session.on("heard", print)
    yield "a callback with two parameters for a hook", lambda: session.on("/heard", two)
    yield "a callback with a keyword-only parameter", lambda: session.on("/heard", by_name)
    yield 'job.on("placd", fn) of a campaign', lambda: campaign.on("placd", print)
    yield 'create_endpoint(auth="u:p")', lambda: create_endpoint(auth="u:p")  # type: ignore[arg-type]
    yield "create_endpoint(port='abc')", lambda: create_endpoint(port="abc")  # type: ignore[arg-type]


def in_the_call(session: VerbOwner) -> Iterator[tuple[str, Callable[[], object]]]:
    """The mistakes that are found at the call that is wrong."""
    untyped: Any = session
    yield 'say({"text": "Hello"})', lambda: untyped.say({"text": "Hello"})
    yield 'say("Hello", "there")', lambda: untyped.say("Hello", "there")
    yield 'hangup("now")', lambda: untyped.hangup("now")
    yield 'say(txt="Hello")', lambda: untyped.say(txt="Hello")
    yield "say()", session.say
    yield "gather(num_digits=1.5)", lambda: untyped.gather(num_digits=1.5)
    yield 'say(synthesizer={"voise": "x"})', lambda: untyped.say("Hi", synthesizer={"vendor": "google", "voise": "x"})
    yield "agent(tools=tools) without tool_hook", lambda: session.agent(tools=tools)
    yield (
        "tools for a vendor that takes none in the verb",
        lambda: session.llm(vendor="elevenlabs", llm_options={}, tools=tools, tool_hook="/tool"),
    )
    yield "stream_tts with no token stream", lambda: untyped.stream_tts(["Hello"])


VerbOwner = Session | WebhookResponse


def planted() -> list[Said]:
    """Make all mistakes, and return what was said of each."""
    said = [Said(name, "at registration", raised(act)) for name, act in at_registration()]
    with logged() as lines:
        said += _in_calls(lines)
    with logged() as lines:
        app = flask.Flask("shop")
        bp = JambonzBlueprint("voice", __name__, signing_secret="s")
        bp.websocket("/ws")(print)
        app.register_blueprint(bp)
        said.append(Said("@bp.websocket with signing_secret and no auth", "at the start", "; ".join(lines)))
    os.environ["PORT"] = "abc"
    try:
        said.append(Said("PORT=abc", "at the start, exit code 2", raised(lambda: create_endpoint().port)))
    finally:
        del os.environ["PORT"]
    return said


def _in_calls(lines: list[str]) -> list[Said]:
    said: list[Said] = []
    endpoint = create_endpoint(host="127.0.0.1", port=0)
    endpoint.audio("/audio-stream")
    steps: dict[str, Callable[[Session], object]] = {
        "gather without an action_hook": lambda s: s.gather(input=["speech"]).send(),
        'action_hook="menu" for /menu': lambda s: (s.on("/menu", print), s.gather(action_hook="menu").send()),
        "action_hook=/herd for /heard": lambda s: (s.on("/heard", print), s.gather(action_hook="/herd").send()),
        'listen(url="/audio") with no audio service there': lambda s: s.listen("/audio").send(),
        "three send()s in session:new": lambda s: (
            s.say("One").send(), s.say("Two").send(), s.say("Three").send(),
        ),
        "ask with config(barge_in=...)": lambda s: s.config(
            barge_in={"enable": True, "input": ["speech"], "actionHook": "/x"}
        ).gather(input=["speech"], action_hook="/x").send(),
        "vendor gogle": lambda s: s.say("Hi", synthesizer={"vendor": "gogle"}).send(),
        "language english": lambda s: s.gather(
            recognizer={"vendor": "google", "language": "english"}, action_hook="/x"
        ).send(),
        "language en_US": lambda s: s.gather(
            recognizer={"vendor": "google", "language": "en_US"}, action_hook="/x"
        ).send(),
        "session:new without verbs": lambda s: None,
    }  # fmt: skip
    for number, act in enumerate(steps.values()):
        path = f"/{number}"
        svc = endpoint.service(path)

        @svc.on("session:new")
        def call(session: Session, act: Callable[[Session], object] = act) -> None:
            session.on("/x", print)
            act(session)

    verbs_of_call = endpoint.service("/verbs")

    @verbs_of_call.on("session:new")
    def plant(session: Session) -> None:
        said.extend(Said(name, "at the call that is wrong", raised(act)) for name, act in in_the_call(session))
        session.clear()
        session.pause(60).send()

    sessions: list[Session] = []
    forgetful = endpoint.service("/forgetful")

    @forgetful.on("session:new")
    def keep(session: Session) -> None:
        sessions.append(session)
        session.pause(60).send()

    with endpoint:
        for number, mistake in enumerate(steps):
            del lines[:]
            with Peer(f"{endpoint.url}/{number}", call_sid="x") as peer:
                peer.begin()
                wait_for(lambda: lines, f"what is said of {mistake}")
                peer.close()
            said.append(Said(mistake, "when the verbs are sent", "; ".join(dict.fromkeys(lines))))
        with Peer(f"{endpoint.url}/verbs") as peer:
            peer.begin()
            peer.close()
        del lines[:]
        with Peer(f"{endpoint.url}/forgetful", call_sid="x") as peer:
            peer.begin()
            wait_for(lambda: sessions)
            worker = threading.Thread(target=lambda: sessions[0].say("Hello"), name="worker-1")
            worker.start()
            worker.join(15)
            peer.close()
            wait_for(lambda: lines, "what is said of verbs that were never sent")
        said.append(Said("a thread that queues verbs and never sends", "at the end of the call", "; ".join(lines)))
    return said


def slow() -> Iterator[Said]:
    """Return what other programs say: type checkers, gunicorn, a port that is in use."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "bot.py"
        file.write_text(
            "from jambonz_sync import WebhookResponse\n"
            'WebhookResponse().say("Hi", synthesizer={"voise": "x"})\n'
            "WebhookResponse().gather(num_digits=1.5)\n"
        )
        checked = _output([sys.executable, "-m", "mypy", "--no-error-summary", str(file)])
        for line, mistake in ((2, 'synthesizer={"voise": "x"}'), (3, "num_digits=1.5")):
            words = next((text for text in checked.splitlines() if f"bot.py:{line}: error" in text), checked)
            yield Said(mistake, "by mypy", words.partition("error: ")[2])
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        words = _output([sys.executable, "-m", "tests.apps.endpoint"], PORT=str(port))
        yield Said("a port that is in use", "at the start, exit code 2", words.strip())
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-m", "gunicorn", "--log-level", "error", "-b", f"127.0.0.1:{port}"]
    server = subprocess.Popen(
        [*command, "tests.apps.endpoint:app"], cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 30
    refused = ""
    while not refused and time.monotonic() < deadline:
        try:
            Peer(f"ws://127.0.0.1:{port}")
        except ConnectionError:
            threading.Event().wait(0.1)
        except Exception as exc:
            refused = f"{exc}"
    server.terminate()
    _, errors = server.communicate(timeout=30)
    yield Said("plain gunicorn app:app", "when a call comes", errors.strip() or refused.strip())


def _output(command: list[str], **env: str) -> str:
    run = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **env}, capture_output=True, text=True, timeout=120, check=False
    )
    return run.stdout + run.stderr


if __name__ == "__main__":
    everything = [*planted(), *(slow() if "--all" in sys.argv else ())]
    for what, when, words in everything:
        print(f"{what}\n    {when}: {words}\n")
