"""From a view of Flask to a WebSocket, and back to the server without a byte."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import flask

from ..runtime.websocket import HandshakeError
from ..server.service import PathService, serve
from ..server.wsgi import Environ, StartResponse, connection_taken, logs_requests, rejection_response
from .config import AppConfig

__all__ = ["upgrade"]


class _UsedUp(flask.Response):
    """The response of a view whose socket has been used up: there is nothing to write."""

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        return connection_taken(start_response if logs_requests(environ) else None)


def upgrade(service: PathService, environ: Environ, url_vars: Mapping[str, Any], config: AppConfig) -> Any:
    """Serve a request to upgrade within a view of Flask.

    Args:
        service: The service of the path.
        environ: The request.
        url_vars: Variables of the path.
        config: The options in the application.
    Returns:
        The response of the view.
    Blocks: until the connection is over, unless the server lets its sockets go.
    """
    app = flask.current_app._get_current_object()  # type: ignore[attr-defined]
    try:
        serve(
            service,
            environ,
            url_vars,
            options=config.calls,
            registry=config.registry,
            callback_context=app.app_context,
        )
    except HandshakeError as exc:
        return rejection_response(exc, environ)
    return _UsedUp()
