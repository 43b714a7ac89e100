"""Requests to upgrade, as WSGI has them."""

from __future__ import annotations

from typing import Any

import pytest

from jambonz_sync.runtime.websocket import DETACH, HandshakeError
from jambonz_sync.server.wsgi import connection_taken, is_handshake, logs_requests, path_of, rejection_response


@pytest.mark.parametrize(
    ("method", "upgrade", "expected"),
    [("GET", "websocket", True), ("GET", "WebSocket", True), ("GET", "h2c", False), ("POST", "websocket", False)],
)
def test_a_handshake_is_known_by_its_method_and_its_upgrade(method: str, upgrade: str, expected: bool) -> None:
    assert is_handshake({"REQUEST_METHOD": method, "HTTP_UPGRADE": upgrade}) is expected
    assert not is_handshake({"REQUEST_METHOD": method})


def test_a_path_is_text_whatever_its_bytes() -> None:
    assert path_of({"PATH_INFO": "/café".encode().decode("latin-1")}) == "/café"
    assert path_of({"PATH_INFO": "/\xe9"}) == "/\ufffd"
    assert path_of({}) == "/"


@pytest.mark.parametrize(
    ("status", "header", "value"),
    [(401, "WWW-Authenticate", "Basic"), (426, "Sec-WebSocket-Version", "13"), (503, "Retry-After", "1")],
)
def test_a_rejection_says_what_helps(status: int, header: str, value: str) -> None:
    response = rejection_response(HandshakeError("why", status=status), {})
    assert response.status_code == status
    assert response.headers[header].startswith(value)


@pytest.mark.parametrize(("status", "body"), [(401, ""), (403, ""), (503, "why\n")])
def test_who_may_not_know_why_is_not_told(status: int, body: str, caplog: pytest.LogCaptureFixture) -> None:
    response = rejection_response(HandshakeError("why", status=status), {"REMOTE_ADDR": "192.0.2.1\x85"})
    assert response.get_data(as_text=True) == body
    assert caplog.messages == [f"a call from 192.0.2.1\\x85 was refused with {status}: why"]


def test_a_reason_of_any_length_takes_one_short_line() -> None:
    response = rejection_response(HandshakeError("x" * 10_000), {})
    assert len(response.get_data()) < 400


def test_a_server_that_logs_requests_is_told_the_status_of_an_upgrade() -> None:
    started: list[Any] = []
    environ = {"werkzeug.socket": None}
    assert logs_requests(environ)
    assert not logs_requests({**environ, DETACH: True})
    assert connection_taken(lambda *args: started.append(args)) == []
    assert started == [("101 Switching Protocols", [])]
    with pytest.raises(ConnectionResetError):
        connection_taken(None)
