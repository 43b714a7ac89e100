"""Who may connect, and how the calls of an application come to an end."""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from jambonz_sync import Endpoint, create_endpoint
from jambonz_sync.errors import SessionClosed
from jambonz_sync.runtime.websocket import Connection, HandshakeError
from jambonz_sync.server.registry import Registry, process_limit
from jambonz_sync.server.service import Service
from tests.peer import Closed, Peer, Refused
from tests.waiting import wait_for

Serve = Callable[..., Endpoint]
REQUEST = {"HTTP_HOST": "voice.example.com"}


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start an endpoint whose calls hear a greeting."""
    endpoints: list[Endpoint] = []

    def start(**options: Any) -> Endpoint:
        endpoint = create_endpoint(host="127.0.0.1", port=0, **options)
        endpoint.service("/").on("session:new", lambda session: session.say(text="hi").send())
        endpoints.append(endpoint)
        return endpoint.start()

    yield start
    for endpoint in endpoints:
        endpoint.stop(0)


# -- which pages may connect


@pytest.mark.parametrize(
    ("origin", "allowed", "status"),
    [
        (None, (), 101),
        ("https://voice.example.com", (), 101),
        ("HTTPS://Voice.Example.COM", (), 101),
        ("https://evil.example.com", (), 403),
        ("https://voice.example.com.evil.com", (), 403),
        ("https://voice.example.com:8443", (), 403),
        ("null", (), 403),
        ("", (), 403),
        ("voice.example.com", (), 403),
        ("https://desk.example.com", ["https://desk.example.com"], 101),
        ("https://evil.example.com", ["https://desk.example.com"], 403),
        ("https://evil.example.com", "*", 101),
    ],
)
def test_a_page_of_another_host_may_connect_only_where_it_is_allowed(origin: Any, allowed: Any, status: int) -> None:
    registry = Registry(allowed_origins=allowed)
    environ = REQUEST if origin is None else {**REQUEST, "HTTP_ORIGIN": origin}
    try:
        registry.admit(environ, is_call=True)
        answered = 101
    except HandshakeError as exc:
        answered = exc.status
    assert answered == status


def test_a_single_origin_in_place_of_a_list_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="allowed_origins"):
        create_endpoint(allowed_origins="https://desk.example.com")


def test_a_request_as_browsers_send_it_from_another_site_is_refused_and_logged(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    endpoint = serve()
    browser = {
        "Pragma": "no-cache",
        "Cache-Control": "no-cache",
        "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0",
        "Accept-Encoding": "gzip, deflate, br, zstd",
        "Accept-Language": "en-US,en;q=0.9",
    }
    with pytest.raises(Refused) as caught:
        Peer(endpoint.url, protocol=None, headers={**browser, "Origin": "https://evil.example.com"})
    assert (caught.value.status, caught.value.body) == (403, "")
    assert "refused with 403: a page of 'https://evil.example.com' asks to connect" in caplog.text
    with Peer(endpoint.url, headers={**browser, "Origin": endpoint.url.replace("ws:", "http:")}) as page:
        assert page.begin()


# -- places


def test_a_call_that_fails_after_its_admission_gives_its_place_back(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = serve(max_sessions=1)

    def fails(*_: object) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as broken:
        broken.setattr(Service, "_sink", fails)
        with Peer(endpoint.url) as peer, pytest.raises(Closed):
            peer.recv()
    wait_for(lambda: len(endpoint.registry) == 0, "the place to be free")
    with Peer(endpoint.url) as peer:
        assert peer.begin()


def test_a_handshake_that_fails_takes_no_place(serve: Serve) -> None:
    endpoint = serve(max_sessions=1)
    for _ in range(3):
        with pytest.raises(Refused) as caught:
            Peer(endpoint.url, protocol="chat")
        assert caught.value.status == 400
    with Peer(endpoint.url) as peer:
        assert peer.begin()


def test_the_last_place_is_given_once_though_two_ask_for_it_at_the_same_time(serve: Serve) -> None:
    both = threading.Barrier(2)

    def before_upgrade(environ: dict[str, Any]) -> None:
        both.wait(15)

    endpoint = serve(max_sessions=1, before_upgrade=before_upgrade)
    results: list[int] = []

    def connect() -> None:
        try:
            peers.append(Peer(endpoint.url))
            results.append(101)
        except Refused as exc:
            results.append(exc.status)

    peers: list[Peer] = []
    threads = [threading.Thread(target=connect) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(15)
    assert sorted(results) == [101, 503]
    assert peers[0].begin()
    peers[0].vanish()


def test_a_peer_that_is_refused_and_goes_on_talking_is_ended(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jambonz_sync.server.registry.CLOSE_TIMEOUT", 0.1)
    endpoint = serve()
    with Peer(endpoint.url) as peer, pytest.raises(OSError, match=r"Broken pipe|reset"):
        goes_on_talking(peer)
    wait_for(lambda: len(endpoint.registry) == 0, "the place to be free")


def goes_on_talking(peer: Peer) -> None:
    """Say what no jambonz says, and never read the close frame that is the answer."""
    while True:
        peer.send("nonsense")


def test_a_process_that_serves_as_many_connections_as_it_may_refuses_more(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = serve(), serve()
    with Peer(first.url) as peer:
        peer.begin()
        monkeypatch.setattr(process_limit, "connections", 1)
        with pytest.raises(Refused) as caught:
            Peer(second.url)
        assert caught.value.status == 503


# -- the end


def test_a_drain_closes_all_calls_where_the_system_has_no_thread(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    endpoint = serve()
    peers = [Peer(endpoint.url) for _ in range(20)]
    for peer in peers:
        peer.begin()

    def no_thread(job: object) -> None:
        raise RuntimeError("can't start new thread")

    codes: list[int] = []

    def ends() -> None:
        for peer in peers:
            with pytest.raises(Closed) as caught:
                peer.recv()
            codes.append(caught.value.code)

    reader = threading.Thread(target=ends)
    reader.start()
    with monkeypatch.context() as exhausted:
        exhausted.setattr("jambonz_sync.runtime.pool.run", no_thread)
        assert endpoint.registry.drain(0) is False
    reader.join(15)
    assert codes == [1012] * len(peers)
    for peer in peers:
        peer.vanish()


@pytest.fixture
def connect() -> Iterator[Callable[[Registry], tuple[Connection, socket.socket]]]:
    """A connection that a registry knows, and the socket of its peer."""
    sockets: list[socket.socket] = []

    def make(registry: Registry) -> tuple[Connection, socket.socket]:
        place = registry.admit(REQUEST, is_call=True)
        ours, theirs = socket.socketpair()
        sockets.extend((ours, theirs))
        theirs.settimeout(15)
        connection = Connection(ours, send_timeout=60)
        place.occupy(connection)
        return connection, theirs

    yield make
    for sock in sockets:
        sock.close()


def test_a_peer_that_takes_no_data_keeps_no_other_from_its_end(connect: Any) -> None:
    registry = Registry()
    stuck, other = connect(registry), connect(registry)
    with pytest.MonkeyPatch.context() as quick:
        quick.setattr("jambonz_sync.server.registry.CLOSE_TIMEOUT", 0.2)
        sender = threading.Thread(target=sends_until_the_end, args=(stuck[0],))
        sender.start()
        wait_for(lambda: not select.select([], [stuck[0].pollable], [], 0)[1], "the socket to be full")
        assert registry.drain(0) is False
    assert other[1].recv(100)[2:4] == (1012).to_bytes(2, "big")
    sender.join(15)
    assert not sender.is_alive()


def sends_until_the_end(connection: Connection) -> None:
    with pytest.raises(SessionClosed):
        connection.send("x" * 10_000_000)


def test_a_connection_that_comes_after_the_drain_is_sent_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("jambonz_sync.server.registry.CLOSE_TIMEOUT", 0.05)
    registry = Registry()
    place = registry.admit(REQUEST, is_call=True)
    registry.drain(0)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.settimeout(15)
        place.occupy(Connection(ours))
        assert theirs.recv(100)[2:4] == (1012).to_bytes(2, "big")
        assert theirs.recv(100) == b""  # it is ended, though its peer does not answer
