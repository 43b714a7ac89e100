"""The checks of values that hold no others: strings, numbers, flags, choices."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any, NamedTuple, cast

from .declare import Constraints
from .validation import ValidationError, kind_of, not_one_of, one_of_these
from .wire import json_error

__all__ = ["Check", "Convert", "NoExactType", "anything", "boolean", "choice", "number", "string", "unexpected"]

Convert = Callable[[Any], Any]


class NoExactType:
    """The type of no value: a check whose ``exact`` type is this one looks at every value."""


class Check(NamedTuple):
    """The check of values of one type.

    Args:
        exact: A value of exactly this type is right as it is.
        convert: Returns any other value in its wire form, or raises ValidationError.
        types: The types that ``convert`` is for; members of a union are chosen by it.
        expected: The values that the check accepts, in words, for messages.
    """

    exact: type
    convert: Convert
    types: tuple[type, ...]
    expected: str


def unexpected(expected: str, value: object) -> ValidationError:
    """Return the error for a ``value`` that is of another kind than what is ``expected``."""
    return ValidationError(f"expected {expected}, got {kind_of(value)}", expected=expected)


def string(constraints: Constraints) -> Check:
    """Return the check of a string."""
    expected = "a string"
    least = constraints.min_length or 0
    if least:
        expected = "a string that is not empty" if least == 1 else f"at least {least} characters"
    if constraints.pattern:
        expected = f"a string like {constraints.pattern}"
    match = re.compile(constraints.pattern).search if constraints.pattern else None

    def convert(value: Any) -> str:
        if not isinstance(value, str):
            raise unexpected(expected, value)
        plain = str.__str__(value)  # of a StrEnum or Markup its text
        if len(plain) < least or (match and not match(plain)):
            raise ValidationError(f"expected {expected}", expected=expected)
        return plain

    return Check(NoExactType if match or least else str, convert, (str,), expected)


def boolean(_constraints: Constraints) -> Check:
    """Return the check of a flag."""

    def convert(value: Any) -> bool:
        if value is True or value is False:
            return value
        raise unexpected("true or false", value)

    return Check(bool, convert, (bool,), "true or false")


def number(constraints: Constraints, *, whole: bool) -> Check:
    """Return the check of a number; ``whole`` takes 2.0 and refuses 2.5."""
    low, high = constraints.ge, constraints.le
    expected = "a whole number" if whole else "a number"
    if low is not None and high is not None:
        expected += f" from {low:g} to {high:g}"
    elif low is not None:
        expected += f" of at least {low:g}"
    elif high is not None:
        expected += f" of at most {high:g}"

    def convert(value: Any) -> int | float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise unexpected(expected, value)
        if isinstance(value, float):
            if whole and value.is_integer():
                value = int(value)
            elif whole or not math.isfinite(value):
                raise ValidationError(f"expected {expected}, got {value}", expected=expected)
            else:
                value = float(value)
        else:
            value = int(value)
        if (low is not None and value < low) or (high is not None and value > high):
            raise ValidationError(f"expected {expected}, got {value}", expected=expected)
        return cast("int | float", value)

    return Check(int if low is None and high is None else NoExactType, convert, (int, float), expected)


def choice(choices: tuple[Any, ...]) -> Check:
    """Return the check of a value that is one of the ``choices``."""
    kinds = tuple({type(value) for value in choices})
    by_kind = {(type(value), value) for value in choices}  # True is equal to 1, and another value
    texts = frozenset(value for value in choices if type(value) is str)

    def convert(value: Any) -> Any:
        kind = type(value)
        if kind is str and value in texts:
            return value
        if kind in kinds and (kind, value) in by_kind:
            return value
        if isinstance(value, str) and (plain := str.__str__(value)) in texts:
            return plain
        raise not_one_of(value, choices)

    return Check(NoExactType, convert, kinds, one_of_these(choices))


def anything(_constraints: Constraints) -> Check:
    """Return the check of a value of any type that JSON has a form for."""

    def convert(value: Any) -> Any:
        error = json_error(value)
        if error is not None:
            raise error
        return value

    return Check(str, convert, (object,), "any value")
