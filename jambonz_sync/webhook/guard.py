"""Who may call: Basic credentials, and the signature as a decorator for any view of Flask."""

from __future__ import annotations

import base64
import binascii
import functools
import hmac
import logging
from collections.abc import Callable, Sequence
from typing import Any, ParamSpec, TypeVar

import flask

from ..errors import InvalidSignature
from ..signature import HEADER, secrets_of, verify_signature

__all__ = ["BasicAuth", "signed"]

logger = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")


class BasicAuth:
    """A user name and a password that a request must come with. Raises ValueError where either is empty."""

    __slots__ = ("_expected",)

    def __init__(self, user: str, password: str) -> None:
        if not user or not password or ":" in user:
            raise ValueError("auth: expected a user name without a colon, and a password, neither of them empty")
        self._expected = f"{user}:{password}".encode()

    def admits(self, authorization: str | None) -> bool:
        """Whether this ``Authorization`` header has the credentials. Compares in constant time."""
        scheme, _, encoded = (authorization or "").partition(" ")
        if scheme.lower() != "basic":
            return False
        try:
            given = base64.b64decode(encoded.strip(), validate=True)
        except (binascii.Error, ValueError):
            return False
        return hmac.compare_digest(given, self._expected)


def signed(
    secret: str | Sequence[str], *, tolerance: float = 300
) -> Callable[[Callable[P, R]], Callable[P, R | flask.Response]]:
    """A decorator for any view of Flask: only requests that jambonz has signed reach it, others get 403.

    ``secret`` may be a list while one replaces another; ``tolerance`` is in seconds. The reason for a
    refusal is in the log, not in the answer. Raises ValueError for an empty secret.
    """
    secrets = secrets_of(secret)

    def decorate(view: Callable[P, R]) -> Callable[P, R | flask.Response]:
        @functools.wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R | flask.Response:
            request = flask.request
            try:
                verify_signature(request.get_data(), request.headers.get(HEADER), secrets, tolerance)
            except InvalidSignature as exc:
                logger.warning("%s refused for %s: %s", request.url_rule, request.remote_addr, exc.reason)
                return flask.Response(status=403)
            return view(*args, **kwargs)

        return guarded

    return decorate


def is_async(view: Callable[..., Any]) -> bool:
    """Whether calling ``view`` would only make a coroutine."""
    import inspect

    return inspect.iscoroutinefunction(inspect.unwrap(view)) or inspect.iscoroutinefunction(
        getattr(view, "__call__", None)  # noqa: B004 - the method is wanted, not whether there is one
    )
