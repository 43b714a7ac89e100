"""The same over real sockets: what a test client cannot get wrong."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator

import flask
import pytest
from werkzeug.serving import make_server

from jambonz_sync import WebhookResponse
from jambonz_sync.events import CallStatus
from jambonz_sync.protocol.signature import HEADER, sign
from jambonz_sync.webhook import IncomingCall, JambonzBlueprint

SECRET = "whsec"
#: white space that a JSON parser drops, and an escape that it undoes: only the raw bytes verify
BODY = b'{ "call_sid":\t"CA1",  "from": "\\u002b1508" }\r\n'
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    bp = JambonzBlueprint("voice", __name__, url_prefix="/voice", signing_secret=SECRET, max_body=1000)

    @bp.webhook("/incoming")
    def incoming(call: IncomingCall) -> WebhookResponse:
        return WebhookResponse().say(text=f"Hello {call.from_}")

    @bp.status("/status")
    def status(evt: CallStatus) -> None: ...

    app = flask.Flask(__name__)
    app.register_blueprint(bp)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, name="served")
    thread.start()
    try:
        yield server.port
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


def request(
    port: int,
    method: str,
    path: str,
    body: bytes | Iterator[bytes] | None = None,
    headers: dict[str, str] | None = None,
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, {key.lower(): value for key, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def signed(body: bytes) -> dict[str, str]:
    return {**JSON, HEADER: sign(body, SECRET)}


@pytest.mark.parametrize("path", ["/voice/incoming", "/voice/incoming/", "//voice//incoming", "/voice/incoming?x=1"])
def test_a_signature_over_the_raw_bytes_verifies_on_every_spelling_of_the_path(port: int, path: str) -> None:
    status, headers, body = request(port, "POST", path, BODY, signed(BODY))
    assert (status, headers["content-type"]) == (200, "application/json")
    assert json.loads(body) == [{"verb": "say", "text": "Hello +1508"}]


def test_bytes_that_mean_the_same_json_do_not_verify(port: int) -> None:
    same = json.dumps(json.loads(BODY)).encode()
    assert request(port, "POST", "/voice/incoming", same, signed(BODY))[0] == 403


def test_a_status_event_is_answered_204_with_nothing(port: int) -> None:
    status, _, body = request(port, "POST", "/voice/status", BODY, signed(BODY))
    assert (status, body) == (204, b"")


def test_options_and_head_and_other_methods(port: int) -> None:
    assert request(port, "OPTIONS", "/voice/incoming")[0] == 204
    assert request(port, "HEAD", "/voice/incoming")[0] == 405
    assert request(port, "GET", "/voice/incoming")[0] == 405
    assert request(port, "PUT", "/voice/incoming", BODY, JSON)[0] == 405


def test_a_body_in_chunks_is_verified_like_any_other(port: int) -> None:
    status, _, body = request(port, "POST", "/voice/incoming", iter([BODY[:9], BODY[9:]]), signed(BODY))
    assert (status, json.loads(body)[0]["text"]) == (200, "Hello +1508")


def test_a_body_in_chunks_that_is_too_large_is_answered_413(port: int) -> None:
    large = b'{"call_sid":"CA1","x":"' + b"x" * 2000 + b'"}'
    assert request(port, "POST", "/voice/incoming", iter([large]), signed(large))[0] == 413


def test_a_length_over_the_limit_is_answered_413_before_the_body_is_sent(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as raw:
        raw.sendall(b"POST /voice/incoming HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n")
        assert raw.recv(64).startswith(b"HTTP/1.1 413")


def test_a_length_that_is_no_number_is_answered_400(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as raw:
        raw.sendall(b"POST /voice/incoming HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n")
        assert raw.recv(64).startswith(b"HTTP/1.1 400")
