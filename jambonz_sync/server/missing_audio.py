"""Audio services that verbs name by a path of this host: is one there, and what to write if there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from ..model.validation import did_you_mean, nearest
from .audio_service import AudioService
from .router import Router
from .service import PathService

__all__ = ["ROUTE_OF_VIEW", "in_app", "in_router"]

#: the attribute of a view by which it is known what it serves
ROUTE_OF_VIEW = "jambonz_route"


def in_router(router: Router[Any], app: Callable[[], Flask], path: str) -> str | None:
    """Say what to write to have an audio service at a path of an endpoint.

    Args:
        router: Its services, each first in the tuple of its target.
        app: Returns the application that has the paths without a service.
        path: The path.
    Returns:
        None if there is one, or something else that takes WebSockets.
    """
    route = router.match(path)
    if route is None and _websocket_view(app(), path) is not None:
        return None
    if route is not None and isinstance(route[0][0], AudioService):
        return None
    rules = (rule for rule, target in router if isinstance(target[0], AudioService))
    return _advice(f'endpoint.audio("{path}")', path, rules)


def in_app(app: Flask, path: str) -> str | None:
    """Do the same for a Flask application.

    Args:
        app: The application. Where its routes differ by host, nothing is missing: that cannot be known.
        path: The path.
    """
    if app.url_map.host_matching or app.subdomain_matching:
        return None
    view = _websocket_view(app, path)
    if view is not None and (not hasattr(view, ROUTE_OF_VIEW) or _has_audio(view)):
        return None
    rules = {rule.rule for rule in app.url_map.iter_rules() if _has_audio(app.view_functions.get(rule.endpoint))}
    return _advice(f"@bp.audio makes one, for {path} with the url_prefix", path, rules)


def _websocket_view(app: Flask, path: str) -> Any:
    try:
        endpoint, _ = app.url_map.bind("").match(path, "GET", websocket=True)
    except RequestRedirect:
        return app  # it is there, under a longer name
    except HTTPException:
        return None
    return app.view_functions.get(endpoint, app)


def _has_audio(view: Any) -> bool:
    service: PathService | None = getattr(getattr(view, ROUTE_OF_VIEW, None), "service", None)
    return isinstance(service, AudioService)


def _advice(fix: str, path: str, rules: Iterable[str]) -> str:
    return f"{fix}{did_you_mean(nearest(path, rules))}"
