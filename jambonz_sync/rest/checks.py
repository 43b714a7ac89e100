"""Checks that run before anything is sent. What they refuse the server answers with a bare 500, or misunderstands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, NamedTuple, TypeAlias
from urllib.parse import unquote, urlsplit, urlunsplit

from ..model import validation
from ..model.validation import ValidationError, nearest
from .http.errors import InvalidRequest

__all__ = [
    "Longest",
    "Text12",
    "Text16",
    "Text32",
    "Text64",
    "Text128",
    "Text132",
    "Text255",
    "Text256",
    "Text512",
    "Text1024",
    "fitting",
    "hook_object",
    "one_of",
    "refuse_unknown",
    "sid",
    "stored_hook",
]


class Longest(NamedTuple):
    """The most characters that a column of the database holds: it answers one more with a 500."""

    characters: int


Text12: TypeAlias = Annotated[str, Longest(12)]
Text16: TypeAlias = Annotated[str, Longest(16)]
Text32: TypeAlias = Annotated[str, Longest(32)]
Text64: TypeAlias = Annotated[str, Longest(64)]
Text128: TypeAlias = Annotated[str, Longest(128)]
Text132: TypeAlias = Annotated[str, Longest(132)]
Text255: TypeAlias = Annotated[str, Longest(255)]
Text256: TypeAlias = Annotated[str, Longest(256)]
Text512: TypeAlias = Annotated[str, Longest(512)]
Text1024: TypeAlias = Annotated[str, Longest(1024)]

_HEX = frozenset("0123456789abcdef")
#: keys of a hook, with the characters that its columns hold
_HOOK_KEYS = {"url": 1024, "method": 4, "username": 255, "password": 255}


def refuse_unknown(names: Iterable[str], known: Iterable[str], what: str) -> None:
    """Raise InvalidRequest for the first name that is not known, with the nearest one that is."""
    known = list(known)
    for name in names:
        if name not in known:
            like = nearest(name, known)
            hint = f"; did you mean {like!r}?" if like else f" (known: {', '.join(sorted(known))})"
            raise InvalidRequest(f"unknown {what} {name!r}{hint}", field=name, nearest=like)


def one_of(value: Any, allowed: tuple[str, ...], what: str) -> str:
    """Return ``value`` if it is allowed. The server says 400 to another, or takes it and does nothing.

    Args:
        value: The value of an argument.
        allowed: The values that it may have; of a Literal, ``get_args`` of that.
        what: The name of the argument, for the error.
    Raises:
        InvalidRequest: It is none of them. ``nearest`` is the one that it resembles.
    """
    try:
        return str(validation.one_of(value, allowed, what))
    except ValidationError as error:
        raise InvalidRequest(error.message(), field=what, nearest=error.nearest) from None


def sid(value: str, name: str) -> str:
    """Return ``value`` as the server writes sids: a UUID in lower case (in upper case it finds no calls).

    The server cuts the sid out of the raw URL, and answers what is no UUID with a bare "Bad request".
    """
    text = value.strip().lower() if isinstance(value, str) else ""
    groups = text.split("-")
    if [len(group) for group in groups] != [8, 4, 4, 4, 12] or not _HEX.issuperset("".join(groups)):
        raise InvalidRequest(f"{name} is a UUID, not {value!r}", field=name)
    return text


def fitting(value: Any, longest: int, what: str, *, field: str | None = None) -> str:
    """Return text that fits its column. The error does not quote it, for it may be a password.

    Args:
        value: The value of an argument.
        longest: The most characters that it may have.
        what: The name of the argument, for the error.
        field: The name of the field, where it is another.
    Raises:
        InvalidRequest: It is no text, or too long.
    """
    if not isinstance(value, str):
        kind = "None" if value is None else type(value).__name__
        raise InvalidRequest(f"{what} is text of up to {longest} characters, not {kind}", field=field or what)
    if len(value) > longest:
        raise InvalidRequest(f"{what} has up to {longest} characters, not {len(value)}", field=field or what)
    return value


def stored_hook(value: Any, name: str) -> dict[str, Any]:
    """Return a webhook that is to be stored as :func:`hook_object` does, if it fits its columns as well."""
    hook = hook_object(value, name)
    for key, longest in _HOOK_KEYS.items():
        if hook.get(key) is not None:
            fitting(hook[key], longest, f"the {key} of {name}", field=name)
    return hook


def hook_object(value: Any, name: str, *, absolute: bool = True) -> dict[str, Any]:
    """Return a webhook as an object: ``{"url", "method", "username", "password"}``.

    Always an object, for a bare string loses its authentication on the server: ``https://user:secret@host/x``
    is taken apart here. Never with the ``webhook_sid`` of a hook that was read: with that the server changes the hook
    of everything that shares it, and answers 500 where nothing else is to be changed.

    Args:
        value: A :class:`~.models.Hook`, a mapping, or a url.
        name: The name of the argument, for errors.
        absolute: Demand a full http(s) or ws(s) url, as the server does but for the hooks of a call in progress.
    Raises:
        InvalidRequest: It is no webhook that the server would take.
    """
    if isinstance(value, str):
        hook: dict[str, Any] = {"url": value}
    elif isinstance(value, Mapping):
        hook = dict(value)
    elif hasattr(value, "to_dict"):  # of one that was read, what a newer server adds is not sent back
        hook = {key: part for key, part in value.to_dict().items() if key in _HOOK_KEYS}
    else:
        raise InvalidRequest(f"{name} is a url or an object with one, not {type(value).__name__}", field=name)
    refuse_unknown(hook, (*_HOOK_KEYS, "webhook_sid"), f"key of {name}")
    hook.pop("webhook_sid", None)
    url = hook.get("url")
    if not isinstance(url, str) or not url or url != url.strip():
        raise InvalidRequest(f"{name} needs a url without blanks around it", field=name)
    parts = urlsplit(url)
    if absolute and (parts.scheme not in ("http", "https", "ws", "wss") or not parts.hostname):
        raise InvalidRequest(f"{name} is a full http, https, ws or wss url, not {_without_password(url)!r}", field=name)
    if parts.username is not None:
        hook["url"] = _without_password(url)
        hook.setdefault("username", unquote(parts.username))
        hook.setdefault("password", unquote(parts.password or ""))
    method = hook.setdefault("method", "POST")
    if method not in ("GET", "POST"):
        raise InvalidRequest(
            f"the method of {name} is GET or POST (also where the url is ws), not {method!r}", field=name
        )
    return hook


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
