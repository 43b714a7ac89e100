"""Webhooks as a blueprint of Flask, and as an extension for a whole application."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar, Unpack, cast
from weakref import WeakKeyDictionary

import flask
import flask.blueprints

from ..protocol.env import EnvVars
from ..server.audio_service import AudioService
from ..server.registry import Registry
from ..server.service import Service
from .config import BlueprintOptions, Options, Site, ours, session_options, site_of, spelled_out
from .middleware import serve_doubled_slashes
from .signature import is_async
from .upgrade import upgrade_to
from .views import Hook, Route

if TYPE_CHECKING:
    from ..tools import ToolSet, Vendor

__all__ = ["Jambonz", "JambonzBlueprint", "Routes"]

View = TypeVar("View", bound=Callable[..., Any])


class Routes:
    """The decorators that the blueprint and the extension share.

    Each rule has one :class:`Route` and one endpoint of Flask (named after the first function of the rule),
    whatever it serves. A path is served with and without a slash at its end, and never redirected:
    jambonz follows no redirects, and a POST would lose its body.
    """

    _options: Options

    def _set_up(self, options: Options) -> None:
        self._options = options
        self._env_vars = EnvVars.parse(options.get("env_vars"))
        session_options(options, self._env_vars, {})  # a mistake shows now
        self._routes: dict[str, Route] = {}
        self._sites: WeakKeyDictionary[flask.Flask, Site] = WeakKeyDictionary()
        self._registry = Registry(
            max_sessions=options.get("max_sessions"), before_upgrade=options.get("before_upgrade")
        )

    def _serve(self, app: flask.Flask) -> Site:
        self._sites[app] = site = site_of(app, self._options, self._env_vars)
        self._registry.max_sessions = site.max_sessions
        return site

    @property
    def env_vars(self) -> EnvVars:
        """The declared application environment variables."""
        return self._env_vars

    def webhook(
        self, rule: str, *, methods: Iterable[str] = ("POST",), endpoint: str | None = None
    ) -> Callable[[View], View]:
        """Serve the webhooks that jambonz sends to ``rule``.

        The view gets the event (an IncomingCall for the first of a call, else an ActionHook) and the URL variables by
        name. It returns a WebhookResponse, a verb, a list of verbs or None for no verbs; a response of Flask, or
        a tuple that makes one, is sent as it is. It may block: jambonz waits 10 seconds. If it raises, ``on_error``
        answers. ``methods`` may have "GET", for an application that is set up so in the portal.
        """
        return self._hook(rule, methods, endpoint, "verbs")

    def status(
        self, rule: str, *, methods: Iterable[str] = ("POST",), endpoint: str | None = None
    ) -> Callable[[View], View]:
        """Serve the call status events that jambonz sends to ``rule``.

        The view gets a CallStatus, and the URL variables by name. What it returns is not used, and jambonz is answered
        204 even if it raises, which is logged.
        """
        return self._hook(rule, methods, endpoint, "status")

    def tools(
        self,
        rule: str,
        tools: ToolSet,
        *,
        vendor: Vendor = "agent",
        timeout: float = 8.0,
        endpoint: str | None = None,
    ) -> Callable[[View], View]:
        """Serve the tool calls of a model that jambonz posts to ``rule``, the ``tool_hook`` of the verb.

        The answer is the output, in the shape of ``vendor`` (see :meth:`~jambonz_sync.session.Session.use_tools`).
        Unknown tools, wrong arguments, exceptions and timeouts become outputs that the model can read, and log lines.
        What a model asks for at once runs at once, in an application context each, for at most ``timeout`` seconds
        unless a tool says otherwise: jambonz waits 10 for the answer, and without it ends the conversation.

        What it returns is a decorator: the function is one more of the ``tools``.
        """

        from ..session.tools.runner import answer_in_time  # an application without tools does not load them
        from ..tools.vendors import known_vendor

        def answer(event: Mapping[str, Any], server: str | None) -> dict[str, Any]:
            context = flask.current_app._get_current_object().app_context  # type: ignore[attr-defined]
            return answer_in_time(tools, event, vendor=vendor, server=server, timeout=timeout, context=context)

        known_vendor(vendor)
        self._hook(rule, ("POST",), endpoint or f"tools_{_identifier(rule)}", "tools")(answer)
        return tools.tool

    def service(self, rule: str) -> Service:
        """The service of the WebSocket calls that jambonz connects to ``rule``: callbacks for more than session:new.

        The URL variables are in ``session.url_vars``. Callbacks run in an application context of Flask, a new one each.
        """
        route = self.path(rule, f"calls_{_identifier(rule)}")
        if route.service is None:
            route.service = Service(session_options(self._options, self._env_vars, {}), self._registry)
            route.upgrade = upgrade_to(route.service)
        if not isinstance(route.service, Service):
            raise ValueError(f"{rule} serves audio streams: calls need a rule of their own")
        return route.service

    def websocket(self, rule: str) -> Callable[[View], View]:
        """Serve the calls that jambonz connects to ``rule``: the function gets the session when a call begins
        (``session:new``)."""
        return self.service(rule).on("session:new")

    def audio_service(self, rule: str) -> AudioService:
        """The service of the audio streams that ``listen`` and ``stream`` verbs open to ``rule``: callbacks for more
        than connection.

        The credentials of the blueprint, if it has any, are what those verbs must have as ``ws_auth``.
        """
        route = self.path(rule, f"audio_{_identifier(rule)}")
        if route.service is None:
            route.service = AudioService(session_options(self._options, self._env_vars, {}), self._registry)
            route.upgrade = upgrade_to(route.service)
        if not isinstance(route.service, AudioService):
            raise ValueError(f"{rule} serves calls: audio streams need a rule of their own")
        return route.service

    def audio(self, rule: str) -> Callable[[View], View]:
        """Serve the audio streams that ``listen`` and ``stream`` verbs open to ``rule``: the function gets each stream
        when it begins (``connection``)."""
        return self.audio_service(rule).on("connection")

    def path(self, rule: str, name: str) -> Route:
        """The route of ``rule``: made, and registered as endpoint ``name``, when it is first asked for."""
        key = rule.rstrip("/") or "/"
        route = self._routes.get(key)
        if route is None:
            if not rule.startswith("/"):
                raise ValueError(f"rule {rule!r}: expected it to start with a slash")
            route = Route(rule)
            self._register(route, name)
            self._routes[key] = route
        return route

    def _hook(
        self, rule: str, methods: Iterable[str], endpoint: str | None, answers: Literal["verbs", "status", "tools"]
    ) -> Callable[[View], View]:
        wanted = frozenset(method.upper() for method in methods)
        if not wanted or not wanted <= {"GET", "POST"}:
            raise ValueError(f"methods of {rule}: expected GET, POST or both, got {sorted(wanted)}")

        def decorate(view: View) -> View:
            name = endpoint or str(getattr(view, "__name__", type(view).__name__))
            if is_async(view):
                raise TypeError(f"{name}: a view is a plain function here, and may block; got an async one")
            route = self.path(rule, name)
            if route.hook is not None:
                raise ValueError(f"{rule} has a view already, {getattr(route.hook.view, '__name__', route.hook.view)}")
            route.hook = Hook(view, wanted, answers)
            return view

        return decorate

    def _register(self, route: Route, endpoint: str) -> None:
        raise NotImplementedError


@spelled_out(BlueprintOptions)
class JambonzBlueprint(Routes, flask.Blueprint):
    """A blueprint whose views are webhooks of jambonz.

    ``signing_secret`` (one, or several while one replaces another) makes every POST prove that it is from jambonz,
    within ``signature_tolerance`` seconds; GET has no signature and is refused then, unless ``allow_unsigned_get``.
    ``auth`` is the user name and password that the application has in the portal. ``env_vars`` declares
    application environment variables (a dict or a class); OPTIONS answers them. ``server`` ("0.9") refuses verbs
    that such a server would not take. ``escape_urls`` makes text that jambonz would take for a URL heard as text,
    unless it is False. ``on_error`` is answered, with 200, for a view that raises: verbs, or a function
    of the call and the exception that returns them; without it the answer is 500. ``max_body`` is in bytes.

    For WebSockets, and as :func:`~jambonz_sync.create_endpoint` tells: ``before_upgrade``, ``max_sessions``,
    ``max_message_size``, ``hook_warning_after``, ``hook_ack_deadline``, ``reconnect_grace``, ``tts_capacity``,
    ``tts_timeout``.

    What is not given is read from the configuration of the application when the blueprint is registered:
    ``JAMBONZ_SIGNING_SECRET``, ``JAMBONZ_USERNAME`` and ``JAMBONZ_PASSWORD`` for ``auth``, and so on for all options
    that are text, numbers or booleans. Options of flask.Blueprint are taken as well.
    """

    def __init__(self, name: str, import_name: str, **options: Unpack[BlueprintOptions]) -> None:
        given = ours(options)
        super().__init__(name, import_name, **{key: one for key, one in options.items() if key not in given})  # type: ignore[arg-type]
        self._set_up(given)

    def _register(self, route: Route, endpoint: str) -> None:
        def in_app(state: flask.blueprints.BlueprintSetupState) -> None:
            app = cast(flask.Flask, state.app)
            site = self._sites.get(app)
            if site is None:
                site = self._serve(app)
            _add(app, state.add_url_rule, route, endpoint, site)

        self.record(in_app)


@spelled_out(Options)
class Jambonz(Routes):
    """The same for a whole application: an extension of Flask.

    ``Jambonz(app)``, or ``Jambonz()`` and ``init_app(app)`` for each application that it is to serve. Options,
    and the configuration that stands in for those not given, are as for :class:`JambonzBlueprint`; the
    configuration is read by ``init_app``. One application may have several extensions and blueprints.
    """

    def __init__(self, app: flask.Flask | None = None, **options: Unpack[Options]) -> None:
        unknown = options.keys() - ours(options).keys()
        if unknown:
            raise TypeError(f"Jambonz has no option {', '.join(sorted(unknown))}")
        self._set_up(options)
        self._endpoints: dict[Route, str] = {}
        if app is not None:
            self.init_app(app)

    def init_app(self, app: flask.Flask) -> None:
        """Serve ``app``, too: what is decorated already, and what will be. Raises ValueError for wrong options."""
        if app in self._sites:
            return
        site = self._serve(app)
        for route, endpoint in self._endpoints.items():
            _add(app, app.add_url_rule, route, endpoint, site)

    def _register(self, route: Route, endpoint: str) -> None:
        for app, site in self._sites.items():
            _add(app, app.add_url_rule, route, endpoint, site)
        self._endpoints[route] = endpoint


def _identifier(rule: str) -> str:
    return re.sub(r"\W+", "_", rule).strip("_") or "root"


def _add(app: flask.Flask, add_url_rule: Callable[..., None], route: Route, endpoint: str, site: Site) -> None:
    view = route.view_for(site)
    serve_doubled_slashes(app, view)
    options: dict[str, Any] = {"provide_automatic_options": False, "strict_slashes": False}
    add_url_rule(route.rule, endpoint, view, methods=("GET", "POST", "OPTIONS"), **options)
    # Werkzeug tells a handshake of WebSocket from other requests, and needs a rule for it
    add_url_rule(route.rule, endpoint, view, methods=("GET",), websocket=True, **options)
