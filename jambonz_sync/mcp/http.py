"""The server over HTTP, on loopback: with a token, and for no page of a browser that is elsewhere."""

from __future__ import annotations

import hmac
import socket
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

import uvicorn
from mcp.server import MCPServer
from mcp.server.transport_security import TransportSecuritySettings

__all__ = ["http_app", "serve_http"]

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

_PATH: Final = "/mcp"
_NAMES: Final = ("127.0.0.1", "localhost", "[::1]")


class _TokenRequired:
    """Lets in who has the token. The time that a refusal takes tells nothing about it."""

    def __init__(self, app: AsgiApp, token: str) -> None:
        self._app = app
        self._expected = f"Bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        given = next((value for name, value in scope.get("headers", ()) if name == b"authorization"), b"")
        if scope["type"] == "http" and hmac.compare_digest(given, self._expected):
            await self._app(scope, receive, send)
            return
        headers = [(b"content-type", b"text/plain"), (b"www-authenticate", b"Bearer")]
        await send({"type": "http.response.start", "status": 401, "headers": headers})
        await send({"type": "http.response.body", "body": b"the token is missing or wrong\n"})


def http_app(server: MCPServer[Any], token: str, port: int) -> AsgiApp:
    """Make the ASGI application: ``/mcp``, for those who have the token.

    Args:
        server: The server.
        token: The token, for the header ``Authorization: Bearer TOKEN``.
        port: The port, which the headers Host and Origin have to name.
    """
    security = TransportSecuritySettings(
        enable_dns_rebinding_protection=True,
        allowed_hosts=[f"{name}:{port}" for name in _NAMES],
        allowed_origins=[f"http://{name}:{port}" for name in _NAMES],
    )
    return _TokenRequired(server.streamable_http_app(streamable_http_path=_PATH, transport_security=security), token)


def serve_http(server: MCPServer[Any], token: str, listener: socket.socket) -> None:
    """Serve until SIGINT or SIGTERM.

    Args:
        server: The server.
        token: The token.
        listener: A socket that listens on loopback.
    Blocks: until a signal comes.  Threads: the main one.
    """
    app = http_app(server, token, listener.getsockname()[1])
    config = uvicorn.Config(app, log_level="warning", ws="none", timeout_graceful_shutdown=3)
    uvicorn.Server(config).run(sockets=[listener])
