"""WebSockets for threads: the home of simple-websocket and wsproto. A frame is parsed in ``frames``, without a socket.

It may import ``errors`` only, and nothing of ``runtime``. ``server`` opens connections, ``session`` sends on them.
"""

from .connection import Connection, HandshakeError, offered
from .sockets import pollable

__all__ = ["DETACHABLE", "Connection", "HandshakeError", "offered", "pollable", "preload"]

#: in the WSGI environment of a server that does not mind to lose the socket of a request
DETACHABLE = "jambonz_sync.detachable"


def preload() -> None:
    """Import the libraries now: they take a tenth of a second, for which the first call would wait."""
    import wsproto.events  # noqa: F401

    from . import handshake  # noqa: F401
