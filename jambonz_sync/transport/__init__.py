"""WebSockets for threads: the home of simple-websocket and wsproto."""

from .connection import Connection, HandshakeError, offered

__all__ = ["Connection", "HandshakeError", "offered"]
