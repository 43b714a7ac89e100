"""Where connections come in: the leader accepts them, reads the head of each request, and answers usual handshakes.

Nothing that a stranger sends costs a thread before the head of a request is complete; until then a connection is an
entry in a list, bounded in bytes, seconds and number. Handing a call to another thread and back costs more than
answering, so a request to upgrade, just as clients send it, is put to the WSGI application at once; any other one is
left to Werkzeug, on a thread of its own. A property test holds both to the same reading of a request.
"""

from __future__ import annotations

import io
import logging
import re
import socket
import sys
from collections.abc import Callable
from http import HTTPStatus
from time import monotonic
from typing import Any, Protocol

from ..runtime import Channel, ReadLease, fork, reactor, timers
from ..runtime.websocket import DETACH
from .peer import MAX_DISCARDED, PeerStream
from .request import usual_request
from .wsgi import Environ, WSGIApp

log = logging.getLogger("jambonz_sync.server")

#: seconds in which the head of a request must come
REQUEST_TIMEOUT = 10.0
#: bytes that it may have
MAX_HEAD = 16_384
#: connections whose request is not complete: when there are more, the oldest is closed
MAX_PENDING = 1000
#: bytes that are looked at first: usual requests have a few hundred
_PEEK = 4096
#: leaves what it receives where it is, and does not wait
_LOOK = int(socket.MSG_PEEK | socket.MSG_DONTWAIT)
#: connections that are accepted before others get their turn
_ACCEPTED_AT_ONCE = 16
#: seconds until the next try, where the system has no descriptor for a connection
_RETRY_ACCEPT = 0.1
#: seconds between two lines of the log that say the same of different peers
_REPORT_EVERY = 60.0
#: seconds between two looks for requests that are late
_CHECK_INTERVAL = 1.0

#: the end of a head whose lines have no carriage return
_BARE_END = re.compile(rb"\n\r?\n").search


class RequestServer(Protocol):
    """Who serves requests that are no usual handshakes."""

    def reserve(self) -> bool:
        """Reserve what one more request needs. False if that cannot be had. Must not block."""
        ...

    def serve(self, sock: socket.socket, address: Any, head: bytes) -> None:
        """Serve a request for which there is a reservation: ``head`` has been read from its socket. Must not block."""


class Listener(Channel):
    """A listening socket, and the requests on it that are not complete.

    Args:
        listener: The socket.
        app: Serves those who ask for a WebSocket.
        others: Serves all others.
    """

    __slots__ = ("_app", "_check", "_lock", "_others", "_pending", "_reported", "_server", "_socket")

    def __init__(self, listener: socket.socket, app: WSGIApp, others: RequestServer) -> None:
        super().__init__(listener.fileno())
        self._socket = listener
        self._app = app
        self._others = others
        self._lock = fork.lock()  # guards the next two; held for moments
        self._pending: dict[_PendingRequest, None] = {}  # in the order of their deadlines
        self._check = False  # whether a timer looks for those that are late
        self._reported: dict[str, float] = {}
        address = listener.getsockname()
        name, port = address[:2] if type(address) is tuple else (address, 0)
        self._server = {
            "SERVER_NAME": name,
            "SERVER_PORT": str(port),
            "SERVER_SOFTWARE": "jambonz_sync",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }

    def open(self) -> None:
        """Accept connections from now on."""
        self._socket.setblocking(False)
        reactor.add(self)

    def close(self) -> None:
        """Accept no more, and end those whose request is not complete. Calls go on."""
        self.over = True
        reactor.remove(self)
        with self._lock:
            pending = list(self._pending)
            self._pending.clear()
        for request in pending:
            request.end()

    def step(self, lease: ReadLease) -> None:
        for _ in range(_ACCEPTED_AT_ONCE):
            try:
                sock, address = self._socket.accept()
            except BlockingIOError:
                return
            except OSError as exc:
                if not self.over:
                    self._report("connections cannot be accepted", exc)
                    self._end_oldest()
                    lease.detach()
                    timers.call_later(_RETRY_ACCEPT, self.release_turn)
                return
            self.receive(sock, address)

    def receive(self, sock: socket.socket, address: Any) -> None:
        """Read the request of a connection that has been accepted, and have it served.

        Args:
            sock: The connection.
            address: That of its peer.
        """
        request = _PendingRequest(self, sock, address)
        self.add_pending(request)
        try:
            reactor.add(request, at_once=True)  # as a rule it has come along with the connection
        except OSError as exc:
            self._report("a connection cannot be waited for", exc)
            self.remove_pending(request)
            sock.close()

    # -- requests that are not complete

    def add_pending(self, request: _PendingRequest) -> None:
        """Give a request, or what still comes of one that was rejected, its time to come."""
        request.since = monotonic()
        with self._lock:
            oldest = next(iter(self._pending)) if len(self._pending) >= MAX_PENDING else None
            if oldest is not None:
                del self._pending[oldest]
            self._pending[request] = None
            check, self._check = self._check, True
        if oldest is not None:
            self._report("connections are closed", f"more than {MAX_PENDING:,} have not said what they want")
            oldest.end()
        if not check:
            timers.call_later(min(_CHECK_INTERVAL, REQUEST_TIMEOUT), self._end_late)

    def remove_pending(self, request: _PendingRequest) -> bool:
        """Say that a request is complete. False if its time is over."""
        with self._lock:
            return self._pending.pop(request, self) is None

    def _end_oldest(self) -> None:
        with self._lock:
            oldest = next(iter(self._pending), None)
            if oldest is not None:
                del self._pending[oldest]
        if oldest is not None:
            oldest.end()

    def _end_late(self) -> None:
        """End what is late, and look again as long as anything is pending. Threads: the timers'."""
        before = monotonic() - REQUEST_TIMEOUT
        late = []
        with self._lock:
            for request in self._pending:
                if request.since > before:
                    break
                late.append(request)
            for request in late:
                del self._pending[request]
            self._check = bool(self._pending)
            check = self._check
        for request in late:
            self._report("requests are given up", f"one from {request.address} did not come in {REQUEST_TIMEOUT:g} s")
            request.time_out()
        if check:
            timers.call_later(min(_CHECK_INTERVAL, REQUEST_TIMEOUT), self._end_late)

    def _report(self, what: str, why: object) -> None:
        """Say in the log what happens, once a minute: peers that cause it must not fill a disk."""
        now = monotonic()
        if now >= self._reported.get(what, 0.0):
            self._reported[what] = now + _REPORT_EVERY
            log.error("%s: %s (this is said once a minute)", what, why)

    # -- requests that are

    def reserve(self) -> bool:
        """See :meth:`RequestServer.reserve`; of the others."""
        if self._others.reserve():
            return True
        self._report("requests are answered 503", "as many as may be are being served")
        return False

    def serve(self, sock: socket.socket, address: Any, head: bytes) -> None:
        """See :meth:`RequestServer.serve`; by the others."""
        self._others.serve(sock, address, head)

    def upgrade(self, sock: socket.socket, address: Any, environ: Environ) -> None:
        """Have the application serve a usual handshake. Blocks: as long as that does."""
        host, port = address[:2] if type(address) is tuple else ("", 0)  # a Unix socket has none
        sockets = [sock]
        environ = {
            **self._server,
            **environ,
            "REMOTE_ADDR": host,
            "REMOTE_PORT": port,
            "wsgi.input": io.BytesIO(),
            "werkzeug.socket": sock,
            DETACH: sockets.pop,
        }
        response: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[..., object]:
            response[:] = status, headers
            return _no_write

        try:
            body = b"".join(self._app(environ, start_response))
            status, headers = response
            lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers), "Connection: close"]
            PeerStream(sock).write("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
        except (ConnectionError, TimeoutError):
            pass  # it is a WebSocket now; or the peer has gone, or does not take its answer
        except Exception:
            log.exception("a request from %s failed", host or "-")
        finally:
            if sockets:  # else it is that of a WebSocket now
                sock.close()


def _no_write(data: bytes) -> object:
    raise RuntimeError("write() of WSGI is not served here")


class _PendingRequest(Channel):
    """A connection whose request is not complete, or was rejected, so that what still comes of it is dropped."""

    __slots__ = ("_discarded", "_head", "_listener", "_rejected", "_sock", "address", "since")

    def __init__(self, listener: Listener, sock: socket.socket, address: Any) -> None:
        super().__init__(sock.fileno())
        self._listener = listener
        self._sock = sock
        self.address = address
        self._head = b""
        self._rejected = False
        self._discarded = 0
        self.since = 0.0  # monotonic seconds

    def step(self, lease: ReadLease) -> None:
        try:
            # no byte behind the head is taken: it belongs to whoever serves the request
            data = self._sock.recv(min(_PEEK, MAX_HEAD - len(self._head)), _LOOK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        try:
            if not data:
                self._close()
            elif self._rejected:
                self._discard(len(data))
            else:
                self._take(data)
        except OSError:  # the peer has gone between two looks
            self._close()

    def _take(self, data: bytes) -> None:
        known = len(self._head)
        head = self._head + data if known else data
        end = head.find(b"\r\n\r\n", max(0, known - 3)) + 4
        is_bare = end < 4
        if is_bare:
            bare = _BARE_END(head, max(0, known - 2))
            if bare is None:
                self._sock.recv(len(data))
                self._head = head
                if len(head) >= MAX_HEAD and self._listener.remove_pending(self):
                    self._reject(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
                return
            end = bare.end()
        self._sock.recv(end - known)
        environ = None if is_bare else usual_request(head[: end - 2])
        if not self._listener.remove_pending(self):
            self._close()  # its time is over
        elif environ is not None:
            self.over = True
            reactor.remove(self)
            self._listener.upgrade(self._sock, self.address, environ)
        elif self._listener.reserve():
            self._leave()
            self._listener.serve(self._sock, self.address, head[:end])
        else:
            self._reject(HTTPStatus.SERVICE_UNAVAILABLE)

    def _reject(self, status: HTTPStatus) -> None:
        """Answer with an error, and drop what still comes: closing with bytes unread could lose the answer."""
        self._head = b""
        self._rejected = True
        self._answer(status)
        self._listener.add_pending(self)  # a time of its own

    def _answer(self, status: HTTPStatus) -> None:
        retry = "Retry-After: 1\r\n" if status is HTTPStatus.SERVICE_UNAVAILABLE else ""
        body = f"{status.phrase.lower()}\n"
        head = f"HTTP/1.1 {status.value} {status.phrase}\r\n{retry}Content-Type: text/plain\r\n"
        answer = f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}"
        try:
            self._sock.send(answer.encode(), socket.MSG_DONTWAIT)  # nothing has been sent: there is room for it
            self._sock.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the peer has gone

    def _discard(self, size: int) -> None:
        self._sock.recv(size)
        self._discarded += size
        if self._discarded >= MAX_DISCARDED:
            self._close()

    def _leave(self) -> None:
        """Be waited for no more: the socket is somebody else's from now on."""
        self.over = True
        reactor.remove(self)

    def _close(self) -> None:
        self._leave()
        self._listener.remove_pending(self)
        self._sock.close()

    # -- by other threads, once the listener has forgotten it

    def time_out(self) -> None:
        """Give up a request that did not come in time."""
        if self._head:
            self._answer(HTTPStatus.REQUEST_TIMEOUT)
        self.end()

    def end(self) -> None:
        """End the connection; the leader closes it."""
        try:
            self._sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # it has ended by itself
