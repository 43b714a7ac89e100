"""The checks that all rooms share: what they let through, and what their error says."""

from __future__ import annotations

import pytest

from jambonz_sync.model.validation import (
    ValidationError,
    did_you_mean,
    kind_of,
    nearest,
    one_of,
    refuse_unknown,
)


@pytest.mark.parametrize(
    ("name", "near"), [("gater", "gather"), ("gather", "gather"), ("sey", "say"), ("qqq", None), ("", None)]
)
def test_the_nearest_name_is_the_known_one_that_a_misspelt_one_resembles(name: str, near: str | None) -> None:
    assert nearest(name, iter(["say", "gather", "dial"])) == near


def test_a_suggestion_ends_a_message_and_is_nothing_where_nothing_resembles() -> None:
    assert (did_you_mean("gather"), did_you_mean(None)) == (" (did you mean gather?)", "")


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        *(("secret", "a string"), (5, "a number"), ([1], "a list"), ((), "a list"), ({"a": 1}, "an object")),
        *((None, "None"), (True, "True"), (object(), "object")),
    ],
)
def test_the_kind_of_a_value_does_not_give_its_content_away(value: object, kind: str) -> None:
    assert kind_of(value) == kind


@pytest.mark.parametrize(("value", "allowed"), [("a", ("a", "b")), (1, (1, 2)), (False, (False,)), (1.0, (1,))])
def test_an_allowed_value_comes_back_as_it_is(value: object, allowed: tuple[object, ...]) -> None:
    assert one_of(value, allowed) is value


@pytest.mark.parametrize(
    ("value", "allowed", "message", "near"),
    [
        ("mut", ("mute", "unmute"), "status: expected one of mute, unmute, got 'mut' (did you mean mute?)", "mute"),
        ("x" * 50, ("mute",), f"status: expected mute, got {'x' * 40!r}", None),
        (True, (1, 2), "status: expected one of 1, 2, got True", None),
        (1, (True, False), "status: expected one of true, false, got a number", None),
        (["mute"], ("mute",), "status: expected mute, got a list", None),
    ],
)
def test_a_value_that_is_not_allowed_is_refused_with_the_choice_and_the_nearest(
    value: object, allowed: tuple[object, ...], message: str, near: str | None
) -> None:
    with pytest.raises(ValidationError) as caught:
        one_of(value, allowed, "status")
    assert (caught.value.message(), caught.value.nearest) == (message, near)


def test_an_error_tells_its_place_from_the_root_down() -> None:
    error = ValidationError("is missing", "number", "[0]", "target")
    assert error.path("dial") == "dial.target[0].number"
    assert error.path() == "target[0].number"
    assert error.message("dial") == "dial.target[0].number: is missing"
    assert ValidationError("is empty").message() == "is empty"


def test_the_first_unknown_name_is_refused_and_known_ones_are_not() -> None:
    refuse_unknown(["from", "to"], iter(["to", "from"]), "filter")
    with pytest.raises(ValidationError) as caught:
        refuse_unknown(["to", "form", "x"], ["from", "to"], "filter", "query")
    assert caught.value.message() == "query.form: unknown filter (did you mean from?)"
    with pytest.raises(ValidationError, match="unknown filter"):
        refuse_unknown([5], ["from"], "filter")
