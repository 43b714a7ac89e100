from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from jambonz_sync import Endpoint, Service, Session, create_endpoint
from jambonz_sync.session import dispatcher_of
from tests.peer import Peer

Serve = Callable[..., Service]


@pytest.fixture
def serve() -> Iterator[Callable[..., Service]]:
    """Start an endpoint with these options; its service at /."""
    endpoints: list[Endpoint] = []

    def start(**options: Any) -> Service:
        endpoint = create_endpoint(host="127.0.0.1", port=0, **options)
        service = endpoint.service("/")
        endpoints.append(endpoint.start())
        service.endpoint = endpoint  # type: ignore[attr-defined]
        service.registry = endpoint.registry  # type: ignore[attr-defined]
        return service

    yield start
    for endpoint in endpoints:
        endpoint.stop(0)


@pytest.fixture
def dial() -> Iterator[Callable[..., Peer]]:
    """Connect to a service as jambonz does."""
    peers: list[Peer] = []

    def connect(service: Service, path: str = "/", **options: Any) -> Peer:
        peer = Peer(service.endpoint.url + path, **options)  # type: ignore[attr-defined]
        peers.append(peer)
        return peer

    yield connect
    for peer in peers:
        peer.vanish()


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """Something for a callback to wait for. It opens at the end of the test, whatever happens."""
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture
def slow_to_settle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have commands wait for a message that proves that jambonz listens, for as long as that takes: how long a machine
    needs for what is done before must decide nothing."""
    monkeypatch.setattr("jambonz_sync.session.outbox.SETTLE", 3600.0)


def narrow(session: Session) -> None:
    """Have the socket of a call hold little, so that a peer that does not read is noticed soon."""
    dispatcher_of(session).outbox.connection._sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)


def fill(session: Session) -> int:
    """Send commands until the peer, which does not read, will take no more of them; their number."""
    outbox = dispatcher_of(session).outbox
    sent = 0
    while outbox.connection.out.queued < 200_000:  # more than may be on its way in the system
        outbox.command({"type": "command", "command": "dub", "data": {"filler": "x" * 20_000}}, wait=False)
        sent += 1
    return sent
