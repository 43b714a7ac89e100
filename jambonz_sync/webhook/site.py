"""The options of a blueprint or of the extension, as they are in one application."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import flask

from ..chain import as_verbs
from ..env import EnvVars
from ..signature import secrets_of
from ..wire import dumps
from .guard import BasicAuth

__all__ = ["MAX_BODY", "OnError", "Options", "Site"]

#: bytes of a request's body: far more than any webhook of jambonz has
MAX_BODY = 1024 * 1024

#: verbs for a view that has failed, or what makes them of the call and of the error
OnError = Sequence[Any] | Callable[[Any, Exception], Any]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Options:
    """What the user has given; None where the application's configuration decides."""

    signing_secret: str | Sequence[str] | None = None
    auth: tuple[str, str] | None = None
    env_vars: EnvVars
    server: str | None = None
    on_error: OnError | None = None
    allow_unsigned_get: bool | None = None
    signature_tolerance: float | None = None
    max_body: int | None = None

    def site(self, app: flask.Flask) -> Site:
        """The options in ``app``. Raises ValueError, or InvalidVerb for ``on_error``, where they cannot be right."""
        config: Mapping[str, Any] = app.config
        secret = _first(self.signing_secret, config.get("JAMBONZ_SIGNING_SECRET"))
        user, password = self.auth or (config.get("JAMBONZ_USERNAME"), config.get("JAMBONZ_PASSWORD"))
        server = _first(self.server, config.get("JAMBONZ_SERVER"))
        return Site(
            secrets=None if secret is None else secrets_of(secret),
            auth=None if user is None and password is None else BasicAuth(user or "", password or ""),
            env=self.env_vars,
            schema=dumps(self.env_vars.schema()) if len(self.env_vars) else None,
            server=server,
            on_error=self.on_error if callable(self.on_error) else _verbs(self.on_error, server),
            allow_unsigned_get=bool(_first(self.allow_unsigned_get, config.get("JAMBONZ_ALLOW_UNSIGNED_GET"), False)),
            tolerance=float(_first(self.signature_tolerance, config.get("JAMBONZ_SIGNATURE_TOLERANCE"), 300)),
            max_body=int(_first(self.max_body, config.get("JAMBONZ_MAX_BODY"), MAX_BODY)),
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
    on_error: list[dict[str, Any]] | Callable[[Any, Exception], Any] | None
    allow_unsigned_get: bool
    tolerance: float
    max_body: int
    response: type[flask.Response]


def _first(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)


def _verbs(given: OnError | None, server: str | None) -> list[dict[str, Any]] | None:
    verbs = as_verbs(given or [], server)  # with none given it still refuses a server that it does not know
    return None if given is None else verbs
