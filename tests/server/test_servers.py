"""The same endpoint object under every server that it is promised for."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
import requests

from tests.peer import Closed, Peer, Refused
from tests.ports import free_port
from tests.waiting import wait_for

Run = Callable[..., "App"]
GUNICORN = [sys.executable, "-W", "ignore", "-m", "gunicorn", "--log-level", "warning"]


class App:
    """A server in a process of its own."""

    def __init__(self, command: list[str], port: int, log: str) -> None:
        self.url = f"ws://127.0.0.1:{port}"
        self.log = log
        with open(log, "wb") as out:
            self.process = subprocess.Popen(
                command, env={**os.environ, "PORT": str(port)}, stdout=out, stderr=subprocess.STDOUT
            )
        wait_for(self.answers, "the server", 40)

    def answers(self) -> bool:
        assert self.process.poll() is None, self.output()
        try:
            socket.create_connection(("127.0.0.1", int(self.url.rsplit(":", 1)[1])), 1).close()
        except OSError:
            return False
        return True

    def output(self) -> str:
        with open(self.log) as out:
            return out.read()

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        return self.process.wait(40)


@pytest.fixture
def run(tmp_path: os.PathLike[str]) -> Iterator[Run]:
    apps: list[App] = []

    def start(*command: str) -> App:
        port = free_port()
        apps.append(App([word.format(port=port) for word in command], port, os.path.join(tmp_path, "log")))
        return apps[-1]

    yield start
    for app in apps:
        app.process.kill()
        app.process.wait(15)


SERVERS = {
    "script": [sys.executable, "-m", "tests.apps.endpoint"],
    "workers": [sys.executable, "-W", "ignore", "-m", "tests.apps.endpoint", "2", "pin"],
    "gthread": [
        *GUNICORN,
        "-k",
        "gthread",
        "--threads",
        "50",
        "-b",
        "127.0.0.1:{port}",
        "tests.apps.endpoint:endpoint",
    ],
    "gevent": [*GUNICORN, "-k", "gevent", "-b", "127.0.0.1:{port}", "tests.apps.endpoint:app"],
    "config": [
        *GUNICORN,
        "-c",
        "python:jambonz_sync.gunicorn",
        "-b",
        "127.0.0.1:{port}",
        "tests.apps.endpoint:endpoint",
    ],
    "config and gevent": [
        *GUNICORN,
        "-c",
        "python:jambonz_sync.gunicorn",
        "-k",
        "gevent",
        "-b",
        "127.0.0.1:{port}",
        "tests.apps.endpoint:endpoint",
    ],
}


@pytest.mark.parametrize("server", SERVERS)
def test_calls_are_served_from_the_first_verb_to_the_hangup(run: Run, server: str) -> None:
    app = run(*SERVERS[server])
    peers = [Peer(app.url) for _ in range(10)]
    for peer in peers:
        assert peer.begin() == [{"verb": "say", "text": "hello"}]
    slow = [peer.hook("/slow") for peer in peers]
    for n, peer in enumerate(peers):
        echo = peer.hook("/echo", text=str(n))
        assert peer.ack_of(slow[n]) == [{"verb": "say", "text": "slow"}]
        assert peer.ack_of(echo) == [{"verb": "say", "text": f"You said: {n}"}]
        peer.close()
    with pytest.raises(Refused) as caught:
        Peer(app.url, protocol="other")
    assert caught.value.status == 400
    assert app.end(signal.SIGTERM) == 0, app.output()
    assert "Traceback" not in app.output()
    assert "Error" not in app.output()


def test_calls_spread_evenly_over_the_workers_of_gunicorn(run: Run) -> None:
    up: list[tuple[str, Peer]] = []  # calls, and the worker of each

    def begin(count: int) -> Counter[str]:
        """So many more calls; how many of them each worker has."""
        peers = [Peer(app.url) for _ in range(count)]
        begun = [(peer.begin()[0]["text"], peer) for peer in peers]
        up.extend(begun)
        return Counter(worker for worker, _ in begun)

    command = [*GUNICORN, "-c", "python:jambonz_sync.gunicorn", "-w", "2", "-b", "127.0.0.1:{port}"]
    app = run(*command, "tests.apps.workers:endpoint")
    served = begin(16)  # from the start: the worker that is ready first waits for the other one
    one, other = served
    assert abs(served[one] - served[other]) <= 2  # who only looks whether somebody listens counts for a moment
    for peer in [peer for worker, peer in up if worker == one]:
        peer.close()
    served = begin(8)
    assert served[one] >= 6, "it had hardly any calls"
    for _, peer in up:
        peer.vanish()
    assert app.end(signal.SIGTERM) == 0, app.output()
    assert "Error" not in app.output()


@pytest.mark.parametrize("server", ["script", "workers", "config", "config and gevent"])
def test_a_full_garbage_collection_leaves_out_what_was_loaded_before_the_calls(run: Run, server: str) -> None:
    with Peer(run(*SERVERS[server]).url) as peer:
        peer.begin()
        assert peer.ask("/frozen") == [{"verb": "say", "text": "True"}]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_script_that_is_told_to_stop_lets_its_calls_end(run: Run, number: int) -> None:
    app = run(*SERVERS["script"])
    peer = Peer(app.url)
    peer.begin()
    app.process.send_signal(number)
    wait_for(lambda: "no new calls" in app.output())
    assert peer.ask("/echo", text="x") == [{"verb": "say", "text": "You said: x"}]
    peer.close()
    assert app.process.wait(20) == 0
    assert "serving calls at ws://127.0.0.1:" in app.output()


def test_a_second_ctrl_c_ends_a_script_at_once(run: Run) -> None:
    app = run(*SERVERS["script"])
    peer = Peer(app.url)
    peer.begin()
    app.process.send_signal(signal.SIGINT)
    wait_for(lambda: "no new calls" in app.output())
    app.process.send_signal(signal.SIGINT)
    assert app.process.wait(8) == 0
    peer.vanish()


@pytest.mark.parametrize("server", ["config", "config and gevent", "workers"])
def test_a_worker_that_is_told_to_stop_sends_its_calls_elsewhere(run: Run, server: str) -> None:
    command = SERVERS[server]
    if server != "workers":
        command = [*command[:-1], "--graceful-timeout", "4", command[-1]]
    app = run(*command)
    with Peer(app.url, timeout=30) as peer:
        peer.begin()
        ended = threading.Thread(target=app.end, args=(signal.SIGTERM,))
        ended.start()
        with pytest.raises(Closed) as caught:
            peer.recv()
    assert caught.value.code == 1012
    ended.join(30)
    assert app.process.returncode == 0


@pytest.mark.parametrize("server", ["config", "workers"])
def test_who_connects_during_a_drain_is_told_so_in_time(run: Run, server: str) -> None:
    app = run(*SERVERS[server])
    with Peer(app.url) as running:
        running.begin()
        app.process.send_signal(signal.SIGTERM)
        wait_for(lambda: all(status_of_a_call(app) == 503 for _ in range(4)), "the drain of all workers")
        for _ in range(4):  # by whomever they would have been accepted
            assert status_of_a_call(app) == 503
        assert requests.post(app.url.replace("ws:", "http:"), data=b"x" * 100_000, timeout=5).status_code == 503
        assert running.ask("/echo", text="x") == [{"verb": "say", "text": "You said: x"}]
        running.close()
    assert app.process.wait(20) == 0, app.output()


def test_who_connects_just_before_the_last_call_ends_is_told_so(run: Run) -> None:
    app = run(*SERVERS["config"])
    with Peer(app.url) as running:
        running.begin()
        app.process.send_signal(signal.SIGTERM)
        wait_for(lambda: status_of_a_call(app) == 503, "the drain")
        with socket.create_connection(("127.0.0.1", int(app.url.rsplit(":", 1)[1])), 15) as caller:
            caller.sendall(b"GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
            running.close()
            assert caller.recv(4096).startswith(b"HTTP/1.1 503 ")
            assert caller.recv(4096) == b""
    assert app.process.wait(20) == 0, app.output()


def test_a_worker_that_has_had_as_many_requests_as_it_may_drains(run: Run) -> None:
    *command, application = SERVERS["config"]
    app = run(*command, "--max-requests", "1", application)
    with Peer(app.url, timeout=30) as last:
        last.begin()
        wait_for(lambda: status_of_a_call(app) == 503, "the drain")
        assert last.ask("/echo", text="x") == [{"verb": "say", "text": "You said: x"}]
        last.close()
    wait_for(lambda: status_of_a_call(app, timeout=40) == 101, "the next worker", 40)


@pytest.mark.parametrize("options", [["--threads", "4"], ["-k", "gevent", "--worker-connections", "4"]])
def test_a_call_for_which_a_worker_has_no_thread_is_refused_in_time(run: Run, options: list[str]) -> None:
    *command, application = SERVERS["config"]
    app = run(*command, *options, application)
    peers = []
    while (peer := call(app)) is not None:
        peers.append(peer)
        assert peer.begin()
        assert len(peers) < 4
    assert peers
    for peer in peers:
        assert peer.ask("/echo", text="x") == [{"verb": "say", "text": "You said: x"}]
        peer.close()
    wait_for(lambda: status_of_a_call(app) == 101, "a thread to be free")


def test_a_sync_worker_of_gunicorn_refuses_calls_and_says_how_to_start_it(run: Run) -> None:
    app = run(*GUNICORN, "-b", "127.0.0.1:{port}", "tests.apps.endpoint:app")
    for _ in range(2):
        with pytest.raises(Refused) as caught:
            Peer(app.url)
        assert caught.value.status == 503
    assert app.end(signal.SIGTERM) == 0
    assert app.output().count("refused with 503: a sync worker of gunicorn has one connection at a time") == 2
    assert "gunicorn -c python:jambonz_sync.gunicorn app:app" in app.output()


def call(app: App, timeout: float = 5) -> Peer | None:
    """A call, unless it is refused with 503. It does not wait much longer than jambonz does."""
    try:
        return Peer(app.url, timeout=timeout)
    except Refused as exc:
        if exc.status != 503:
            raise
        return None


def status_of_a_call(app: App, timeout: float = 5) -> int:
    """101 or 503."""
    peer = call(app, timeout)
    if peer is None:
        return 503
    peer.vanish()
    return 101
