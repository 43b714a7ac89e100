"""Doubled slashes in a path, served in place of being redirected.

A base URL that ends in a slash makes ``//incoming`` of ``/incoming``. Flask answers that with a redirect,
which jambonz does not follow.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

import flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RoutingException

from ..server.wsgi import Environ, StartResponse, WSGIApp

__all__ = ["serve_doubled_slashes"]

_EXTENSION = "jambonz"


def serve_doubled_slashes(app: flask.Flask, view: Callable[..., Any]) -> None:
    """Serve a view at its paths with doubled slashes, too; the other views of the application are left alone."""
    views: set[Callable[..., Any]] | None = app.extensions.get(_EXTENSION)
    if views is None:
        views = app.extensions[_EXTENSION] = set()
        app.wsgi_app = _single_slashes(app, views)  # type: ignore[assignment, method-assign]
    views.add(view)


def _single_slashes(app: flask.Flask, views: set[Callable[..., Any]]) -> WSGIApp:
    inner = app.wsgi_app

    def wsgi_app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path: str = environ.get("PATH_INFO", "")
        if "//" in path:
            single = re.sub("/{2,}", "/", path)
            try:
                endpoint, _ = app.url_map.bind_to_environ(environ).match(single)
                if app.view_functions[endpoint] in views:
                    environ["PATH_INFO"] = single
            except (HTTPException, RoutingException, KeyError):
                pass  # no view of ours: Flask has the answer
        return inner(environ, start_response)

    return wsgi_app
