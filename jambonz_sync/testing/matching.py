"""What a test looks for in the words of a call: a part of a text, a regular expression, or a predicate."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar, cast

from ..model.wire import to_wire_name

__all__ = ["Wanted", "describe_fields", "describe_wanted", "has_fields", "matches", "nearest_text"]

#: a part of a text in upper or lower case, an expression that is found in it, or a function that says yes to it
Wanted = str | re.Pattern[str] | Callable[[str], object]

T = TypeVar("T")

#: how alike two texts must be, from 0 to 1, for one to be taken for a misspelling of the other
_ALIKE = 0.5


def matches(wanted: Wanted, text: str) -> bool:
    """Return True if a text is what is looked for.

    Args:
        wanted: A part of it, an expression, or a predicate.
        text: The text.
    """
    if isinstance(wanted, str):
        return wanted.casefold() in text.casefold()
    if isinstance(wanted, re.Pattern):
        return wanted.search(text) is not None
    return bool(wanted(text))


def has_fields(described: object, wanted: Mapping[str, Any]) -> bool:
    """Return True if an object of the wire has these fields.

    Args:
        described: The object.
        wanted: The fields, in the spelling of Python or of the wire.
    """
    fields = cast("Mapping[str, Any]", described) if isinstance(described, Mapping) else {}
    return all(fields.get(to_wire_name(name)) == value for name, value in wanted.items())


def describe_fields(wanted: Mapping[str, Any]) -> str:
    """Return the words of a failure for fields that were looked for, with a space before each.

    Args:
        wanted: The fields.
    """
    return "".join(f" {name}={value!r}" for name, value in wanted.items())


def describe_wanted(wanted: Wanted | bytes) -> str:
    """Return the words of a failure for what was looked for.

    Args:
        wanted: The text, expression, predicate or samples.
    """
    if isinstance(wanted, str):
        return repr(wanted)
    if isinstance(wanted, bytes):
        return f"[audio: {len(wanted) // 2} samples]"
    if isinstance(wanted, re.Pattern):
        return f"/{wanted.pattern}/"
    return f"a text that {getattr(wanted, '__name__', repr(wanted))} says yes to"


def nearest_text(wanted: Wanted | bytes, texts: Iterable[str]) -> str | None:
    """Return the text that is most like the one that was looked for, None if none is alike.

    Args:
        wanted: Only a text has anything like it.
        texts: The texts to choose from.
    """
    if not isinstance(wanted, str) or not wanted:
        return None
    best, best_ratio = None, _ALIKE
    for text in texts:
        ratio = _likeness(wanted.casefold(), text.casefold())
        if ratio >= best_ratio:
            best, best_ratio = text, ratio
    return best


def _likeness(wanted: str, text: str) -> float:
    """Compare a text with the part of another that resembles it most."""
    matcher = difflib.SequenceMatcher(None, wanted, text, autojunk=False)
    if len(text) <= len(wanted):
        return matcher.ratio()
    match = matcher.find_longest_match()
    start = max(0, match.b - match.a)
    return difflib.SequenceMatcher(None, wanted, text[start : start + len(wanted)], autojunk=False).ratio()
