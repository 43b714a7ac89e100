"""The app that the phone calls: one that it serves itself and loads anew when it changes, or one at a URL."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from ..logs.live import LIVE
from ..server.development import ORIGINS, AppEvent, Reloader
from ..simulator.engine.limits import CallLimits
from ..simulator.line.webhooks import declared_env

__all__ = ["ServedTarget", "UrlTarget", "make_target"]

_LIMITS = CallLimits()


def make_target(
    name: str,
    path: str,
    changed: Callable[[], None],
    happened: Callable[[AppEvent], None] = lambda event: None,
    *,
    websocket: bool | None = None,
) -> ServedTarget | UrlTarget:
    """Make what the phone calls.

    Args:
        name: A URL, or an app as :func:`~jambonz_sync.server.loading.load_app` takes it.
        path: The path in an app that is served.
        changed: Called when the app has been loaded, or has failed to.
        happened: Called with each exception of an app that is served, and with the lines of it that send something.
        websocket: As in :class:`ServedTarget`.
    """
    if urlsplit(name).scheme in ("http", "https", "ws", "wss"):
        return UrlTarget(name)
    return ServedTarget(name, path, changed, happened, websocket=websocket)


class UrlTarget:
    """An app at a URL, in any language.

    Args:
        url: The URL.
    """

    knows_lines = False

    def __init__(self, url: str) -> None:
        self.name = self.url = url

    def state(self) -> Mapping[str, str]:
        """Return that it is up, which only a call can tell."""
        return {"state": "up", "text": "at a URL"}

    def env(self) -> list[dict[str, Any]]:
        """Return the env vars that the app declares, none if it cannot be reached.

        Blocks: up to the time-out of a request.
        """
        return _env_at(self.url)

    def url_of(self, path: str) -> str:
        """Return the URL of the app at another path.

        Args:
            path: The path; "" for the URL as it is.
        """
        return urlunsplit(urlsplit(self.url)._replace(path=path)) if path else self.url

    def for_tests(self, path: str = "") -> Mapping[str, Any]:
        """Return what a test calls: the ``url``.

        Args:
            path: As for :meth:`url_of`.
        """
        return {"url": self.url_of(path)}

    def close(self) -> None:
        """Leave it as it is."""


class ServedTarget:
    """An app of the person who uses the phone, served on loopback and loaded anew when a file of it changes.

    Args:
        name: The app, as :func:`~jambonz_sync.server.loading.load_app` takes it.
        path: The path of the call in it.
        changed: Called when the app has been loaded, or has failed to.
        happened: Called with each exception of the app, and with the lines of it that send something.
        websocket: True to call it over a WebSocket, False by webhook; by default an endpoint is called over a
            WebSocket, anything else by webhook.
    """

    knows_lines = True

    def __init__(
        self,
        name: str,
        path: str,
        changed: Callable[[], None],
        happened: Callable[[AppEvent], None],
        *,
        websocket: bool | None = None,
    ) -> None:
        self.name = name
        self._happened = happened
        self._websocket = websocket
        self._path = path
        self._changed = changed
        self._event = AppEvent("loading", f"loading {name}")
        # written by the thread of the reloader, read by those of the tabs
        self._env: list[dict[str, Any]] = []
        self._is_websocket = True
        # the name of the app in its module, once a version has been loaded
        self._found = ""
        color = "color" if sys.stdout.isatty() and "NO_COLOR" not in os.environ else "plain"
        self._reloader = Reloader(name, on_event=self._on_event, env={**os.environ, LIVE: color, ORIGINS: "1"}).start()

    @property
    def url(self) -> str:
        """The URL of the app: of a WebSocket if it takes one at this path, else of a webhook."""
        return self.url_of("")

    def url_of(self, path: str) -> str:
        """Return the URL of the app at another path.

        Args:
            path: The path; "" for that of the call.
        """
        url = self._reloader.url + (path or self._path)
        return url.replace("http", "ws", 1) if self._is_websocket else url

    def state(self) -> Mapping[str, str]:
        """Return how far the app is, and what it has raised when it was loaded."""
        kinds = {"up": ("up", "running"), "loading": ("loading", "loading"), "ended": ("error", "has ended")}
        event = self._event
        goes_on = "; the version before goes on" if self._found else ""
        state, text = kinds.get(event.kind, ("error", f"cannot be loaded{goes_on}"))
        details = "\n\n".join(filter(None, (event.text, event.traceback))) if state == "error" else ""
        return {"state": state, "text": text, "details": details}

    def env(self) -> list[dict[str, Any]]:
        """Return the env vars that the app declares."""
        return self._env

    def for_tests(self, path: str = "") -> Mapping[str, Any]:
        """Return what a test calls: the ``module``, the ``name`` in it, the ``path``, and ``websocket``.

        Args:
            path: As for :meth:`url_of`.
        """
        file = self.name.rpartition(":")[0] or self.name
        module = PurePath(file).stem if file.endswith(".py") else file
        return {"module": module, "name": self._found, "path": path or self._path, "websocket": self._is_websocket}

    def close(self) -> None:
        """End the process of the app.

        Blocks: up to 10 s.
        """
        self._reloader.stop()

    def _on_event(self, event: AppEvent) -> None:
        if event.kind in ("raised", "sent"):
            self._happened(event)
            return
        self._event = event
        if event.kind == "ended":
            self._found = ""
        if event.kind == "up":
            self._found = event.name
            self._is_websocket = event.is_endpoint if self._websocket is None else self._websocket
            self._env = _env_at(self.url)
        self._changed()


def _env_at(url: str) -> list[dict[str, Any]]:
    return [{"name": name, **declaration} for name, declaration in declared_env(url, _LIMITS).items()]
