"""What has become of every number of a campaign, for people, spreadsheets and programs."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import UTC, datetime
from os import PathLike, fspath
from typing import Final

from ..model.stored import Model, model
from .errors import BadRow, CampaignError
from .numbers import Duplicate, Entry
from .policy import Attempt, Policy

__all__ = ["Report", "Row", "check_report_name", "row_of"]

_COLUMNS: Final = ("number", "line", "outcome", "attempts", "call_sid", "at", "detail")
#: outcomes that leave something to do, or to look into
_LOOSE: Final = frozenset({"waiting", "placed", "unknown", "refused", "invalid"})


@model
class Row(Model):
    """A number and what has become of it.

    ``outcome`` is "completed", "busy", "no-answer" or "failed" of a call that is over; "placed" of one that
    went on when it was last looked at; "unknown" where a call may have been placed and nobody knows;
    "refused" where the API did not take it; "waiting" where a call is still to be made; "do-not-call",
    "removed" (from the list) and "invalid" where none will be. ``attempts`` counts the calls that were or may
    have been placed, ``call_sid`` is the last of them, ``at`` the time of the last change (ISO 8601, UTC).
    """

    number: str = ""
    line: int = 0
    outcome: str = "waiting"
    attempts: int = 0
    call_sid: str | None = None
    at: str | None = None
    detail: str | None = None


@model
class Report(Model):
    """Every number of a campaign, in the order of the list, and every row that is not dialled.

    ``totals`` says how many numbers have which outcome, the most frequent first. ``complete`` is True if
    nothing is left to do and nothing to look into: no number waits, no call is open, unknown or refused, no row
    is invalid. ``stopped`` says why the campaign ended before all was done, None if it did not.
    """

    complete: bool = False
    stopped: str | None = None
    totals: Mapping[str, int] = field(default_factory=dict[str, int])
    numbers: tuple[Row, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()

    @classmethod
    def of(
        cls,
        policy: Policy,
        cases: Iterable[tuple[Entry, Sequence[Attempt]]],
        *,
        bad_rows: Iterable[BadRow] = (),
        duplicates: Iterable[Duplicate] = (),
        stopped: str | None = None,
    ) -> Report:
        """The report of these numbers and their attempts, by the rules of ``policy``."""
        rows = [row_of(policy, entry, attempts) for entry, attempts in cases]
        rows += [Row(number=bad.text, line=bad.line, outcome="invalid", detail=bad.reason) for bad in bad_rows]
        rows.sort(key=lambda row: row.line)
        return cls.summing(rows, duplicates, stopped)

    @classmethod
    def summing(cls, rows: Iterable[Row], duplicates: Iterable[Duplicate] = (), stopped: str | None = None) -> Report:
        """The report that has these rows."""
        rows = tuple(rows)
        totals = dict(Counter(row.outcome for row in rows).most_common())
        complete = not _LOOSE & totals.keys()
        return cls(
            complete=complete,
            stopped=None if complete else stopped,
            totals=totals,
            numbers=rows,
            duplicates=tuple(duplicates),
        )

    def write(self, path: str | PathLike[str]) -> None:
        """Write the report to a ``.csv`` or ``.json`` file, as its name says. An older file is replaced."""
        check_report_name(path)
        with open(path, "w", encoding="utf-8", newline="") as file:
            if fspath(path).lower().endswith(".csv"):
                writer = csv.writer(file)
                writer.writerow(_COLUMNS)
                writer.writerows([getattr(row, name) for name in _COLUMNS] for row in self.numbers)
            else:
                file.write(self.to_json(indent=1, ensure_ascii=False) + "\n")

    def __str__(self) -> str:
        lines = [f"{count:>8}  {outcome}" for outcome, count in self.totals.items()]
        lines += [f"line {twice.line}: {twice.number} is on line {twice.first_line} too" for twice in self.duplicates]
        lines += [
            f"line {row.line}: {row.number} {row.outcome}: {row.detail}"
            for row in self.numbers
            if row.outcome in ("unknown", "refused", "invalid")
        ]
        if self.stopped is not None:
            lines.append(f"stopped: {self.stopped}")
        return "\n".join(lines)


def check_report_name(path: str | PathLike[str]) -> None:
    """Raise :class:`CampaignError` for a file name that says neither CSV nor JSON."""
    if not fspath(path).lower().endswith((".csv", ".json")):
        raise CampaignError(f"{fspath(path)!r}: a report is written to a .csv or a .json file")


def row_of(policy: Policy, entry: Entry, attempts: Sequence[Attempt]) -> Row:
    """The row of one number."""
    if not attempts:
        return Row(number=entry.number, line=entry.line, outcome=entry.excluded or "waiting")
    last = attempts[-1]
    made = [attempt for attempt in attempts if attempt.state != "refused"]
    outcome: str = last.state
    if last.state == "claimed":  # seen from outside, in the state of a campaign that runs or has died
        outcome = "unknown"
    elif policy.standing(attempts).kind == "due" and (entry.excluded or last.state != "refused"):
        outcome = entry.excluded or "waiting"
    return Row(
        number=entry.number,
        line=entry.line,
        outcome=outcome,
        attempts=len(made),
        call_sid=made[-1].call_sid if made else None,
        at=datetime.fromtimestamp(last.changed_at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        detail=last.detail,
    )
