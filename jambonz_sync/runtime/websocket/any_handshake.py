"""Any handshake, by simple-websocket and wsproto. Loaded when it is needed, because they take a while."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import simple_websocket
from wsproto.utilities import RemoteProtocolError

__all__ = ["accept"]

#: what of the request simple-websocket needs; all else, the offer to compress included, is left out
_NEEDED = (
    "HTTP_HOST",
    "HTTP_CONNECTION",
    "HTTP_UPGRADE",
    "HTTP_SEC_WEBSOCKET_KEY",
    "HTTP_SEC_WEBSOCKET_VERSION",
    "HTTP_SEC_WEBSOCKET_PROTOCOL",
    "werkzeug.socket",
    "gunicorn.socket",
    "SERVER_SOFTWARE",
    "wsgi.input",
)


class _NoThread:
    """Stands where simple-websocket would start its receiving thread: the server's own thread receives."""

    name = ""

    def __init__(self, target: object = None) -> None:
        pass

    def start(self) -> None:
        pass


class _Server(simple_websocket.Server):  # type: ignore[misc]  # it has no types
    """Finds the socket of a WSGI request and answers the handshake; that is all that is wanted of it."""

    sock: Any
    subprotocol: str | None

    def __init__(
        self, environ: dict[str, Any], subprotocols: Sequence[str], chosen: str | None, response: bytes | None
    ) -> None:
        self._chosen = chosen
        self._response = response
        super().__init__(
            environ,
            subprotocols=list(subprotocols),
            thread_class=_NoThread,
            event_class=_NoThread,  # pyright: ignore[reportArgumentType]
        )

    def handshake(self) -> None:
        if self._response is None:
            super().handshake()
            return
        self.sock.sendall(self._response)
        self.subprotocol = self._chosen
        self.connected = True


def accept(
    environ: Mapping[str, Any], subprotocols: Sequence[str], chosen: str | None, response: bytes | None
) -> tuple[Any, str | None]:
    """Answer the handshake of a request.

    Args:
        environ: The request, as WSGI has it.
        subprotocols: Those that may be agreed on.
        chosen: The one that was.
        response: The answer, where it is known; else wsproto makes it.
    Returns:
        The socket of the request, and the subprotocol.
    Raises:
        ValueError: It is malformed; nothing has been written.
        RuntimeError: The server does not hand out its sockets.
        OSError: The client has gone.
    """
    request = {name: environ[name] for name in _NEEDED if name in environ}
    try:
        server = _Server(request, subprotocols, chosen, response)
    except RemoteProtocolError as exc:
        raise ValueError(str(exc)) from None
    return server.sock, server.subprotocol
