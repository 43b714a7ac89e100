"""YAML whose every value knows its file and line, so that a mistake can be found. The one module that knows PyYAML."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from ...model.validation import nearest
from ..errors import ScenarioInvalid

__all__ = ["Located", "read_yaml"]

#: how deep values may be nested: a file can refer to its own parts in a circle
_DEEPEST = 20
#: how many values there may be in a file: few lines can name the same part again and again
_MOST = 100_000
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|min)?")
_SECONDS = {"ms": 0.001, "s": 1.0, "min": 60.0, None: 1.0}

Kind = Literal["text", "list", "mapping", "nothing"]


@dataclass(frozen=True)
class Located:
    """A value of a file, as it stands there.

    Args:
        file: The file.
        line: The line, from 1.
        kind: ``text`` for every scalar: ``012#`` stays what it is.
        text: The text of a scalar.
        elements: The elements of a list.
        fields: The fields of a mapping.
        quoted: It is a text in quotes, and no number, whatever it looks like.
    """

    file: str
    line: int
    kind: Kind
    text: str = ""
    elements: Sequence[Located] = ()
    fields: Mapping[str, Located] | None = None
    quoted: bool = False

    def invalid(self, message: str) -> ScenarioInvalid:
        """Return the error that names this place.

        Args:
            message: The mistake.
        """
        return ScenarioInvalid(f"{self.file}:{self.line}: {message}")

    def without_value(self) -> Located:
        """Return the nothing that is behind a name which stands alone."""
        return replace(self, kind="nothing", text="")

    def as_text(self, what: str) -> str:
        """Return the text.

        Args:
            what: Its name, for the error.
        Raises:
            ScenarioInvalid: It is no text, or an empty one.
        """
        if self.kind != "text" or not self.text:
            raise self.invalid(f"{what}: expected a text, got {self._shown}")
        return self.text

    def as_list(self, what: str) -> Sequence[Located]:
        """Return the elements; a single value is a list of one.

        Args:
            what: Its name, for the error.
        Raises:
            ScenarioInvalid: There is nothing, or a mapping.
        """
        if self.kind == "text":
            return [self]
        if self.kind != "list":
            raise self.invalid(f"{what}: expected a list, got {self._shown}")
        return self.elements

    def as_mapping(self, what: str, known: Collection[str] | None = None) -> Mapping[str, Located]:
        """Return the fields.

        Args:
            what: Its name, for the error.
            known: The names that there may be; None for any.
        Raises:
            ScenarioInvalid: It is no mapping, or has an unknown field.
        """
        if self.kind != "mapping" or self.fields is None:
            raise self.invalid(f"{what}: expected a mapping, got {self._shown}")
        for name, field in self.fields.items():
            if known is not None and name not in known:
                raise field.invalid(f"{what}: {name!r} is not known{_meant(name, known)}; there are {_listed(known)}")
        return self.fields

    def as_seconds(self, what: str) -> float:
        """Return a duration: ``2``, ``2 s``, ``500ms``, ``1 min``.

        Args:
            what: Its name, for the error.
        Raises:
            ScenarioInvalid: It is none.
        """
        match = _DURATION.fullmatch(self.text) if self.kind == "text" else None
        if match is None:
            raise self.invalid(f"{what}: expected a duration such as 2s or 500ms, got {self._shown}")
        return float(match[1]) * _SECONDS[match[2]]

    def as_number(self, what: str) -> float:
        """Return a number from 0.

        Args:
            what: Its name, for the error.
        Raises:
            ScenarioInvalid: It is none.
        """
        if self.kind != "text" or not re.fullmatch(r"\d+(\.\d+)?", self.text):
            raise self.invalid(f"{what}: expected a number, got {self._shown}")
        return float(self.text)

    def as_json(self) -> Any:
        """Return the value as JSON: numbers, true, false and null are such, everything else is text."""
        if self.kind == "list":
            return [element.as_json() for element in self.elements]
        if self.kind == "mapping":
            return {name: field.as_json() for name, field in (self.fields or {}).items()}
        if self.kind == "nothing":
            return None
        return self.text if self.quoted else _SCALARS.get(self.text, self._number())

    def _number(self) -> object:
        if re.fullmatch(r"-?(0|[1-9]\d*)", self.text):
            return int(self.text)
        return float(self.text) if re.fullmatch(r"-?\d+\.\d+", self.text) else self.text

    @property
    def _shown(self) -> str:
        return {"text": repr(self.text), "list": "a list", "mapping": "a mapping", "nothing": "nothing"}[self.kind]


_SCALARS: Mapping[str, object] = {"true": True, "false": False, "null": None}


def _meant(name: str, known: Collection[str]) -> str:
    near = nearest(name, known)
    return f", did you mean {near!r}?" if near else ""


def _listed(names: Collection[str]) -> str:
    return ", ".join(sorted(names))


def read_yaml(path: Path) -> list[Located]:
    """Read a file of YAML, each of its documents.

    Args:
        path: The file.
    Raises:
        ScenarioInvalid: It cannot be read, is no YAML, or PyYAML is not installed.
    """
    try:
        import yaml
    except ImportError:
        raise ScenarioInvalid(f"{path}: scenarios need PyYAML: pip install 'jambonz-sync[desk]'") from None
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioInvalid(f"{path}: {getattr(error, 'strerror', None) or error}") from None

    count = itertools.count(1)

    def locate(node: Any, depth: int = 0) -> Located:
        line = node.start_mark.line + 1
        if next(count) > _MOST:
            raise ScenarioInvalid(f"{path}:{line}: more than {_MOST:,} values")
        if depth > _DEEPEST:
            raise ScenarioInvalid(f"{path}:{line}: nested more than {_DEEPEST} deep")
        if isinstance(node, yaml.ScalarNode):
            empty = node.tag == "tag:yaml.org,2002:null" and not node.value
            quoted = node.style is not None
            return Located(str(path), line, "nothing" if empty else "text", str(node.value), quoted=quoted)
        if isinstance(node, yaml.SequenceNode):
            return Located(str(path), line, "list", elements=[locate(each, depth + 1) for each in node.value])
        fields: dict[str, Located] = {}
        for key, value in node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
            if name in fields:
                raise ScenarioInvalid(f"{path}:{key.start_mark.line + 1}: {name!r} is there twice")
            field = locate(value, depth + 1)
            # a mistake in a field is where its name is, not where a long value begins
            fields[name] = replace(field, line=key.start_mark.line + 1)
        return Located(str(path), line, "mapping", fields=fields)

    try:
        return [locate(node) for node in yaml.compose_all(text, Loader=yaml.SafeLoader) if node is not None]
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ScenarioInvalid(f"{path}:{line}: no YAML: {error.problem}") from None
    except yaml.YAMLError as error:
        raise ScenarioInvalid(f"{path}: no YAML: {error}") from None
