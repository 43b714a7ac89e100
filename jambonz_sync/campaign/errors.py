"""Errors of a campaign as a whole. An error that concerns one number is an outcome in the report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..errors import JambonzError

__all__ = ["BadRow", "CampaignError", "CampaignLocked", "InvalidNumbers", "Refused", "StateFileChanged"]


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


class BadRow(NamedTuple):
    """A row of a list from which no phone number could be read. Lines count from 1, as in an editor."""

    line: int
    text: str
    reason: str


class InvalidNumbers(CampaignError):
    """Some rows of a list hold no valid phone number. The message shows the first five of them.

    Args:
        name: The name of the list, for the message.
        rows: All rows that are wrong; they are kept in the attribute of the same name.
    """

    def __init__(self, name: str, rows: Sequence[BadRow]) -> None:
        shown = "".join(f"\n  line {row.line}: {row.text!r} {row.reason}" for row in rows[:5])
        more = f"\n  and {len(rows) - 5} more" if len(rows) > 5 else ""
        super().__init__(f"{name}: {len(rows)} row{'s' if len(rows) > 1 else ''} cannot be used:{shown}{more}")
        self.rows = tuple(rows)


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
