from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

pytest.importorskip("gevent")


def run(script: str) -> str:
    """What a script prints in a process of its own, where gevent patches everything."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, timeout=50, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_under_gevent_a_blocking_callback_holds_nobody_up() -> None:
    script = """
        from gevent import monkey; monkey.patch_all()
        import socket, threading, time
        from jambonz_sync.runtime import CallbackQueues, Reader, allow_handover
        from jambonz_sync.runtime.websocket import Connection

        def masked(text):
            return bytes([0x81, 0x80 | len(text), 0, 0, 0, 0]) + text.encode()

        class Sink:
            full = False
            queues = CallbackQueues()
            done, release = [], threading.Event()
            ended = threading.Event()

            def handle(self, text):
                queue = self.queues.notifications if text == "note" else self.queues.hooks
                self.queues.run(queue, lambda: self.callback(text))

            def callback(self, text):
                if text == "blocks":
                    assert self.release.wait(15)
                elif text == "sleeps":
                    allow_handover()
                    time.sleep(0.02)
                elif text == "note":
                    self.release.set()
                self.done.append(text)
                connection.send(text + "!")

            def on_slow_callback(self):
                raise AssertionError("the thread that reads runs no callbacks")

            def over(self):
                self.ended.set()

        here, peer = socket.socketpair()
        connection = Connection(here, ping_interval=0.2, send_timeout=5)
        sink = Sink()
        home = threading.Thread(target=Reader(connection, sink).serve)
        home.start()
        peer.settimeout(15)
        for text in ("first", "blocks", "sleeps"):
            peer.sendall(masked(text))
        time.sleep(0.05)
        peer.sendall(masked("note"))
        heard = b""
        while b"sleeps!" not in heard or b"\\x89\\x00" not in heard:  # and a ping, since nothing more is said
            heard += peer.recv(4096)
        assert sink.done == ["first", "note", "blocks", "sleeps"], sink.done
        peer.sendall(bytes([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xE8]))
        home.join(15)
        assert not home.is_alive() and sink.ended.wait(15)
        assert connection.code == 1000
        print("all of it")
    """
    assert run(script) == "all of it"


def test_under_gevent_another_greenlet_wakes_one_that_receives() -> None:
    script = """
        from gevent import monkey; monkey.patch_all()
        import collections, socket, threading
        from jambonz_sync.runtime.websocket import Connection

        here, peer = socket.socketpair()
        connection = Connection(here)
        seen = []
        reader = threading.Thread(target=lambda: seen.append(connection.receive([])))
        reader.start()
        threading.Event().wait(0.01)
        connection.abort()
        reader.join(15)
        print(seen, connection.over)
    """
    assert run(script) == "[False] True"


def test_under_gevent_a_peer_that_takes_nothing_times_out() -> None:
    script = """
        from gevent import monkey; monkey.patch_all()
        import socket
        from jambonz_sync.errors import SendTimeout, SessionClosed
        from jambonz_sync.runtime.websocket import Connection

        here, peer = socket.socketpair()
        connection = Connection(here, send_timeout=0.05)
        try:
            for _ in range(1000):
                connection.send(b"x" * 100_000)
        except SendTimeout as exc:
            print(exc.timeout)
        try:
            connection.send("more")
        except SessionClosed:
            print("closed")
    """
    assert run(script) == "0.05\nclosed"
