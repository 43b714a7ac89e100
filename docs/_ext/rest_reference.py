"""The reference of the REST client in reStructuredText: resources, the fields that their methods take, and models.

All of it is read off the classes, inherited fields with them, so that nothing is missing that a user can write or read.
"""

from __future__ import annotations

import dataclasses
import inspect
import re
import sys
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from endpoints import Endpoint, client_endpoints, endpoints, methods, resource_classes

from jambonz_sync.model.stored import StoredModel
from jambonz_sync.protocol.actions import choices
from jambonz_sync.rest import call_update, calls, models, resources
from jambonz_sync.rest.checks import Longest
from jambonz_sync.rest.resource import Fields

__all__ = ["endpoint_table", "fields_of", "model_reference", "resource_reference"]

_PLAIN = {str: "text", bool: "boolean", int: "integer", float: "number", datetime: "time", Any: "anything"}
_ENTRY = re.compile(r"^ {4}(\w+): (.*)$")
#: the common base of the keyword arguments, told once
_COMMON = {"extra"}

Row = tuple[str, ...]


def resource_reference() -> Iterator[str]:
    """Yield the resources with their methods, each with the tables of the fields that these take."""
    yield _fields_section(Fields)
    told: set[type] = {Fields}
    for attribute, cls in resource_classes().items():
        yield f"client.{attribute}\n{'~' * 40}"
        yield f".. autoclass:: {resources.__name__}.{cls.__name__}()\n   :members:\n   :inherited-members:"
        for name in methods(cls):
            fields = fields_of(getattr(cls, name))
            if fields is not None and fields not in told:
                told.add(fields)
                yield _fields_section(fields)
    yield f".. autoclass:: {calls.__name__}.NewCall()\n   :members:"


def fields_of(method: Any) -> type | None:
    """Return the TypedDict that the keyword arguments of a method are described by, None if there is none."""
    for parameter in inspect.signature(method).parameters.values():
        if match := re.fullmatch(r"Unpack\[(\w+)\]", str(parameter.annotation)):
            # a name of the module, or one that only type checkers import
            return typing.cast(type, (vars(call_update) | inspect.unwrap(method).__globals__)[match[1]])
    return None


def model_reference() -> Iterator[str]:
    """Yield the models that the methods return, with all fields and properties."""
    for name in models.__all__:
        cls = getattr(models, name)
        if isinstance(cls, type) and issubclass(cls, StoredModel):
            yield _model_section(cls)
    hook = "a url, an object with the fields of a hook, or one that was read"
    yield f".. py:data:: {models.__name__}.AnyHook\n\n   A webhook as an argument: {hook}."


def endpoint_table() -> str:
    """Return the table of what each method sends, and what was seen of that."""
    rows = [_endpoint_row(endpoint) for endpoint in (*client_endpoints(), *endpoints())]
    return _table(("Method of the client", "Request", "Seen", "Remark"), rows, "23 50 9 18")


def _endpoint_row(endpoint: Endpoint) -> Row:
    return f"``{endpoint.method}``", f"``{endpoint.http} {endpoint.path}``", endpoint.seen, endpoint.remark


def _fields_section(cls: type) -> str:
    text, meanings = _described(cls)
    rows = []
    for name, hint in _hints(cls).items():
        if name not in _COMMON or cls is Fields:
            rows.append((f"``{name}``", in_words(hint), meanings.get(name, "")))
    return _section(cls, cls.__module__, text, ("Field", "Type", "Meaning"), rows)


def _model_section(cls: type[StoredModel]) -> str:
    hints = typing.get_type_hints(cls)
    rows: list[Row] = []
    for field in dataclasses.fields(cls):
        if field.name != "extra":
            wire = field.metadata.get("wire") or field.name.removesuffix("_")
            spelled = f"``{field.name}``" if wire == field.name else f"``{field.name}`` (``{wire}`` on the wire)"
            rows.append((spelled, in_words(hints[field.name])))
    for name, member in inspect.getmembers(cls, lambda member: isinstance(member, property)):
        meaning = " ".join(inspect.cleandoc(member.__doc__ or "").split())
        rows.append((f"``{name}``", f"{in_words(typing.get_type_hints(member.fget)['return'])}. {meaning}"))
    return _section(cls, models.__name__, inspect.cleandoc(cls.__doc__ or ""), ("Attribute", "Type"), rows)


def _section(cls: type, home: str, text: str, header: Row, rows: Sequence[Row]) -> str:
    widths = {2: "36 64", 3: "26 28 46"}[len(header)]
    body = f"{text}\n\n{_table(header, rows, widths)}" if rows else text
    indented = "\n".join(f"   {line}".rstrip() for line in body.splitlines())
    canonical = f"{cls.__module__}.{cls.__name__}"
    alias = "" if canonical == f"{home}.{cls.__name__}" else f"\n   :canonical: {canonical}"
    return f".. py:class:: {home}.{cls.__name__}(){alias}\n\n{indented}"


def _hints(subject: Any) -> dict[str, Any]:
    """Return annotations, also those whose names only type checkers import."""
    return typing.get_type_hints(subject, localns=vars(choices), include_extras=True)


def _described(cls: type) -> tuple[str, Mapping[str, str]]:
    """Return the text of a class of fields, and the meanings that it and its bases give."""
    meanings: dict[str, str] = {}
    for base in (cls, *_bases(cls)):
        _, _, entries = inspect.cleandoc(base.__doc__ or "").partition("\nArgs:\n")
        name = ""
        for line in entries.splitlines():
            if match := _ENTRY.match(line):
                name = match[1]
                meanings.setdefault(name, match[2])
            elif name and line.startswith("     "):
                meanings[name] += f" {line.strip()}"
    return inspect.cleandoc(cls.__doc__ or "").partition("\nArgs:\n")[0].strip(), meanings


def _bases(cls: type) -> Iterator[type]:
    """Yield the bases of a TypedDict, which does not keep them: those beside it that have no field besides its own."""
    for other in vars(sys.modules[cls.__module__]).values():
        if (
            typing.is_typeddict(other)
            and other is not cls
            and other.__annotations__.keys() <= cls.__annotations__.keys()
        ):
            yield other


def in_words(hint: Any) -> str:
    """Return a type as the reader of a table wants it: ``text of up to 64 characters, or None``."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in {typing.Union, types.UnionType}:
        words = dict.fromkeys(in_words(argument) for argument in arguments if argument is not types.NoneType)
        return " or ".join(words) + (", or None" if types.NoneType in arguments else "")
    if origin is typing.Annotated:
        longest = next((mark.characters for mark in hint.__metadata__ if isinstance(mark, Longest)), None)
        return in_words(arguments[0]) + (f" of up to {longest} characters" if longest else "")
    if origin is typing.Literal:
        return " | ".join(f"``{value!r}``" for value in arguments)
    if origin in {list, tuple, Sequence}:
        return f"list of {in_words(arguments[0])}"
    if origin in {dict, Mapping} or hint in {dict, Mapping}:
        return "object"
    if isinstance(hint, type) and issubclass(hint, StoredModel):
        return f":class:`~{models.__name__}.{hint.__name__}`"
    return _PLAIN.get(hint) or f"``{getattr(hint, '__name__', hint)}``"


def _table(header: Row, rows: Sequence[Row], widths: str = "") -> str:
    lines = [".. list-table::", "   :header-rows: 1", "   :class: reference"]
    lines += [f"   :widths: {widths}", ""] if widths else [""]
    for row in (header, *rows):
        lines += [f"   {'* -' if column == 0 else '  -'} {cell}".rstrip() for column, cell in enumerate(row)]
    return "\n".join(lines)


def names_in(section: str) -> set[str]:
    """Return the names that the first column of a table has."""
    return set(re.findall(r"^ *\* - ``(\w+)``", section, re.MULTILINE))


def whole() -> Mapping[str, str]:
    """Return each section of the reference by the dotted name of its class."""
    sections = (*resource_reference(), *model_reference())
    return {match[1]: text for text in sections if (match := re.match(r"\.\. (?:py:\w+|autoclass):: ([\w.]+)", text))}
