"""Where connections come in: the leader accepts them, and answers usual handshakes itself.

Handing a connection to another thread, and its call back again, costs more than answering. So the first bytes of a
connection are looked at without taking them. A whole request to upgrade, just as clients send it, is parsed here
and put to the WSGI application at once; anything else is left as it is for Werkzeug, on a thread of its own. A property
test holds both to the same reading of a request.
"""

from __future__ import annotations

import io
import logging
import re
import socket
import sys
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Any
from urllib.parse import unquote_to_bytes

from ..runtime import Channel, ReadLease, reactor, timers
from ..runtime.websocket import DETACHABLE

log = logging.getLogger("jambonz_sync.server.http")

App = Callable[[dict[str, Any], Any], Iterable[bytes]]
#: what takes a connection, and the address of its peer
Taker = Callable[[socket.socket, Any], object]

#: seconds in which a request must begin
REQUEST_TIMEOUT = 10.0
#: bytes of a request that is parsed here
_MOST = 8192
#: connections that are accepted before others get their turn
_AT_ONCE = 16
#: seconds until the next try, where the system has no descriptor for a connection
_NO_DESCRIPTOR = 0.1

_REQUEST = re.compile(r"GET (/(?!/)[!-~]*) HTTP/1\.1").fullmatch
_HEADER = re.compile(r"([!#$%&'*+.^`|~0-9A-Za-z-]+):[ \t]*((?:[ -~\x80-\xff]*[!-~\x80-\xff])?)").fullmatch
#: headers that say that there is more to the request than they
_BODY = {"HTTP_CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING", "HTTP_EXPECT"}


def usual_request(head: bytes) -> dict[str, Any] | None:
    """What of a WSGI environment a request says that is to upgrade to a WebSocket and no other than usual; else None.
    ``head`` is without the empty line."""
    request, *lines = head.decode("latin-1").split("\r\n")
    found = _REQUEST(request)
    if found is None:
        return None
    target = found[1]
    path, _, query = target.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("utf-8", "replace").encode().decode("latin-1"),
        "QUERY_STRING": query,
        "REQUEST_URI": target,
        "RAW_URI": target,
        "SERVER_PROTOCOL": "HTTP/1.1",
    }
    if "#" in target:
        return None
    for line in lines:
        header = _HEADER(line)
        if header is None:
            return None
        name = "HTTP_" + header[1].upper().replace("-", "_")
        environ[name] = f"{environ[name]},{header[2]}" if name in environ else header[2]
    if environ.get("HTTP_UPGRADE", "").lower() != "websocket" or not _BODY.isdisjoint(environ):
        return None
    return environ


class Listener(Channel):
    """A listening socket: serves ``app`` to those who ask for a WebSocket, and gives all others to ``other``."""

    __slots__ = ("_app", "_other", "_server", "_socket")

    def __init__(self, listener: socket.socket, app: App, other: Taker) -> None:
        super().__init__(listener.fileno())
        self._socket = listener
        self._app = app
        self._other = other
        name, port = listener.getsockname()[:2]
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
            DETACHABLE: True,
        }

    def open(self) -> None:
        """Accept connections from now on."""
        self._socket.setblocking(False)
        reactor.add(self)

    def close(self) -> None:
        """Accept no more. What has been accepted goes on."""
        self.over = True
        reactor.remove(self)

    def step(self, lease: ReadLease) -> None:
        for _ in range(_AT_ONCE):
            try:
                sock, address = self._socket.accept()
            except BlockingIOError:
                return
            except OSError as exc:
                if not self.over:
                    log.error("a connection cannot be accepted: %s", exc)
                    lease.detach()
                    timers.call_later(_NO_DESCRIPTOR, self.release_turn)
                return
            try:
                reactor.add(_Newcomer(self, sock, address))
            except OSError:
                self.leave_to_other(sock, address)

    def leave_to_other(self, sock: socket.socket, address: Any) -> None:
        """It is no usual request: let the server see to it."""
        try:
            self._other(sock, address)
        except RuntimeError as exc:
            log.error("a request from %s cannot be served: %s", address, exc)
            sock.close()

    def serve(self, sock: socket.socket, address: Any, environ: dict[str, Any]) -> None:
        """Have the application serve a request to upgrade. Blocks as long as that does."""
        host, port = address[:2] if isinstance(address, tuple) else ("", 0)
        environ |= self._server
        environ |= {"REMOTE_ADDR": host, "REMOTE_PORT": port, "wsgi.input": io.BytesIO(), "werkzeug.socket": sock}
        response: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[..., object]:
            response[:] = status, headers
            return _no_write

        try:
            body = b"".join(self._app(environ, start_response))
            status, headers = response
            lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers), "Connection: close"]
            sock.sendall("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
        except ConnectionError:
            pass  # it is a WebSocket now; or the peer has gone
        except Exception:
            log.exception("a request from %s failed", host or "-")
        finally:
            sock.close()  # no more than a husk, where it is a WebSocket


def _no_write(data: bytes) -> object:
    raise RuntimeError("write() of WSGI is not served here")


class _Newcomer(Channel):
    """A connection that has said nothing yet."""

    __slots__ = ("_address", "_listener", "_since", "_sock")

    def __init__(self, listener: Listener, sock: socket.socket, address: Any) -> None:
        super().__init__(sock.fileno())
        self._listener = listener
        self._sock = sock
        self._address = address
        self._since = monotonic()

    def step(self, lease: ReadLease) -> None:
        sock, listener, address = self._sock, self._listener, self._address
        try:
            data = sock.recv(_MOST, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        self.over = True
        reactor.remove(self)
        if not data:
            sock.close()
            return
        end = data.find(b"\r\n\r\n")
        environ = usual_request(data[:end]) if end > 0 else None
        if environ is None:
            listener.leave_to_other(sock, address)
            return
        sock.recv(end + 4)
        listener.serve(sock, address, environ)

    def timed_out(self) -> bool:
        return monotonic() - self._since >= REQUEST_TIMEOUT

    def on_timeout(self) -> None:
        log.warning("a request from %s did not come within %g s", self._address, REQUEST_TIMEOUT)
        try:
            self._sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # it has ended by itself
