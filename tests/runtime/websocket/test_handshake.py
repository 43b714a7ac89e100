from __future__ import annotations

import subprocess
import sys
import textwrap
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.serving import make_server

from jambonz_sync.runtime.websocket import Connection, HandshakeError, handshake, offered
from tests.runtime.websocket.pair import TIMEOUT, Pair, in_thread, joined, sockets

KEY, ACCEPT = "dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="  # the example of RFC 6455
ASKS = {
    "HTTP_HOST": "app.example.com",
    "HTTP_CONNECTION": "Upgrade",
    "HTTP_UPGRADE": "websocket",
    "HTTP_SEC_WEBSOCKET_KEY": KEY,
    "HTTP_SEC_WEBSOCKET_VERSION": "13",
    "HTTP_SEC_WEBSOCKET_PROTOCOL": "ws.jambonz.org",
    "HTTP_SEC_WEBSOCKET_EXTENSIONS": "permessage-deflate; client_max_window_bits",
    "HTTP_COOKIE": "a=b",
}


class Shake:
    """A handshake over a pair of sockets, and what the client hears of it."""

    def __init__(self, name: str = "werkzeug.socket", **changes: str | None) -> None:
        self.here, self.peer = sockets("unix")
        self.peer.settimeout(TIMEOUT)
        self.environ: dict[str, Any] = {k: v for k, v in {**ASKS, **changes}.items() if v is not None}
        self.environ[name] = self.here
        self.connection: Connection | None = None
        self.error: HandshakeError | None = None
        try:
            self.connection = Connection.accept(self.environ, subprotocols=["ws.jambonz.org", "other"])
        except HandshakeError as exc:
            self.error = exc
        self.here.close()
        self.heard = b""
        while data := self.peer.recv(4096):
            self.heard += data
        self.peer.close()

    @property
    def refused(self) -> int:
        assert self.error is not None
        assert self.heard == b"", "something was written"
        return self.error.status

    @property
    def headers(self) -> dict[str, str]:
        assert self.connection is not None
        status, *lines = self.heard.decode().rstrip("\r\n").split("\r\n")
        assert status.startswith("HTTP/1.1 101")
        return {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines)}


@pytest.mark.parametrize("name", ["werkzeug.socket", "gunicorn.socket"])
def test_a_handshake_is_answered_with_the_subprotocol(name: str) -> None:
    shake = Shake(name)
    assert shake.headers["sec-websocket-accept"] == ACCEPT
    assert shake.headers["sec-websocket-protocol"] == "ws.jambonz.org"
    assert shake.connection is not None
    assert shake.connection.subprotocol == "ws.jambonz.org"


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"HTTP_CONNECTION": "upgrade", "HTTP_UPGRADE": "WebSocket", "HTTP_HOST": "[::1]:3000"},
        {"HTTP_CONNECTION": "keep-alive, Upgrade", "HTTP_HOST": "a.b:80", "HTTP_SEC_WEBSOCKET_PROTOCOL": None},
    ],
)
def test_a_usual_request_is_answered_as_wsproto_would(changes: dict[str, str | None], monkeypatch: Any) -> None:
    quick = Shake(**changes).headers
    monkeypatch.setattr(handshake, "answer", lambda environ, subprotocol: None)
    slow = Shake(**changes).headers
    assert {name: value.lower() for name, value in quick.items()} == {
        name: value.lower() for name, value in slow.items()
    }


@pytest.mark.parametrize(
    ("header", "value"),
    [("HTTP_CONNECTION", "Upgrade, close"), ("HTTP_HOST", "a_b"), ("HTTP_SEC_WEBSOCKET_KEY", "short")],
)
def test_an_unusual_request_is_left_to_wsproto(header: str, value: str) -> None:
    assert handshake.answer({**ASKS, header: value}, None) is None


def test_compression_is_not_agreed_to_though_it_is_offered() -> None:
    assert "sec-websocket-extensions" not in Shake().headers


def test_of_several_subprotocols_the_first_that_is_wanted_is_chosen() -> None:
    assert Shake(HTTP_SEC_WEBSOCKET_PROTOCOL="x, other,ws.jambonz.org").headers["sec-websocket-protocol"] == "other"


@pytest.mark.parametrize("header", [None, "", " , "])
def test_a_client_that_offers_no_subprotocol_is_taken_as_it_is(header: str | None) -> None:
    shake = Shake(HTTP_SEC_WEBSOCKET_PROTOCOL=header)
    assert "sec-websocket-protocol" not in shake.headers
    assert shake.connection is not None
    assert shake.connection.subprotocol is None


def test_a_wrong_subprotocol_is_refused_before_anything_is_written() -> None:
    shake = Shake(HTTP_SEC_WEBSOCKET_PROTOCOL="audio.drachtio.org, x")
    assert shake.refused == 400
    assert str(shake.error) == "offers the subprotocols audio.drachtio.org, x, wanted ws.jambonz.org or other"


@pytest.mark.parametrize("version", [None, "", "8", "14", "13, 8"])
def test_another_version_is_refused_with_426(version: str | None) -> None:
    assert Shake(HTTP_SEC_WEBSOCKET_VERSION=version).refused == 426


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("HTTP_SEC_WEBSOCKET_KEY", None),
        ("HTTP_UPGRADE", None),
        ("HTTP_UPGRADE", "h2c"),
        ("HTTP_CONNECTION", None),
        ("HTTP_CONNECTION", "keep-alive"),
        ("HTTP_HOST", None),
        ("HTTP_HOST", "a b\x00"),
    ],
)
def test_a_malformed_handshake_is_refused_with_400(header: str, value: str | None) -> None:
    shake = Shake(**{header: value})
    assert shake.refused == 400
    assert str(shake.error).startswith("a malformed WebSocket handshake: ")


def test_a_server_that_does_not_hand_out_its_sockets_is_named() -> None:
    with pytest.raises(HandshakeError, match="does not hand out its sockets") as caught:
        Connection.accept(dict(ASKS), subprotocols=["ws.jambonz.org"])
    assert caught.value.status == 501


def test_a_client_that_has_gone_by_then_is_refused() -> None:
    here, peer = sockets("unix")
    peer.close()
    with here, pytest.raises(HandshakeError, match="the client has gone"):
        Connection.accept({**ASKS, "werkzeug.socket": here}, subprotocols=["ws.jambonz.org"])


@given(st.dictionaries(st.sampled_from(sorted(ASKS)), st.none() | st.text(max_size=20), max_size=4))
def test_whatever_a_client_asks_is_accepted_or_refused(changes: dict[str, str | None]) -> None:
    shake = Shake(**changes)
    if shake.error is not None:
        assert shake.refused in (400, 426)
    else:
        assert shake.headers["sec-websocket-accept"]


def test_the_offers_are_read_in_the_order_of_the_client() -> None:
    assert offered({"HTTP_SEC_WEBSOCKET_PROTOCOL": " b ,a,, c"}) == ["b", "a", "c"]
    assert offered({}) == []


def test_a_connection_is_taken_over_from_the_server_of_werkzeug() -> None:
    codes: list[int] = []

    def app(environ: dict[str, Any], start_response: Any) -> Any:
        connection = Connection.accept(environ, subprotocols=["ws.jambonz.org"])

        inbox: list[str | bytes] = []
        while connection.receive(inbox):
            while inbox:
                connection.send(inbox.pop(0))
        codes.append(connection.code)
        raise ConnectionResetError

    server = make_server("127.0.0.1", 0, app, threaded=True)
    serving = in_thread(server.serve_forever)
    pair = Pair.__new__(Pair)
    import socket

    with socket.create_connection(("127.0.0.1", server.server_port), TIMEOUT) as pair.peer:
        pair._buffer = b""
        lines = ["GET /x HTTP/1.1", *[f"{k[5:].replace('_', '-').title()}: {v}" for k, v in ASKS.items()], "", ""]
        pair.peer.sendall("\r\n".join(lines).encode())
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += pair._take(1)
        assert head.startswith(b"HTTP/1.1 101 ")
        for size in (3, 300, 70_000):
            pair.say(1, b"x" * size)
            assert pair.hear() == (1, b"x" * size)
        pair.say_close(1000)
        assert pair.hear_close() == (1000, "")
        assert pair.hear_the_end() == b""
    server.shutdown()
    joined(serving)
    server.server_close()
    assert codes == [1000]


def test_a_process_that_gevent_patched_too_late_is_told_so() -> None:
    pytest.importorskip("gevent")
    script = """
        import jambonz_sync.runtime.websocket as transport
        from gevent import monkey; monkey.patch_all()
        try:
            transport.Connection.accept({}, subprotocols=["x"])
        except transport.HandshakeError as exc:
            print(exc.status, exc)
    """
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", textwrap.dedent(script)],
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert done.stdout.strip() == "500 gevent has patched this process after jambonz_sync was imported", done.stderr
