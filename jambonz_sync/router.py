"""Which service a path belongs to: the longest rule that is a prefix of it, whole segments at a time."""

from __future__ import annotations

import re
from typing import Generic, TypeVar

T = TypeVar("T")

_VARIABLE = re.compile(r"<(?:[a-z]+:)?([A-Za-z_][A-Za-z0-9_]*)>")


def _segments(path: str) -> list[str]:
    return [segment for segment in path.split("/") if segment]


class Router(Generic[T]):
    """Rules and what they lead to. ``/`` and ``*`` match every path, ``/ivr/<tenant>`` every path that begins with
    ``/ivr`` and one segment more, which becomes the variable ``tenant``. Where several match, the longest wins, and
    of these the one with the fewest variables."""

    def __init__(self) -> None:
        self._rules: list[tuple[list[str], T]] = []

    def add(self, rule: str, target: T) -> None:
        """Raises ValueError for a rule that cannot be, or that is there already."""
        if not rule.startswith("/") and rule != "*":
            raise ValueError(f"rule {rule!r}: expected it to start with a slash, or to be *")
        segments = [] if rule == "*" else _segments(rule)
        for segment in segments:
            if ("<" in segment or ">" in segment) and not _VARIABLE.fullmatch(segment):
                raise ValueError(f"rule {rule!r}: expected <name> for a variable, got {segment!r}")
        if any(known == segments for known, _ in self._rules):
            raise ValueError(f"rule {rule!r} is there already")
        self._rules.append((segments, target))
        self._rules.sort(key=lambda one: (-len(one[0]), sum(map(bool, map(_VARIABLE.fullmatch, one[0])))))

    def match(self, path: str) -> tuple[T, dict[str, str]] | None:
        """What ``path`` leads to and the variables in it, None if no rule matches."""
        given = _segments(path)
        for rule, target in self._rules:
            if len(rule) > len(given):
                continue
            variables: dict[str, str] = {}
            for wanted, segment in zip(rule, given, strict=False):
                if wanted == segment:
                    continue
                variable = _VARIABLE.fullmatch(wanted)
                if variable is None:
                    break
                variables[variable[1]] = segment
            else:
                return target, variables
        return None
