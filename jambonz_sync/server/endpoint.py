"""A WebSocket application of its own: services by path, and a server to run them."""

from __future__ import annotations

import functools
import logging
import os
import signal
import threading
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, overload

from werkzeug.exceptions import NotFound
from werkzeug.routing import WebsocketMismatch
from werkzeug.wrappers import Response

from ..model.wire import UNSET, Unset, dumps
from ..protocol.env import EnvVars
from ..runtime.websocket import HandshakeError
from ..session.context import OnError, SessionOptions
from ..session.tts import CAPACITY, TIMEOUT
from .audio_service import AudioService
from .http import HttpServer, connection_taken, keeps_log, pin_to_core_number, rejection_response
from .registry import BeforeUpgrade, Registry
from .router import Router
from .service import PathService, Service

if TYPE_CHECKING:
    from flask import Flask, Request

    from .auth import BasicAuth

log = logging.getLogger("jambonz_sync.server.endpoint")

StartResponse = Callable[..., Any]


def create_endpoint(
    *,
    host: str = "0.0.0.0",
    port: int | None = None,
    env_vars: Mapping[str, Any] | type | EnvVars | None = None,
    auth: tuple[str, str] | None = None,
    server: str | None = None,
    escape_urls: bool = True,
    on_error: OnError | None = None,
    before_upgrade: BeforeUpgrade | None = None,
    max_sessions: int | None = None,
    max_message_size: int = 1 << 20,
    send_timeout: float = 10.0,
    ping_interval: float = 25.0,
    hook_warning_after: float = 3.0,
    hook_ack_deadline: float = 4.5,
    reconnect_grace: float = 20.0,
    tts_capacity: int = CAPACITY,
    tts_timeout: float = TIMEOUT,
    drain_timeout: float = 30.0,
) -> Endpoint:
    """Make an endpoint: a server for the WebSockets that jambonz opens, one for each call.

    ``port`` 0 takes a free one, None the environment variable ``PORT``, or 3000. ``env_vars`` declares application
    environment variables, a dict or a class; the portal asks for them. ``auth`` is the user name and password that the
    application has in the portal. ``server`` ("0.9") refuses verbs that such a server would not take. ``escape_urls``
    makes text that jambonz would take for a URL heard as text. ``on_error`` is verbs for a hook whose callback has
    failed, or a function of session and exception that returns them.

    ``before_upgrade`` gets the WSGI environment of a request to connect and may return an HTTP status (400 to 599) that
    refuses it; if it fails, 500 does. More than ``max_sessions`` connections are refused with 503. A message from
    jambonz may have ``max_message_size`` bytes. ``tts_capacity`` characters of tokens may wait for jambonz. In seconds:
    ``send_timeout``, how long jambonz may take no data; ``ping_interval``; ``hook_warning_after``, when a waiting hook
    is warned about; ``hook_ack_deadline``, when it is acked without its reply (jambonz gives up after 5);
    ``reconnect_grace``, how long a call whose connection dropped may come back (0: not at all);
    ``tts_timeout``, how long text waits for room, or to be accepted; ``drain_timeout``, how long running calls
    may go on when the server is told to stop.

    Raises ValueError, :class:`EnvVarError`, :class:`InvalidVerb` for options that cannot be right.
    """
    options = SessionOptions(
        server=server,
        escape_urls=escape_urls,
        env_vars=EnvVars.parse(env_vars),
        on_error=on_error,
        max_message_size=max_message_size,
        send_timeout=send_timeout,
        ping_interval=ping_interval,
        hook_warning_after=hook_warning_after,
        hook_ack_deadline=hook_ack_deadline,
        reconnect_grace=reconnect_grace,
        tts_capacity=tts_capacity,
        tts_timeout=tts_timeout,
    )
    if port is None:
        port = int(os.environ.get("PORT", "3000"))
    registry = Registry(max_sessions=max_sessions, before_upgrade=before_upgrade)
    return Endpoint(host, port, options, registry, auth=auth, drain_timeout=drain_timeout)


class Endpoint:
    """Services by path, and the server that runs them. Made by :func:`create_endpoint`.

    A WSGI application as well: ``gunicorn -k gthread --threads 1000 'app:endpoint'`` serves it, and so does the
    gevent worker. :attr:`app` is the Flask application behind it, for routes of your own.
    """

    def __init__(
        self,
        host: str,
        port: int,
        options: SessionOptions,
        registry: Registry,
        *,
        auth: tuple[str, str] | None,
        drain_timeout: float,
    ) -> None:
        self._host = host
        self._port = port
        self._options = options
        self._auth = _basic(auth)
        self._drain_timeout = drain_timeout
        self._router: Router[tuple[PathService, BasicAuth | None]] = Router()
        self._server: HttpServer | None = None
        self._lock = threading.Lock()  # guards _server
        self._told = threading.Event()  # run() is to end
        self._over = threading.Event()  # stop() is done
        self.registry = registry

    # -- what it serves

    def service(self, path: str = "/") -> Service:
        """The service of the calls whose URL begins with ``path``: ``/`` or ``*`` for any, ``/ivr/<tenant>`` with
        variables (``session.url_vars``). Where several match, the longest path counts. Raises ValueError for a path
        that has a service."""
        service = Service(self._options, self.registry)
        self._router.add(path, (service, self._auth))
        return service

    def audio(self, path: str = "/audio", *, auth: tuple[str, str] | Unset | None = UNSET) -> AudioService:
        """The service of the audio streams that ``listen`` and ``stream`` verbs open to ``path``.

        ``auth`` is what those verbs have as ``ws_auth``, if it is something else than the user name and password of the
        endpoint; None asks for none. Paths are as for :meth:`service`.
        """
        service = AudioService(self._options, self.registry)
        self._router.add(path, (service, self._auth if isinstance(auth, Unset) else _basic(auth)))
        return service

    @overload
    def __call__(self, environ: dict[str, Any], start_response: StartResponse, /) -> Iterable[bytes]: ...
    @overload
    def __call__(self, *, path: str = "/") -> Service: ...
    def __call__(self, *wsgi: Any, path: str = "/") -> Any:
        """With ``path`` the same as :meth:`service` (``make_service = create_endpoint()``, as the Node SDK writes it);
        with two arguments a WSGI application."""
        if not wsgi:
            return self.service(path)
        environ, start_response = wsgi
        return self.app(environ, start_response)

    @functools.cached_property
    def app(self) -> Flask:
        """The Flask application behind the services: what is no WebSocket is answered 426, or with the declared
        variables, at their paths, and 404 elsewhere. Add routes and blueprints of your own to it; they have the paths
        that they name, and the WebSockets that no service has."""
        from flask import Flask, request

        plain = self._plain

        class App(Flask):
            def dispatch_request(self) -> Any:
                answer = plain(request) if isinstance(request.routing_exception, NotFound | WebsocketMismatch) else None
                return super().dispatch_request() if answer is None else answer

        app = App("jambonz_sync.server.endpoint", static_folder=None)
        inner = app.wsgi_app

        def wsgi_app(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
            if _is_handshake(environ):
                found = self._router.match(_path(environ))
                if found is not None:
                    return self._upgrade(found, environ, start_response)
            return inner(environ, start_response)

        app.wsgi_app = wsgi_app  # type: ignore[method-assign]
        return app

    def _upgrade(
        self,
        found: tuple[tuple[PathService, BasicAuth | None], dict[str, str]],
        environ: dict[str, Any],
        start_response: StartResponse,
    ) -> Iterable[bytes]:
        # before Flask, whose request would be kept for as long as the call
        (service, auth), url_vars = found
        looks_again = keeps_log(environ)
        try:
            if auth is not None and not auth.admits(environ.get("HTTP_AUTHORIZATION")):
                raise HandshakeError("wrong or no credentials", status=401)
            service.serve(environ, url_vars, accepted=None if looks_again else environ.clear)
        except HandshakeError as exc:
            return rejection_response(exc, environ)(environ, start_response)
        return connection_taken(start_response if looks_again else None)

    def _plain(self, request: Request) -> Any:
        """The answer to a request that has no route: None where there is no service either."""
        if self._router.match(request.path) is None:
            if not _is_handshake(request.environ):
                return None
            return rejection_response(HandshakeError(f"no service at {request.path!r}", status=404), request.environ)
        allow = {"Allow": "GET, OPTIONS"}
        if request.method == "OPTIONS":
            schema = self._options.env_vars.schema()
            if not schema:
                return Response(status=204, headers=allow)
            return Response(dumps(schema), content_type="application/json", headers=allow)
        if request.method in ("GET", "HEAD"):
            headers = {"Upgrade": "websocket", "Connection": "Upgrade"}
            return Response("expected a WebSocket handshake\n", 426, headers, content_type="text/plain")
        return Response(status=405, headers=allow)

    # -- running it

    @property
    def port(self) -> int:
        """The port that it listens on, or will."""
        return self._server.port if self._server is not None else self._port

    @property
    def url(self) -> str:
        """The URL to give to jambonz, or to the simulator, on this machine: ``ws://127.0.0.1:3000``."""
        host = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}.get(self._host, self._host)
        return f"ws://{_netloc(host, self.port)}"

    def start(self) -> Endpoint:
        """Listen, and serve calls on threads of their own. Returns at once. Raises OSError where the port cannot be
        had, RuntimeError if it is started already."""
        with self._lock:
            if self._server is not None:
                raise RuntimeError("the endpoint is started already")
            self.registry.draining = False
            self._over = threading.Event()
            self._server = HttpServer(self._host, self._port, self.app)
        log.info("listening on %s", self.url)
        return self

    def stop(self, drain_timeout: float | None = None) -> bool:
        """Refuse new calls, let running ones go on for ``drain_timeout`` seconds at most (default: the endpoint's),
        close the rest with 1012, so that jambonz connects them elsewhere, and stop listening. Blocks until that is
        done; then :meth:`run` returns on the thread that called it. Whether all calls had ended by themselves."""
        with self._lock:
            server, self._server, over = self._server, None, self._over
        if server is None:
            return True
        self._port = server.port
        self._told.set()
        try:
            return self.registry.drain(self._drain_timeout if drain_timeout is None else drain_timeout)
        finally:
            server.stop()
            over.set()

    def __enter__(self) -> Endpoint:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop(0)

    def run(self, *, workers: int | None = None, pin_to_cores: bool = False) -> None:
        """Serve until Ctrl-C, SIGTERM or :meth:`stop`, then drain; a second signal ends it at once. Blocks.

        ``workers`` runs that many processes under gunicorn (the extra ``gunicorn``) in place of this one.
        ``pin_to_cores`` keeps each process on a processor of its own: threads that are busy at the same time,
        as loops over
        audio streams are, cost less there. Signals are handled on the main thread only.
        """
        if workers is not None:
            from ..gunicorn import run

            run(
                self,
                _netloc(self._host, self._port),
                workers=workers,
                pin_to_cores=pin_to_cores,
                drain_timeout=self._drain_timeout,
            )
            return
        if pin_to_cores:
            pin_to_core_number(0)
        told, now = threading.Event(), threading.Event()
        self._told = told

        def on_signal(number: int, frame: object) -> None:
            if told.is_set():
                now.set()
            told.set()

        before = {}
        if threading.current_thread() is threading.main_thread():
            before = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            self.start()
            self._announce()
            over = self._over
            while not told.wait(0.5):
                pass  # a signal that comes just before a wait does not end it: its handler runs after the wait
            up = len(self.registry)
            print(f"\njambonz_sync: no new calls; {up} connection{' is' if up == 1 else 's are'} up", flush=True)
            threading.Thread(target=self.stop, name="jambonz-sync-stop", daemon=True).start()
            while not over.wait(0.1) and not now.is_set():
                pass
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _announce(self) -> None:
        print(f"jambonz_sync: serving calls at {self.url} (Ctrl-C ends)", flush=True)
        if self._host not in ("127.0.0.1", "localhost", "::1"):
            log.info("for many calls, or behind no proxy, run it under gunicorn: see the documentation on deployment")


def _is_handshake(environ: dict[str, Any]) -> bool:
    upgrade: str = environ.get("HTTP_UPGRADE", "")
    return upgrade.lower() == "websocket" and environ["REQUEST_METHOD"] == "GET"


def _path(environ: dict[str, Any]) -> str:
    """The path of a request, as text: WSGI has its bytes as if they were Latin-1."""
    raw: str = environ.get("PATH_INFO", "/")
    return raw if raw.isascii() else raw.encode("latin-1").decode("utf-8", "replace")


def _netloc(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _basic(auth: tuple[str, str] | None) -> BasicAuth | None:
    from .auth import BasicAuth

    return None if auth is None else BasicAuth(*auth)
