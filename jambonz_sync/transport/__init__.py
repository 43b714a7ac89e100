"""WebSockets for threads: the home of simple-websocket and wsproto."""

from .connection import Connection, HandshakeError, offered

__all__ = ["Connection", "HandshakeError", "offered", "preload"]


def preload() -> None:
    """Import the libraries now: they take a tenth of a second, for which the first call would wait."""
    import wsproto.events  # noqa: F401

    from . import handshake  # noqa: F401
