"""The fixtures: calls to an app, without a phone, a server, or a port to choose.

def test_echo(jambonz_call):
    call = jambonz_call(app, path="/")
    call.heard("Say something")
    call.says("hello")
    call.heard("You said: hello")
    assert call.ended == "completed"
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol

import pytest

if TYPE_CHECKING:
    from ..server.endpoint import Endpoint
    from .call import TestCall
    from .calls import TestCalls
    from .fake_api import FakeApi
    from .placing import Placing
    from .webhook_client import SignedClient

__all__ = [
    "PLACED",
    "MakeSignedClient",
    "PlaceCall",
    "PlaceCalls",
    "jambonz_api",
    "jambonz_call",
    "jambonz_calls",
    "signed_client",
]

WSGI = Callable[..., Any]

#: where a test keeps the calls that it has placed
PLACED: pytest.StashKey[Placing] = pytest.StashKey()


class PlaceCall(Protocol):
    """The type of the fixture ``jambonz_call``."""

    def __call__(
        self,
        app: Endpoint | WSGI | str,
        path: str = "/",
        *,
        websocket: bool | None = None,
        timeout: float = 10.0,
        **options: Any,
    ) -> TestCall:
        """Serve an app on a free port of loopback, and call it.

        Args:
            app: An endpoint, or any WSGI application. It is served until the test ends; calls to the same one share
                its server. Or the URL of an app in any language that is served elsewhere.
            path: The path of the first webhook, or of the WebSocket; added to a URL unless it is ``/``.
            websocket: True to call it over a WebSocket, False by webhook; by default an endpoint is called over a
                WebSocket, anything else by webhook. A URL says it itself.
            timeout: Seconds that each wait of the :class:`TestCall` takes at most.
            options: Those of :class:`jambonz_sync.simulator.Call`: ``from_``, ``env``, ``secret`` ...
        Returns:
            The call, which runs beside the test.
        """
        ...


class PlaceCalls(Protocol):
    """The type of the fixture ``jambonz_calls``."""

    def __call__(
        self, app: Endpoint | WSGI | str | None = None, *, numbers: Mapping[str, Endpoint | WSGI | str] | None = None
    ) -> TestCalls:
        """Prepare calls that meet.

        Args:
            app: The app that they call, unless they name another; see :class:`PlaceCall`.
            numbers: Numbers, and the apps that a ``dial`` to them reaches: as a call of its own, which is the last of
                ``calls.all``.
        Returns:
            What places them: ``calls.call(path="/agent")``.
        """
        ...


class MakeSignedClient(Protocol):
    """The type of the fixture ``signed_client``."""

    def __call__(
        self, app: Endpoint | WSGI, secret: str | None = None, *, auth: tuple[str, str] | None = None
    ) -> SignedClient:
        """Make a client that sends webhooks to an app, in this process.

        Args:
            app: An endpoint, or any WSGI application.
            secret: The secret that webhooks are signed with; None signs none.
            auth: User and password for Basic authentication.
        Returns:
            The client.
        """
        ...


@pytest.fixture
def jambonz_call(request: pytest.FixtureRequest) -> PlaceCall:
    """Make a function that places calls to apps: ``jambonz_call(app, path="/")`` returns a :class:`TestCall`.

    When the test ends, calls that are still up are hung up, and the apps are served no more. A test fails if the app
    has raised an exception or lost something by a mistake, unless ``@pytest.mark.jambonz(allow=[...])`` names it.

    Args:
        request: The test.
    """
    return _placing(request).place


@pytest.fixture
def jambonz_calls(request: pytest.FixtureRequest) -> PlaceCalls:
    """Make a function for calls that meet: ``jambonz_calls(app)`` returns :class:`TestCalls`.

    Those of one :class:`TestCalls` meet each other. For the rest it is as with ``jambonz_call``.

    Args:
        request: The test.
    """
    from .calls import TestCalls

    def make(
        app: Endpoint | WSGI | str | None = None, *, numbers: Mapping[str, Endpoint | WSGI | str] | None = None
    ) -> TestCalls:
        return TestCalls(_placing(request), app, numbers or {})

    return make


def _placing(request: pytest.FixtureRequest) -> Placing:
    """Return where the calls of a test go, the same for all fixtures of the test."""
    # pytest loads this module in every run: a server and the simulator are loaded with the first call
    from .placing import Placing

    stash: pytest.Stash = request.node.stash
    if PLACED not in stash:
        stash[PLACED] = Placing()
        request.addfinalizer(stash[PLACED].close)
    return stash[PLACED]


@pytest.fixture
def jambonz_api(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeApi]:
    """Make a REST API of jambonz for the test, whose calls ring in the simulator.

    ``JAMBONZ_BASE_URL``, ``JAMBONZ_ACCOUNT_SID`` and ``JAMBONZ_API_KEY`` lead to it.

    Args:
        request: The test.
        monkeypatch: Sets the variables of the environment.
    """
    from .fake_api import FakeApi

    api = FakeApi(_placing(request))
    monkeypatch.setenv("JAMBONZ_BASE_URL", api.url)
    monkeypatch.setenv("JAMBONZ_ACCOUNT_SID", api.account_sid)
    monkeypatch.setenv("JAMBONZ_API_KEY", api.api_key)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    yield api
    api.close()


@pytest.fixture
def signed_client() -> MakeSignedClient:
    """Make a function for clients of webhooks: ``signed_client(app, secret)`` returns a :class:`SignedClient`."""
    from ..server.endpoint import Endpoint
    from .webhook_client import SignedClient

    def make(app: Endpoint | WSGI, secret: str | None = None, *, auth: tuple[str, str] | None = None) -> SignedClient:
        return SignedClient(app.app if isinstance(app, Endpoint) else app, secret, auth=auth)

    return make
