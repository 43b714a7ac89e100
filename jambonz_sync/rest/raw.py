"""Requests that users spell themselves: the checks that each goes where the client goes, and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl, unquote

from .checks import one_of
from .http.errors import InvalidRequest
from .scope import Scope

__all__ = ["RawRequest", "raw_request"]

_METHODS: Final = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")
#: characters that a path has, percent-encoded or not, and the marks of a placeholder
_PATH: Final = re.compile(r"(/[A-Za-z0-9._~!$&'()*+,;=:@%{}-]*)+")

_PLACEHOLDERS: Final[Mapping[str, Callable[[Scope], str]]] = {
    "account_sid": lambda scope: scope.need_account(),
    "service_provider_sid": lambda scope: scope.need_service_provider(),
    "scope": lambda scope: scope.path.removeprefix("/"),
}


class RawRequest(NamedTuple):
    """A request that may be sent."""

    method: str
    path: str
    query: Mapping[str, Any] | None
    #: True or False where the method does not tell if it may be repeated
    harmless: bool | None


def raw_request(scope: Scope, method: str, path: str, query: Mapping[str, Any] | None) -> RawRequest:
    """Check a request and fill in its placeholders.

    Args:
        scope: What the placeholders stand for.
        method: The HTTP method, in any case.
        path: Below ``/v1``, with or without that, with a query behind it or not.
        query: Parameters besides those.
    Raises:
        InvalidRequest: It would not go below the base url, or has a method or placeholder that there is not.
        ConfigurationError: The client does not know what a placeholder stands for.
    """
    verb = one_of(method.upper() if isinstance(method, str) else method, _METHODS, "method")
    place, mark, behind = path.partition("?") if isinstance(path, str) else ("", "", "")
    if place.startswith("{scope}"):  # as the reference writes it
        place = f"/{place}"
    if not _PATH.fullmatch(place) or any(unquote(part) in (".", "..") for part in place.split("/")):
        raise InvalidRequest(
            f"path begins with a slash, is below the base url, and is percent-encoded, like /Accounts, not {path!r}",
            field="path",
        )
    place = re.sub(r"\{(.*?)\}", lambda match: _filled(scope, match[1]), re.sub(r"^/v1(?=/|$)", "", place))
    if "{" in place or "}" in place:
        raise InvalidRequest(f"path has a bracket without the other: {path!r}", field="path")
    parameters: dict[str, Any] = {}
    for name, value in parse_qsl(behind, keep_blank_values=True) if mark else ():
        parameters.setdefault(name, []).append(value)
    for name, value in (query or {}).items():
        parameters[name] = str(value).lower() if isinstance(value, bool) else value
    # the one GET that changes something: it makes a new secret
    renews = place.lower().rstrip("/").endswith("/webhooksecret") and bool(parameters.get("regenerate"))
    return RawRequest(verb, place, parameters or None, False if renews else None)


def _filled(scope: Scope, name: str) -> str:
    if name not in _PLACEHOLDERS:
        known = ", ".join(f"{{{each}}}" for each in _PLACEHOLDERS)
        raise InvalidRequest(f"path has the unknown placeholder {{{name}}} (known: {known})", field="path")
    return _PLACEHOLDERS[name](scope)
