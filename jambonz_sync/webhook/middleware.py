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

__all__ = ["serve_doubled_slashes"]

_EXTENSION = "jambonz"


def serve_doubled_slashes(app: flask.Flask, view: Callable[..., Any]) -> None:
    """From now on serve ``view`` on its paths with doubled slashes, too; the other views of ``app`` are left alone."""
    ours: set[Callable[..., Any]] | None = app.extensions.get(_EXTENSION)
    if ours is None:
        ours = app.extensions[_EXTENSION] = set()
        app.wsgi_app = _single_slashes(app, ours)  # type: ignore[assignment, method-assign]
    ours.add(view)


def _single_slashes(
    app: flask.Flask, ours: set[Callable[..., Any]]
) -> Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]:
    inner = app.wsgi_app

    def wsgi_app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path: str = environ.get("PATH_INFO", "")
        if "//" in path:
            single = re.sub("/{2,}", "/", path)
            try:
                endpoint, _ = app.url_map.bind_to_environ(environ).match(single)
                if app.view_functions[endpoint] in ours:
                    environ["PATH_INFO"] = single
            except (HTTPException, RoutingException, KeyError):
                pass  # no view of ours: Flask has the answer
        return inner(environ, start_response)

    return wsgi_app
