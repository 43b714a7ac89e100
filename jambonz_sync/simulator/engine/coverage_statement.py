"""A statement of the simulator about options of verbs: how far they are played."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

__all__ = ["Coverage", "Level", "exact", "like", "missing", "part", "unheard"]

#: ``silent-ok``: neither the caller nor the app could tell the difference
Level = Literal["exact", "approximate", "none", "silent-ok"]


@dataclass(frozen=True, slots=True)
class Coverage:
    """A statement about options: how far they are simulated.

    Args:
        options: Their names on the wire.
        level: How far.
        note: What is different, in words.
        part: The entry of :data:`COVERAGE` that tells of what is inside of their values.
        default: The value that asks for nothing; ``False``, ``None`` and those of the server never do.
    """

    options: tuple[str, ...]
    level: Level
    note: str = ""
    part: str | None = None
    default: Any = False

    def asks(self, value: object) -> bool:
        """Return True if a value of the option asks for what is not simulated."""
        if isinstance(value, Mapping) and cast("Mapping[str, object]", value).get("enable") is False:
            return False
        return value is not None and value != self.default


def exact(options: str) -> Coverage:
    """State that options are played as the server plays them."""
    return Coverage(tuple(options.split()), "exact")


def like(options: str, note: str) -> Coverage:
    """State that options are played, with a difference."""
    return Coverage(tuple(options.split()), "approximate", note)


def missing(options: str, note: str, default: Any = False) -> Coverage:
    """State that options are not played, and why; ``default`` asks for nothing."""
    return Coverage(tuple(options.split()), "none", note, default=default)


def unheard(options: str, note: str = "") -> Coverage:
    """State that neither the caller nor the app could tell what options do."""
    return Coverage(tuple(options.split()), "silent-ok", note)


def part(options: str, part: str) -> Coverage:
    """State that an entry of its own tells of what is inside of options."""
    return Coverage(tuple(options.split()), "exact", part=part)
