"""The checks of single values: what they let through as it is, what they convert, and what they refuse."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum, StrEnum
from typing import Any

import pytest

from jambonz_sync.model.declare import NO_CONSTRAINTS, Constraints
from jambonz_sync.model.validation import ValidationError
from jambonz_sync.model.values import Check, anything, boolean, choice, number, string


class Fruit(StrEnum):
    PEAR = "pear"


class Size(IntEnum):
    LARGE = 3


def checked(check: Check, value: Any) -> Any:
    """The value as a compiled model sends it: as it is where its type is the exact one, else converted."""
    return value if type(value) is check.exact else check.convert(value)


def float_of(**constraints: Any) -> Check:
    return number(Constraints(**constraints), whole=False)


def int_of(**constraints: Any) -> Check:
    return number(Constraints(**constraints), whole=True)


@pytest.mark.parametrize(
    ("check", "value", "wire"),
    [
        (string(NO_CONSTRAINTS), "", ""),
        (string(NO_CONSTRAINTS), Fruit.PEAR, "pear"),
        (string(Constraints(min_length=2)), "ab", "ab"),
        (string(Constraints(pattern="^[a-z]+$")), "ab", "ab"),
        (boolean(NO_CONSTRAINTS), False, False),
        (float_of(), 7, 7),
        (float_of(), 7.5, 7.5),
        (float_of(), Size.LARGE, 3),
        (float_of(ge=0, le=1), 1, 1),
        (int_of(), 2.0, 2),
        (int_of(ge=1), Size.LARGE, 3),
        (choice(("pear", "plum")), Fruit.PEAR, "pear"),
        (choice((1, 2)), 2, 2),
        (choice((False,)), False, False),
        (anything(NO_CONSTRAINTS), {"a": [1, None]}, {"a": [1, None]}),
    ],
)
def test_a_value_that_is_right_is_sent_as_plain_json(check: Check, value: Any, wire: Any) -> None:
    sent = checked(check, value)
    assert sent == wire
    assert type(sent) is type(wire)


@pytest.mark.parametrize(
    ("check", "value", "problem"),
    [
        (string(NO_CONSTRAINTS), 5, "expected a string, got a number"),
        (string(Constraints(min_length=1)), "", "expected a string that is not empty"),
        (string(Constraints(min_length=3)), "ab", "expected at least 3 characters"),
        (string(Constraints(pattern="^[a-z]+$")), "A", "expected a string like ^[a-z]+$"),
        (boolean(NO_CONSTRAINTS), 1, "expected true or false, got a number"),
        (float_of(), True, "expected a number, got True"),
        (float_of(), "5", "expected a number, got a string"),
        (float_of(), float("nan"), "expected a number, got nan"),
        (float_of(ge=0, le=1), 2, "expected a number from 0 to 1, got 2"),
        (float_of(ge=1), 0.5, "expected a number of at least 1, got 0.5"),
        (float_of(le=9), 10, "expected a number of at most 9, got 10"),
        (int_of(), 2.5, "expected a whole number, got 2.5"),
        (int_of(), float("inf"), "expected a whole number, got inf"),
        (choice(("pear", "plum")), "pare", "expected one of pear, plum, got 'pare' (did you mean pear?)"),
        (choice((1, 2)), True, "expected one of 1, 2, got True"),
        (choice((1, 2)), "1", "expected one of 1, 2, got '1' (did you mean 1?)"),
        (choice((False,)), 0, "expected false, got a number"),
        (anything(NO_CONSTRAINTS), {"a": [{1}]}, "JSON has no form for set"),
    ],
)
def test_a_value_that_is_wrong_is_refused_and_told_from_what_is_expected(
    check: Check, value: Any, problem: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        checked(check, value)
    assert caught.value.problem == problem


@pytest.mark.parametrize("make", [string, boolean, float_of, int_of, anything])
def test_a_value_that_holds_a_secret_is_not_shown(make: Callable[..., Check]) -> None:
    check = make(NO_CONSTRAINTS) if make in (string, boolean, anything) else make()
    with pytest.raises(ValidationError) as caught:
        checked(check, [b"s3cret"])
    assert "s3cret" not in caught.value.message()


def test_a_flag_in_a_union_is_taken_as_it_is() -> None:
    assert [boolean(NO_CONSTRAINTS).convert(value) for value in (True, False)] == [True, False]
