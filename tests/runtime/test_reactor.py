"""What goes on whatever callbacks, peers and the system do."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import threading
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from jambonz_sync.runtime import CallbackQueues, Channel, Reader, ReadLease, reactor
from jambonz_sync.runtime.websocket import Connection
from tests.runtime.feed import DEADLINE
from tests.runtime.websocket.test_frames import masked
from tests.waiting import wait_for

#: calls over real sockets: what each is told to do, and a peer that hears the answers
CALLS = """
    import logging, socket, sys, threading, time
    from jambonz_sync.runtime import CallbackQueues, Reader, pool
    from jambonz_sync.runtime.websocket import Connection

    lines = []
    class Lines(logging.Handler):
        def emit(self, record):
            lines.append(record.getMessage())
    logging.getLogger("jambonz_sync").addHandler(Lines())

    def masked(opcode, payload):
        return bytes([0x80 | opcode, 0x80 | len(payload), 0, 0, 0, 0]) + payload

    class Call:
        full = False
        release = threading.Event()
        ran = []

        def __init__(self, **options):
            here, self.peer = socket.socketpair()
            self.peer.settimeout(20)
            self.connection = Connection(here, **options)
            self.queues = CallbackQueues()
            self.over_seen = threading.Event()
            assert Reader(self.connection, self).start(bool)

        def handle(self, text):
            if text == "hook":
                pool.run_later(0.2, lambda: self.connection.send("late"), "ack")
                self.queues.run(self.queues.hooks, self.callback)
            else:
                self.connection.send("ack")  # nobody listens to it

        def callback(self):
            assert self.release.wait(30)
            self.ran.append(self)

        def on_slow_callback(self):
            pass

        def over(self):
            self.over_seen.set()

        def wait_for_room(self):
            raise AssertionError("nobody waits")

        def say(self, opcode, payload):
            self.peer.sendall(masked(opcode, payload))

        def hears(self, frame):
            heard = b""
            while len(heard) < len(frame):
                heard += self.peer.recv(len(frame) - len(heard))
            assert heard == frame, heard

    def wait_for(condition, seconds=20):
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline
            time.sleep(0.002)
"""


#: where the scripts are: the log names callbacks in files of an application, and text given to Python is none
SCRIPTS = tempfile.TemporaryDirectory()


def start(script: str, *args: str) -> subprocess.Popen[str]:
    path = Path(SCRIPTS.name, "calls.py")
    path.write_text(textwrap.dedent(CALLS) + textwrap.dedent(script))
    return subprocess.Popen(
        [sys.executable, str(path), *args],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(script: str, *args: str) -> str:
    """What a script prints in a process of its own."""
    process = start(script, *args)
    out, err = process.communicate(timeout=50)
    assert process.returncode == 0, err
    return out.strip()


# -- where the system has no more threads


@pytest.mark.parametrize("threads", [5, 12])
def test_where_the_system_has_no_more_threads_acks_deadlines_and_pongs_come_in_time_and_callbacks_wait(
    threads: int,
) -> None:
    script = """
        most = int(sys.argv[1])
        start = threading.Thread.start

        def start_while_there_are_some(thread):
            if threading.active_count() > most:
                raise RuntimeError("can't start new thread")
            start(thread)

        threading.Thread.start = start_while_there_are_some
        calls = [Call() for _ in range(60)]
        for call in calls:
            call.say(1, b"hook")
        for call in calls:
            call.hears(b"\\x81\\x04late")  # the deadline of each
        for call in calls:
            call.say(9, b"?")
            call.say(1, b"else")
        for call in calls:
            call.hears(b"\\x8a\\x01?\\x81\\x03ack")
        assert Call.ran == []
        assert threading.active_count() <= most + 1
        said = [line for line in lines if "no more threads" in line]
        assert len(said) == 1 and "Call.handle (" in said[0], lines
        Call.release.set()
        wait_for(lambda: len(Call.ran) == 60)
        for call in calls:
            call.say(1, b"hook")
        for call in calls:
            call.hears(b"\\x81\\x04late")
        wait_for(lambda: len(Call.ran) == 120)
        print("in time")
    """
    assert run(script, str(threads)) == "in time"


def test_without_the_few_threads_that_reading_needs_the_first_channel_is_refused_and_a_later_one_is_not() -> None:
    script = """
        import os
        start, allowed = threading.Thread.start, 0

        def count(thread):
            global allowed
            if not allowed:
                raise RuntimeError("can't start new thread")
            allowed -= 1
            start(thread)

        threading.Thread.start = count
        for allowed in range(5):
            try:
                Call()
            except AssertionError:  # start() has said no
                pass
            else:
                raise SystemExit("there cannot be enough")
            pool.reset()  # the threads of this attempt are not there for the next one
            time.sleep(0.11)
            from jambonz_sync.runtime import timers
            timers.reset()
        allowed = 100
        call = Call()
        call.say(1, b"else")
        call.hears(b"\\x81\\x03ack")
        print("then")
    """
    assert run(script) == "then"


# -- where callbacks do not keep up


def test_while_thousands_of_notifications_wait_what_can_be_answered_at_once_is_and_a_close_is_seen() -> None:
    script = """
        class Slow(Call):
            def handle(self, text):
                if text.startswith("note"):
                    self.queues.run(self.queues.notifications, self.callback, self.callback.__code__, len(text))
                else:
                    super().handle(text)

        call = Slow()
        call.queues = CallbackQueues("call abc")
        for _ in range(3000):
            call.say(1, b"note" + b"." * 50)
        call.say(1, b"else")
        call.hears(b"\\x81\\x03ack")
        call.say(9, b"?")
        call.hears(b"\\x8a\\x01?")
        (line,) = lines
        assert line.startswith("call abc: Call.callback (") and "the oldest are dropped" in line
        assert Call.ran == []
        call.say(8, b"")
        assert call.over_seen.wait(20)
        Call.release.set()
        wait_for(lambda: len(Call.ran) == 1001)
        assert call.queues.dropped == 1999
        print("answered")
    """
    assert run(script) == "answered"


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="memory is read from /proc")
def test_what_waits_for_the_callbacks_of_all_calls_is_bounded_in_bytes() -> None:
    script = """
        def memory():
            with open("/proc/self/status") as status:
                return int(next(line for line in status if line.startswith("VmRSS")).split()[1]) // 1024

        class Slow(Call):
            def handle(self, text):
                if text == "else":
                    super().handle(text)
                else:
                    job = lambda: (self.callback(), text)
                    self.queues.run(self.queues.notifications, job, None, len(text))

        calls = [Slow() for _ in range(100)]
        for call in calls:
            call.queues = CallbackQueues()
        before = memory()
        message = bytes([0x81, 0xFF]) + (300_000).to_bytes(8, "big") + bytes(4) + b"x" * 300_000
        for call in calls:
            for _ in range(8):
                call.peer.sendall(message)
        for call in calls:
            call.say(1, b"else")
        for call in calls:
            call.hears(b"\\x81\\x03ack")
        print(memory() - before)
    """
    assert int(run(script)) < 150  # of 240 MB that came, besides the message that each callback is at


# -- a process that stood still


def test_a_peer_that_is_silent_is_pinged_and_given_up_by_whoever_reads_for_all() -> None:
    here, peer = socket.socketpair()
    over = threading.Event()
    connection = Connection(here, ping_interval=0.2)
    with peer:
        assert Reader(connection, Echo(connection)).start(over.set)
        peer.settimeout(DEADLINE)
        for _ in range(3):
            assert peer.recv(100) == b"\x89\x00"
            assert not over.is_set()
            peer.sendall(masked(10, b""))
        assert peer.recv(100) == b"\x89\x00"
        assert over.wait(DEADLINE)
    assert (connection.code, connection.reason) == (1006, "no answer to a ping")
    connection.dispose()


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="the system cannot stop a process")
def test_a_process_that_was_stopped_for_long_gives_up_no_call_whose_pong_waits_unread() -> None:
    script = """
        address = "127.0.0.1", int(sys.argv[1])
        socket.socketpair = lambda: (socket.create_connection(address), socket.socket())
        calls = [Call(ping_interval=2.0) for _ in range(30)]
        assert calls[-1].over_seen.wait(30)
        print(sum(call.over_seen.is_set() for call in calls))
    """
    with socket.create_server(("127.0.0.1", 0), backlog=30) as listener, contextlib.ExitStack() as peers:
        listener.settimeout(20)
        process = start(script, str(listener.getsockname()[1]))
        try:
            calls = [peers.enter_context(listener.accept()[0]) for _ in range(30)]
            for peer in calls:
                peer.settimeout(20)
                assert peer.recv(2) == b"\x89\x00"
            os.kill(process.pid, signal.SIGSTOP)
            for peer in calls[:-1]:
                peer.sendall(masked(10, b""))
            sleep(4.5)  # more than two intervals
            os.kill(process.pid, signal.SIGCONT)
            out, err = process.communicate(timeout=20)
        finally:
            process.kill()
            process.communicate()
    assert (out, err) == ("1\n", ""), "the last one did not answer"


# -- turns


class Echo:
    """A sink that answers each message."""

    full = False

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.queues = CallbackQueues()

    def handle(self, message: str | bytes) -> None:
        self.queues.run(self.queues.hooks, lambda: self.connection.send(message))

    def on_slow_callback(self) -> None:
        pass

    def wait_for_room(self) -> None:
        pass

    def over(self) -> None:
        pass


class Turns(Channel):
    """A channel that is always ready, and counts its turns."""

    def __init__(self) -> None:
        self._ends = socket.socketpair()
        super().__init__(self._ends[0].fileno())
        self._ends[1].send(b"!")
        self.count = 0

    def step(self, lease: ReadLease) -> None:
        self.count += 1

    def close(self) -> None:
        wait_for(self.take_turn, "its turn")
        self.over = True
        reactor.remove(self)
        for sock in self._ends:
            sock.close()


TINY = {
    "pings": masked(9, b"") * 10_000,
    "pongs": masked(10, b"") * 10_000,
    "messages": masked(1, b"") * 10_000,
    "fragments": masked(1, b"", first=0) + masked(0, b"", first=0) * 9_998 + masked(0, b""),
}


@pytest.mark.parametrize("kind", TINY)
def test_what_one_peer_sends_in_thousands_is_read_in_many_turns_and_others_have_theirs_between_them(kind: str) -> None:
    here, peer = socket.socketpair()
    over, turns = threading.Event(), Turns()
    connection = Connection(here)
    peer.sendall(TINY[kind] + masked(1, b"the last"))
    heard = b""
    try:
        reactor.add(turns)
        assert Reader(connection, Echo(connection)).start(over.set)
        peer.settimeout(DEADLINE)
        while not heard.endswith(b"the last"):
            heard += peer.recv(65_536)
        assert turns.count >= 50
    finally:
        turns.close()
        peer.close()
        assert over.wait(DEADLINE)
        connection.dispose()


def test_many_pings_that_came_at_once_are_answered_by_a_few_pongs_the_last_of_them_among_these() -> None:
    here, peer = socket.socketpair()
    connection = Connection(here)
    peer.sendall(b"".join(masked(9, str(i).encode()) for i in range(1000)) + masked(1, b"end"))
    with here, peer:
        received: list[str | bytes] = []
        while not received:
            assert connection.receive_now(received)
        pongs = peer.recv(65_536)
        assert pongs.endswith(b"\x8a\x03999")
        assert pongs.count(b"\x8a") <= 20


def test_a_channel_that_fails_ends_no_turn_of_others(caplog: pytest.LogCaptureFixture) -> None:
    class Fails(Turns):
        def step(self, lease: ReadLease) -> None:
            super().step(lease)
            if self.count < 5:
                raise ValueError("no")

    fails, turns = Fails(), Turns()
    reactor.add(fails)
    reactor.add(turns)
    wait_for(lambda: fails.count > 10 and turns.count > 10, "turns of both")
    fails.close()
    turns.close()
    assert "a connection could not be handled" in caplog.text


# -- channels that may have something to read when they are added


class Readings(Turns):
    """A channel that keeps what it receives, and counts its turns."""

    def __init__(self) -> None:
        super().__init__()
        self._ends[0].recv(1)
        self.received = b""

    def send(self, data: bytes) -> None:
        self._ends[1].send(data)

    def step(self, lease: ReadLease) -> None:
        with contextlib.suppress(BlockingIOError):
            self.received += self._ends[0].recv(100, socket.MSG_DONTWAIT)
        self.count += 1


@pytest.mark.parametrize("adds", ["the leader", "another thread"])
def test_a_channel_that_is_handled_at_once_is_waited_for_where_there_is_nothing_yet(adds: str) -> None:
    class Adds(Turns):
        def step(self, lease: ReadLease) -> None:
            self._ends[0].recv(1)
            add_all()

    early, late, leader = Readings(), Readings(), Adds()
    early.send(b"it is here")

    def add_all() -> None:
        reactor.add(early, at_once=True)
        reactor.add(late, at_once=True)

    if adds == "the leader":
        reactor.add(leader)
    else:
        add_all()
    wait_for(lambda: early.received and late.count, "a turn of each")
    early.send(b", and more")
    late.send(b"here I am")
    wait_for(lambda: early.received == b"it is here, and more" and late.received == b"here I am", "what came later")
    for channel in (early, late, leader):
        channel.close()


def test_where_the_system_cannot_poll_one_more_channel_that_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Full:
        """The poll of a system that has no memory for one more, twice."""

        def __init__(self, poll: Any) -> None:
            self.inner = poll
            self.refused = 0

        def register(self, fd: int, events: int) -> None:
            if self.refused < 2:
                self.refused += 1
                raise OSError(errno.ENOMEM, "Cannot allocate memory")
            self.inner.register(fd, events)

        def __getattr__(self, name: str) -> Any:
            return getattr(self.inner, name)

    other, late = Readings(), Readings()
    reactor.add(other)  # so that there is a poll
    full = Full(reactor._poll)
    monkeypatch.setattr(reactor, "_poll", full)
    reactor.add(late, at_once=True)
    wait_for(lambda: full.refused == 2, "two refusals")
    late.send(b"first")
    wait_for(lambda: late.received == b"first", "the channel to be read")
    assert "a connection cannot be waited for at the moment: [Errno 12]" in caplog.text
    for channel in (other, late):
        channel.close()
