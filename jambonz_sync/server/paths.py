"""The paths that an app serves, by what they serve: to show who writes it which URLs to give to jambonz."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from flask import Flask

from .audio_service import AudioService
from .endpoint import Endpoint
from .missing_audio import ROUTE_OF_VIEW
from .wsgi import WSGIApp

__all__ = ["ServedPath", "served_paths"]

_KINDS = {"verbs": "webhook", "status": "status", "tools": "tools"}


class ServedPath(NamedTuple):
    """A path.

    Args:
        path: The rule, with its variables.
        kind: ``calls`` and ``audio`` of WebSockets; ``webhook``, ``status`` and ``tools`` of webhooks.
    """

    path: str
    kind: str


def served_paths(app: Endpoint | WSGIApp) -> list[ServedPath]:
    """List what an app serves to jambonz, in the order of the paths.

    Args:
        app: An endpoint, or a Flask application with blueprints. Of any other nothing is known.
    """
    paths: set[ServedPath] = set()
    if isinstance(app, Endpoint):
        paths.update(ServedPath(rule, _kind_of(service)) for rule, (service, _) in app._router)
        app = app.app
    if isinstance(app, Flask):
        for rule in app.url_map.iter_rules():
            view = app.view_functions.get(rule.endpoint)
            paths.update(ServedPath(rule.rule, kind) for kind in _kinds(getattr(view, ROUTE_OF_VIEW, None)))
    return sorted(paths)


def _kinds(route: Any) -> Iterator[str]:
    if route is not None and route.service is not None:
        yield _kind_of(route.service)
    if route is not None and route.hook is not None:
        yield _KINDS[route.hook.answers]


def _kind_of(service: object) -> str:
    return "audio" if isinstance(service, AudioService) else "calls"
