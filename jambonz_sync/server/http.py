"""The server of a script: Werkzeug's, with threads of the pool.

A request has a thread for itself; a WebSocket only until it is open (:mod:`jambonz_sync.runtime`).
"""

from __future__ import annotations

import io
import logging
import os
import socket
import threading
from functools import partial
from typing import Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from ..protocol.messages import shown
from ..runtime import pool
from ..runtime.websocket import DETACH, pollable
from .listener import Listener
from .peer import Leftover, PeerStream
from .wsgi import ON_UPGRADE, Environ, WSGIApp

log = logging.getLogger("jambonz_sync.server")

#: connections that may wait to be accepted: calls come in bursts, and jambonz gives up after 1.5 s
_BACKLOG = 512
#: requests that are served at once, usual handshakes not counted; further ones are answered 503
MAX_REQUESTS = 200

_BUSY = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def pin_to_core_number(number: int) -> None:
    """Keep this process on one of the processors that it may use.

    Does nothing where the system cannot.

    Args:
        number: Which, counted from 0; it begins anew behind the last.
    """
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[number % len(cores)]})


def netloc(host: str, port: int) -> str:
    """Return an address as it stands in a URL.

    Args:
        host: The name or the IP address.
        port: The port.
    """
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _detached(sock: socket.socket) -> socket.socket:
    """Take a socket out of its object, which its owner may close."""
    taken = socket.socket(sock.family, sock.type, sock.proto, fileno=sock.detach())
    taken.setblocking(True)  # its descriptor may have had a time limit
    return taken


class _Slot:
    """The right of one request to be served, until :meth:`free`, which may be called twice."""

    __slots__ = ("_slots",)

    def __init__(self, slots: threading.BoundedSemaphore) -> None:
        self._slots: list[threading.BoundedSemaphore] = [slots]

    def free(self) -> None:
        while self._slots:
            self._slots.pop().release()


class _Handler(WSGIRequestHandler):
    """One request: says nothing on stderr, and gives up a peer that is too slow."""

    def __init__(self, request: socket.socket, client_address: Any, server: Any, head: bytes, slot: _Slot) -> None:
        self._head = head
        self._slot = slot
        super().__init__(request, client_address, server)

    def setup(self) -> None:
        self.connection = self.request
        # two streams: the reader closes its own when Werkzeug lets go of it, before it flushes the other
        self.rfile = io.BufferedReader(PeerStream(self.request, self._head))
        self.wfile = PeerStream(self.request)  # type: ignore[assignment]

    def version_string(self) -> str:
        return "jambonz_sync"

    def make_environ(self) -> Environ:
        environ = super().make_environ()
        environ[DETACH] = partial(_detached, self.connection)
        environ[ON_UPGRADE] = self._slot.free
        self.rfile = Leftover(self.connection)  # type: ignore[assignment]  # Werkzeug reads it when it has answered
        return environ

    def connection_dropped(self, error: BaseException, environ: Any = None) -> None:
        self.close_connection = True  # what a WebSocket leaves unread is no second request

    def log_request(self, code: Any = "-", size: Any = "-") -> None:
        self.log("debug", "%s %s", self.requestline, code)

    def log(self, type: str, message: str, *args: Any) -> None:
        getattr(log, type, log.info)("%s: %s", self.client_address[0], shown(message % args, 300))


class _Server(ThreadedWSGIServer):
    """Serves requests on threads of the pool, up to :data:`MAX_REQUESTS` at once."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._slots = threading.BoundedSemaphore(MAX_REQUESTS)

    def reserve(self) -> bool:
        return self._slots.acquire(blocking=False)

    def serve(self, sock: socket.socket, address: Any, head: bytes) -> None:
        # a thread that is idle costs less than a new one, whose start this one would wait for
        pool.run(partial(self._serve, sock, address, head, _Slot(self._slots)))

    def _serve(self, sock: socket.socket, address: Any, head: bytes, slot: _Slot) -> None:
        try:
            _Handler(sock, address, self, head, slot)
        except Exception:
            self.handle_error(sock, address)
        finally:
            slot.free()
            self.shutdown_request(sock)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection of which nothing has been read, where there is no reactor to read its head."""
        if self.reserve():
            self.serve(request, client_address, b"")
            return
        try:
            request.settimeout(0)
            request.send(_BUSY)
        except OSError:
            pass  # the peer has gone
        self.shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        log.exception("a request from %s failed", client_address)

    def log(self, type: str, message: str, *args: Any) -> None:
        getattr(log, type, log.info)("%s", shown(message % args, 5000) if args else message)


class HttpServer:
    """A server of a WSGI application at an address, from ``__init__`` to :meth:`stop`.

    Args:
        host: The address; with a colon it is one of IPv6, and ``"::"`` takes IPv4 as well.
        port: The port; 0 takes a free one.
        app: The application.
        listener: A socket that listens already, which it takes over; ``host`` and ``port`` are not looked at then.
    Raises:
        OSError: The address cannot be had.
    """

    def __init__(self, host: str, port: int, app: WSGIApp, *, listener: socket.socket | None = None) -> None:
        if listener is None:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            both = host == "::" and socket.has_dualstack_ipv6()
            # bound here, because Werkzeug answers an address in use by ending the process
            listener = socket.create_server((host, port), family=family, backlog=_BACKLOG, dualstack_ipv6=both)
        with listener:
            self._server = _Server(host, port, app, handler=_Handler, fd=listener.fileno())
        self.port = int(self._server.server_address[1])
        self._listener: Listener | None = None
        self._thread: threading.Thread | None = None
        if pollable(self._server.socket) is not None:
            self._listener = Listener(self._server.socket, app, self._server)
            self._listener.open()
        else:
            self._thread = threading.Thread(
                target=self._server.serve_forever,
                kwargs={"poll_interval": 0.1},
                name="jambonz-sync-server",
                daemon=True,
            )
            self._thread.start()

    def stop(self) -> None:
        """Take no more connections. Those that are open go on.

        Blocks: a tenth of a second at most.
        """
        if self._listener is not None:
            self._listener.close()
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()
