"""Where connections come in."""

from __future__ import annotations

import errno
import io
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.serving import WSGIRequestHandler

from jambonz_sync.runtime import Channel, reactor
from jambonz_sync.server.http import HttpServer, connection_taken
from jambonz_sync.server.listener import Listener, usual_request
from tests.waiting import wait_for

UPGRADE = b"GET /call?x=1 HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"


# -- what a request says


class Unserved(WSGIRequestHandler):
    """Werkzeug's handler, as far as the environment that it makes of a request."""

    def __init__(self, request: bytes) -> None:
        self.rfile = io.BytesIO(request)
        self.client_address = ("127.0.0.1", 1234)
        self.connection = None
        self.server = type("Server", (), dict.fromkeys(("ssl_context", "multithread", "multiprocess")))()
        self.server.server_address = ("127.0.0.1", 80)
        self.said: list[Any] = []
        self.raw_requestline = self.rfile.readline(65_537)
        self.fine = self.parse_request()

    def send_error(self, *args: Any) -> None:
        self.said.append(args)


def judged_by_werkzeug(head: bytes) -> dict[str, Any] | None:
    handler = Unserved(head + b"\r\n\r\n")
    return handler.make_environ() if handler.fine and not handler.said else None


TOKEN = st.sampled_from(["X-Tenant", "Cookie", "accept", "Sec-WebSocket-Key", "User-Agent", "x_under", "Host", "é", ""])
VALUE = st.one_of(
    st.text(st.characters(codec="latin-1"), max_size=12),
    st.sampled_from(["a, b", " spaced ", "\tTab", "", "caf\xe9", "x\ry", "gzip;q=1"]),
)
LINE = st.one_of(
    st.builds(lambda name, gap, value: f"{name}{gap}{value}", TOKEN, st.sampled_from([":", ": ", " : ", ":\t"]), VALUE),
    st.sampled_from(["Content-Length: 0", "Transfer-Encoding: chunked", " folded", "no colon", "Upgrade: WebSocket"]),
)
TARGET = st.one_of(
    st.sampled_from(
        ["/", "/call", "/a%20b", "/caf%C3%A9", "/%ff", "/x?y=%20&z", "//h/x", "/a//b", "*", "http://h/x", "/#f"]
    ),
    st.text(st.characters(codec="latin-1"), max_size=10).map(lambda text: "/" + text),
)
FIRST = st.one_of(
    st.builds(lambda target: f"GET {target} HTTP/1.1", TARGET),
    st.sampled_from(["POST / HTTP/1.1", "GET / HTTP/1.0", "GET /", "", "GET  / HTTP/1.1", "get / HTTP/1.1"]),
)


@settings(deadline=None, max_examples=400)
@given(FIRST, st.lists(LINE, max_size=6), st.booleans())
def test_what_is_parsed_here_means_the_same_to_werkzeug(first: str, lines: list[str], upgrade: bool) -> None:
    head = "\r\n".join([first, *lines, *["Upgrade: websocket"] * upgrade]).encode("latin-1")
    mine = usual_request(head)
    if mine is None:
        return
    theirs = judged_by_werkzeug(head)
    assert theirs is not None
    assert mine == {name: theirs[name] for name in mine}
    assert {name for name in theirs if name.startswith("HTTP_")} <= set(mine)


def test_a_usual_request_is_taken() -> None:
    environ = usual_request(UPGRADE[:-4])
    assert environ is not None
    assert (environ["PATH_INFO"], environ["QUERY_STRING"], environ["HTTP_HOST"]) == ("/call", "x=1", "h")


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\nHost: h",
        b"GET / HTTP/1.1\r\nUpgrade: websocket\r\nContent-Length: 3",
        b"GET / HTTP/1.1\r\nUpgrade: websocket\r\nTransfer-Encoding: chunked",
        b"GET / HTTP/1.1\r\nUpgrade: websocket\r\n folded",
        b"GET / HTTP/1.1\r\nUpgrade: websocket\r\nX_Y: underscore",
        b"GET //h/ HTTP/1.1\r\nUpgrade: websocket",
        b"GET http://h/ HTTP/1.1\r\nUpgrade: websocket",
        b"GET /#f HTTP/1.1\r\nUpgrade: websocket",
        b"POST / HTTP/1.1\r\nUpgrade: websocket",
        b"GET / HTTP/1.0\r\nUpgrade: websocket",
        b"\x16\x03\x01",
    ],
)
def test_any_other_is_left_to_werkzeug(head: bytes) -> None:
    assert usual_request(head) is None


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
            connection_taken()
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


def ask(server: HttpServer, *parts: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", server.port), 15) as sock:
        for part in parts:
            sock.sendall(part)
        sock.shutdown(socket.SHUT_WR)
        heard = b""
        while data := sock.recv(4096):
            heard += data
        return heard


@pytest.mark.parametrize(
    "request_", [UPGRADE, b"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", b"GET / HTTP/1.0\r\n\r\n"]
)
def test_requests_of_all_kinds_are_answered(server: HttpServer, app: App, request_: bytes) -> None:
    heard = ask(server, request_)
    assert b" 200 OK\r\n" in heard
    assert heard.endswith(b"\r\n\r\nhello")
    assert app.environs[0]["REMOTE_ADDR"] == "127.0.0.1"
    assert app.environs[0]["SERVER_PORT"] == str(server.port)


def test_a_request_in_pieces_is_answered(server: HttpServer, app: App) -> None:
    with socket.create_connection(("127.0.0.1", server.port), 15) as sock:
        sock.sendall(UPGRADE[:20])
        wait_for(lambda: any(t.name == "jambonz-sync-pool" for t in threading.enumerate()), "a thread")
        sock.sendall(UPGRADE[20:])
        assert sock.recv(4096).startswith(b"HTTP/1.1 200 OK")


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
    assert "did not come within 0.05 s" in caplog.text


def test_a_peer_that_leaves_at_once_is_forgotten(server: HttpServer) -> None:
    socket.create_connection(("127.0.0.1", server.port), 15).close()
    assert ask(server, UPGRADE).endswith(b"hello")


def test_where_no_connection_can_be_accepted_it_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    class Busy:
        """Has no descriptor for the first connection."""

        def __init__(self, real: socket.socket) -> None:
            self.real = real
            self.refusals = 1

        def accept(self) -> Any:
            if self.refusals:
                self.refusals -= 1
                raise OSError(errno.EMFILE, "Too many open files")
            return self.real.accept()

        def __getattr__(self, name: str) -> Any:
            return getattr(self.real, name)

    with socket.create_server(("127.0.0.1", 0)) as real:
        listener = Listener(Busy(real), App(), lambda sock, address: sock.close())  # type: ignore[arg-type]
        listener.open()
        with socket.create_connection(real.getsockname(), 15) as sock:
            sock.sendall(UPGRADE)
            assert sock.recv(4096).startswith(b"HTTP/1.1 200 OK")
        listener.close()
    assert "a connection cannot be accepted: [Errno 24] Too many open files" in caplog.text


def test_a_connection_that_the_leader_cannot_wait_for_is_served_by_a_thread(
    server: HttpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = reactor.add

    def cannot(channel: Channel) -> None:
        if type(channel).__name__ == "_Newcomer":
            raise OSError(errno.ENOSPC, "No space left on device")
        add(channel)

    monkeypatch.setattr(reactor, "add", cannot)
    assert ask(server, UPGRADE).endswith(b"hello")


def test_a_request_for_which_there_is_no_thread_is_dropped(
    server: HttpServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def no_thread(*_: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(server._listener, "_other", no_thread)
    with pytest.raises(OSError, match=r"reset by peer|not connected"):
        ask(server, b"GET / HTTP/1.0\r\n\r\n")
    assert "cannot be served: can't start new thread" in caplog.text


def test_after_the_end_nobody_is_let_in(app: App) -> None:
    server = HttpServer("127.0.0.1", 0, app)
    server.stop()
    with pytest.raises(ConnectionRefusedError):
        ask(server, UPGRADE)
