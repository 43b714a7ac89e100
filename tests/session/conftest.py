from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from jambonz_sync import Endpoint, Service, create_endpoint
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
