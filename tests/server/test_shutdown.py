"""New connections while a worker goes down."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from time import monotonic

import pytest

from jambonz_sync.server.shutdown import Shutdown, refuse_connections
from tests.waiting import wait_for

UPGRADE = b"GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A listening socket from which nobody accepts."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as listener:
        listener.setblocking(False)
        yield listener


def connect(listener: socket.socket) -> socket.socket:
    return socket.create_connection(listener.getsockname(), 15)


@pytest.fixture
def refuser(listener: socket.socket) -> Iterator[threading.Event]:
    """Has those who connect refused, until the event is set."""
    finishing = threading.Event()
    thread = threading.Thread(target=refuse_connections, args=([listener.dup()], finishing))
    thread.start()
    yield finishing
    finishing.set()
    thread.join(15)
    assert not thread.is_alive()


@pytest.mark.parametrize(
    "request_", [UPGRADE, b"GET / HTTP/1.0\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n"]
)
def test_who_connects_is_answered_503(listener: socket.socket, refuser: threading.Event, request_: bytes) -> None:
    with connect(listener) as peer:
        peer.sendall(request_)
        assert peer.recv(4096).startswith(b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\n")


def test_many_who_connect_at_once_need_not_wait_for_each_other(
    listener: socket.socket, refuser: threading.Event
) -> None:
    peers = [connect(listener) for _ in range(50)]
    began = monotonic()
    for peer in peers:
        with peer:
            peer.sendall(UPGRADE)
            assert peer.recv(4096).startswith(b"HTTP/1.1 503 ")
    assert monotonic() - began < 10  # one after another, it would be 15 s at least


@pytest.mark.usefixtures("refuser")
def test_a_connection_that_another_worker_takes_is_not_refused(listener: socket.socket) -> None:
    other_worker = listener.dup()
    with other_worker:
        other_worker.settimeout(15)
        for _ in range(20):
            with connect(listener) as peer:
                served, _ = other_worker.accept()
                with served:
                    served.sendall(b"mine")
                    assert peer.recv(4096) == b"mine"


@pytest.mark.parametrize("asks", ["before", "after"])
def test_who_has_connected_before_the_process_ends_is_answered_though_the_server_has_closed_its_socket(
    listener: socket.socket, monkeypatch: pytest.MonkeyPatch, asks: str
) -> None:
    monkeypatch.setattr("jambonz_sync.server.shutdown.registries", list)  # those of other tests go on
    shutdown = Shutdown(0, [listener])
    address = listener.getsockname()
    with connect(listener) as peer:
        if asks == "before":
            peer.sendall(UPGRADE)
        listener.close()
        end = threading.Thread(target=shutdown.finish)
        end.start()
        if asks == "after":
            wait_for(lambda: not connects(address), "the end of the listener")
            peer.sendall(UPGRADE)
        assert peer.recv(4096).startswith(b"HTTP/1.1 503 ")
        assert peer.recv(4096) == b""
    end.join(15)
    assert not end.is_alive()


def connects(address: tuple[str, int]) -> bool:
    try:
        socket.create_connection(address, 15).close()
    except ConnectionError:
        return False
    return True


def test_a_server_that_ends_by_itself_refuses_new_connections(
    listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jambonz_sync.server.shutdown.registries", list)
    is_ending = threading.Event()
    shutdown = Shutdown(0, [listener], is_ending.is_set)
    is_ending.set()
    with connect(listener) as peer:
        peer.sendall(UPGRADE)
        assert peer.recv(4096).startswith(b"HTTP/1.1 503 ")
    shutdown.finish()


def test_nothing_is_accepted_before_the_shutdown_has_begun(
    listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jambonz_sync.server.shutdown.registries", list)  # those of other tests go on
    shutdown = Shutdown(0, [listener])
    with connect(listener) as peer:
        peer.sendall(UPGRADE)
        peer.settimeout(0.5)
        with pytest.raises(TimeoutError):
            peer.recv(1)
        peer.settimeout(15)
        shutdown.begin()
        assert peer.recv(4096).startswith(b"HTTP/1.1 503 ")
    shutdown.finish()
