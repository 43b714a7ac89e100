"""Where connections come in."""

from __future__ import annotations

import contextlib
import errno
import select
import socket
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from jambonz_sync.runtime import Channel, reactor
from jambonz_sync.server.http import HttpServer
from jambonz_sync.server.listener import Listener
from jambonz_sync.server.wsgi import connection_taken
from tests.waiting import wait_for

UPGRADE = b"GET /call?x=1 HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"


# -- the listener


class App:
    """Answers, and notes on which thread."""

    def __init__(self) -> None:
        self.environs: list[dict[str, Any]] = []
        self.fails = False

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        self.environs.append(environ)
        if self.fails:
            raise ValueError("no")
        if environ["PATH_INFO"] == "/hijack":
            environ["werkzeug.socket"].sendall(b"mine")
            connection_taken(None)
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
        return [b"hello"]


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture
def server(app: App) -> Iterator[HttpServer]:
    server = HttpServer("127.0.0.1", 0, app)
    yield server
    server.stop()


def ask(server: HttpServer, request: bytes) -> bytes:
    with connect(server) as sock:
        sock.sendall(request)
        sock.shutdown(socket.SHUT_WR)
        return read_all(sock)


def read_all(sock: socket.socket) -> bytes:
    heard = b""
    while data := sock.recv(65_536):
        heard += data
    return heard


def connect(server: HttpServer) -> socket.socket:
    sock = socket.create_connection(("127.0.0.1", server.port), 15)
    sockets.append(sock)
    return sock


sockets: list[socket.socket] = []


@pytest.fixture(autouse=True)
def _close_sockets() -> Iterator[None]:
    yield
    while sockets:
        sockets.pop().close()


def call_over(port: int) -> bool:
    """Whether a usual handshake is answered."""
    with socket.create_connection(("127.0.0.1", port), 15) as sock:
        sock.sendall(UPGRADE)
        return sock.recv(4096).startswith(b"HTTP/1.1 200 OK")


@pytest.mark.parametrize(
    "request_", [UPGRADE, b"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", b"GET / HTTP/1.0\r\n\r\n"]
)
def test_requests_of_all_kinds_are_answered(server: HttpServer, app: App, request_: bytes) -> None:
    heard = ask(server, request_)
    assert b" 200 OK\r\n" in heard
    assert heard.endswith(b"\r\n\r\nhello")
    assert app.environs[0]["REMOTE_ADDR"] == "127.0.0.1"
    assert app.environs[0]["SERVER_PORT"] == str(server.port)


@pytest.mark.parametrize("request_", [UPGRADE, b"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"])
@pytest.mark.parametrize("size", [1, 20])
def test_a_request_in_pieces_is_answered(server: HttpServer, app: App, request_: bytes, size: int) -> None:
    with socket.create_connection(("127.0.0.1", server.port), 15) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for start in range(0, len(request_), size):
            sock.sendall(request_[start : start + size])
        assert b" 200 OK\r\n" in sock.recv(4096)
    assert app.environs[0]["HTTP_HOST"] == "h"


def test_lines_may_end_without_a_carriage_return(server: HttpServer, app: App) -> None:
    assert ask(server, b"GET / HTTP/1.0\nHost: h\n\n").endswith(b"hello")
    assert ask(server, UPGRADE[:-2] + b"X-Last: value\n\n").endswith(b"hello")
    assert app.environs[1]["HTTP_X_LAST"] == "value"


def test_a_socket_that_the_application_takes_hears_nothing_of_the_server(server: HttpServer) -> None:
    assert ask(server, UPGRADE.replace(b"/call?x=1", b"/hijack")) == b"mine"


def test_an_application_that_fails_is_logged_and_others_are_served(
    server: HttpServer, app: App, caplog: pytest.LogCaptureFixture
) -> None:
    app.fails = True
    assert ask(server, UPGRADE) == b""
    app.fails = False
    assert ask(server, UPGRADE).endswith(b"hello")
    assert "a request from 127.0.0.1 failed" in caplog.text


def test_a_peer_that_says_nothing_is_given_up(
    server: HttpServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("jambonz_sync.server.listener.REQUEST_TIMEOUT", 0.05)
    with socket.create_connection(("127.0.0.1", server.port), 15) as sock:
        assert sock.recv(1) == b""
    assert "did not come in 0.05 s" in caplog.text


def test_a_peer_that_leaves_at_once_is_forgotten(server: HttpServer) -> None:
    socket.create_connection(("127.0.0.1", server.port), 15).close()
    assert ask(server, UPGRADE).endswith(b"hello")


def test_where_no_connection_can_be_accepted_it_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    class Busy:
        """Has no descriptor at first."""

        def __init__(self, real: socket.socket) -> None:
            self.real = real
            self.refusals = 3

        def accept(self) -> Any:
            if self.refusals:
                self.refusals -= 1
                raise OSError(errno.EMFILE, "Too many open files")
            return self.real.accept()

        def __getattr__(self, name: str) -> Any:
            return getattr(self.real, name)

    with socket.create_server(("127.0.0.1", 0)) as real:
        listener = Listener(Busy(real), App(), None)  # type: ignore[arg-type]
        listener.open()
        with socket.create_connection(real.getsockname(), 15) as sock:
            sock.sendall(UPGRADE)
            assert sock.recv(4096).startswith(b"HTTP/1.1 200 OK")
        listener.close()
    assert caplog.text.count("connections cannot be accepted: [Errno 24] Too many open files") == 1


def test_where_there_is_no_descriptor_the_oldest_that_says_nothing_makes_room(app: App) -> None:
    refused: list[int] = []

    class Full:
        """Has a descriptor for one connection."""

        def __init__(self, real: socket.socket) -> None:
            self.real = real

        def accept(self) -> Any:
            if not refused and not select.select([self.real], [], [], 0)[0]:
                raise BlockingIOError
            if taken and not refused:
                refused.append(1)
                raise OSError(errno.EMFILE, "Too many open files")
            taken.append(1)
            return self.real.accept()

        def __getattr__(self, name: str) -> Any:
            return getattr(self.real, name)

    taken: list[int] = []
    with socket.create_server(("127.0.0.1", 0)) as real:
        listener = Listener(Full(real), app, None)  # type: ignore[arg-type]
        listener.open()
        with socket.create_connection(real.getsockname(), 15) as silent:
            wait_for(lambda: taken, "the first to be accepted")
            assert call_over(real.getsockname()[1])
            assert silent.recv(1) == b""
        listener.close()


def test_a_connection_that_the_leader_cannot_wait_for_is_closed(
    server: HttpServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    add = reactor.add

    def cannot(channel: Channel, *, at_once: bool = False) -> None:
        if type(channel) is not Listener:
            raise OSError(errno.ENOSPC, "No space left on device")
        add(channel, at_once=at_once)

    with monkeypatch.context() as full:
        full.setattr(reactor, "add", cannot)
        assert connect(server).recv(1) == b""
    assert "a connection cannot be waited for: [Errno 28]" in caplog.text
    assert ask(server, UPGRADE).endswith(b"hello")


def test_after_the_end_nobody_is_let_in(app: App) -> None:
    server = HttpServer("127.0.0.1", 0, app)
    server.stop()
    with pytest.raises(ConnectionRefusedError):
        ask(server, UPGRADE)


# -- peers that mean no good


def test_connections_without_a_whole_request_cost_no_thread(server: HttpServer) -> None:
    assert ask(server, UPGRADE)
    before = threading.active_count()
    for _ in range(300):
        connect(server).sendall(UPGRADE[:1])
    assert ask(server, UPGRADE).endswith(b"hello")  # the connections before it have been accepted, too
    assert threading.active_count() <= before + 2


def test_a_request_that_does_not_become_complete_is_given_up(
    server: HttpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jambonz_sync.server.listener.REQUEST_TIMEOUT", 0.1)
    sock = connect(server)
    sock.sendall(UPGRADE[:-2])
    assert read_all(sock).startswith(b"HTTP/1.1 408 Request Timeout\r\n")


def test_each_request_has_its_own_time(server: HttpServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jambonz_sync.server.listener.REQUEST_TIMEOUT", 0.3)
    monkeypatch.setattr("jambonz_sync.server.listener._CHECK_INTERVAL", 0.02)
    ended: list[int] = []

    def wait(number: int, sock: socket.socket) -> None:
        assert sock.recv(1) == b""
        ended.append(number)

    threads = []
    for number in range(3):
        threads.append(threading.Thread(target=wait, args=(number, connect(server))))
        threads[-1].start()
        threading.Event().wait(0.1)  # the next comes later
    for thread in threads:
        thread.join(15)
    assert ended == [0, 1, 2]


def test_where_too_many_say_nothing_the_oldest_is_closed(
    server: HttpServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("jambonz_sync.server.listener.MAX_PENDING", 3)
    oldest, second, *_ = [connect(server) for _ in range(4)]
    assert oldest.recv(1) == b""
    assert ask(server, UPGRADE).endswith(b"hello")  # the second oldest made room for it
    assert second.recv(1) == b""
    assert caplog.text.count("connections are closed: more than 3") == 1


@pytest.mark.parametrize("unread", [0, 100_000])
def test_a_head_that_is_too_large_is_answered_431(server: HttpServer, unread: int) -> None:
    sock = connect(server)
    sock.sendall(b"GET / HTTP/1.1\r\nX: " + b"x" * (16_384 + unread))
    sock.shutdown(socket.SHUT_WR)
    assert read_all(sock).startswith(b"HTTP/1.1 431 Request Header Fields Too Large\r\n")


def test_a_peer_that_goes_on_after_its_rejection_is_cut_off(server: HttpServer) -> None:
    sock = connect(server)
    with pytest.raises(OSError, match=r"reset|Broken pipe"):
        sock.sendall(bytes(100_000_000))


class Busy(App):
    """Answers no plain request before it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = threading.Event()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        if "HTTP_UPGRADE" not in environ:
            assert self.go_on.wait(15)
        return super().__call__(environ, start_response)


def test_more_requests_than_may_be_served_at_once_are_answered_503_and_calls_go_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("jambonz_sync.server.http.MAX_REQUESTS", 2)
    app = Busy()
    server = HttpServer("127.0.0.1", 0, app)
    waiting = [connect(server) for _ in range(3)]
    for sock in waiting:
        sock.sendall(PLAIN + b"Content-Length: 3\r\n\r\nabc")
    [refused] = select.select(waiting, [], [], 15)[0]  # as a rule the last, but a busy machine may read them otherwise
    answer = read_all(refused)
    assert answer.startswith(b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\n")
    assert ask(server, UPGRADE).endswith(b"hello")
    app.go_on.set()
    waiting.remove(refused)
    for sock in waiting:
        assert read_all(sock).endswith(b"hello")
    assert ask(server, PLAIN + b"\r\n").endswith(b"hello")
    server.stop()


PLAIN = b"POST / HTTP/1.1\r\nHost: h\r\n"


@pytest.fixture
def one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> Iterator[HttpServer]:
    """A server for one plain request at a time, which has little patience: the next one tells that a thread is free.
    It reads the body at /read, and answers 50 MB at /large."""
    for name, value in {"http.MAX_REQUESTS": 1, "peer.PATIENCE": 0.2, "peer.DISCARD_TIME": 0.2}.items():
        monkeypatch.setattr(f"jambonz_sync.server.{name}", value)

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        if environ["PATH_INFO"] == "/read":
            environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        body = b"x" * (50_000_000 if environ["PATH_INFO"] == "/large" else 5)
        start_response("200 OK", [("Content-Length", str(len(body)))])
        return [body]

    server = HttpServer("127.0.0.1", 0, app)
    yield server
    server.stop()


def is_served(server: HttpServer) -> bool:
    return b" 200 OK" in ask(server, PLAIN + b"\r\n")


def test_a_body_that_drips_keeps_no_thread(one_at_a_time: HttpServer) -> None:
    sock = connect(one_at_a_time)
    sock.sendall(PLAIN.replace(b"/", b"/read", 1) + b"Content-Length: 1000000\r\n\r\n")
    drip(sock)
    wait_for(lambda: is_served(one_at_a_time), "the thread to be free")


def test_a_peer_that_drips_after_its_answer_keeps_no_thread(one_at_a_time: HttpServer) -> None:
    sock = connect(one_at_a_time)
    sock.sendall(PLAIN + b"Content-Length: 1000000\r\n\r\n")
    assert b" 200 OK" in sock.recv(4096)
    drip(sock)
    wait_for(lambda: is_served(one_at_a_time), "the thread to be free")


def drip(sock: socket.socket) -> None:
    """Send a byte now and then, until the server has had enough."""
    pause = threading.Event()
    deadline = time.monotonic() + 15
    try:
        while time.monotonic() < deadline:
            sock.sendall(b"x")
            pause.wait(0.005)
    except OSError:
        return
    pytest.fail("the connection was not ended")


@pytest.mark.parametrize("request_", [b"GET /large HTTP/1.1\r\nHost: h\r\n\r\n", UPGRADE.replace(b"/call", b"/large")])
def test_a_peer_that_does_not_take_its_answer_keeps_no_thread(one_at_a_time: HttpServer, request_: bytes) -> None:
    sock = connect(one_at_a_time)
    sock.sendall(request_)
    assert sock.recv(10)
    wait_for(lambda: is_served(one_at_a_time), "the thread to be free")
    sock.settimeout(0.01)
    wait_for(lambda: is_ended(sock), "the connection to be ended")


def is_ended(sock: socket.socket) -> bool:
    try:
        while sock.recv(1_000_000):
            pass
    except TimeoutError:
        return False
    except OSError:
        pass
    return True


def test_a_body_that_nobody_reads_takes_no_memory(server: HttpServer) -> None:
    body = memoryview(bytes(10_000_000))
    peers = [connect(server) for _ in range(5)]
    tracemalloc.start()
    try:
        for sock in peers:
            sock.sendall(PLAIN + b"Content-Length: 10000000\r\n\r\n")
            with contextlib.suppress(OSError):  # it is cut off
                sock.sendall(body)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 3_000_000
