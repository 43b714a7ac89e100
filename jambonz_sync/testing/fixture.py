"""The fixture ``jambonz_call``: a call to an app, without a phone, a server, or a port to choose.

def test_echo(jambonz_call):
    call = jambonz_call(app, path="/")
    assert call.heard("Say something")
    call.says("hello")
    assert call.heard("You said: hello") and call.ended
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Protocol

import pytest

if TYPE_CHECKING:
    from ..server.endpoint import Endpoint
    from ..server.http import HttpServer
    from .call import TestCall

__all__ = ["PlaceCall", "jambonz_call"]

WSGI = Callable[..., Any]


class PlaceCall(Protocol):
    """The type of the fixture ``jambonz_call``."""

    def __call__(
        self,
        app: Endpoint | WSGI,
        path: str = "/",
        *,
        websocket: bool | None = None,
        timeout: float = 10.0,
        **options: Any,
    ) -> TestCall:
        """Serve an app on a free port of loopback, and call it.

        Args:
            app: An endpoint, or any WSGI application. It is served until the test ends; calls to the same one share
                its server.
            path: The path of the first webhook, or of the WebSocket.
            websocket: True to call it over a WebSocket, False by webhook; by default an endpoint is called over a
                WebSocket, anything else by webhook.
            timeout: Seconds that each wait of the :class:`TestCall` takes at most.
            options: Those of :class:`jambonz_sync.simulator.Call`: ``from_``, ``env``, ``secret`` ...
        Returns:
            The call, which runs beside the test.
        """
        ...


@pytest.fixture
def jambonz_call() -> Iterator[PlaceCall]:
    """Make a function that places calls to apps: ``jambonz_call(app, path="/")`` returns a :class:`TestCall`.

    When the test ends, calls that are still up are hung up, and the apps are served no more.
    """
    # pytest loads this module in every run: a server and the simulator are loaded with the first call
    from ..server.endpoint import Endpoint
    from ..server.http import HttpServer
    from .call import TestCall

    calls: list[TestCall] = []
    servers: dict[int, HttpServer] = {}

    def place(
        app: Endpoint | WSGI, path: str = "/", *, websocket: bool | None = None, timeout: float = 10.0, **options: Any
    ) -> TestCall:
        server = servers.get(id(app))
        if server is None:
            wsgi = app.app if isinstance(app, Endpoint) else app
            server = servers[id(app)] = HttpServer("127.0.0.1", 0, wsgi)
        scheme = "ws" if (isinstance(app, Endpoint) if websocket is None else websocket) else "http"
        call = TestCall(f"{scheme}://127.0.0.1:{server.port}{path}", timeout=timeout, **options)
        calls.append(call)
        return call

    yield place
    for call in calls:
        call.close()
    for server in servers.values():
        server.stop()
