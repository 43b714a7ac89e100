"""Nothing dials twice by itself: a request that has left is not repeated, and the error says that it has left."""

from __future__ import annotations

import gc
import socket
import ssl
import struct
import threading
from collections.abc import Callable

import pytest
import requests
import trustme
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from jambonz_sync.rest import (
    ApiConnectionError,
    ApiError,
    ApiTimeout,
    ConfigurationError,
    InvalidAnswer,
    JambonzClient,
    TlsError,
)
from jambonz_sync.rest.calls import NewCall
from tests.ports import free_port

from . import fake_api
from .fake_api import ACCOUNT, KEY, SID, Act, FakeApi, reply

CALLS = f"/Accounts/{ACCOUNT}/Calls"
PLACED = reply(201, {"sid": SID, "callId": "x@y"})


def dial(client: JambonzClient) -> NewCall:
    return client.calls.create(from_="+15085551212", to="+15085551213", application_sid=SID)


BROKEN: dict[str, Act] = {
    "the server reads and closes": fake_api.close,
    "the server reads and resets": fake_api.reset,
    "the server closes its half": fake_api.half_close,
    "the server sends half a status line": fake_api.send_and_close(b"HTTP/1.1 20"),
    "the server sends half the headers": fake_api.send_and_close(b"HTTP/1.1 201 Created\r\nContent-Le"),
    "the server sends half the body": fake_api.send_and_close(
        b'HTTP/1.1 201 Created\r\nContent-Length: 99\r\n\r\n{"sid": "0f0e'
    ),
    "the server sends half a chunk": fake_api.send_and_close(
        b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n{"
    ),
    "the server speaks something else": fake_api.send_and_close(b"SSH-2.0-OpenSSH_9.6\r\n"),
}


@pytest.mark.parametrize("act", BROKEN.values(), ids=BROKEN.keys())
def test_a_call_whose_answer_is_lost_is_not_placed_again(
    api: FakeApi, client: JambonzClient, naps: list[float], act: Act
) -> None:
    api.next(act, PLACED)
    with pytest.raises((ApiConnectionError, InvalidAnswer)) as caught:
        dial(client.with_options(max_retries=5))
    assert caught.value.sent
    assert caught.value.outcome_unknown
    assert "; the call may have been placed" in str(caught.value)
    assert len(api.requests) == 1
    assert naps == []


SLOW: dict[str, Act] = {
    "no answer": fake_api.stay_silent,
    "a status line that drips": fake_api.drip(b"HTTP/1.1 201 Created\r\nX-Long: ", b"x"),
    "a body that drips": fake_api.drip(b"HTTP/1.1 201 Created\r\nContent-Length: 100000\r\n\r\n"),
    "chunks that drip": fake_api.drip(b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
}


@pytest.mark.parametrize("act", SLOW.values(), ids=SLOW.keys())
def test_a_slow_server_cannot_hold_a_job_beyond_the_time_out(api: FakeApi, client: JambonzClient, act: Act) -> None:
    api.next(act, PLACED)
    with pytest.raises(ApiTimeout, match=r"no answer within 0\.3 s; the call may have been placed") as caught:
        dial(client.with_options(timeout=(20, 0.3), max_retries=5))
    assert caught.value.sent
    assert len(api.requests) == 1


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_call_is_not_placed_again_whatever_the_server_says(
    api: FakeApi, client: JambonzClient, naps: list[float], status: int
) -> None:
    api.next(reply(status, {"msg": "?"}, {"Retry-After": "1"}), PLACED)
    with pytest.raises(ApiError) as caught:
        dial(client.with_options(max_retries=5))
    assert caught.value.sent
    assert caught.value.outcome_unknown == (status >= 500)
    assert ("; the call may have been placed" in str(caught.value)) == (status >= 500)
    assert len(api.requests) == 1
    assert naps == []


def test_a_feature_server_that_was_lost_sight_of_may_have_dialled(api: FakeApi, client: JambonzClient) -> None:
    api.next(reply(500, {"msg": "fetch failed"}))
    with pytest.raises(ApiError) as caught:
        dial(client)
    assert caught.value.outcome_unknown


@pytest.mark.parametrize(
    "act", [fake_api.close, reply(500), reply(502), reply(500, {"msg": "fetch failed"}), reply(200, text=b"<html>")]
)
def test_a_get_never_has_an_unknown_outcome(api: FakeApi, client: JambonzClient, act: Act) -> None:
    api.next(act)
    with pytest.raises(ApiError) as caught:
        list(client.with_options(max_retries=0).calls.list())
    assert not caught.value.outcome_unknown
    assert "may have been" not in str(caught.value)
    assert "unknown" not in str(caught.value)


@pytest.mark.parametrize("text", [b"<html>Welcome</html>", b"[]", b'{"sid": 3}', b"", b'{"sid'])
def test_a_yes_without_a_sid_is_an_unknown_outcome(api: FakeApi, client: JambonzClient, text: bytes) -> None:
    api.next(reply(201, text=text), PLACED)
    with pytest.raises(ApiError) as caught:
        dial(client)
    assert caught.value.outcome_unknown
    assert len(api.requests) == 1


def test_a_refused_connection_is_tried_again_and_the_error_says_that_nothing_left(naps: list[float]) -> None:
    with (
        JambonzClient(f"http://127.0.0.1:{free_port()}", ACCOUNT, KEY, max_retries=3) as client,
        pytest.raises(ApiConnectionError, match="Connection refused; the request has not left") as caught,
    ):
        dial(client)
    assert not caught.value.sent
    assert not caught.value.outcome_unknown
    assert len(naps) == 3


def test_a_call_is_placed_once_the_server_comes_up(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[FakeApi] = []
    port = free_port()

    def nap(seconds: float) -> None:
        if not started:
            listener = FakeApi(port=port)
            listener.on("POST", CALLS, PLACED)
            started.append(listener)

    monkeypatch.setattr("jambonz_sync.rest.http.transport.time.sleep", nap)
    with JambonzClient(f"http://127.0.0.1:{port}", ACCOUNT, KEY) as client:
        assert dial(client) == SID
    with started[0] as server:
        assert len(server.requests) == 1


def test_a_name_that_does_not_resolve_has_sent_nothing(naps: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*args: object, **options: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with (
        JambonzClient("http://api.invalid", ACCOUNT, KEY) as client,
        pytest.raises(ApiConnectionError, match="Name or service not known") as caught,
    ):
        dial(client)
    assert not caught.value.sent
    assert len(naps) == 2


def test_a_connection_that_is_not_taken_in_time_has_sent_nothing(
    naps: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object, **options: object) -> socket.socket:
        raise TimeoutError("timed out")

    monkeypatch.setattr("urllib3.util.connection.create_connection", full)
    with (
        JambonzClient("http://127.0.0.1:9", ACCOUNT, KEY) as client,
        pytest.raises(ApiTimeout, match="no connection within 5 s; the request has not left") as caught,
    ):
        dial(client)
    assert not caught.value.sent
    assert len(naps) == 2


# TLS: what breaks before the handshake is done has not left, however it breaks


def slam(sock: socket.socket) -> bool:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return True


def slam_after_hello(sock: socket.socket) -> bool:
    sock.recv(1)
    return slam(sock)


def close_after_hello(sock: socket.socket) -> bool:
    sock.recv(65_536)
    return True


def speak_plain_http(sock: socket.socket) -> bool:
    sock.recv(65_536)
    sock.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    return True


@pytest.mark.filterwarnings("ignore:unclosed <ssl.SSLSocket:ResourceWarning")  # CPython leaks it when slammed
@pytest.mark.parametrize("greet", [slam, slam_after_hello, close_after_hello, speak_plain_http])
def test_a_handshake_that_breaks_has_sent_nothing(
    naps: list[float], greet: Callable[[socket.socket], bool], authority: trustme.CA
) -> None:
    with FakeApi(tls=server_context(authority)) as api:
        api.greet = greet
        with (
            JambonzClient(api.url, ACCOUNT, KEY) as client,
            pytest.raises(ApiConnectionError, match="has not left") as caught,
        ):
            dial(client)
        assert not caught.value.sent
        assert api.requests == []
        assert len(naps) == (0 if isinstance(caught.value, TlsError) else 2)
    del caught
    gc.collect()


def test_a_handshake_that_stalls_has_sent_nothing(naps: list[float], authority: trustme.CA) -> None:
    with FakeApi(tls=server_context(authority)) as api:
        api.greet = lambda sock: api.stopping.wait()
        with (
            JambonzClient(api.url, ACCOUNT, KEY, timeout=(0.2, 20), max_retries=1) as client,
            pytest.raises(ApiTimeout, match=r"no connection within 0\.2 s") as caught,
        ):
            dial(client)
        assert not caught.value.sent
        assert len(naps) == 1


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def server_context(authority: trustme.CA, name: str = "127.0.0.1") -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


@pytest.mark.parametrize(("trusted", "name"), [(False, "127.0.0.1"), (True, "10.0.0.1")])
def test_a_certificate_that_is_not_trusted_gets_nothing_and_is_not_tried_again(
    naps: list[float], authority: trustme.CA, trusted: bool, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with authority.cert_pem.tempfile() as bundle, FakeApi(tls=server_context(authority, name)) as api:
        if trusted:
            monkeypatch.setenv("REQUESTS_CA_BUNDLE", bundle)
        with JambonzClient(api.url, ACCOUNT, KEY) as client, pytest.raises(TlsError, match="certificate") as caught:
            dial(client)
        assert not caught.value.sent
        assert naps == []
        assert api.requests == []


def test_a_trusted_certificate_is_fine_and_a_reset_after_the_request_is_still_known(
    authority: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> None:
    with authority.cert_pem.tempfile() as bundle, FakeApi(tls=server_context(authority)) as api:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", bundle)
        api.next(PLACED, fake_api.close, PLACED)
        with JambonzClient(api.url, ACCOUNT, KEY, timeout=20) as client:
            assert dial(client) == SID
            with pytest.raises(ApiConnectionError) as caught:
                dial(client)
        assert caught.value.sent
        assert len(api.requests) == 2


# Connections that are kept


def test_a_connection_that_the_server_has_closed_is_not_used_again(api: FakeApi, client: JambonzClient) -> None:
    def answer_and_close(visit: fake_api.Visit) -> None:
        PLACED(visit)
        visit.keep_alive = False
        visit.sock.shutdown(socket.SHUT_RDWR)

    for _ in range(5):
        api.next(answer_and_close)
        assert dial(client) == SID
        api.wait_until(lambda: not api.open_connections)
    assert api.connections == 5


def test_connections_are_kept_while_they_are_fresh_and_not_used_when_the_server_may_be_closing_them(
    api: FakeApi, client: JambonzClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.on("POST", CALLS, PLACED)
    now = [1000.0]
    monkeypatch.setattr("jambonz_sync.rest.http.adapter.monotonic", lambda: now[0])
    for gap, connections in ((0.0, 1), (3.9, 1), (3.9, 1), (4.1, 2)):
        now[0] += gap
        dial(client)
        assert api.connections == connections


def test_a_connection_of_the_parent_process_is_not_used_by_the_child(
    api: FakeApi, client: JambonzClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.on("POST", CALLS, PLACED)
    dial(client)
    monkeypatch.setattr("jambonz_sync.rest.http.adapter.os.getpid", lambda: -1)
    dial(client)
    assert api.connections == 2


@pytest.mark.usefixtures("patient_pool")
def test_threads_share_a_client_and_each_call_is_placed_once(api: FakeApi, client: JambonzClient) -> None:
    api.on("POST", CALLS, PLACED)
    failures: list[BaseException] = []

    def work(first: int) -> None:
        try:
            for number in range(first, first + 25):
                client.calls.create(from_="1", to=f"{number}", application_sid=SID)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(100 * n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(fake_api.PATIENCE)
    assert failures == []
    dialled = [request.json["to"]["number"] for request in api.requests]
    assert sorted(dialled, key=int) == [str(100 * n + i) for n in range(8) for i in range(25)]
    assert api.connections <= 8


# Sessions of the caller's


def test_a_session_that_retries_by_itself_is_refused(api: FakeApi) -> None:
    with requests.Session() as session:
        session.mount("http://", HTTPAdapter(max_retries=Retry(3)))
        with pytest.raises(ConfigurationError, match="can place a call twice"):
            JambonzClient(api.url, ACCOUNT, KEY, session=session)


def test_with_a_session_of_the_callers_what_cannot_be_told_counts_as_sent(api: FakeApi, naps: list[float]) -> None:
    with requests.Session() as session:
        client = JambonzClient(api.url, ACCOUNT, KEY, session=session)
        api.next(fake_api.close, PLACED)
        with pytest.raises(ApiConnectionError) as caught:
            dial(client)
        assert caught.value.sent
        assert naps == []
        assert dial(client) == SID
        client.close()  # which leaves the session alone
        api.next(PLACED)
        assert dial(client) == SID
        assert api.connections == 2
    with requests.Session() as session:
        client = JambonzClient(f"http://127.0.0.1:{free_port()}", ACCOUNT, KEY, session=session)
        with pytest.raises(ApiConnectionError) as caught:
            dial(client)
        assert not caught.value.sent
        assert len(naps) == 2
