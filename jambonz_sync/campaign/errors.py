"""What can go wrong with a campaign as a whole. What goes wrong with one number is in the report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..errors import JambonzError

__all__ = ["BadRow", "CampaignError", "CampaignLocked", "InvalidNumbers", "Refused"]


class CampaignError(JambonzError, ValueError):
    """What was given to a campaign does not go together. Nothing has been dialled."""


class CampaignLocked(CampaignError):
    """Another process works on the state file. ``pid`` is its process id, None if it left none."""

    def __init__(self, message: str, *, pid: int | None) -> None:
        super().__init__(message)
        self.pid = pid


class BadRow(NamedTuple):
    """A row of a list that no number could be read from. ``line`` counts from 1, as editors do."""

    line: int
    text: str
    reason: str


class InvalidNumbers(CampaignError):
    """Rows of a list that are no numbers. ``rows`` holds all of them; the message shows the first five."""

    def __init__(self, name: str, rows: Sequence[BadRow]) -> None:
        shown = "".join(f"\n  line {row.line}: {row.text!r} {row.reason}" for row in rows[:5])
        rest = f"\n  and {len(rows) - 5} more" if len(rows) > 5 else ""
        super().__init__(f"{name}: {len(rows)} row{'s' if len(rows) > 1 else ''} cannot be used:{shown}{rest}")
        self.rows = tuple(rows)


class Refused(JambonzError):
    """The API did not take a call, and none has been placed.

    ``retry_after`` is in seconds: None if asking again would change nothing. ``stop`` is True where
    every other number would be refused too (a wrong API key, an unknown account).
    """

    def __init__(self, message: str, *, retry_after: float | None = None, stop: bool = False) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.stop = stop
