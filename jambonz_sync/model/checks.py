"""Checks that all rooms share, and the error that they raise before anybody knows for whom.

Each room makes its own public error of a :class:`ValidationError`: :class:`~jambonz_sync.InvalidVerb` of a verb or
an action, ``InvalidRequest`` of a REST call, :class:`~jambonz_sync.EnvVarError` of an environment variable::

    try:
        one_of(status, ("mute", "unmute"), "status")
    except ValidationError as error:
        raise InvalidRequest(error.message(), field=error.path(), nearest=error.nearest) from None
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

__all__ = [
    "ValidationError",
    "did_you_mean",
    "hook",
    "hook_object",
    "kind_of",
    "nearest",
    "not_one_of",
    "one_of",
    "one_of_these",
    "refuse_unknown",
]

T = TypeVar("T")

_HOOK = "a path, a URL, or an object with a url"
_HOOK_KEYS = ("url", "method", "username", "password", "webhook_sid")
_LONGEST_SHOWN = 40


class ValidationError(Exception):
    """A value that jambonz would not take.

    ``problem`` says what is wrong with it, ``expected`` what is wanted in its place, ``nearest`` the known name that
    an unknown one resembles. ``steps`` lead to the value, innermost first: they grow while the error passes the
    objects and lists around it.
    """

    def __init__(self, problem: str, *steps: str, expected: str | None = None, nearest: str | None = None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.steps = list(steps)
        self.expected = expected
        self.nearest = nearest

    def path(self, root: str = "") -> str:
        """Return where the value is, seen from ``root``: ``"gather.recognizer.hints[2]"``."""
        names = "".join(step if step.startswith("[") else f".{step}" for step in reversed(self.steps))
        return root + names if root else names.removeprefix(".")

    def message(self, root: str = "") -> str:
        """Return the problem with its place in front: ``"gather.timeout: expected a number, got a string"``."""
        path = self.path(root)
        return f"{path}: {self.problem}" if path else self.problem


def kind_of(value: object) -> str:
    """Return what a value is, without its content: it may be a secret."""
    if value is None or isinstance(value, bool):
        return repr(value)
    for kind, name in ((str, "a string"), (Mapping, "an object"), (list | tuple, "a list"), (int | float, "a number")):
        if isinstance(value, kind):
            return name
    return type(value).__name__


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that ``name`` resembles most, None if it resembles none."""
    from difflib import get_close_matches  # only when something is wrong: it takes a millisecond to import

    matches = get_close_matches(name, list(known), 1)
    return matches[0] if matches else None


def did_you_mean(name: str | None) -> str:
    """Return the end of an error message that suggests ``name``, empty if there is nothing to suggest."""
    return f" (did you mean {name}?)" if name else ""


def _names(choices: Iterable[object]) -> list[str]:
    """Return choices as messages show them."""
    return [str(choice).lower() if isinstance(choice, bool) else str(choice) for choice in choices]


def one_of_these(choices: Iterable[object]) -> str:
    """Return what is expected where a value is one of the ``choices``: ``"one of mute, unmute"``."""
    names = _names(choices)
    return names[0] if len(names) == 1 else f"one of {', '.join(names)}"


def not_one_of(value: object, choices: Sequence[object], *steps: str) -> ValidationError:
    """Return the error for a ``value`` that is none of the ``choices``; of text it shows the beginning."""
    expected = one_of_these(choices)
    if not isinstance(value, str):
        return ValidationError(f"expected {expected}, got {kind_of(value)}", *steps, expected=expected)
    text = str.__str__(value)[:_LONGEST_SHOWN]
    near = nearest(text, _names(choices))
    problem = f"expected {expected}, got {text!r}{did_you_mean(near)}"
    return ValidationError(problem, *steps, expected=expected, nearest=near)


def one_of(value: T, choices: Sequence[object], *steps: str) -> T:
    """Return ``value`` if it is one of the ``choices``.

    Args:
        value: The value to check; it need not be hashable, and ``True`` does not pass for 1.
        choices: The values to choose from.
        steps: Names that lead to the value, innermost first.

    Raises:
        ValidationError: It is none of them.
    """
    for choice in choices:
        if value == choice and isinstance(value, bool) is isinstance(choice, bool):
            return value
    raise not_one_of(value, choices, *steps)


def refuse_unknown(names: Iterable[object], known: Iterable[str], what: str, *steps: str) -> None:
    """Refuse the first of ``names`` that is not a known one.

    Args:
        names: The names that were used.
        known: The names that there are.
        what: Their kind, for the message: ``"option"``, ``"filter"``.
        steps: Names that lead to the place, innermost first.

    Raises:
        ValidationError: One is unknown; its name is the last step, and ``nearest`` the known one that it resembles.
    """
    known = list(known)
    for name in names:
        if name not in known:
            near = nearest(name, known) if isinstance(name, str) else None
            shown = name if isinstance(name, str) else repr(name)
            raise ValidationError(
                f"unknown {what}{did_you_mean(near)}", shown, *steps, expected=f"a known {what}", nearest=near
            )


def hook(value: object, *steps: str) -> str | dict[str, Any]:
    """Return a hook as it is sent to a running call: a path, a URL, or a new dict with one.

    Args:
        value: Text that is not empty, or an object with a ``url`` that is not.
        steps: Names that lead to the hook, innermost first.

    Raises:
        ValidationError: It is neither.
    """
    url = value.get("url") if isinstance(value, Mapping) else value
    if not isinstance(url, str) or not url:
        at = ("url", *steps) if isinstance(value, Mapping) else steps
        raise ValidationError(f"expected {_HOOK}, got {kind_of(url) if url != '' else 'no text'}", *at, expected=_HOOK)
    return dict(value) if isinstance(value, Mapping) else url


def hook_object(value: Any, *steps: str, absolute: bool = True) -> dict[str, Any]:
    """Return a hook in the form that the REST API stores: ``{"url", "method", "username", "password"}``.

    It is always an object, for a bare string loses its credentials on the server: those in
    ``https://user:secret@host/x`` are taken out of the URL here.

    Args:
        value: A URL, a mapping with one, or an object with ``to_dict()`` that makes such a mapping.
        steps: Names that lead to the hook, innermost first.
        absolute: Demand a full http(s) or ws(s) URL, as the server does but for the hooks of a call in progress.

    Raises:
        ValidationError: It has no URL, an unknown key, or a method other than GET and POST.
    """
    from urllib.parse import unquote, urlsplit, urlunsplit  # for REST only: an app of verbs need not load it

    if isinstance(value, str):
        stored: dict[str, Any] = {"url": value}
    elif isinstance(value, Mapping):
        stored = dict(value)
    elif hasattr(value, "to_dict"):
        stored = value.to_dict()
    else:
        raise ValidationError(f"expected a url or an object with one, got {kind_of(value)}", *steps, expected=_HOOK)
    refuse_unknown(stored, _HOOK_KEYS, "key of a hook", *steps)
    url = stored.get("url")
    if not isinstance(url, str) or not url or url != url.strip():
        raise ValidationError("needs a url without blanks around it", *steps, expected="a url")
    parts = urlsplit(url)
    without_password = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    if absolute and (parts.scheme not in ("http", "https", "ws", "wss") or not parts.hostname):
        expected = "a full http, https, ws or wss url"
        raise ValidationError(f"expected {expected}, got {without_password!r}", *steps, expected=expected)
    if parts.username is not None:
        stored["url"] = without_password
        stored.setdefault("username", unquote(parts.username))
        stored.setdefault("password", unquote(parts.password or ""))
    method = stored.setdefault("method", "POST")
    if method not in ("GET", "POST"):
        expected = "GET or POST (also where the url is ws)"
        raise ValidationError(f"expected {expected}, got {method!r}", "method", *steps, expected=expected)
    return stored
