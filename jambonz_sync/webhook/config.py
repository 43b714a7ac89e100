"""The options of a blueprint or of the extension, as they are in one application."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict, TypeVar, cast

import flask

from ..model.wire import dumps
from ..protocol.env import EnvVars
from ..protocol.signature import secrets_of
from ..server.auth import BasicAuth
from ..server.registry import BeforeUpgrade
from ..session.context import SessionOptions
from ..verbs.chain import as_verbs

__all__ = ["MAX_BODY", "BlueprintOptions", "OnError", "Options", "Site"]

C = TypeVar("C", bound=type)

#: bytes of a request's body: far more than any webhook of jambonz has
MAX_BODY = 1024 * 1024

#: verbs for a view that has failed, or what makes them of the call and of the error
OnError = Sequence[Any] | Callable[[Any, Exception], Any]


class Options(TypedDict, total=False):
    """What a blueprint and the extension may be given. What is not, or is None, the application's configuration
    decides; :class:`JambonzBlueprint` tells what each means."""

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
    max_sessions: int | None
    max_message_size: int | None
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


#: options that sessions have under the same name, and what the configuration's values are made to be
_OF_SESSIONS: dict[str, Callable[[Any], Any]] = {
    "server": str,
    "escape_urls": bool,
    "max_message_size": int,
    "hook_warning_after": float,
    "hook_ack_deadline": float,
    "reconnect_grace": float,
    "tts_capacity": int,
    "tts_timeout": float,
}


def spelled_out(options: type) -> Callable[[C], C]:
    """A decorator for a class that is given ``options``, a TypedDict, by name: ``help`` and Sphinx show each."""

    def decorate(cls: C) -> C:
        signature = inspect.signature(cls)
        given = [one for one in signature.parameters.values() if one.kind is not one.VAR_KEYWORD]
        for name, about in options.__annotations__.items():
            told = getattr(about, "__forward_arg__", about)
            given.append(inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=told))
        cls.__signature__ = signature.replace(parameters=given)  # type: ignore[attr-defined]
        return cls

    return decorate


def ours(options: Mapping[str, Any]) -> Options:
    """Those of ``options`` that are not flask.Blueprint's."""
    return cast("Options", {name: value for name, value in options.items() if name in Options.__annotations__})


def session_options(given: Options, env: EnvVars, config: Mapping[str, Any]) -> SessionOptions:
    """How calls on WebSockets are served. Raises ValueError, or InvalidVerb for ``on_error``, where that cannot be."""
    chosen: dict[str, Any] = {}
    for name, kind in _OF_SESSIONS.items():
        if given.get(name) is not None:
            chosen[name] = given.get(name)
        elif (value := config.get(_key(name))) is not None:
            chosen[name] = kind(value)
    return SessionOptions(env_vars=env, on_error=given.get("on_error"), **chosen)


def site_of(app: flask.Flask, given: Options, env: EnvVars) -> Site:
    """The options in ``app``. Raises ValueError, or InvalidVerb for ``on_error``, where they cannot be right."""
    config: Mapping[str, Any] = app.config
    secret = _chosen("signing_secret", given, config)
    most = _chosen("max_sessions", given, config)
    user, password = given.get("auth") or (config.get("JAMBONZ_USERNAME"), config.get("JAMBONZ_PASSWORD"))
    sessions = session_options(given, env, config)
    on_error = given.get("on_error")
    if on_error is not None and not callable(on_error):
        on_error = as_verbs(on_error, sessions.server, sessions.escape_urls)
    return Site(
        secrets=None if secret is None else secrets_of(secret),
        auth=None if user is None and password is None else BasicAuth(user or "", password or ""),
        env=env,
        schema=dumps(env.schema()) if len(env) else None,
        server=sessions.server,
        escape_urls=sessions.escape_urls,
        on_error=on_error,
        allow_unsigned_get=bool(_chosen("allow_unsigned_get", given, config, False)),
        tolerance=float(_chosen("signature_tolerance", given, config, 300)),
        max_body=int(_chosen("max_body", given, config, MAX_BODY)),
        max_sessions=None if most is None else int(most),
        sessions=sessions,
        response=app.response_class,
    )


@dataclass(frozen=True, slots=True, repr=False)
class Site:
    """Checked options, and what can be worked out of them before any request."""

    secrets: tuple[str, ...] | None
    auth: BasicAuth | None
    env: EnvVars
    schema: str | None
    server: str | None
    escape_urls: bool
    on_error: list[dict[str, Any]] | Callable[[Any, Exception], Any] | None
    allow_unsigned_get: bool
    tolerance: float
    max_body: int
    max_sessions: int | None
    sessions: SessionOptions
    response: type[flask.Response]


def _chosen(name: str, given: Options, config: Mapping[str, Any], otherwise: Any = None) -> Any:
    values = (given.get(name), config.get(_key(name)), otherwise)
    return next((value for value in values if value is not None), None)


def _key(name: str) -> str:
    return f"JAMBONZ_{name.upper()}"
