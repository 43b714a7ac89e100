"""Which service a path belongs to: the longest rule that is a prefix of it, whole segments at a time."""

from __future__ import annotations

import re
from typing import Generic, TypeVar

T = TypeVar("T")

_VARIABLE = re.compile(r"<([A-Za-z_][A-Za-z0-9_]*)>")

#: of a rule, for one segment: its text and None, or None and the name of a variable
_Part = tuple[str | None, str | None]


def _segments(path: str) -> list[str]:
    return [segment for segment in path.split("/") if segment]


def _name(segment: str) -> str | None:
    """The name of the variable that a segment of a rule stands for, None where it stands for itself."""
    variable = _VARIABLE.fullmatch(segment)
    return None if variable is None else variable[1]


class Router(Generic[T]):
    """Rules and what they lead to. ``/`` and ``*`` match every path, ``/ivr/<tenant>`` every path that begins with
    ``/ivr`` and one segment more, which becomes the variable ``tenant``. Where several match, the longest wins, and
    of these the one with the fewest variables."""

    def __init__(self) -> None:
        self._rules: list[tuple[list[_Part], T]] = []

    def add(self, rule: str, target: T) -> None:
        """Raises ValueError for a rule that cannot be, or that matches the same paths as one that is there."""
        if not rule.startswith("/") and rule != "*":
            raise ValueError(f"rule {rule!r}: expected it to start with a slash, or to be *")
        segments = [] if rule == "*" else _segments(rule)
        for segment in segments:
            if ("<" in segment or ">" in segment) and _name(segment) is None:
                raise ValueError(f"rule {rule!r}: expected <name> for a variable, got {segment!r}")
        names = [name for name in map(_name, segments) if name is not None]
        if len(set(names)) < len(names):
            raise ValueError(f"rule {rule!r}: expected each variable once")
        parts: list[_Part] = [(None, name) if (name := _name(segment)) else (segment, None) for segment in segments]
        texts = [text for text, _ in parts]
        if any([text for text, _ in known] == texts for known, _ in self._rules):
            raise ValueError(f"rule {rule!r} is there already")
        self._rules.append((parts, target))
        self._rules.sort(key=lambda one: (-len(one[0]), sum(text is None for text, _ in one[0])))

    def match(self, path: str) -> tuple[T, dict[str, str]] | None:
        """What ``path`` leads to and the variables in it, None if no rule matches."""
        given = _segments(path)
        for rule, target in self._rules:
            if len(rule) > len(given):
                continue
            variables: dict[str, str] = {}
            for (text, name), segment in zip(rule, given, strict=False):
                if name is not None:
                    variables[name] = segment
                elif text != segment:
                    break
            else:
                return target, variables
        return None
