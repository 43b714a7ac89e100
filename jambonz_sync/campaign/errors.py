"""Errors of a campaign as a whole. An error that concerns one number is an outcome in the report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from ..errors import JambonzError
from ..model.validation import did_you_mean

__all__ = [
    "BadRow",
    "CampaignError",
    "CampaignLocked",
    "InvalidNumber",
    "InvalidNumbers",
    "Refused",
    "StateFileChanged",
]

#: the most reasons that a message tells apart, and the most ranges of lines that it names
_MOST_GROUPS: Final = 5
_MOST_RANGES: Final = 8
#: what to do where a list has numbers as they are dialled within a country
NO_COUNTRY: Final = "to read numbers without a country code, pass country"


class CampaignError(JambonzError, ValueError):
    """The arguments of a campaign, its list and its state file do not fit together. Nothing has been dialled."""


class CampaignLocked(CampaignError):
    """Another campaign is using the state file.

    Args:
        message: The sentence to show.
        pid: The process id of the other one; None if it is not known.
    """

    def __init__(self, message: str, *, pid: int | None) -> None:
        super().__init__(message)
        self.pid = pid


class StateFileChanged(JambonzError):
    """The state file was moved, replaced or written by somebody else while the campaign was running.

    The run ends with it, because a call that no later run would know of must not be placed.
    """


class InvalidNumber(JambonzError, ValueError):
    """A text is no phone number that can be called.

    Args:
        reason: The reason, which completes the sentence "The number ..."; it is kept in the attribute of that name.
        suggestion: The number that was most likely meant; None if it does not show. It is kept likewise.
    """

    def __init__(self, reason: str, *, suggestion: str | None = None) -> None:
        super().__init__(reason + did_you_mean(suggestion))
        self.reason = reason
        self.suggestion = suggestion


class BadRow(NamedTuple):
    """A row of a list from which no phone number could be read. Lines count from 1, as in an editor.

    ``suggestion`` is the number that was most likely meant; None if it does not show.
    """

    line: int
    text: str
    reason: str
    suggestion: str | None = None

    def __str__(self) -> str:
        return f"line {self.line}: {self.text!r} {self.reason}{did_you_mean(self.suggestion)}"


class InvalidNumbers(CampaignError):
    """Some rows of a list hold no valid phone number. The message shows the first row of each reason.

    Args:
        name: The name of the list, for the message.
        rows: All rows that are wrong; they are kept in the attribute of the same name.
    """

    def __init__(self, name: str, rows: Sequence[BadRow]) -> None:
        by_reason: dict[str, list[BadRow]] = {}
        for row in rows:
            by_reason.setdefault(row.reason, []).append(row)
        groups = list(by_reason.values())
        lines = [f"{name}: {len(rows)} row{'s' if len(rows) > 1 else ''} cannot be used:"]
        for first, *others in groups[:_MOST_GROUPS]:
            lines.append(f"  {first}")
            if others:
                lines.append(f"    and {count(len(others), 'row')} like it: {lines_text(row.line for row in others)}")
        if len(groups) > _MOST_GROUPS:
            lines.append(f"  and {count(sum(map(len, groups[_MOST_GROUPS:])), 'row')} with other mistakes")
        if any(row.reason.startswith("has no country code") for row in rows):
            lines.append(f"  {NO_COUNTRY}")
        super().__init__("\n".join(lines))
        self.rows = tuple(rows)


def count(number: int, thing: str) -> str:
    """Return a number with what it counts: "1 row", "1,000 rows"."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def lines_text(lines: Iterable[int]) -> str:
    """Return line numbers as people write them: "line 3", "lines 3-5, 9 ...". The first few ranges are named."""
    ranges: list[list[int]] = []
    for line in sorted(lines):
        if ranges and line <= ranges[-1][1] + 1:
            ranges[-1][1] = line
        else:
            ranges.append([line, line])
    texts = [str(first) if first == last else f"{first}-{last}" for first, last in ranges[:_MOST_RANGES]]
    more = " ..." if len(ranges) > _MOST_RANGES else ""
    is_one = len(ranges) == 1 and ranges[0][0] == ranges[0][1]
    return f"line{'' if is_one else 's'} {', '.join(texts)}{more}"


class Refused(JambonzError):
    """A call was not placed, for certain. A :class:`Dialler` raises it; any other error means that nobody knows.

    Args:
        message: The reason, for the report.
        retry_after: Seconds until the number may be tried again; None if it would be refused again.
        stop: True if every other number would be refused as well (a wrong API key, an unknown account).
    """

    def __init__(self, message: str, *, retry_after: float | None = None, stop: bool = False) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.stop = stop
