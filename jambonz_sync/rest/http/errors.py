"""The errors of the REST API and of the way to it.

:class:`ApiError` is the root. Each class is also the builtin that people would catch in its place.
:class:`InvalidRequest` and :class:`ConfigurationError` are not among them: they are the caller's, and
nothing has been sent. No text, attribute or cause of an error holds the token.

The functions are pure; the shell that sends is in ``transport.py``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ...errors import JambonzError
from .hints import hint_for

if TYPE_CHECKING:
    from ..models import Call

__all__ = [
    "ApiConnectionError",
    "ApiError",
    "ApiTimeout",
    "BadRequest",
    "CallEndedEarly",
    "CallWaitTimeout",
    "ConfigurationError",
    "Conflict",
    "Forbidden",
    "InvalidAnswer",
    "InvalidRequest",
    "NoFeatureServer",
    "NotFound",
    "RateLimited",
    "ServerError",
    "TlsError",
    "Unauthorized",
]

#: characters of a body that a message may quote
_QUOTED = 200
#: bytes of a body that an error keeps
MAX_KEPT = 65_536


class ConfigurationError(JambonzError, ValueError):
    """The client lacks a base url, a sid or a key, or was given one that cannot work. ``name`` is the argument."""

    def __init__(self, message: str, *, name: str = "") -> None:
        super().__init__(message)
        self.name = name


class InvalidRequest(JambonzError, ValueError):
    """A request that the server would refuse, or misunderstand. Nothing has been sent.

    ``field`` names the argument or field, ``nearest`` the known name that an unknown one resembles.
    """

    def __init__(self, message: str, *, field: str = "", nearest: str | None = None) -> None:
        super().__init__(message)
        self.field = field
        self.nearest = nearest


class ApiError(JambonzError):
    """The API said no, or nothing that can be understood.

    ``status`` is the HTTP status (None without an answer), ``method``, ``path`` and ``url`` are those of the request
    (without its query, which may name people), ``message`` is what the server said ("" if nothing), ``hint`` what it
    most likely means where its words mislead, ``body`` the text of the answer (its first 64 KiB), ``headers`` its
    headers, by names in any case (none without an answer; cookies are left out), ``request_id`` the id that a proxy
    gave the request, ``retry_after`` the seconds that the server asks to wait. ``hint``, ``body`` and the last two are
    None where there are none. The text of the error has the hint behind ``hint:``.

    ``sent`` is False where the request provably did not leave this machine. Where it is True and ``status``
    is None, the server may have done what was asked: the outcome is unknown, and the text says so ("the call may have
    been placed"). So it is where a DELETE was repeated because its answer was lost, and the repetition was refused:
    there may have been nothing left to delete. A GET changes nothing, so its outcome is never unknown.
    """

    status: int | None
    method: str
    path: str
    url: str
    message: str
    hint: str | None
    body: str | None
    headers: Mapping[str, str]
    request_id: str | None
    retry_after: float | None
    sent: bool

    def __init__(
        self,
        text: str,
        *,
        status: int | None = None,
        method: str = "",
        path: str = "",
        url: str = "",
        message: str = "",
        hint: str | None = None,
        body: str | None = None,
        headers: Mapping[str, str] | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
        sent: bool = True,
    ) -> None:
        _, _, call = path.partition("/Calls/")
        super().__init__(text, call_sid=call or None)
        self.status = status
        self.method = method
        self.path = path
        self.url = url
        self.message = message
        self.hint = hint
        self.body = body
        self.headers = {} if headers is None else headers
        self.request_id = request_id
        self.retry_after = retry_after
        self.sent = sent
        self._earlier_lost = False
        doubt = f"; {_doubt(method, path)}" if method and self.outcome_unknown else ""
        self.args = (f"{text}{doubt}; hint: {hint}" if hint else f"{text}{doubt}",)

    def after_a_lost_answer(self) -> ApiError:
        """Return this error, which now says that an earlier attempt may have been carried out."""
        self._earlier_lost = True
        hint = f"; hint: {self.hint}" if self.hint else ""
        said = str(self).removesuffix(hint)
        self.args = (f"{said}; the answer to an earlier attempt was lost, which may have been carried out{hint}",)
        return self

    @property
    def outcome_unknown(self) -> bool:
        """True where the request may have been carried out although no answer says so.

        Besides a lost or garbled answer, to this attempt or to an earlier one of a DELETE: 502, 503 and 504 are the
        words of a proxy that lost sight of the server, and "fetch failed" is what the server says when it lost sight
        of the feature server. Where a call was to be placed so is every other answer of the 500s: the server answers
        with a bare 500 whatever fails at the feature server, before it has dialled or after.
        """
        if self._earlier_lost:
            return True
        if not self.sent or self.method in ("GET", "HEAD"):
            return False
        if self.status is None or self.status < 300 or self.status in (502, 503, 504):
            return True
        return self.message == "fetch failed" or (self.status >= 500 and _places_call(self.method, self.path))


def _places_call(method: str, path: str) -> bool:
    return method == "POST" and path.rstrip("/").lower().endswith("/calls")  # the server takes any case


def _doubt(method: str, path: str) -> str:
    """Say what a request may have done whose outcome is unknown."""
    if _places_call(method, path):
        return "the call may have been placed"
    if method == "POST" and path.endswith("/Messages"):
        return "the message may have been sent"
    return "the outcome is unknown"


class ApiConnectionError(ApiError, ConnectionError):
    """The server could not be reached, or the connection broke."""


class TlsError(ApiConnectionError):
    """No trust between this machine and the server: a bad certificate, or no TLS at all. Never retried."""


class ApiTimeout(ApiError, TimeoutError):
    """The server did not take the connection, or did not answer, in time."""


class InvalidAnswer(ApiError):
    """An answer that is not what the API sends: no JSON, or JSON of another kind. Often a proxy's."""


class CallWaitTimeout(JambonzError, TimeoutError):
    """A call did not come to the state that :meth:`~jambonz_sync.rest.calls.Calls.wait` waited for. It goes on.

    ``call_status`` is the state in which it was seen last, None if it was not seen at all.
    """

    def __init__(self, message: str, *, call_sid: str | None = None, call_status: str | None = None) -> None:
        super().__init__(message, call_sid=call_sid)
        self.call_status = call_status


class CallEndedEarly(JambonzError):
    """A call has ended before it came to the state that :meth:`~jambonz_sync.rest.calls.Calls.wait` waited for.

    ``call`` is its record, and ``call_status`` that of it: ``"busy"``, ``"no-answer"`` or ``"failed"``.
    """

    def __init__(self, message: str, *, call: Call) -> None:
        super().__init__(message, call_sid=call.call_sid)
        self.call = call
        self.call_status = call.call_status


class BadRequest(ApiError, ValueError):
    """400: the server found the request invalid. In places it says so of what is missing or not yours, too."""


class Unauthorized(ApiError, PermissionError):
    """401: no key, or one that the server does not know."""


class Forbidden(ApiError, PermissionError):
    """403: belongs to another account or service provider; often also a sid that does not exist."""


class NotFound(ApiError, LookupError):
    """404: no such thing. A call drops out an hour after its last change of status, even while it is up."""


class Conflict(ApiError):
    """409 or 422: a duplicate, a thing in use, or an action that does not fit the state of a call."""


class RateLimited(ApiError):
    """429: over the limit, which by default all users of the system share. ``retry_after`` says how long to wait."""


class NoFeatureServer(ApiError):
    """480: no feature server is there to take a call or a message. Nothing has been dialled; try again later."""


class ServerError(ApiError):
    """5xx. On this API a 500 often is an invalid value in the request, or (calls) any failure at the feature server."""


_BY_STATUS: dict[int, type[ApiError]] = {
    400: BadRequest,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    422: Conflict,
    429: RateLimited,
    480: NoFeatureServer,
}


def message_in(body: bytes) -> str:
    """Find what an error body says, "" if nothing: ``{"msg"}``, ``{"message"}``, ``{"error"}``, text, or an HTML page.

    The content type is no guide (plain text comes as text/html, "Unauthorized" with none), so the body decides.
    """
    text = body.decode("utf-8", "replace").strip()
    if text[:1] in ("{", "["):
        try:
            parsed: Any = json.loads(text)
        except (ValueError, RecursionError):
            return _short(text)
        if isinstance(parsed, Mapping):
            for name in ("msg", "message", "error", "reason"):
                if isinstance(said := parsed.get(name), str) and said:
                    return _short(said)
                if isinstance(said, Mapping) and isinstance(inner := said.get("message"), str):
                    return _short(inner)
        return "" if not parsed else _short(text)
    if text[:1] == "<":
        return _page_text(text)
    return _short(text)


def _page_text(page: str) -> str:
    """Find the words of an HTML error page: those of its ``<pre>`` (Express) or ``<title>`` (proxies)."""
    lowered = page.lower()
    for tag in ("pre", "title", "h1"):
        start = lowered.find(f"<{tag}>")
        end = lowered.find(f"</{tag}>", start)
        if start >= 0 and end >= 0:
            from html import unescape  # its table takes 1 ms to load, and few answers are pages

            return _short(unescape(page[start + len(tag) + 2 : end]))
    return "an HTML page"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _QUOTED else line[: _QUOTED - 3] + "..."


def error_for(
    status: int,
    *,
    method: str,
    path: str,
    body: bytes,
    url: str = "",
    headers: Mapping[str, str] | None = None,
    request_id: str | None = None,
    retry_after: float | None = None,
    blank_out: Callable[[str], str] = str,
) -> ApiError:
    """Make the error that an answer stands for. ``blank_out`` takes secrets out of what the server may have quoted."""
    text = blank_out(body[:MAX_KEPT].decode("utf-8", "replace"))
    message = blank_out(message_in(body[:MAX_KEPT]))
    kind = _BY_STATUS.get(status) or (ServerError if status >= 500 else ApiError)
    said = blank_out(f"{method} {path}: {status} {message}".rstrip())
    if retry_after is not None:
        said += f" (again in {retry_after:g} s)"
    return kind(
        said,
        status=status,
        method=method,
        path=blank_out(path),
        url=blank_out(url),
        message=message,
        hint=hint_for(status, method, path, message),
        body=text,
        headers=headers,
        request_id=request_id,
        retry_after=retry_after,
    )
