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
from ..server.auth import BasicAuth
from ..server.service import Service
from .config import AppConfig, BlueprintOptions, Options, own_options, session_options, spelled_out
from .doubled_slashes import serve_doubled_slashes
from .signature import is_async
from .views import Hook, Route

if TYPE_CHECKING:
    from ..tools import ToolSet, Vendor

__all__ = ["Jambonz", "JambonzBlueprint", "Routes"]

View = TypeVar("View", bound=Callable[..., Any])


class Routes:
    """The decorators that the blueprint and the extension share.

    A path is served with and without a slash at its end, and never redirected: jambonz follows no redirects, and a POST
    would lose its body. Each rule has one endpoint of Flask, named after the first function of the rule, whatever it
    serves.
    """

    _options: Options

    def _set_up(self, options: Options) -> None:
        self._options = options
        self._env_vars = EnvVars.parse(options.get("env_vars"))
        session_options(options, self._env_vars, {})  # a mistake shows now
        if auth := options.get("auth"):
            BasicAuth.of(auth)
        self._routes: dict[str, Route] = {}
        self._configs: WeakKeyDictionary[flask.Flask, AppConfig] = WeakKeyDictionary()

    def _serve(self, app: flask.Flask) -> AppConfig:
        self._configs[app] = config = AppConfig.of(app, self._options, self._env_vars)
        return config

    @property
    def env_vars(self) -> EnvVars:
        """The declared application environment variables."""
        return self._env_vars

    def webhook(
        self, rule: str, *, methods: Iterable[str] = ("POST",), endpoint: str | None = None
    ) -> Callable[[View], View]:
        """Serve the webhooks that jambonz sends to a path.

        The view gets the event, an IncomingCall for the first of a call and else an ActionHook, and the URL variables
        by name. It returns a WebhookResponse, a verb, a list of verbs, or None for no verbs; a response of Flask, or a
        tuple that makes one, is sent as it is. It may block: jambonz waits 10 seconds. If it raises, ``on_error``
        answers.

        Args:
            rule: The path, with variables as Flask has them.
            methods: ``"POST"``, ``"GET"`` or both. GET is for an application that is set up so in the portal.
            endpoint: The name of the view for ``flask.url_for``; None takes that of the function.
        Returns:
            A decorator that returns the view.
        Raises:
            ValueError: There are no methods, or others; the rule does not begin with a slash, or has a view already.
            TypeError: The view is an async function.
        """
        return self._hook(rule, methods, endpoint, "verbs")

    def status(
        self, rule: str, *, methods: Iterable[str] = ("POST",), endpoint: str | None = None
    ) -> Callable[[View], View]:
        """Serve the call status events that jambonz sends to a path.

        The view gets a CallStatus, and the URL variables by name. Its result is not used, and jambonz is answered 204
        even if it raises, which is logged.

        Args:
            rule: The path, with variables as Flask has them.
            methods: ``"POST"``, ``"GET"`` or both.
            endpoint: The name of the view for ``flask.url_for``; None takes that of the function.
        Returns:
            A decorator that returns the view.
        Raises:
            ValueError: There are no methods, or others; the rule does not begin with a slash, or has a view already.
            TypeError: The view is an async function.
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
        """Serve the tool calls of a model that jambonz posts to a path, the ``tool_hook`` of the verb.

        Unknown tools, wrong arguments, exceptions and time-outs become outputs that the model can read, and log lines.
        Tools that a model asks for at once run at once, in an application context each.

        Args:
            rule: The path, with variables as Flask has them.
            tools: The tools.
            vendor: The vendor whose shape the output has, as for :meth:`~jambonz_sync.session.Session.use_tools`.
            timeout: Seconds for each tool that has no time limit of its own. 8 by default: jambonz waits 10 for the
                answer, and without it ends the conversation.
            endpoint: The name of the view for ``flask.url_for``; None makes one of the rule.
        Returns:
            A decorator that makes a function one more of the ``tools``.
        Raises:
            InvalidVerb: There is no such vendor.
            ValueError: The rule does not begin with a slash, or has a view already.
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
        """Make, or find, the service of the calls that jambonz connects to a path.

        It has all events of a call; where ``session:new`` is enough, :meth:`websocket` is shorter. Callbacks run in an
        application context of Flask, a new one each.

        Args:
            rule: The path, with variables as Flask has them; ``session.url_vars`` has their values.
        Raises:
            ValueError: The rule serves audio streams, or does not begin with a slash.
        """
        route = self._route(rule, f"calls_{_identifier(rule)}")
        if route.service is None:
            route.serve(Service())
        if not isinstance(route.service, Service):
            raise ValueError(f"{rule} serves audio streams: calls need a rule of their own")
        return route.service

    def websocket(self, rule: str) -> Callable[[View], View]:
        """Serve the calls that jambonz connects to a path.

        Args:
            rule: The path, as for :meth:`service`.
        Returns:
            A decorator for a function that gets the session when a call begins (``session:new``).
        Raises:
            ValueError: The rule serves audio streams, or does not begin with a slash.
        """
        return self.service(rule).on("session:new")

    def call(self, rule: str) -> Callable[[View], View]:
        """Have a function conduct each call that jambonz connects to a path, from top to bottom.

        Args:
            rule: The path, as for :meth:`service`.
        Returns:
            A decorator for the function, as :meth:`Service.call <jambonz_sync.Service.call>`.
        Raises:
            ValueError: The rule serves audio streams, or calls with a function for ``session:new``; or it does not
                begin with a slash.
        """
        return self.service(rule).call

    def audio_service(self, rule: str) -> AudioService:
        """Make, or find, the service of the audio streams that ``listen`` and ``stream`` verbs open to a path.

        It has all events of a stream; where ``connection`` is enough, :meth:`audio` is shorter. If the blueprint has
        credentials, the verbs must have the same as ``ws_auth``.

        Args:
            rule: The path, with variables as Flask has them; ``stream.url_vars`` has their values.
        Raises:
            ValueError: The rule serves calls, or does not begin with a slash.
        """
        route = self._route(rule, f"audio_{_identifier(rule)}")
        if route.service is None:
            route.serve(AudioService())
        if not isinstance(route.service, AudioService):
            raise ValueError(f"{rule} serves calls: audio streams need a rule of their own")
        return route.service

    def audio(self, rule: str) -> Callable[[View], View]:
        """Serve the audio streams that ``listen`` and ``stream`` verbs open to a path.

        Args:
            rule: The path, as for :meth:`audio_service`.
        Returns:
            A decorator for a function that gets each stream when it begins (``connection``).
        Raises:
            ValueError: The rule serves calls, or does not begin with a slash.
        """
        return self.audio_service(rule).on("connection")

    def _route(self, rule: str, name: str) -> Route:
        """Return the route of a rule; make it, and register it as an endpoint of Flask, when it is first asked for."""
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
        served = frozenset(method.upper() for method in methods)
        if not served or not served <= {"GET", "POST"}:
            raise ValueError(f"methods of {rule}: expected GET, POST or both, got {sorted(served)}")

        def decorate(view: View) -> View:
            name = endpoint or str(getattr(view, "__name__", type(view).__name__))
            if is_async(view):
                raise TypeError(f"{name}: a view is a plain function here, and may block; got an async one")
            route = self._route(rule, name)
            if route.hook is not None:
                raise ValueError(f"{rule} has a view already, {getattr(route.hook.view, '__name__', route.hook.view)}")
            route.hook = Hook(view, served, answers)
            return view

        return decorate

    def _register(self, route: Route, endpoint: str) -> None:
        raise NotImplementedError


@spelled_out(BlueprintOptions)
class JambonzBlueprint(Routes, flask.Blueprint):
    """A blueprint whose views are webhooks, calls and audio streams of jambonz.

    Options that are None are read from the configuration of the application when the blueprint is registered:
    ``JAMBONZ_SIGNING_SECRET``, ``JAMBONZ_USERNAME`` and ``JAMBONZ_PASSWORD`` for ``auth``, and so on for all that are
    text, numbers or booleans. The defaults below hold for an option that is in neither. Each application that it is
    registered in has limits and calls of its own. For more about the options of WebSockets, those from
    ``before_upgrade`` on, see :func:`~jambonz_sync.create_endpoint`.

    Args:
        name: The name of the blueprint.
        import_name: The package that it is in, usually ``__name__``.
        signing_secret: The webhook secret of the account, or several while one replaces another: each POST must prove
            that it is from jambonz. GET has no signature, and is refused; nor has a WebSocket, which needs ``auth``.
        auth: User name and password that the application has in the portal; every request must have them.
        env_vars: Declares application environment variables, as a dict or a class; the portal asks for them by OPTIONS.
        server: Version of jambonz that verbs are checked for: ``"0.9"``, ``"10"``, ``"11"`` or a release, such as
            ``"11.1.0"``; the newest by default.
        escape_urls: Put an invisible character before text that jambonz 0.9 would take for a URL, and not speak. True
            by default.
        on_error: Verbs that are answered, with 200, for a view that raises, or a function of the call and the exception
            that returns them; the same for a callback of a WebSocket that fails. Without it the answer is 500.
        allow_unsigned_get: Serve GET though there is a ``signing_secret``; false by default.
        signature_tolerance: Seconds that the time of a signature may lie before or after now, 300 by default.
        max_body: Bytes that the body of a webhook may have, 1 MiB by default.
        before_upgrade: Called with the WSGI environment of each request to open a WebSocket; an HTTP status that it
            returns (400 to 599) refuses the request.
        allowed_origins: Origins of browser pages of other hosts that may open one, none by default; ``"*"`` for all.
        max_sessions: Calls over WebSockets that may be up in one application; more are refused with 503. No limit by
            default.
        max_message_size: Bytes that a message of jambonz may have, 1 MiB by default.
        send_timeout: Seconds for which jambonz may take no data before the connection is given up, 10 by default.
        ping_interval: Seconds of silence after which jambonz gets a ping, 25 by default.
        hook_warning_after: Seconds for which a hook may wait for its reply until the log warns of it, 3 by default.
        hook_ack_deadline: Seconds after which a hook is acked without its reply, 4.5 by default.
        reconnect_grace: Seconds in which a call whose connection dropped may come back to its session, 20 by default.
        tts_capacity: Characters of text that may wait for jambonz until ``send_tts_tokens`` blocks, 16,000 by default.
        tts_timeout: Seconds for which methods of TTS wait for room, or for text to be accepted, 30 by default.
        url_prefix: Prefix of all its paths, as for ``flask.Blueprint``.
        subdomain: Subdomain of all its paths, as for ``flask.Blueprint``.
        url_defaults: Defaults of URL variables, as for ``flask.Blueprint``.
        static_folder: Folder of static files, as for ``flask.Blueprint``.
        static_url_path: URL of the static files, as for ``flask.Blueprint``.
        template_folder: Folder of templates, as for ``flask.Blueprint``.
        root_path: Folder that the others are relative to, as for ``flask.Blueprint``.
        cli_group: Group of its commands, as for ``flask.Blueprint``.
    Raises:
        ValueError: An option is out of its range.
        EnvVarError: ``env_vars`` declares a variable wrongly.
        InvalidVerb: ``on_error`` has verbs that jambonz would not take.
    """

    def __init__(self, name: str, import_name: str, **options: Unpack[BlueprintOptions]) -> None:
        own = own_options(options)
        super().__init__(name, import_name, **{key: value for key, value in options.items() if key not in own})  # type: ignore[arg-type]
        self._set_up(own)

    def _register(self, route: Route, endpoint: str) -> None:
        def in_app(state: flask.blueprints.BlueprintSetupState) -> None:
            app = cast(flask.Flask, state.app)
            config = self._configs.get(app)
            if config is None:
                config = self._serve(app)
            _add(app, state.add_url_rule, route, endpoint, config)

        self.record(in_app)


@spelled_out(Options)
class Jambonz(Routes):
    """Webhooks and calls of a whole application: an extension of Flask.

    ``Jambonz(app)``, or ``Jambonz()`` and ``init_app(app)`` for each application that it is to serve. An application
    may have several extensions and blueprints. Options that are None are read from its configuration, as for
    :class:`JambonzBlueprint`.

    Args:
        app: The application; None leaves that to :meth:`init_app`.
        signing_secret: The webhook secret of the account, or several while one replaces another: each POST must prove
            that it is from jambonz. GET has no signature, and is refused; nor has a WebSocket, which needs ``auth``.
        auth: User name and password that the application has in the portal; every request must have them.
        env_vars: Declares application environment variables, as a dict or a class; the portal asks for them by OPTIONS.
        server: Version of jambonz that verbs are checked for: ``"0.9"``, ``"10"``, ``"11"`` or a release, such as
            ``"11.1.0"``; the newest by default.
        escape_urls: Put an invisible character before text that jambonz 0.9 would take for a URL, and not speak. True
            by default.
        on_error: Verbs that are answered, with 200, for a view that raises, or a function of the call and the exception
            that returns them; the same for a callback of a WebSocket that fails. Without it the answer is 500.
        allow_unsigned_get: Serve GET though there is a ``signing_secret``; false by default.
        signature_tolerance: Seconds that the time of a signature may lie before or after now, 300 by default.
        max_body: Bytes that the body of a webhook may have, 1 MiB by default.
        before_upgrade: Called with the WSGI environment of each request to open a WebSocket; an HTTP status that it
            returns (400 to 599) refuses the request.
        allowed_origins: Origins of browser pages of other hosts that may open one, none by default; ``"*"`` for all.
        max_sessions: Calls over WebSockets that may be up in one application; more are refused with 503. No limit by
            default.
        max_message_size: Bytes that a message of jambonz may have, 1 MiB by default.
        send_timeout: Seconds for which jambonz may take no data before the connection is given up, 10 by default.
        ping_interval: Seconds of silence after which jambonz gets a ping, 25 by default.
        hook_warning_after: Seconds for which a hook may wait for its reply until the log warns of it, 3 by default.
        hook_ack_deadline: Seconds after which a hook is acked without its reply, 4.5 by default.
        reconnect_grace: Seconds in which a call whose connection dropped may come back to its session, 20 by default.
        tts_capacity: Characters of text that may wait for jambonz until ``send_tts_tokens`` blocks, 16,000 by default.
        tts_timeout: Seconds for which methods of TTS wait for room, or for text to be accepted, 30 by default.
    Raises:
        TypeError: An option is not known.
        ValueError: An option is out of its range.
        EnvVarError: ``env_vars`` declares a variable wrongly.
        InvalidVerb: ``on_error`` has verbs that jambonz would not take.
    """

    def __init__(self, app: flask.Flask | None = None, **options: Unpack[Options]) -> None:
        unknown = options.keys() - own_options(options).keys()
        if unknown:
            raise TypeError(f"Jambonz has no option {', '.join(sorted(unknown))}")
        self._set_up(options)
        self._endpoints: dict[Route, str] = {}
        if app is not None:
            self.init_app(app)

    def init_app(self, app: flask.Flask) -> None:
        """Serve an application, too: what is decorated already, and what will be.

        Args:
            app: The application, whose configuration has what was not given as an option. A second time does nothing.
        Raises:
            ValueError: An option is out of its range.
        """
        if app in self._configs:
            return
        config = self._serve(app)
        for route, endpoint in self._endpoints.items():
            _add(app, app.add_url_rule, route, endpoint, config)

    def _register(self, route: Route, endpoint: str) -> None:
        for app, config in self._configs.items():
            _add(app, app.add_url_rule, route, endpoint, config)
        self._endpoints[route] = endpoint


def _identifier(rule: str) -> str:
    return re.sub(r"\W+", "_", rule).strip("_") or "root"


def _add(app: flask.Flask, add_url_rule: Callable[..., None], route: Route, endpoint: str, config: AppConfig) -> None:
    view = route.view_for(config)
    serve_doubled_slashes(app, view)
    options: dict[str, Any] = {"provide_automatic_options": False, "strict_slashes": False}
    add_url_rule(route.rule, endpoint, view, methods=("GET", "POST", "OPTIONS"), **options)
    # Werkzeug tells a handshake of WebSocket from other requests, and needs a rule for it
    add_url_rule(route.rule, endpoint, view, methods=("GET",), websocket=True, **options)
