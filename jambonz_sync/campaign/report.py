"""The outcome of every number of a campaign, for people, spreadsheets and programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import UTC, datetime, tzinfo
from os import PathLike, fspath
from typing import Final

from ..model.stored import StoredModel, stored_model
from ..model.validation import did_you_mean
from .attempt import Attempt, printable
from .errors import BadRow, CampaignError, count, lines_text
from .numbers import Contact, Duplicate
from .policy import Policy
from .spreadsheet import write_csv

__all__ = ["Report", "Row", "check_report_name", "row_of"]

_COLUMNS: Final = ("number", "line", "outcome", "attempts", "call_sid", "answered_by", "at", "detail")
#: outcomes that leave something to do, or to look into
_UNFINISHED: Final = frozenset({"waiting", "placed", "unknown", "refused", "invalid"})


@stored_model
class Row(StoredModel):
    """A number and its outcome.

    ``outcome`` is "completed", "machine" (a machine answered), "busy", "no-answer" or "failed" of a call that has
    ended; "placed" of one that was up when it was last asked for; "unknown" if a call may have been placed and nobody
    can tell; "refused" if the API did not place it; "waiting" if a call is still to be made; "do-not-call", "removed"
    (from the list) and "invalid" if none will be. ``attempts`` counts the calls that were or may have been placed,
    ``call_sid`` is the last of them, ``answered_by`` is "human" or "machine" if answering machine detection told,
    ``at`` is the time of the last change (ISO 8601, in the time zone of the number, or in UTC if it has none), and
    ``detail`` the reason for the outcome.
    """

    number: str = ""
    line: int = 0
    outcome: str = "waiting"
    attempts: int = 0
    call_sid: str | None = None
    answered_by: str | None = None
    at: str | None = None
    detail: str | None = None


@stored_model
class Report(StoredModel):
    """Every number of a campaign, in the order of the list, with every row that is not dialled.

    ``totals`` counts the numbers by outcome, the most frequent first. ``complete`` is True if nothing is left to do
    or to look into: no number waits, no call is open, unknown or refused, and no row is invalid. ``stopped`` is the
    reason why the campaign ended before all was done; None if it did not.
    """

    complete: bool = False
    stopped: str | None = None
    totals: Mapping[str, int] = field(default_factory=dict[str, int])
    numbers: tuple[Row, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()

    @classmethod
    def from_histories(
        cls,
        policy: Policy,
        histories: Iterable[tuple[Contact, Sequence[Attempt]]],
        *,
        bad_rows: Iterable[BadRow] = (),
        duplicates: Iterable[Duplicate] = (),
        stopped: str | None = None,
    ) -> Report:
        """Make the report of numbers and their attempts.

        Args:
            policy: The rules, which tell whether a number is called again.
            histories: Each number with all its attempts, the oldest first.
            bad_rows: Rows of the list that hold no number; each gets a row with the outcome "invalid".
            duplicates: Rows of the list whose number is in an earlier one.
            stopped: Why the campaign ended early; None if it did not.
        Returns:
            The report.
        """
        rows = [row_of(policy, contact, attempts) for contact, attempts in histories]
        rows += [
            Row(number=bad.text, line=bad.line, outcome="invalid", detail=bad.reason + did_you_mean(bad.suggestion))
            for bad in bad_rows
        ]
        rows.sort(key=lambda row: row.line)
        return cls.from_rows(rows, duplicates, stopped)

    @classmethod
    def from_rows(cls, rows: Iterable[Row], duplicates: Iterable[Duplicate] = (), stopped: str | None = None) -> Report:
        """Make the report that has these rows, and count them.

        Args:
            rows: The rows, in the order of the report.
            duplicates: Rows of the list whose number is in an earlier one.
            stopped: Why the campaign ended early; None if it did not, or if nothing is left to do.
        Returns:
            The report.
        """
        rows = tuple(rows)
        totals = dict(Counter(row.outcome for row in rows).most_common())
        complete = not _UNFINISHED & totals.keys()
        return cls(
            complete=complete,
            stopped=None if complete else stopped,
            totals=totals,
            numbers=rows,
            duplicates=tuple(duplicates),
        )

    def write(self, path: str | PathLike[str]) -> None:
        """Write the report to a file. An older file is replaced.

        A ``.csv`` file is safe to open in a spreadsheet: text that would be taken for a formula gets an apostrophe
        (``'``) before it. Phone numbers (``+15551234``) stay as they are, for they do no harm and programs read them.
        A ``.json`` file holds every text unchanged; ``Report.from_json`` reads it.

        Args:
            path: The file. Its name ends in ``.csv`` or ``.json``.
        Raises:
            CampaignError: The name has another ending.
            OSError: The file cannot be written.
        Blocks: while the file is written.
        """
        check_report_name(path)
        if fspath(path).lower().endswith(".csv"):
            write_csv(path, _COLUMNS, ([getattr(row, name) for name in _COLUMNS] for row in self.numbers))
            return
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.to_json(indent=1, ensure_ascii=False) + "\n")

    def __str__(self) -> str:
        lines = [f"{count:>8}  {outcome}" for outcome, count in self.totals.items()]
        lines += [f"line {row.line}: {row.number} is on line {row.first_line} too" for row in self.duplicates]
        groups: dict[tuple[str, str], list[Row]] = {}
        for row in self.numbers:
            if row.outcome in ("unknown", "refused", "invalid"):
                groups.setdefault((row.outcome, row.detail or ""), []).append(row)
        for (outcome, detail), rows in groups.items():
            reason = f"{outcome}: {printable(detail)}"
            if len(rows) == 1:
                lines.append(f"line {rows[0].line}: {printable(rows[0].number)} {reason}")
            else:
                lines.append(f"{count(len(rows), 'number')} {reason} ({lines_text(row.line for row in rows)})")
        if self.stopped is not None:
            lines.append(f"stopped: {printable(self.stopped)}")
        return "\n".join(lines)


def check_report_name(path: str | PathLike[str]) -> None:
    """Raise :class:`CampaignError` if a file name ends neither in ``.csv`` nor in ``.json``."""
    if not fspath(path).lower().endswith((".csv", ".json")):
        raise CampaignError(f"{fspath(path)!r}: a report is written to a .csv or a .json file")


def row_of(policy: Policy, contact: Contact, attempts: Sequence[Attempt]) -> Row:
    """Make the row of one number.

    Args:
        policy: The rules, which tell whether the number is called again.
        contact: The number.
        attempts: All attempts to call it, the oldest first.
    Returns:
        The row.
    """
    if not attempts:
        return Row(number=contact.number, line=contact.line, outcome=contact.excluded or "waiting")
    last = attempts[-1]
    placed = [attempt for attempt in attempts if attempt.state != "refused"]
    outcome: str = last.state
    if last.state == "claimed":  # seen from outside, in the state of a campaign that is running or has died
        outcome = "unknown"
    elif policy.standing(attempts).kind == "due" and (contact.excluded or last.state != "refused"):
        outcome = contact.excluded or "waiting"
    return Row(
        number=contact.number,
        line=contact.line,
        outcome=outcome,
        attempts=len(placed),
        call_sid=placed[-1].call_sid if placed else None,
        answered_by=placed[-1].answered_by if placed else None,
        at=_iso_time(last.changed_at, policy.zone_of(contact.time_zone)),
        detail=last.detail,
    )


def _iso_time(time: float, zone: tzinfo) -> str:
    text = datetime.fromtimestamp(time, zone).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z") if zone is UTC else text
