"""The rows of the tables of options: plain text, with nothing of Sphinx."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jambonz_sync.model.declare import Constraints, Model, Option, documented, options

_PLAIN = {str: "string", float: "number", int: "integer", bool: "boolean", Any: "any"}


def in_words(hint: Any) -> str:
    """A type as the reader of a table wants it: ``string or list of string``."""
    origin = typing.get_origin(hint)
    if origin in {typing.Union, types.UnionType}:
        members = [member for member in typing.get_args(hint) if member is not type(None)]
        modelled = any(isinstance(member, type) and issubclass(member, Model) for member in members)
        if modelled:  # a mapping is the same object, written as a dict
            members = [member for member in members if typing.get_origin(member) is not Mapping]
        return " or ".join(dict.fromkeys(in_words(member) for member in members))
    if origin is typing.Literal:
        return " | ".join(
            f'``"{value}"``' if isinstance(value, str) else f"``{value}``" for value in typing.get_args(hint)
        )
    if origin is Sequence:
        return f"list of {in_words(typing.get_args(hint)[0])}"
    if origin is Mapping or hint is Mapping:
        return "object"
    if isinstance(hint, type) and issubclass(hint, Model):
        if hint.__jambonz__.verb:
            return f":ref:`{hint.__jambonz__.verb} <verb-{hint.__name__}>`"
        return f":ref:`{hint.__name__} <component-{hint.__name__}>`"
    return _PLAIN.get(hint, getattr(hint, "__name__", str(hint)))


def bounds(constraints: Constraints) -> Iterator[str]:
    """What the type of an option does not say."""
    if constraints.ge is not None and constraints.le is not None:
        yield f"{constraints.ge:g} to {constraints.le:g}"
    elif constraints.ge is not None:
        yield f"at least {constraints.ge:g}"
    elif constraints.le is not None:
        yield f"at most {constraints.le:g}"
    if constraints.min_length is not None:
        yield "not empty" if constraints.min_length == 1 else f"at least {constraints.min_length} characters"
    if constraints.min_items is not None:
        yield "not empty" if constraints.min_items == 1 else f"at least {constraints.min_items} items"
    if constraints.pattern is not None:
        yield f"matches ``{constraints.pattern}``"


def option_rows(cls: type[Model]) -> Iterator[tuple[str, str, str]]:
    """Name, type and meaning of each option, in the order of use."""
    _, meanings = documented(cls)
    for option in options(cls):
        if option.name == "id" and cls.__jambonz__.verb:  # that of every verb: told once, above the tables
            continue
        meaning = " ".join(_meaning(option, meanings.get(option.name, "")))
        yield f"``{option.name}``{wire_note(option)}", _type(option), meaning


def wire_note(option: Option) -> str:
    """The name of an option on the wire, where that does not follow from its own."""
    return (
        f" (``{option.constraints.wire}`` on the wire)"
        if option.constraints.wire and option.constraints.wire != option.name
        else ""
    )


def _type(option: Option) -> str:
    text = "list of verbs" if option.constraints.verbs else in_words(option.type)
    return ", ".join([text, *bounds(option.constraints)])


def _meaning(option: Option, text: str) -> Iterator[str]:
    if option.required:
        yield "**Required.**"
    if text:
        yield text
    if option.is_subject:
        yield "Needs no name, as the first argument."
    if option.constraints.server_default is not None:
        yield f"Default of jambonz: ``{option.constraints.server_default!r}``."
    if option.constraints.needed_on:
        yield f"Required by a {option.constraints.needed_on} server."
    if option.constraints.since:
        yield f"*Since {option.constraints.since}.*"
    for value, since in (option.constraints.newer or {}).items():
        yield f"*{value} since {since}.*"
    if option.constraints.only_on:
        yield f"*For jambonz {option.constraints.only_on} only.*"
