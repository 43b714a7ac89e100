"""A person's phone at a terminal: they type at any time, and see the call above and its state below."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ..simulator.peer import App, serving
from .test_call import GATHER, HANGUP, SAY, program


@pytest.fixture
def app() -> Iterator[App]:
    with serving() as app:
        app.verbs("/incoming", [SAY, GATHER, HANGUP])
        app.hooks["/heard"] = lambda request: [
            {"verb": "say", "text": f"Heard {request.get_json().get('digits') or 'words'}."},
            {**GATHER},
        ]
        yield app


class Terminal:
    """A program at a terminal of its own."""

    def __init__(self, process: subprocess.Popen[bytes], stream: int) -> None:
        self.process = process
        self._stream = stream
        self._shown = ""

    @property
    def shown(self) -> str:
        """All that it has written, without the codes that move the cursor and colour the text."""
        return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[=>]|\r", "", self._shown)

    def wait_for(self, text: str) -> None:
        """Read until this is shown."""
        end = time.monotonic() + 30
        while text not in self.shown:
            assert time.monotonic() < end, f"{text!r} is not shown:\n{self.shown}"
            assert self.read() or text in self.shown, f"{text!r} is not shown:\n{self.shown}"

    def read(self) -> bool:
        """Read what there is. Returns False if nobody holds the other end any more."""
        if not select.select([self._stream], [], [], 0.2)[0]:
            return True
        try:
            read = os.read(self._stream, 65_536)
        except OSError:  # how Linux says it
            return False
        self._shown += read.decode(errors="replace")
        for _ in range(read.count(b"\x1b[6n")):  # where is the cursor? as every terminal, say it
            self.type("\x1b[5;1R")
        return bool(read)

    def say(self, line: str, answer: str) -> None:
        """Type a line until the app has answered it: nobody listens while it speaks."""
        self.insist(f"{line}\r", answer)

    def insist(self, typed: str, answer: str) -> None:
        """Type something until it has an effect: a terminal that is just being written to may lose a key."""
        for _ in range(20):
            self.type(typed)
            end = time.monotonic() + 2
            while answer not in self.shown and time.monotonic() < end and self.read():
                pass
            if answer in self.shown:
                return
        raise AssertionError(f"{answer!r} is not shown:\n{self.shown}")

    def type(self, text: str) -> None:
        os.write(self._stream, text.encode())


@contextmanager
def at_a_phone(*args: str) -> Iterator[Terminal]:
    ours, theirs = pty.openpty()
    fcntl.ioctl(ours, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 120, 0, 0))
    env = {**os.environ, "TERM": "xterm"}
    with subprocess.Popen(program(*args), stdin=theirs, stdout=theirs, stderr=theirs, env=env) as process:
        os.close(theirs)
        try:
            yield Terminal(process, ours)
        finally:
            process.kill()  # what is left running would fail some other test
            os.close(ours)


def test_a_person_types_sees_the_call_with_its_times_and_its_state(app: App) -> None:
    with at_a_phone("call", f"{app.http}/incoming") as phone:
        phone.wait_for("Hello! Say something.")
        phone.wait_for("type to speak")
        phone.wait_for("\n")
        assert re.search(r"0:0\d\.\d  app     Hello! Say something\.  \(\d+ ms\)\n", phone.shown)
        assert "type to speak · /1# keys · Enter silence · /hangup" in phone.shown
        phone.say("good evening", "Heard words.")
        phone.say("/5", "Heard 5.")
        phone.say("7", "Heard 7.")
        phone.type("/hangup\r")
        phone.wait_for("call ended by the caller (completed)")
        assert phone.process.wait(20) == 0
    said = [request.get_json() for request in app.requests if request.path == "/heard"]
    assert {each["reason"] for each in said} == {"speechDetected", "dtmfDetected"}


def test_events_and_messages_are_shown_and_hidden_by_keys_and_commands(app: App) -> None:
    with at_a_phone("call", f"{app.http}/incoming", "--events") as phone:
        phone.wait_for("call:status in-progress")
        phone.wait_for("type to speak")
        phone.insist("\x1bOQ", "status events and commands are hidden")  # F2
        phone.type("/wire\r")
        phone.wait_for("messages are shown")
        phone.say("5", "-> verb:hook /heard ")
        phone.wait_for("<- ack /heard ")
        phone.type("/sing\r")
        phone.wait_for("/sing is not known; there are /help, /hangup")
        phone.type("/help\r")
        phone.wait_for("keeps silent until the app stops waiting")
        phone.insist("\x04", "call ended by the caller")  # Ctrl-D
        assert phone.process.wait(20) == 0


def test_a_call_that_the_app_ends_ends_in_the_middle_of_a_line(app: App) -> None:
    app.verbs("/heard", [{"verb": "say", "text": "Bye."}, HANGUP])
    with at_a_phone("call", f"{app.http}/incoming") as phone:
        phone.wait_for("Hello! Say something.")
        phone.wait_for("type to speak")
        phone.say("hello", "Bye.")
        phone.type(" and another")
        phone.wait_for("call ended by the app (completed)")
        assert phone.process.wait(20) == 0


def test_whoever_types_while_the_app_speaks_cuts_in(app: App) -> None:
    long = "We are open from nine to five, from Monday to Friday, and on Saturdays from ten to two, holidays excepted."
    app.verbs("/incoming", [{**GATHER, "say": {"text": long}, "bargein": True}, HANGUP])
    app.verbs("/heard", [{"verb": "say", "text": "Yes?"}, HANGUP])
    with at_a_phone("call", f"{app.http}/incoming") as phone:
        phone.wait_for("We are open")
        phone.wait_for("type to speak")
        phone.type("stop\r")
        phone.wait_for("cut off after ")
        phone.wait_for("Yes?")
        phone.wait_for("call ended by the app (completed)")
        assert phone.process.wait(20) == 0


def test_ctrl_c_hangs_up_and_says_so(app: App) -> None:
    with at_a_phone("call", f"{app.http}/incoming") as phone:
        phone.wait_for("Hello! Say something.")
        phone.wait_for("type to speak")
        phone.type("half a li")
        phone.insist("\x03", "jambonz-sync: interrupted")
        assert phone.process.wait(20) == 130


def test_what_the_app_got_wrong_is_shown_at_the_end(app: App) -> None:
    app.verbs("/heard", [{"verb": "sing"}])
    with at_a_phone("call", f"{app.http}/incoming") as phone:
        phone.wait_for("Hello! Say something.")
        phone.wait_for("type to speak")
        phone.say("hello", "the answer to /heard is void")
        phone.type("/hangup\r")
        phone.wait_for("answer-void: ")
        assert phone.process.wait(20) == 1


def test_an_app_that_is_not_there_is_told_in_a_line() -> None:
    with at_a_phone("call", "ws://127.0.0.1:1/") as phone:
        phone.wait_for("jambonz-sync: ws://127.0.0.1:1/ cannot be reached: Connection refused")
        assert phone.process.wait(20) == 2


def test_a_signal_ends_it(app: App) -> None:
    with at_a_phone("call", f"{app.http}/incoming") as phone:
        phone.wait_for("Hello! Say something.")
        phone.wait_for("type to speak")
        phone.process.send_signal(signal.SIGTERM)
        assert phone.process.wait(20) != 0


def test_the_demo_can_be_talked_to() -> None:
    with at_a_phone("demo", "--interactive") as phone:
        phone.wait_for("Hello! Say something.")
        phone.wait_for("type to speak")
        phone.say("good evening", "You said: good evening")
        assert phone.process.wait(20) == 0
