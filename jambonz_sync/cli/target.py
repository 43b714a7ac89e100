"""The app that a command calls: a URL, or an app in Python that is served for as long as the command lasts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import urlsplit

from ..errors import AppNotLoaded
from ..server.http import HttpServer
from ..server.loading import load_app
from ..simulator.line.endpoint_activity import EndpointActivity, counting
from ..testing.app_errors import AppErrors
from .exits import USAGE, Failure

__all__ = ["Target", "is_url", "served"]

_SCHEMES = ("http", "https", "ws", "wss")


class Target(NamedTuple):
    """The app that is called.

    Args:
        url: Its URL.
        app_errors: The exceptions that its callbacks raise, if it runs in this process.
    """

    url: str
    app_errors: AppErrors | None

    def activity(self) -> EndpointActivity | None:
        """Return what knows when the app is done in one call, if it runs in this process."""
        return None if self.app_errors is None else EndpointActivity()


def is_url(text: str) -> bool:
    """Return True if a text is the URL of an app.

    Args:
        text: The text.
    """
    return urlsplit(text).scheme in _SCHEMES


@contextmanager
def served(target: str) -> Iterator[Target]:
    """Serve an app, if it is given as ``app.py``, ``app.py:endpoint`` or ``package.module:app``.

    An endpoint is called over a WebSocket, another app by webhook. A path may follow: ``app.py:endpoint/voice``.

    Args:
        target: The app, or its URL.
    Yields:
        Where it is.
    Raises:
        Failure: There is no such app.
    """
    if is_url(target):
        yield Target(target, None)
        return
    name, slash, path = _split(target)
    try:
        app = load_app(name)
    except AppNotLoaded as error:
        if ".py" not in name and re.search(r":\d+$", name):
            message = f"{target!r}: expected a URL that starts with http, https, ws or wss, or an app such as app.py"
            raise Failure(USAGE, message) from None
        raise Failure(USAGE, str(error)) from None
    errors = AppErrors().start()
    server = HttpServer("127.0.0.1", 0, counting(app.wsgi))
    scheme = "http" if app.endpoint is None else "ws"
    try:
        yield Target(f"{scheme}://127.0.0.1:{server.port}{slash}{path}", errors)
    finally:
        server.stop()
        errors.stop()


def _split(target: str) -> tuple[str, str, str]:
    """Return the name of an app, and the path behind it, which begins behind a colon at the earliest."""
    start = target.find("/", max(target.find(".py"), target.find(":")))
    if start < 0 or not (".py" in target or ":" in target):
        return target, "/", ""
    return target[:start], "/", target[start + 1 :]
