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
from typing import TypeVar

__all__ = [
    "ValidationError",
    "did_you_mean",
    "kind_of",
    "nearest",
    "not_one_of",
    "one_of",
    "one_of_these",
    "refuse_unknown",
]

T = TypeVar("T")

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
