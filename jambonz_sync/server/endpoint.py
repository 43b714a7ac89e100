"""A WebSocket application of its own: services by path, and a server to run them."""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, overload

from werkzeug.exceptions import NotFound
from werkzeug.routing import WebsocketMismatch
from werkzeug.wrappers import Response

from ..model.wire import UNSET, Unset
from ..protocol.env import EnvVars
from ..runtime import fork
from ..runtime.handlers import F
from ..runtime.websocket import HandshakeError
from ..session.context import OnError, SessionOptions
from ..session.tts import CAPACITY, TIMEOUT
from . import running, wsgi
from .audio_service import AudioService
from .auth import BasicAuth
from .http import HttpServer, netloc, pin_to_core_number
from .missing_audio import in_router
from .registry import AllowedOrigins, BeforeUpgrade, Registry
from .router import Router
from .service import PathService, Service, serve
from .workers import run_workers
from .wsgi import Environ, StartResponse

if TYPE_CHECKING:
    from flask import Flask, Request

log = logging.getLogger("jambonz_sync.server")


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
    allowed_origins: AllowedOrigins = (),
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

    Args:
        host: Address to listen at. All addresses of IPv4 by default; ``"::"`` takes IPv6 as well.
        port: Port to listen at; 0 takes a free one. None takes that of the environment variable ``PORT``, or else 3000.
        env_vars: Declares application environment variables, as a dict or a class. The portal asks for them by OPTIONS.
        auth: User name and password that the application has in the portal. A WebSocket has no signature, so set them
            on any network that is not yours alone. None lets everybody connect.
        server: Version of jambonz that verbs and commands are checked for: ``"0.9"``, ``"10"``, ``"11"`` or a release
            (``"11.1.0"``). A verb, an option or a command that it lacks is refused. None checks for the newest.
        escape_urls: Put an invisible character before text that jambonz 0.9 would take for a URL, and not speak
            (``"Note: ..."``). False sends all text as it is.
        on_error: Verbs for a hook whose callback has failed, or a function of the session and the exception that
            returns them. None answers without verbs, which rejects a call that has just begun.
        before_upgrade: Called with the WSGI environment of each request to connect, of calls and of audio streams. An
            HTTP status that it returns (400 to 599) refuses the request; if it raises, 500 does. It may block, but
            jambonz gives up after 1.5 seconds.
        allowed_origins: Origins of browser pages that may connect, such as ``"https://desk.example.com"``, or ``"*"``
            for all. jambonz sends no origin. Pages of the host that is connected to may always connect; others are
            refused with 403, because their visitors have not asked for it.
        max_sessions: Calls that may be up at once, not counting audio streams; more are refused with 503, so that a
            load balancer may try another instance. None sets no limit.
        max_message_size: Bytes of a message of jambonz, 1 MiB by default, at least 1,024. More closes with 1009.
        send_timeout: Seconds for which jambonz may take no data before the connection is given up, 10 by default.
        ping_interval: Seconds of silence after which jambonz gets a ping; after as many again without an answer the
            connection is given up. 25 by default, because usual proxies close a connection that is silent for a minute.
        hook_warning_after: Seconds for which a hook may wait for its reply until the log warns of it, 3 by default.
        hook_ack_deadline: Seconds after which a hook is acked without its reply, which follows as a command. 4.5 by
            default, because jambonz gives up after 5.
        reconnect_grace: Seconds in which a call whose connection dropped may come back to its session. 20 by default:
            jambonz tries for about 16. With 0 the call is over at once.
        tts_capacity: Characters of text that may wait for jambonz until ``send_tts_tokens`` blocks, 16,000 by default.
        tts_timeout: Seconds for which methods of TTS wait for room, or for text to be accepted, 30 by default.
        drain_timeout: Seconds for which running calls may go on after Ctrl-C, SIGTERM or ``stop()``, 30 by default.
    Returns:
        The endpoint. It does not listen before :meth:`Endpoint.run` or :meth:`Endpoint.start`.
    Raises:
        ValueError: An option is out of its range.
        EnvVarError: ``env_vars`` declares a variable wrongly.
        InvalidVerb: ``on_error`` has verbs that jambonz would not take.
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
    if port is not None:
        running.check_port(port, "port")
    registry = Registry(max_sessions=max_sessions, before_upgrade=before_upgrade, allowed_origins=allowed_origins)
    return Endpoint(host, port, options, registry, auth=auth, drain_timeout=drain_timeout)


class Endpoint:
    """Services by path, and the server that runs them. Made by :func:`create_endpoint`. Any thread may call any method.

    It is a WSGI application as well: ``gunicorn -k gthread --threads 1000 'app:endpoint'`` serves it, and so does the
    gevent worker. :attr:`app` is the Flask application behind it, for routes of your own.
    """

    def __init__(
        self,
        host: str,
        port: int | None,
        options: SessionOptions,
        registry: Registry,
        *,
        auth: tuple[str, str] | None,
        drain_timeout: float,
    ) -> None:
        self._host = host
        self._port = port
        self._options = options
        self._auth = None if auth is None else BasicAuth.of(auth)
        self._drain_timeout = drain_timeout
        self._router: Router[tuple[PathService, BasicAuth | None]] = Router()
        self._server: HttpServer | None = None
        self._lock = fork.lock()  # guards _server
        self._stop_asked = threading.Event()  # run() is to end
        self._stopped = threading.Event()  # stop() is done
        #: the connections that are up: ``len(endpoint.registry)``
        self.registry = registry
        registry.missing_audio = functools.partial(in_router, self._router, lambda: self.app)

    # -- what it serves

    def service(self, path: str = "/") -> Service:
        """Make the service of the calls whose URL begins with a path.

        Args:
            path: ``/`` or ``*`` for any path, ``/ivr/<tenant>`` for one with variables (``session.url_vars``). Where
                several services match, the one with the longest path has the call.
        Returns:
            The service; its ``on("session:new")`` is the beginning of a call.
        Raises:
            ValueError: ``path`` is none, or has a service already.
        """
        service = Service()
        self._router.add(path, (service, self._auth))
        return service

    def call(self, path: str = "/") -> Callable[[F], F]:
        """Have a function conduct each call whose URL begins with a path, from top to bottom.

        Args:
            path: The path, as for :meth:`service`.
        Returns:
            A decorator for the function, as :meth:`Service.call`.
        Raises:
            ValueError: ``path`` is none, or has a service already.
        """
        return self.service(path).call

    def audio(self, path: str = "/audio", *, auth: tuple[str, str] | Unset | None = UNSET) -> AudioService:
        """Make the service of the audio streams that ``listen`` and ``stream`` verbs open.

        Args:
            path: The path of their URL, as for :meth:`service`.
            auth: User name and password that those verbs have as ``ws_auth``: by default those of the endpoint. None
                asks for none.
        Returns:
            The service; its ``on("connection")`` is the beginning of a stream.
        Raises:
            ValueError: ``path`` is none, or has a service already; or ``auth`` has an empty part.
        """
        service = AudioService()
        if isinstance(auth, Unset):
            self._router.add(path, (service, self._auth))
        else:
            self._router.add(path, (service, None if auth is None else BasicAuth.of(auth)))
        return service

    @overload
    def __call__(self, environ: Environ, start_response: StartResponse, /) -> Iterable[bytes]: ...
    @overload
    def __call__(self, *, path: str = "/") -> Service: ...
    def __call__(self, *wsgi: Any, path: str = "/") -> Any:
        """Serve a WSGI request; or, with ``path``, make a service, as the Node SDK writes it.

        Args:
            wsgi: The environment of the request, and ``start_response``.
            path: The path, as for :meth:`service`: ``make_service = create_endpoint()``, ``make_service(path="/ivr")``.
        Returns:
            The body of the response, or the service.
        """
        if not wsgi:
            return self.service(path)
        environ, start_response = wsgi
        return self.app(environ, start_response)

    @functools.cached_property
    def app(self) -> Flask:
        """The Flask application behind the services, for routes and blueprints of your own.

        At the paths of services a GET without a handshake is answered 426, and OPTIONS with the declared variables.
        Routes and blueprints have the paths that they name, and the WebSockets that no service has.
        """
        from flask import Flask, request

        answer_at_service = self._answer_at_service

        class App(Flask):
            def dispatch_request(self) -> Any:
                if isinstance(request.routing_exception, NotFound | WebsocketMismatch):
                    response = answer_at_service(request)
                    if response is not None:
                        return response
                return super().dispatch_request()

        app = App("jambonz_sync.server", static_folder=None)
        inner = app.wsgi_app

        def wsgi_app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
            # before Flask, whose request would be kept for as long as the call
            if wsgi.is_handshake(environ) and (route := self._router.match(wsgi.path_of(environ))) is not None:
                (service, auth), url_vars = route
                return self._upgrade(service, auth, url_vars, environ, start_response)
            return inner(environ, start_response)

        app.wsgi_app = wsgi_app  # type: ignore[method-assign]
        return app

    def _upgrade(
        self,
        service: PathService,
        auth: BasicAuth | None,
        url_vars: dict[str, str],
        environ: Environ,
        start_response: StartResponse,
    ) -> Iterable[bytes]:
        is_logged = wsgi.logs_requests(environ)
        accepted = None if is_logged else environ.clear  # a call would keep the request for as long as it lasts
        try:
            if auth is not None and not auth.admits(environ.get("HTTP_AUTHORIZATION")):
                raise HandshakeError("wrong or no credentials", status=401)
            serve(service, environ, url_vars, options=self._options, registry=self.registry, accepted=accepted)
        except HandshakeError as exc:
            return wsgi.rejection_response(exc, environ)(environ, start_response)
        return wsgi.connection_taken(start_response if is_logged else None)

    def _answer_at_service(self, request: Request) -> Response | None:
        """Answer a request that has no route; None where there is no service either."""
        if self._router.match(request.path) is None:
            if not wsgi.is_handshake(request.environ):
                return None
            return wsgi.rejection_response(
                HandshakeError(f"no service at {request.path!r}", status=404), request.environ
            )
        return wsgi.response_without_handshake(request.method, self._options.env_vars.schema())

    # -- running it

    @property
    def port(self) -> int:
        """The port that it listens at, or will listen at when it is started.

        Raises:
            ValueError: It is that of the environment variable ``PORT``, which is no port.
        """
        if self._server is not None:
            return self._server.port
        if self._port is None:
            self._port = running.port_of_environment()
        return self._port

    @property
    def url(self) -> str:
        """The URL to give to jambonz, or to the simulator, on this machine: ``ws://127.0.0.1:3000``."""
        host = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}.get(self._host, self._host)
        return f"ws://{netloc(host, self.port)}"

    def start(self) -> Endpoint:
        """Listen, and serve calls on threads of their own, until :meth:`stop`.

        ``with create_endpoint(port=0) as endpoint:`` does that too, and stops it in the end, without a drain.

        Returns:
            The endpoint itself.
        Raises:
            OSError: The port is taken, or may not be used.
            ValueError: ``PORT`` is no port.
            RuntimeError: It is started already.
        """
        with self._lock:
            if self._server is not None:
                raise RuntimeError("the endpoint is started already")
            port = self.port
            self.registry.reopen()
            self._stopped = threading.Event()
            self._server = HttpServer(self._host, port, self.app)
        log.info("listening at %s", self.url)
        return self

    def stop(self, drain_timeout: float | None = None) -> bool:
        """Refuse new calls, wait until all calls have ended, and stop listening.

        Calls that are still up after ``drain_timeout`` are closed with 1012, so that jambonz connects them elsewhere.
        After that :meth:`run` returns, on the thread that called it. An endpoint that does not run is left alone.

        Args:
            drain_timeout: Seconds to wait, and 3 more for the closing handshakes; None takes that of the endpoint.
        Returns:
            True if every call ended by itself, or none was up; False if some had to be closed.
        Blocks: up to ``drain_timeout`` + 3 s.
        """
        with self._lock:
            server, self._server, stopped = self._server, None, self._stopped
        if server is None:
            return True
        self._port = server.port
        self._stop_asked.set()
        try:
            return self.registry.drain(self._drain_timeout if drain_timeout is None else drain_timeout)
        finally:
            server.stop()
            stopped.set()

    def __enter__(self) -> Endpoint:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop(0)

    def run(self, *, workers: int | None = None, pin_to_cores: bool = False) -> None:
        """Serve until Ctrl-C, SIGTERM or :meth:`stop`, then drain. A second signal ends it at once.

        Args:
            workers: Serve in that many processes under gunicorn (the extra ``gunicorn``); None serves in this one.
            pin_to_cores: Keep each process on a processor of its own: threads that are busy at the same time, as loops
                over audio streams are, cost less there.
        Raises:
            SystemExit: The port is taken, or may not be used, or is none: one line on stderr says so, and 2 is the exit
                code. On another thread than the main one it is an OSError or a ValueError.
            RuntimeError: The endpoint is started already, or gunicorn is not installed.
        Blocks: until it is stopped, and ``drain_timeout`` + 3 s at most after that.  Threads: any, but signals are
        handled on the main thread only, and ``workers`` need it.
        """
        if running.run_ignored():
            return
        if workers is not None:
            with running.exit_in_one_line(self._host, self._port):
                address = netloc(self._host, self.port)
            run_workers(
                self.app,
                address,
                workers=workers,
                pin_to_cores=pin_to_cores,
                drain_timeout=self._drain_timeout,
            )
            return
        if pin_to_cores:
            pin_to_core_number(0)
        stop_asked, end_now = threading.Event(), threading.Event()
        self._stop_asked = stop_asked
        with running.signals_set(stop_asked, end_now), running.loaded_objects_frozen():
            with running.exit_in_one_line(self._host, self._port):
                stopped = self.start()._stopped
            running.tell_start(self.url, self._host)
            while not stop_asked.wait(0.5):
                pass  # a signal that comes just before a wait does not end it: its handler runs after the wait
            running.tell_drain(len(self.registry))
            threading.Thread(target=self.stop, name="jambonz-sync-stop", daemon=True).start()
            while not stopped.wait(0.1) and not end_now.is_set():
                pass
