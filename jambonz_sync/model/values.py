"""How values that hold no others are checked: strings, numbers, flags, choices."""

from __future__ import annotations

import math
import re
import typing
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from .declare import Flaw, Limits
from .wire import json_flaw

__all__ = [
    "Check",
    "Convert",
    "Never",
    "anything",
    "boolean",
    "kind_of",
    "nearest",
    "number",
    "one_of",
    "string",
    "wrong",
]

Convert = Callable[[Any], Any]


class Never:
    """No value is of this type: the option has no fast path."""


class Check(NamedTuple):
    """How values of one type are checked. A value whose type is ``exact`` is right as it is; ``convert`` returns
    any other in its wire form or raises :class:`Flaw`. ``types`` are those that ``convert`` is for."""

    exact: type
    convert: Convert
    types: tuple[type, ...]
    wanted: str


def wrong(wanted: str, value: object) -> Flaw:
    return Flaw(f"expected {wanted}, got {kind_of(value)}", expected=wanted)


def kind_of(value: object) -> str:
    """What a value is, without its content: it may be a secret."""
    if value is None or isinstance(value, bool):
        return repr(value)
    for kind, name in ((str, "a string"), (Mapping, "an object"), (list | tuple, "a list"), (int | float, "a number")):
        if isinstance(value, kind):
            return name
    return type(value).__name__


def nearest(name: str, known: Sequence[str]) -> str | None:
    """The known name that ``name`` resembles most, None if it resembles none."""
    from difflib import get_close_matches  # only when something is wrong

    found = get_close_matches(name, known, 1)
    return found[0] if found else None


def string(limits: Limits) -> Check:
    wanted = "a string"
    if limits.min_length:
        wanted = "a string that is not empty" if limits.min_length == 1 else f"at least {limits.min_length} characters"
    if limits.pattern:
        wanted = f"a string like {limits.pattern}"
    match = re.compile(limits.pattern).search if limits.pattern else None
    least = limits.min_length or 0

    def convert(value: Any) -> str:
        if not isinstance(value, str):
            raise wrong(wanted, value)
        plain = str.__str__(value)  # of a StrEnum or Markup its text
        if len(plain) < least or (match and not match(plain)):
            raise Flaw(f"expected {wanted}", expected=wanted)
        return plain

    return Check(Never if match or least else str, convert, (str,), wanted)


def boolean(_limits: Limits) -> Check:
    def convert(value: Any) -> bool:
        if value is True or value is False:
            return value
        raise wrong("true or false", value)

    return Check(bool, convert, (bool,), "true or false")


def number(limits: Limits, *, whole: bool) -> Check:
    low, high = limits.ge, limits.le
    wanted = "a whole number" if whole else "a number"
    if low is not None and high is not None:
        wanted += f" from {low:g} to {high:g}"
    elif low is not None:
        wanted += f" of at least {low:g}"
    elif high is not None:
        wanted += f" of at most {high:g}"

    def convert(value: Any) -> int | float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise wrong(wanted, value)
        if isinstance(value, float):
            if whole and value.is_integer():
                value = int(value)
            elif whole or not math.isfinite(value):
                raise Flaw(f"expected {wanted}, got {value}", expected=wanted)
            else:
                value = float(value)
        else:
            value = int(value)
        if (low is not None and value < low) or (high is not None and value > high):
            raise Flaw(f"expected {wanted}, got {value}", expected=wanted)
        return typing.cast("int | float", value)

    return Check(int if low is None and high is None else Never, convert, (int, float), wanted)


def one_of(allowed: tuple[Any, ...]) -> Check:
    kinds = tuple({type(value) for value in allowed})
    by_kind = {(type(value), value) for value in allowed}  # 1 is no True
    texts = frozenset(value for value in allowed if type(value) is str)
    names = [str(value).lower() if isinstance(value, bool) else str(value) for value in allowed]
    wanted = names[0] if len(names) == 1 else f"one of {', '.join(names)}"

    def convert(value: Any) -> Any:
        kind = type(value)
        if kind is str and value in texts:
            return value
        if kind in kinds and (kind, value) in by_kind:
            return value
        if isinstance(value, str):
            plain = str.__str__(value)
            if plain in texts:
                return plain
            raise Flaw(f"expected {wanted}, got {plain[:40]!r}", expected=wanted, nearest=nearest(plain, names))
        raise wrong(wanted, value)

    return Check(Never, convert, kinds, wanted)


def anything(_limits: Limits) -> Check:
    def convert(value: Any) -> Any:
        found = json_flaw(value)
        if found is not None:
            raise Flaw(found[1], *found[0], expected="JSON")
        return value

    return Check(str, convert, (object,), "any value")
