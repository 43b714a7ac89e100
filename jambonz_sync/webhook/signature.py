"""The signature as a decorator for any view of Flask."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Sequence
from typing import Any, ParamSpec, TypeVar

import flask

from ..errors import InvalidSignature
from ..protocol.signature import HEADER, secrets_of, verify_signature

__all__ = ["signed"]

logger = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")


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
