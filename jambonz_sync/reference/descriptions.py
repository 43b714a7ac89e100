"""Descriptions of names as plain values, and of the options of verbs and components in words."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from ..model.declare import Constraints, Model, Option, documented, options

__all__ = ["Description", "OptionDescription", "describe_option", "describe_options", "models_in"]

_PLAIN: Final = {str: "str", float: "number", int: "int", bool: "bool", Any: "any"}


@dataclass(frozen=True)
class OptionDescription:
    """An option of a verb, a field of an event, an argument of a method.

    Args:
        name: Its name in Python.
        type: Its type, in words.
        required: True if it must be given.
        about: Its meaning, with bounds, default and the release that brought it.
    """

    name: str
    type: str
    required: bool = False
    about: str = ""


@dataclass(frozen=True)
class Description:
    """The meaning of a name.

    Args:
        name: The name, as it is written.
        kind: ``verb``, ``component``, ``event``, ``action``, ``method``, ``class``, ``error`` or ``unknown``.
        summary: The meaning in a line.
        usage: How it is written.
        options: Its options, fields or arguments.
        notes: All else that its documentation says.
        example: A use of it.
        wire: The JSON that the example becomes.
        nearest: Names that resemble an unknown one.
    """

    name: str
    kind: str
    summary: str
    usage: str = ""
    options: list[OptionDescription] = field(default_factory=list)
    notes: str = ""
    example: str = ""
    wire: Any = None
    nearest: list[str] = field(default_factory=list)


def describe_options(cls: type[Model]) -> Iterator[OptionDescription]:
    """Describe the options of a model, in the order of use.

    Args:
        cls: The verb, component or action.
    Returns:
        The descriptions.
    """
    _, meanings = documented(cls)
    for option in options(cls):
        yield describe_option(option, meanings.get(option.name, ""))


def describe_option(option: Option, meaning: str) -> OptionDescription:
    """Describe an option.

    Args:
        option: The option.
        meaning: Its entry in the docstring.
    Returns:
        The description.
    """
    rules = option.constraints
    notes = [" ".join(meaning.split()), *_bounds(rules)]
    if option.is_subject:
        notes.append("Needs no name, as the first argument.")
    if rules.server_default is not None:
        notes.append(f"Default of jambonz: {rules.server_default!r}.")
    if rules.since:
        notes.append(f"Since {rules.since}.")
    if rules.only_on:
        notes.append(f"For jambonz {rules.only_on} only.")
    if option.wire != option.name:
        notes.append(f"On the wire: {option.wire}.")
    kind = "list of verbs" if rules.verbs else _in_words(option.type)
    return OptionDescription(option.name, kind, option.required, " ".join(filter(None, notes)))


def _bounds(rules: Constraints) -> Iterator[str]:
    if rules.ge is not None:
        yield f"At least {rules.ge:g}."
    if rules.le is not None:
        yield f"At most {rules.le:g}."
    if rules.pattern is not None:
        yield f"Matches {rules.pattern}."


def _in_words(hint: Any) -> str:
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        members = [member for member in args if member is not type(None)]
        return " or ".join(dict.fromkeys(map(_in_words, members)))
    if origin is typing.Literal:
        return " | ".join(map(repr, args))
    if origin is Sequence:
        return f"list of {_in_words(args[0])}"
    if origin is Mapping or hint is Mapping:
        return "dict"
    return _PLAIN.get(hint, getattr(hint, "__name__", str(hint)))


def models_in(hint: Any) -> Iterator[type[Model]]:
    """Find the models in an annotation.

    Args:
        hint: The annotation.
    Returns:
        The models, in order.
    """
    if isinstance(hint, type) and issubclass(hint, Model):
        yield hint
    for inner in typing.get_args(hint):
        yield from models_in(inner)
