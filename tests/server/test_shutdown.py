"""New connections while a worker goes down."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from jambonz_sync.server.shutdown import Shutdown, refuse_connections

UPGRADE = b"GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A listening socket from which nobody accepts."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as listener:
        listener.setblocking(False)
        yield listener


def connect(listener: socket.socket) -> socket.socket:
    return socket.create_connection(listener.getsockname(), 15)


def refuses(listener: socket.socket) -> threading.Thread:
    def refuse() -> None:
        with pytest.raises((OSError, ValueError)):
            refuse_connections([listener])

    thread = threading.Thread(target=refuse)
    thread.start()
    return thread


@pytest.mark.parametrize(
    "request_", [UPGRADE, b"GET / HTTP/1.0\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n"]
)
def test_who_connects_is_answered_503_until_the_socket_is_closed(listener: socket.socket, request_: bytes) -> None:
    refuser = refuses(listener)
    with connect(listener) as peer:
        peer.sendall(request_)
        assert peer.recv(4096).startswith(b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\n")
    listener.close()
    refuser.join(15)
    assert not refuser.is_alive()


def test_a_connection_that_another_worker_takes_is_not_refused(listener: socket.socket) -> None:
    refuser = refuses(listener)
    other_worker = listener.dup()
    with other_worker:
        other_worker.settimeout(15)
        for _ in range(20):
            with connect(listener) as peer:
                served, _ = other_worker.accept()
                with served:
                    served.sendall(b"mine")
                    assert peer.recv(4096) == b"mine"
    listener.close()
    refuser.join(15)


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
