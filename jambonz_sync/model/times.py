"""Times as JSON has them, text in ISO 8601, and as Python has them: aware, in UTC. No clock: plain values."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

__all__ = ["has_usual_form", "parse_time", "time_text"]


def parse_time(value: Any) -> datetime | None:
    """Read a time, None if it is none.

    Args:
        value: Text in ISO 8601, where one without a zone is UTC, or a datetime. Nanoseconds are cut off.
    """
    try:
        if isinstance(value, str) and has_usual_form(value):
            return datetime.fromisoformat(value)  # which knows the Z, and needs no more
        at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None


def time_text(at: datetime) -> str:
    """Return a time as the API server writes it: ``2026-11-22T10:00:00.000Z``.

    Args:
        at: The time; one without a zone is UTC.
    """
    known = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    precision = "microseconds" if known.microsecond % 1000 else "milliseconds"
    return known.isoformat(timespec=precision).removesuffix("+00:00") + "Z"


def has_usual_form(text: str) -> bool:
    """Return whether a text is like ``2026-11-22T10:00:00.000Z``: if it is a time, :func:`time_text` gives it back.

    Args:
        text: The text, which may be no time at all.
    """
    return (
        len(text) == 24
        and text[10] == "T"
        and text[19] == "."
        and text[23] == "Z"
        and text[5] != "W"
        and text[11] + text[12] != "24"
    )
