"""From a view of Flask to a WebSocket, and back to the server without a byte."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import flask

from ..runtime.websocket import HandshakeError
from ..server.http import connection_taken, keeps_log, rejection_response
from ..server.service import PathService
from .config import Site

__all__ = ["upgrade_to"]


class _UsedUp(flask.Response):
    """The response of a view whose socket has been used up: there is nothing to write."""

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        return connection_taken(start_response if keeps_log(environ) else None)


def upgrade_to(service: PathService) -> Callable[[dict[str, Any], dict[str, Any], Site], Any]:
    """What a route does with a handshake: serve it, for as long as the call lasts."""

    def upgrade(environ: dict[str, Any], url_vars: dict[str, Any], site: Site) -> Any:
        app = flask.current_app._get_current_object()  # type: ignore[attr-defined]
        try:
            service.serve(environ, url_vars, options=site.sessions, callback_context=app.app_context)
        except HandshakeError as exc:
            return rejection_response(exc, environ)
        return _UsedUp()

    return upgrade
