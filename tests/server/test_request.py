"""The head of a request: it means the same here and to Werkzeug."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.serving import WSGIRequestHandler

from jambonz_sync.server.request import usual_request
from tests.growth import grows_with_length

UPGRADE = b"GET /call?x=1 HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"


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
    handler = Unserved(head + b"\r\n")
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
    head = "".join(f"{line}\r\n" for line in [first, *lines, *["Upgrade: websocket"] * upgrade]).encode("latin-1")
    mine = usual_request(head)
    if mine is None:
        return
    theirs = judged_by_werkzeug(head)
    assert theirs is not None
    assert mine == {name: theirs[name] for name in mine}
    assert {name for name in theirs if name.startswith("HTTP_")} <= set(mine)


def test_a_usual_request_is_taken() -> None:
    environ = usual_request(UPGRADE[:-2])
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
        b"GET / HTTP/1.1\r\nUpgrade: websocket\r\nX: a\nY: b",
        b"GET / HTTP/1.1\r\nUpgrade: websocket\r\nno colon",
        b"GET / HTTP/1.1\r\nno name: x\r\nUpgrade: websocket",
        b"\x16\x03\x01",
    ],
)
def test_any_other_is_left_to_werkzeug(head: bytes) -> None:
    assert usual_request(head + b"\r\n") is None


@pytest.mark.parametrize(
    "worst",
    [
        lambda n: b"GET / HTTP/1.1\r\nX:" + b" " * n + b"\x01",
        lambda n: b"GET / HTTP/1.1\r\nX: a" + b" " * n + b"\x01",
        lambda n: b"GET / HTTP/1.1\r\n" + b"x" * n,
        lambda n: b"GET / HTTP/1.1\r\n" + b"X:\t\r\n" * (n // 5) + b"\x01",
        lambda n: b"GET /" + b"%" * n + b" HTTP/1.0",
        lambda n: b"GET /" + b"%2" * (n // 2) + b" HTTP/1.1",
        lambda n: b"GET " + b"/" * n,
        lambda n: b"GET / HTTP/1.1\r\n" + b"X:\r\n" * (n // 4),
        lambda n: b"GET / HTTP/1.1\r\n" + b"X: " + b"a " * (n // 2) + b"\r\n",
    ],
)
def test_no_head_takes_more_time_than_its_length(worst: Callable[[int], bytes]) -> None:
    assert grows_with_length(usual_request, worst, 8_000)
