"""WSGI requests to upgrade to a WebSocket, for the endpoint and for views of Flask: to know one, and to answer it."""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from werkzeug.wrappers import Response

from ..model.json_text import dumps
from ..protocol.messages import shown
from ..runtime.websocket import DETACH, HandshakeError

log = logging.getLogger("jambonz_sync.server")

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
WSGIApp = Callable[[Environ, StartResponse], Iterable[bytes]]

#: in the environment of a server that bounds how many requests it serves: to be called when one has become a WebSocket
ON_UPGRADE = "jambonz_sync.on_upgrade"
#: what is answered to wrong credentials
CHALLENGE = 'Basic realm="jambonz", charset="UTF-8"'

#: characters of a refusal's reason that are logged, and told to the peer
LONGEST_REASON = 300


def is_handshake(environ: Environ) -> bool:
    """Say whether a request is one to upgrade to a WebSocket.

    Args:
        environ: The request.
    Returns:
        True if it is.
    """
    upgrade: str = environ.get("HTTP_UPGRADE", "")
    return upgrade.lower() == "websocket" and environ["REQUEST_METHOD"] == "GET"


def path_of(environ: Environ) -> str:
    """Return the path of a request as text: WSGI has its bytes as if they were Latin-1.

    Args:
        environ: The request.
    """
    raw: str = environ.get("PATH_INFO", "/")
    return raw if raw.isascii() else raw.encode("latin-1").decode("utf-8", "replace")


def connection_taken(start_response: StartResponse | None) -> list[bytes]:
    """Answer a WSGI server whose socket has been used up: nothing is written.

    Args:
        start_response: For a server that logs each request (see :func:`logs_requests`): it logs the status of an
            upgrade, and finds that the socket is down when it is about to write it. Werkzeug's debugger would take an
            exception for a failure of the application.
    Returns:
        No body.
    Raises:
        ConnectionResetError: Without ``start_response``: each server takes it for a peer that has gone.
    """
    if start_response is None:
        raise ConnectionResetError(errno.ECONNRESET, "served as a WebSocket")
    start_response("101 Switching Protocols", [])
    return []


def logs_requests(environ: Environ) -> bool:
    """Say whether a request has come by Werkzeug's own server, which logs each.

    Args:
        environ: The request.
    Returns:
        True if it has.
    """
    return "werkzeug.socket" in environ and DETACH not in environ


def serves_one_at_a_time(environ: Environ) -> bool:
    """Say whether a request has come by a worker of gunicorn that serves no other one meanwhile.

    Args:
        environ: The request.
    Returns:
        True for the class that gunicorn takes if it is not told otherwise.
    """
    return "gunicorn.socket" in environ and not environ["wsgi.multithread"]


def rejection_response(exc: HandshakeError, environ: Environ) -> Response:
    """Make the response to a handshake that is refused; the reason goes to the log.

    Args:
        exc: The refusal.
        environ: The request.
    """
    reason = shown(exc, LONGEST_REASON)  # it may have what the peer sent
    log.warning("a call from %s was refused with %d: %s", shown(environ.get("REMOTE_ADDR", "-")), exc.status, reason)
    headers = {}
    if exc.status == 401:
        headers["WWW-Authenticate"] = CHALLENGE
    elif exc.status == 426:
        headers["Sec-WebSocket-Version"] = "13"
    elif exc.status == 503:
        headers["Retry-After"] = "1"
    body = "" if exc.status in (401, 403) else f"{reason}\n"
    return Response(body, exc.status, headers, content_type="text/plain")


def response_without_handshake(method: str, env_vars: Mapping[str, Any]) -> Response:
    """Make the response to a request at the path of a service that is no handshake.

    Args:
        method: Its method. OPTIONS is how the portal asks for application environment variables.
        env_vars: Their declaration, as the portal takes it.
    """
    allow = {"Allow": "GET, OPTIONS"}
    if method == "OPTIONS":
        if not env_vars:
            return Response(status=204, headers=allow)
        return Response(dumps(env_vars), content_type="application/json", headers=allow)
    if method in ("GET", "HEAD"):
        headers = {"Upgrade": "websocket", "Connection": "Upgrade"}
        return Response("expected a WebSocket handshake\n", 426, headers, content_type="text/plain")
    return Response(status=405, headers=allow)
