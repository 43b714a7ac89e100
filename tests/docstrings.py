"""Reads docstrings in the form of this project, and names each fault of one.

The form: a first line that is a whole sentence (of a function an imperative one), a body, then ``Args:``, ``Returns:``
and ``Raises:`` with an entry for each parameter and each error, and ``Example:`` with Python as in a console.
"""

from __future__ import annotations

import builtins
import dataclasses
import functools
import inspect
import re
import typing
from collections.abc import Iterator
from typing import Any

import jambonz_sync
from jambonz_sync.errors import JambonzError
from jambonz_sync.model.declare import Model, documented

SECTIONS = ("Args", "Returns", "Raises", "Yields", "Example")
_HEADING = re.compile(rf"^({'|'.join(SECTIONS)}):$")
_ENTRY = re.compile(r"^    (\*{0,2}\w+): \S")
#: words that begin no imperative sentence
_NOT_IMPERATIVE = {
    *("a", "an", "the", "this", "these", "what", "whether", "who", "whom", "how", "where", "why", "when", "which"),
    *("all", "any", "as", "each", "every", "no", "none", "it", "its", "true", "false", "one", "same"),
}
#: words that say what a function returns, so that it needs no ``Returns:``
_TELLS_RESULT = {"return", "yield", "make", "create", "open", "find", "get", "list", "fetch", "read", "declare"}


@dataclasses.dataclass
class Docstring:
    text: str
    sections: dict[str, list[str]]

    @property
    def summary(self) -> str:
        return self.text.split("\n\n", 1)[0]

    def entries(self, section: str) -> list[str]:
        """The names that a section explains, in its order."""
        return [match[1].lstrip("*") for line in self.sections.get(section, ()) if (match := _ENTRY.match(line))]


def parse(docstring: str) -> Docstring:
    text: list[str] = []
    sections: dict[str, list[str]] = {}
    lines = text
    for line in inspect.cleandoc(docstring).splitlines():
        match = _HEADING.match(line)
        if match:
            lines = sections.setdefault(match[1], [])
        elif line and not line.startswith(" "):
            lines = text
            lines.append(line)
        else:
            lines.append(line)
    return Docstring("\n".join(text).strip(), sections)


def members(cls: type) -> Iterator[tuple[str, Any]]:
    """The public methods and properties that a class defines itself."""
    for name, member in vars(cls).items():
        plain = member.__func__ if isinstance(member, classmethod | staticmethod) else member
        if not name.startswith("_") and (inspect.isfunction(plain) or _is_property(plain)):
            yield name, plain


def _is_property(member: Any) -> bool:
    return isinstance(member, property | functools.cached_property)


def faults(name: str, subject: Any) -> list[str]:
    """Each fault of the docstring of a class, function or property, with ``name`` in front."""
    if not subject.__doc__:
        return [f"{name}: no docstring"]
    docstring = parse(subject.__doc__)
    found = [*_faults_of_text(docstring), *_faults_of_raises(docstring), *_faults_of_example(subject.__doc__)]
    if inspect.isclass(subject):
        found += _faults_of_class(subject, docstring)
    elif not _is_property(subject):
        found += [*_faults_of_function(subject, docstring), *_faults_of_args(docstring, subject)]
    return [f"{name}: {fault}" for fault in found]


def _faults_of_text(docstring: Docstring) -> Iterator[str]:
    if not docstring.summary.endswith((".", ":", "::")):
        yield f"the first paragraph is no whole sentence: {docstring.summary[-30:]!r}"
    prose = [lines for section, lines in docstring.sections.items() if section != "Example"]
    whole = "\n".join([docstring.text, *(line for lines in prose for line in lines)])
    for match in re.finditer(r"(?:^|[.:] |\n)\s*(What|Whether)\b[^.?]*([.?]|$)", whole):
        if match[2] != "?":
            yield f"{match[1]!r} stands for a noun: {' '.join(match[0].split())[:50]!r}"
    if re.search(r"^(Blocks|Threads): .*\n +\S", docstring.text, re.MULTILINE):
        yield "the lines behind Blocks or Threads are indented, which makes a list of them"
    if re.match(r"^    [^`:]+(``[^`]*``[^`:]*)*: ", "\n".join(docstring.sections.get("Returns", ()))):
        yield "Returns begins with words and a colon, which Sphinx takes for a type"
    if re.search(r"\bRaises :?\w", docstring.text):
        yield "Raises has no section"
    for section in docstring.sections:
        if not any(line.strip() for line in docstring.sections[section]):
            yield f"{section} is empty"


def _faults_of_example(docstring: str) -> Iterator[str]:
    shown = inspect.cleandoc(docstring).partition("\nExample:\n")[2]
    if not all(re.match(r"    (>>>|\.\.\.) ", line) for line in shown.splitlines()):
        yield "Example has a line without >>> or ..., or is not the last section"


def _faults_of_raises(docstring: Docstring) -> Iterator[str]:
    names = docstring.entries("Raises")
    if "Raises" in docstring.sections and not names:
        yield "Raises names no error"
    for name in names:
        if not hasattr(builtins, name) and not hasattr(jambonz_sync, name) and name not in _errors(JambonzError):
            yield f"Raises names {name}, which is no error"


def _errors(root: type) -> set[str]:
    return {root.__name__, *(name for cls in root.__subclasses__() for name in _errors(cls))}


def _faults_of_function(function: Any, docstring: Docstring) -> Iterator[str]:
    first = re.split(r"\W", docstring.summary, maxsplit=1)[0].lower()
    if not first or first in _NOT_IMPERATIVE or (first.endswith("s") and not first.endswith(("ss", "us", "is"))):
        yield f"the first line is not imperative: {docstring.summary[:40]!r}"
    returns = str(inspect.signature(function).return_annotation)
    nothing = returns in {"None", "NoReturn", "Never", "Self", "<class 'inspect._empty'>"}
    if nothing and "Returns" in docstring.sections and returns != "Self":
        yield "Returns is told of a function that returns nothing"
    if not nothing and "Returns" not in docstring.sections and first not in _TELLS_RESULT:
        yield f"it does not say what it returns ({returns})"


def _faults_of_class(cls: Any, docstring: Docstring) -> Iterator[str]:
    if issubclass(cls, Model):
        _, meanings = documented(cls)
        fields = [field.name for field in dataclasses.fields(cls)]
        if list(meanings) != fields:
            yield f"its Args are {list(meanings)}, its options {fields}"
    elif issubclass(cls, BaseException):  # users read its facts and make none: they may stand in the text
        for fact in _parameters(cls) if "__init__" in vars(cls) else ():
            told = fact in docstring.entries("Args") or f"``{fact}``" in docstring.text
            if not told and fact not in {"message", "text", "call_sid"}:
                yield f"it does not tell of its fact {fact}"
    elif "Args" in docstring.sections or (_is_made_by_users(cls) and "Made by" not in docstring.text):
        yield from _faults_of_args(docstring, cls)


def _is_made_by_users(cls: Any) -> bool:
    """Not so of a protocol, and of a dataclass or named tuple, whose fields say themselves what they are."""
    return "__init__" in vars(cls) and not (dataclasses.is_dataclass(cls) or getattr(cls, "_is_protocol", False))


def _faults_of_args(docstring: Docstring, function: Any) -> Iterator[str]:
    entries, parameters = docstring.entries("Args"), _parameters(function)
    if entries not in (parameters, _expanded(function, parameters)):
        yield f"its Args are {entries}, its parameters {parameters}"


def _parameters(function: Any) -> list[str]:
    names = inspect.signature(function).parameters
    return [name for name in names if name not in {"self", "cls"} and not name.startswith("_")]


def _expanded(function: Any, parameters: list[str]) -> list[str]:
    """The parameters with the options one by one in place of ``**options: Unpack[Options]``."""
    own = function.__init__ if inspect.isclass(function) else function
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind is parameter.VAR_KEYWORD and "Unpack[" in str(parameter.annotation):
            options = typing.get_args(typing.get_type_hints(own, include_extras=True)[name])[0]
            return [*(other for other in parameters if other != name), *typing.get_type_hints(options)]
    return parameters
