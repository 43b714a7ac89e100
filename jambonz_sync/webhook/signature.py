"""The signature as a decorator for any view of Flask."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Sequence
from typing import Any, ParamSpec, TypeVar

import flask
from werkzeug.exceptions import HTTPException

from ..errors import InvalidSignature
from ..protocol.messages import shown
from ..protocol.signature import HEADER, check_header, secrets_of, verify_signature
from .body import MAX_BODY, read_body

__all__ = ["signed"]

log = logging.getLogger("jambonz_sync.webhook")

P = ParamSpec("P")
R = TypeVar("R")


def signed(
    secret: str | Sequence[str], *, tolerance: float = 300, max_body: int = MAX_BODY
) -> Callable[[Callable[P, R]], Callable[P, R | flask.Response]]:
    """Make a decorator for any view of Flask that lets only requests through which jambonz has signed.

    Others get 403; the reason is in the log, not in the answer.

    Args:
        secret: The webhook secret of the account; several while one replaces another.
        tolerance: Seconds that the time of a signature may lie before or after now.
        max_body: Bytes that a body may have: all of it has to be read to check its signature, so a larger one gets 413
            unread.
    Raises:
        ValueError: A secret is empty, or there is none.
    """
    secrets = secrets_of(secret)

    def decorate(view: Callable[P, R]) -> Callable[P, R | flask.Response]:
        @functools.wraps(view)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R | flask.Response:
            request = flask.request
            try:
                header = request.headers.get(HEADER)
                check_header(header)
                verify_signature(read_body(request, max_body), header, secrets, tolerance)
            except InvalidSignature as exc:
                return _refused(403, exc.reason)
            except HTTPException as exc:
                return _refused(exc.code or 400, exc.description or exc.name)
            return view(*args, **kwargs)

        return checked

    return decorate


def _refused(status: int, reason: str) -> flask.Response:
    request = flask.request
    log.warning("%s refused with %d for %s: %s", request.url_rule, status, shown(request.remote_addr), reason)
    return flask.Response("" if status == 403 else f"{reason}\n", status, content_type="text/plain")


def is_async(view: Callable[..., Any]) -> bool:
    """Say whether calling ``view`` would only make a coroutine."""
    import inspect

    return inspect.iscoroutinefunction(inspect.unwrap(view)) or inspect.iscoroutinefunction(
        getattr(view, "__call__", None)  # noqa: B004 - the method is wanted, not whether there is one
    )
