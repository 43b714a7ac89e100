"""How models are declared: options with their names and constraints, texts, equality and repr."""

from __future__ import annotations

import dataclasses
import inspect
import pickle
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from jambonz_sync.model.declare import (
    NO_CONSTRAINTS,
    Constraints,
    Model,
    Option,
    documented,
    model,
    option,
    options,
    required,
)
from jambonz_sync.verbs import Gather, Say


@model
class Ring(Model):
    """A ring.

    Args:
        tone: Tone of the ring,
            by name.
        times: Number of rings.
    """

    tone: str = required(min_length=1)
    times: int | None = option(default=None, wire="ringCount", ge=1, server_default=3)


@model(verb="long:ring", since="v10", new=True)
class LongRing(Ring):
    """A long ring.

    Args:
        times: Number of long rings.
        led_colors: Colors of the lamp.
    """

    led_colors: Sequence[str] | None = None
    extra: Mapping[str, Any] | None = None


def test_an_option_has_its_names_its_type_and_its_constraints() -> None:
    assert options(LongRing) == (
        Option("tone", "tone", str, True, Constraints(min_length=1)),
        Option("times", "ringCount", int | None, False, Constraints(wire="ringCount", ge=1, server_default=3)),
        Option("led_colors", "ledColors", Sequence[str] | None, False, NO_CONSTRAINTS),
    )


def test_a_model_says_of_itself_what_the_decorator_was_told() -> None:
    assert (Ring.__jambonz__.verb, Ring.__jambonz__.owner) == (None, "jambonz")
    meta = LongRing.__jambonz__
    assert (meta.verb, meta.since, meta.new) == ("long:ring", "v10", True)


def test_texts_come_from_the_nearest_class_and_in_the_order_of_the_options() -> None:
    assert documented(LongRing) == (
        "A long ring.",
        {
            "tone": "Tone of the ring, by name.",
            "times": "Number of long rings.",
            "led_colors": "Colors of the lamp.",
            "extra": "Options that are newer than this release, in wire spelling; sent as they are, unchecked.",
        },
    )


def test_an_option_is_set_by_keyword_and_a_required_one_must_be() -> None:
    assert str(inspect.signature(Ring)) == "(*, tone: 'str', times: 'int | None' = None) -> None"
    with pytest.raises(TypeError, match="tone"):
        Ring()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="shape"):
        option(default=None, shape="round")


def test_equal_options_make_equal_models() -> None:
    assert Say(text="x") == Say(text="x") != Say(text="y")
    assert Say(text="x") != Gather()
    assert Say(text="x") != "x"
    with pytest.raises(TypeError, match="unhashable"):
        hash(Say(text="x"))


def test_repr_shows_what_was_set() -> None:
    assert repr(Gather(timeout=5, say=Say(text="x"))) == "Gather(say=Say(text='x'), timeout=5)"


def test_a_model_can_be_pickled_and_replaced() -> None:
    say = Say(text="x", loop=2)
    assert pickle.loads(pickle.dumps(say)) == say
    assert dataclasses.replace(say, text="y") == Say(text="y", loop=2)
