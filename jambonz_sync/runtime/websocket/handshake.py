"""The handshake, answered by simple-websocket. Loaded with the first call, because its libraries take a while.

As with frames there is a quick way: a request that is just as clients send it is answered here, in a tenth of the
time that wsproto takes for it. Any other one is wsproto's to judge.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any

import simple_websocket

__all__ = ["accept", "answer"]

_KEY = re.compile(r"[A-Za-z0-9+/]{22}==").fullmatch
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?").fullmatch
#: of RFC 6455
_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def answer(environ: Mapping[str, Any], subprotocol: str | None) -> bytes | None:
    """The response to a usual handshake; None if this is none. ``subprotocol`` is the one that was chosen."""
    key = environ.get("HTTP_SEC_WEBSOCKET_KEY", "")
    if (
        not _KEY(key)
        or not _HOST(environ.get("HTTP_HOST", ""))
        or environ.get("HTTP_UPGRADE", "").lower() != "websocket"
        or environ.get("HTTP_CONNECTION", "").lower() not in ("upgrade", "keep-alive, upgrade")
        or environ.get("HTTP_SEC_WEBSOCKET_VERSION") != "13"
    ):
        return None
    token = b64encode(hashlib.sha1((key + _GUID).encode(), usedforsecurity=False).digest()).decode()
    lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"]
    lines.append(f"Sec-WebSocket-Accept: {token}")
    if subprotocol is not None:
        lines.append(f"Sec-WebSocket-Protocol: {subprotocol}")
    return "\r\n".join([*lines, "", ""]).encode()


class _NoThread:
    """Stands where simple-websocket would start its receiving thread: the server's own thread receives."""

    name = ""

    def __init__(self, target: object = None) -> None:
        pass

    def start(self) -> None:
        pass


class Server(simple_websocket.Server):  # type: ignore[misc]  # it has no types
    """Finds the socket of a WSGI request and answers the handshake; that is all that is wanted of it."""

    sock: Any
    subprotocol: str | None

    def __init__(self, environ: dict[str, Any], subprotocols: Sequence[str], chosen: str | None) -> None:
        self._chosen = chosen
        super().__init__(
            environ,
            subprotocols=list(subprotocols),
            thread_class=_NoThread,
            event_class=_NoThread,  # pyright: ignore[reportArgumentType]
        )

    def handshake(self) -> None:
        response = answer(self.environ, self._chosen)
        if response is None:
            super().handshake()
            return
        self.sock.sendall(response)
        self.subprotocol = self._chosen
        self.connected = True


def accept(environ: dict[str, Any], subprotocols: Sequence[str], chosen: str | None) -> tuple[Any, str | None]:
    """Answer the handshake of a request; return its socket, and the subprotocol that was agreed on."""
    sock = environ.get("werkzeug.socket")
    response = answer(environ, chosen) if sock is not None else None
    if sock is None or response is None:
        server = Server(environ, subprotocols, chosen)
        return server.sock, server.subprotocol
    sock.sendall(response)  # what simple-websocket makes besides is a seventh of taking a connection in
    return sock, chosen
