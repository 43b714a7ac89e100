"""The server of a script: requests on threads, WebSockets on none, and what of a peer reaches the log."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from jambonz_sync import Endpoint, create_endpoint
from tests.peer import Peer, Refused
from tests.waiting import wait_for


@pytest.fixture(params=["reactor", "no reactor"])
def endpoint(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    """An endpoint that serves two requests at once, also where a system has no epoll."""
    monkeypatch.setattr("jambonz_sync.server.http.MAX_REQUESTS", 2)
    if request.param == "no reactor":
        for module in ("server.http", "runtime.websocket.connection"):
            monkeypatch.setattr(f"jambonz_sync.{module}.pollable", lambda sock: None)
    endpoint = create_endpoint(host="127.0.0.1", port=0)
    endpoint.service("/").on("session:new", lambda session: session.say(text="hi").send())
    with endpoint:
        yield endpoint


#: has Werkzeug parse the request
UNUSUAL = {"X_Underscore": "x"}


def send(endpoint: Endpoint, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", endpoint.port), 15) as sock:
        sock.sendall(request)
        answer = b""
        while data := sock.recv(65_536):
            answer += data
        return answer


def test_a_call_does_not_count_as_a_request(endpoint: Endpoint) -> None:
    peers = []
    for _ in range(5):
        peer = Peer(endpoint.url, headers=UNUSUAL)
        assert peer.begin()  # it is served by now: the 101 comes a moment before
        peers.append(peer)
    for peer in peers:
        peer.close()


def test_a_call_that_werkzeug_has_parsed_leaves_no_error_in_the_log(
    endpoint: Endpoint, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[None] = []
    monkeypatch.setattr(
        "jambonz_sync.server.http._Server.shutdown_request", lambda self, request: ended.append(request.close())
    )
    peer = Peer(endpoint.url, headers=UNUSUAL)
    assert peer.begin()
    peer.close()
    wait_for(lambda: ended, "the request to end")
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


def test_more_requests_than_may_be_served_are_answered_503(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jambonz_sync.server.peer.PATIENCE", 0.3)
    endpoint.app.add_url_rule(
        "/read", "read", lambda: str(len(__import__("flask").request.get_data())), methods=["POST"]
    )
    slow = b"POST /read HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n"
    with (
        socket.create_connection(("127.0.0.1", endpoint.port), 15) as first,
        socket.create_connection(("127.0.0.1", endpoint.port), 15) as second,
    ):
        first.sendall(slow)
        second.sendall(slow)
        wait_for(lambda: send(endpoint, slow + b"0123456789").startswith(b"HTTP/1.1 503 "), "both to be taken")
        wait_for(lambda: send(endpoint, slow + b"0123456789").endswith(b"10"), "patience to end")


@pytest.mark.parametrize("sent", ["\x1b[31mred", "two\x85lines", "\x9b2J"])
@pytest.mark.parametrize("where", ["Sec-WebSocket-Protocol", "Origin", "Sec-WebSocket-Version"])
def test_no_control_character_of_a_handshake_reaches_the_log(
    endpoint: Endpoint, caplog: pytest.LogCaptureFixture, sent: str, where: str
) -> None:
    with socket.create_connection(("127.0.0.1", endpoint.port), 15) as sock:
        head = f"GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n{where}: {sent}\r\n\r\n"
        sock.sendall(head.encode("latin-1"))
        assert sock.recv(100).startswith(b"HTTP/1.1 4")
    wait_for(lambda: "refused with" in caplog.text)
    assert caplog.messages
    assert all(message.isprintable() for message in caplog.messages)


@pytest.mark.parametrize(
    "line", [b"\x1b[31m\x85 / HTTP/1.1", b"GET /\x1b\x85 HTTP/1.1", b"GET / \x1b\x85", b"\x16\x03\x01"]
)
def test_no_control_character_of_a_request_reaches_the_log(
    endpoint: Endpoint, caplog: pytest.LogCaptureFixture, line: bytes
) -> None:
    caplog.set_level("DEBUG")
    send(endpoint, line + b"\r\nHost: h\r\n\r\n")
    wait_for(lambda: [message for message in caplog.messages if "127.0.0.1" in message])
    assert all(message.isprintable() for message in caplog.messages)


def test_a_failure_of_the_application_is_logged_with_its_traceback(
    endpoint: Endpoint, caplog: pytest.LogCaptureFixture
) -> None:
    def fails() -> Any:
        raise ZeroDivisionError("in a view")

    endpoint.app.add_url_rule("/fails", "fails", fails)
    assert send(endpoint, b"GET /fails HTTP/1.1\r\nHost: h\r\n\r\n").startswith(b"HTTP/1.1 500 ")
    assert "in a view" in caplog.text


def test_a_subprotocol_that_is_not_known_is_named_in_the_answer(endpoint: Endpoint) -> None:
    with pytest.raises(Refused) as caught:
        Peer(endpoint.url, protocol="chat")
    assert "offers the subprotocols chat" in caught.value.body
