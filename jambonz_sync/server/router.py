"""The service that a path belongs to: the longest rule that is a prefix of it, whole segments at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")

_VARIABLE = re.compile(r"<([A-Za-z_][A-Za-z0-9_]*)>")

#: one segment of a rule: its text and None, or None and the name of a variable
_Segment = tuple[str | None, str | None]


def _segments(path: str) -> list[str]:
    return [segment for segment in path.split("/") if segment]


def _name(segment: str) -> str | None:
    """The name of the variable that a segment of a rule stands for, None where it stands for itself."""
    variable = _VARIABLE.fullmatch(segment)
    return None if variable is None else variable[1]


def _precedence(rule: tuple[list[_Segment], object]) -> tuple[int, int]:
    segments, _ = rule
    return -len(segments), sum(text is None for text, _ in segments)


class Router(Generic[T]):
    """Rules and the targets that they lead to.

    ``/`` and ``*`` match every path, ``/ivr/<tenant>`` every path that begins with ``/ivr`` and one segment more, which
    becomes the variable ``tenant``. Where several match, the longest wins, and of these that with the fewest variables.
    """

    def __init__(self) -> None:
        self._rules: list[tuple[list[_Segment], T]] = []

    def add(self, rule: str, target: T) -> None:
        """Add a rule.

        Args:
            rule: Begins with a slash, or is ``*``.
            target: Where it leads to.
        Raises:
            ValueError: The rule cannot be, or matches the same paths as one that is there.
        """
        if not rule.startswith("/") and rule != "*":
            raise ValueError(f"rule {rule!r}: expected it to start with a slash, or to be *")
        texts = [] if rule == "*" else _segments(rule)
        for text in texts:
            if ("<" in text or ">" in text) and _name(text) is None:
                raise ValueError(f"rule {rule!r}: expected <name> for a variable, got {text!r}")
        names = [name for name in map(_name, texts) if name is not None]
        if len(set(names)) < len(names):
            raise ValueError(f"rule {rule!r}: expected each variable once")
        segments: list[_Segment] = [(None, name) if (name := _name(text)) else (text, None) for text in texts]
        same_paths = [text for text, _ in segments]
        if any([text for text, _ in known] == same_paths for known, _ in self._rules):
            raise ValueError(f"rule {rule!r} is there already")
        self._rules.append((segments, target))
        self._rules.sort(key=_precedence)

    def __iter__(self) -> Iterator[tuple[str, T]]:
        """Iterate over the rules and their targets, in the order in which they are tried."""
        for segments, target in self._rules:
            yield "/" + "/".join(f"<{name}>" if text is None else text for text, name in segments), target

    def match(self, path: str) -> tuple[T, dict[str, str]] | None:
        """Find the target of a path, and the variables in it.

        Args:
            path: The path of a URL, unquoted.
        Returns:
            None if no rule matches.
        """
        segments = _segments(path)
        for rule, target in self._rules:
            if len(rule) > len(segments):
                continue
            variables: dict[str, str] = {}
            for (text, name), segment in zip(rule, segments, strict=False):
                if name is not None:
                    variables[name] = segment
                elif text != segment:
                    break
            else:
                return target, variables
        return None
