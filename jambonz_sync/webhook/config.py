"""The options of a blueprint or of the extension, as they are in one application."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import partial
from typing import Any, TypedDict, TypeVar, cast

import flask

from ..model.wire import dumps
from ..protocol.env import EnvVars
from ..protocol.signature import secrets_of
from ..server.auth import BasicAuth
from ..server.missing_audio import in_app
from ..server.registry import AllowedOrigins, BeforeUpgrade, Registry
from ..session.context import OnError, SessionOptions
from ..verbs.chain import as_verbs
from .body import MAX_BODY

__all__ = ["AppConfig", "BlueprintOptions", "Options"]

C = TypeVar("C", bound=type)


class Options(TypedDict, total=False):
    """The options of a blueprint and of the extension; :class:`JambonzBlueprint` tells the meaning of each.

    What is not given, or is None, the application's configuration decides.
    """

    signing_secret: str | Sequence[str] | None
    auth: tuple[str, str] | None
    env_vars: Mapping[str, Any] | type | EnvVars | None
    server: str | None
    escape_urls: bool | None
    on_error: OnError | None
    allow_unsigned_get: bool | None
    signature_tolerance: float | None
    max_body: int | None
    before_upgrade: BeforeUpgrade | None
    allowed_origins: AllowedOrigins | None
    max_sessions: int | None
    max_message_size: int | None
    send_timeout: float | None
    ping_interval: float | None
    hook_warning_after: float | None
    hook_ack_deadline: float | None
    reconnect_grace: float | None
    tts_capacity: int | None
    tts_timeout: float | None


class BlueprintOptions(Options, total=False):
    """The same, and the options of flask.Blueprint."""

    url_prefix: str | None
    subdomain: str | None
    url_defaults: dict[str, Any] | None
    static_folder: str | os.PathLike[str] | None
    static_url_path: str | None
    template_folder: str | os.PathLike[str] | None
    root_path: str | None
    cli_group: str | None


#: options of calls that the configuration may have, and what makes them of its values: the annotations tell
_CALL_OPTIONS: dict[str, Callable[[Any], Any]] = {
    option.name: {"bool": bool, "int": int, "float": float}.get(str(option.type), str)
    for option in fields(SessionOptions)
    if option.name not in ("env_vars", "on_error")
}


def spelled_out(options: type) -> Callable[[C], C]:
    """Make a decorator for a class that takes the keys of a TypedDict by name: ``help`` and Sphinx show each.

    Args:
        options: The TypedDict.
    """

    def decorate(cls: C) -> C:
        signature = inspect.signature(cls)
        parameters = [known for known in signature.parameters.values() if known.kind is not known.VAR_KEYWORD]
        for name, annotation in options.__annotations__.items():
            shown_as = getattr(annotation, "__forward_arg__", annotation)
            parameters.append(
                inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=shown_as)
            )
        cls.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
        return cls

    return decorate


def own_options(options: Mapping[str, Any]) -> Options:
    """Pick those options that are not flask.Blueprint's.

    Args:
        options: Options of both.
    """
    return cast("Options", {name: value for name, value in options.items() if name in Options.__annotations__})


def session_options(options: Options, env: EnvVars, config: Mapping[str, Any]) -> SessionOptions:
    """Work out how calls are served.

    Args:
        options: The options that the blueprint or the extension was given.
        env: The declared application environment variables.
        config: The configuration of the application, for what was not given.
    Raises:
        ValueError: An option is out of its range.
        InvalidVerb: ``on_error`` has verbs that jambonz would not take.
    """
    chosen: dict[str, Any] = {}
    for name, convert in _CALL_OPTIONS.items():
        if options.get(name) is not None:
            chosen[name] = options.get(name)
        elif (value := config.get(_key(name))) is not None:
            chosen[name] = convert(value)
    return SessionOptions(env_vars=env, on_error=options.get("on_error"), **chosen)


@dataclass(frozen=True, slots=True, repr=False)
class AppConfig:
    """The checked options of one application, with what can be worked out of them before any request.

    Args:
        secrets: The secrets that webhooks are signed with; None: they need not be.
        auth: The credentials that a request must have.
        env: The declared application environment variables.
        schema: The answer to OPTIONS; None for no variables.
        on_error: Verbs for a view that has failed, or what makes them.
        allow_unsigned_get: Serve GET though a secret is set.
        tolerance: Seconds that the time of a signature may be off.
        max_body: Bytes that a body may have.
        calls: How calls over WebSockets are served.
        registry: The calls of this application that are up: its limits hold for no other application's.
        response: The class of the application's responses.
    """

    secrets: tuple[str, ...] | None
    auth: BasicAuth | None
    env: EnvVars
    schema: str | None
    on_error: list[dict[str, Any]] | Callable[[Any, Exception], Any] | None
    allow_unsigned_get: bool
    tolerance: float
    max_body: int
    calls: SessionOptions
    registry: Registry
    response: type[flask.Response]

    @classmethod
    def of(cls, app: flask.Flask, options: Options, env: EnvVars) -> AppConfig:
        """Work out the options in ``app``.

        Args:
            app: The application, whose configuration has what was not given.
            options: The options that the blueprint or the extension was given.
            env: The declared application environment variables.
        Raises:
            ValueError: An option is out of its range.
            InvalidVerb: ``on_error`` has verbs that jambonz would not take.
        """
        config: Mapping[str, Any] = app.config
        secret = _chosen("signing_secret", options, config)
        max_sessions = _chosen("max_sessions", options, config)
        auth = options.get("auth")
        user, password = config.get("JAMBONZ_USERNAME"), config.get("JAMBONZ_PASSWORD")
        if not auth and (user is not None or password is not None):
            auth = user or "", password or ""
        calls = session_options(options, env, config)
        on_error = options.get("on_error")
        if on_error is not None and not callable(on_error):
            on_error = as_verbs(on_error, calls.server, calls.escape_urls)
        registry = Registry(
            max_sessions=None if max_sessions is None else int(max_sessions),
            before_upgrade=options.get("before_upgrade"),
            allowed_origins=options.get("allowed_origins") or (),
        )
        registry.missing_audio = partial(in_app, app)
        return cls(
            secrets=None if secret is None else secrets_of(secret),
            auth=BasicAuth.of(auth) if auth else None,
            env=env,
            schema=dumps(env.schema()) if len(env) else None,
            on_error=on_error,
            allow_unsigned_get=bool(_chosen("allow_unsigned_get", options, config, False)),
            tolerance=float(_chosen("signature_tolerance", options, config, 300)),
            max_body=int(_chosen("max_body", options, config, MAX_BODY)),
            calls=calls,
            registry=registry,
            response=app.response_class,
        )


def _chosen(name: str, options: Options, config: Mapping[str, Any], default: Any = None) -> Any:
    values = (options.get(name), config.get(_key(name)), default)
    return next((value for value in values if value is not None), None)


def _key(name: str) -> str:
    return f"JAMBONZ_{name.upper()}"
