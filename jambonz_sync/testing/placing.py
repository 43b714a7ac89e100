"""Where the calls of a test go: apps that are served for as long as the test lasts."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping
from types import ModuleType
from typing import Any, Self
from urllib.parse import urlsplit

from ..model.validation import nearest
from ..server.endpoint import Endpoint
from ..server.http import HttpServer
from ..simulator import Call, Finding
from ..simulator.engine.adulting import Adulting
from ..simulator.line.call_connections import WEBHOOK_SCHEMES, WEBSOCKET_SCHEMES
from ..simulator.line.endpoint_activity import EndpointActivity, counting
from .app_errors import AppErrors
from .call import TestCall
from .running import CallGroup

__all__ = ["Placing"]

#: the options of a call that are those of a leg, too, which goes on without the caller
_OF_THE_APP = ("auth", "secret", "status_hook", "scenario", "limits", "pace")
#: the options of a call that a test may give
_OPTIONS = inspect.signature(Call).parameters.keys() - {
    *("url", "caller", "on_entry", "on_audio", "on_message", "on_turn", "world", "adulting"),
}


class Placing:
    """Serves apps and places calls to them, until it is closed. Threads: that of the test."""

    def __init__(self) -> None:
        self.calls: list[TestCall] = []
        self._servers: dict[int, HttpServer] = {}
        self._errors = AppErrors().start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def place(
        self,
        app: Endpoint | Callable[..., Any] | str,
        path: str = "/",
        *,
        websocket: bool | None = None,
        timeout: float = 10.0,
        prepare: Callable[[Call], None] = lambda call: None,
        group: CallGroup | None = None,
        **options: Any,
    ) -> TestCall:
        """Serve an app on a free port of loopback, and call it; see :class:`jambonz_sync.testing.PlaceCall`."""
        __tracebackhide__ = True
        unknown = next((name for name in options if name not in _OPTIONS), None)
        if unknown is not None:
            like = nearest(unknown, _OPTIONS)
            hint = f"did you mean {like}?" if like else f"expected one of {', '.join(sorted(_OPTIONS))}"
            raise TypeError(f"{unknown}: a call has no such option; {hint}")
        return self._place(self.url_of(app, path, websocket=websocket), timeout, group, options, prepare)

    def _place(
        self,
        url: str,
        timeout: float,
        group: CallGroup | None,
        options: Mapping[str, Any],
        prepare: Callable[[Call], None] = lambda call: None,
    ) -> TestCall:
        kept = {name: options[name] for name in _OF_THE_APP if name in options}

        def place_alone(adulting: Adulting) -> TestCall:
            return self._place(adulting.url(url), timeout, group, {**kept, "adulting": adulting})

        def others_may_act() -> bool:
            others = [each for each in self.calls if each is not call and each.end_reason is None]
            return url.startswith("ws") and bool(others)

        is_ours = urlsplit(url).port in {server.port for server in self._servers.values()}
        call = TestCall(
            url,
            timeout=timeout,
            app_errors=self._errors,
            prepare=prepare,
            group=group,
            place_alone=place_alone,
            others_may_act=others_may_act,
            **{**({"activity": EndpointActivity()} if is_ours else {}), **options},
        )
        self.calls.append(call)
        return call

    def url_of(self, app: Endpoint | Callable[..., Any] | str, path: str, *, websocket: bool | None = None) -> str:
        """Return the URL of an app, which is served from now on.

        Args:
            app: An endpoint, a WSGI application, or a URL.
            path: The path; added to a URL unless it is ``/``.
            websocket: True for a WebSocket, False for webhooks; None: as the app is.
        Raises:
            TypeError: It is none of these.
            ValueError: The text is no URL.
        """
        __tracebackhide__ = True
        if isinstance(app, str):
            scheme = urlsplit(app).scheme
            if scheme not in WEBHOOK_SCHEMES + WEBSOCKET_SCHEMES:
                raise ValueError(
                    f"{app!r} is no URL of an app: expected one that starts with http, https, ws or wss, or the app "
                    "itself, which the test imports"
                )
            if websocket is not None and scheme:
                secure = "s" if scheme in ("https", "wss") else ""
                app = app.replace(scheme, ("ws" if websocket else "http") + secure, 1)
            return app if path == "/" else app.rstrip("/") + path
        server = self._servers.get(id(app))
        if server is None:
            wsgi: object = app.app if isinstance(app, Endpoint) else app
            if not callable(wsgi):
                hint = _apps_in(app) if inspect.ismodule(app) else ""
                raise TypeError(f"{app!r} is no app: expected an Endpoint, a WSGI application, or a URL{hint}")
            server = self._servers[id(app)] = HttpServer("127.0.0.1", 0, counting(wsgi))
        scheme = "ws" if (isinstance(app, Endpoint) if websocket is None else websocket) else "http"
        return f"{scheme}://127.0.0.1:{server.port}{path}"

    def hang_up(self) -> None:
        """Hang up all calls, and wait until they have ended.

        Blocks: up to the time-out of a call.
        """
        for call in self.calls:
            call.close()

    def mistakes(self, allowed: Collection[str]) -> list[tuple[TestCall, list[Finding]]]:
        """Return what the app has lost in each call by its mistakes, except for those allowed.

        Args:
            allowed: Codes of findings, or names of the exceptions of callbacks.
        """

        def counts(call: TestCall, finding: Finding) -> bool:
            return finding.lost and not {finding.code, finding.text.partition(":")[0]} & (call.allow | set(allowed))

        found = [(call, [finding for finding in call.findings if counts(call, finding)]) for call in self.calls]
        return [(call, findings) for call, findings in found if findings]

    def close(self) -> None:
        """Hang up all calls, and serve the apps no more.

        Blocks: up to the time-out of a call.
        """
        self.hang_up()
        self._errors.stop()
        for server in self._servers.values():
            server.stop()
        self._servers = {}


def _apps_in(module: ModuleType) -> str:
    """Return the end of a message about a module that was given in place of the app in it."""
    apps = [
        name
        for name, value in vars(module).items()
        if isinstance(value, Endpoint) or (hasattr(value, "wsgi_app") and not isinstance(value, type))
    ]
    return f"; the module has {' and '.join(apps)}" if apps else ""
