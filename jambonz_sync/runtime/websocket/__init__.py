"""WebSockets for threads: the home of simple-websocket and wsproto. A frame is parsed in ``frames``, without a socket.

Imports errors and, of the rest of runtime, timers and pool. Used by server, which opens connections, and by session and
audio, which send on them.
"""

from .connection import Connection, HandshakeError, offered
from .sockets import pollable

__all__ = ["DETACH", "Connection", "HandshakeError", "offered", "pollable", "preload"]

#: in the WSGI environment of a server that can do without the socket of a request: a function that takes it away
DETACH = "jambonz_sync.detach"


def preload() -> None:
    """Import the libraries now: they take a tenth of a second, for which the first call would wait."""
    import wsproto.events  # noqa: F401

    from . import any_handshake  # noqa: F401
