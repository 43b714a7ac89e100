"""A fake API server on real sockets of loopback, which answers, drips, breaks and vanishes as it is told.

``api.on("POST", path, reply(201, {...}))`` answers each such request; ``api.next(act, act ...)`` says what the
next requests meet, whatever they ask for. An act is a function of a :class:`Visit`. What arrived is in
``api.requests``; ``api.connections`` counts the connections that were made.
"""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

#: seconds after which a test that waits for something gives up
PATIENCE = 20.0

ACCOUNT = "0f0e0d0c-0000-4000-8000-000000000001"
PROVIDER = "0f0e0d0c-0000-4000-8000-000000000002"
SID = "0f0e0d0c-0000-4000-8000-00000000000a"
KEY = "38700987-c7a4-4685-a5bb-af378f9734de"


@dataclass
class Request:
    method: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Visit:
    """A request that has been read, and the socket to do something to."""

    api: FakeApi
    sock: socket.socket
    request: Request
    keep_alive: bool = field(default=True)

    def wait_for_the_client_to_leave(self) -> None:
        self.keep_alive = False
        with suppress(OSError):
            while self.sock.recv(65_536):
                pass


Act = Callable[[Visit], None]


def reply(status: int, body: Any = None, headers: dict[str, str] | None = None, *, text: bytes | None = None) -> Act:
    """Answer with JSON, or with ``text`` as it is."""
    data = text if text is not None else b"" if body is None else json.dumps(body).encode()
    kind = {} if text is not None or body is None else {"Content-Type": "application/json; charset=utf-8"}
    fields = {**kind, "Content-Length": str(len(data)), **(headers or {})}
    head = f"HTTP/1.1 {status} Whatever\r\n" + "".join(f"{k}: {v}\r\n" for k, v in fields.items() if v) + "\r\n"

    def act(visit: Visit) -> None:
        visit.sock.sendall(head.encode() + data)

    return act


def send_and_close(data: bytes) -> Act:
    """Send these bytes, whatever they are, and close."""

    def act(visit: Visit) -> None:
        visit.keep_alive = False
        visit.sock.sendall(data)

    return act


def close(visit: Visit) -> None:
    """Read the request, then close without a word."""
    visit.keep_alive = False


def reset(visit: Visit) -> None:
    """Read the request, then reset the connection."""
    visit.keep_alive = False
    visit.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def half_close(visit: Visit) -> None:
    """Close the sending half, and keep on listening."""
    visit.sock.shutdown(socket.SHUT_WR)
    visit.wait_for_the_client_to_leave()


def stay_silent(visit: Visit) -> None:
    """Take the request and never answer."""
    visit.wait_for_the_client_to_leave()


def drip(head: bytes, drop: bytes = b" ", every: float = 0.02) -> Act:
    """Send ``head``, then a drop now and then for as long as the client can bear it."""

    def act(visit: Visit) -> None:
        visit.keep_alive = False
        with suppress(OSError):
            visit.sock.sendall(head)
            while not visit.api.stopping.wait(every):
                visit.sock.sendall(drop)

    return act


class FakeApi:
    def __init__(self, tls: ssl.SSLContext | None = None, port: int = 0) -> None:
        self.requests: list[Request] = []
        self.connections = 0
        self.stopping = threading.Event()
        #: what to do with connections before anything is read from them; True means that it is done with
        self.greet: Callable[[socket.socket], bool] | None = None
        self._tls = tls
        #: what meets a request that nothing else is said of
        self.otherwise: Act = reply(404, text=b"Not Found")
        self._next: deque[Act] = deque()
        self._routes: dict[tuple[str, str], Act] = {}
        self._lock = threading.Lock()
        self._socks: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", port), backlog=256)
        self.port: int = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept, name="fake-api", daemon=True)]
        self._threads[0].start()

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    @property
    def open_connections(self) -> int:
        with self._lock:
            return len(self._socks)

    def wait_until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline, "what was waited for did not happen"
            time.sleep(0.002)

    def next(self, *acts: Act) -> None:
        self._next.extend(acts)

    def on(self, method: str, path: str, act: Act) -> None:
        """``path`` is without ``/v1`` and without a query."""
        self._routes[method, path] = act

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.stopping.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for sock in self._socks:
                with suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(PATIENCE)

    def _accept(self) -> None:
        while not self.stopping.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self.connections += 1
                self._socks.add(sock)
            thread = threading.Thread(target=self._serve, args=(sock,), name="fake-api-visit", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, plain: socket.socket) -> None:
        sock = plain
        try:
            if self.greet is not None and self.greet(sock):
                return
            if self._tls is not None:
                sock = self._tls.wrap_socket(sock, server_side=True)
                with self._lock:
                    self._socks.add(sock)
            stream = sock.makefile("rb")
            with stream:
                while (request := self._read(stream)) is not None:
                    with self._lock:
                        self.requests.append(request)
                        act = self._next.popleft() if self._next else None
                    act = act or self._routes.get((request.method, request.path.removeprefix("/v1")))
                    visit = Visit(self, sock, request)
                    (act or self.otherwise)(visit)
                    if not visit.keep_alive:
                        return
        except (OSError, ValueError):
            pass  # the client left
        finally:
            with self._lock:
                self._socks.discard(sock)
                self._socks.discard(plain)
            sock.close()
            plain.close()

    @staticmethod
    def _read(stream: Any) -> Request | None:
        first = stream.readline().decode("latin-1").split()
        if len(first) != 3:
            return None
        headers: dict[str, str] = {}
        while line := stream.readline().decode("latin-1").strip():
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        body = stream.read(int(headers.get("content-length", 0)))
        parts = urlsplit(first[1])
        return Request(first[0], parts.path, parse_qsl(parts.query, keep_blank_values=True), headers, body)
