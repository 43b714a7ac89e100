"""The state file of a campaign: SQLite, one writing process, every step on disk before the next is taken."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from os import PathLike
from typing import Final

from .attempt import AnsweredBy, Attempt, AttemptEvent, next_state, parse_answered_by, parse_state
from .errors import CampaignError, StateFileChanged
from .lock import StateLock, read_only_uri, require_single_name
from .numbers import Contact

__all__ = ["Store"]

_FORMAT: Final = 2
_SCHEMA: Final = """
CREATE TABLE campaign (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE number (
    number TEXT PRIMARY KEY,
    line INTEGER NOT NULL,
    time_zone TEXT,
    caller TEXT,
    variables TEXT NOT NULL,
    excluded TEXT
);
CREATE TABLE attempt (
    id INTEGER PRIMARY KEY,
    number TEXT NOT NULL REFERENCES number,
    n INTEGER NOT NULL,
    state TEXT NOT NULL,
    claimed_at REAL NOT NULL,
    changed_at REAL NOT NULL,
    call_sid TEXT,
    detail TEXT,
    answered_by TEXT,
    UNIQUE (number, n)
);
-- the database itself forbids two calls to one number at a time, whatever the program does
CREATE UNIQUE INDEX open_attempt ON attempt (number) WHERE state IN ('claimed', 'placed');
"""
_ATTEMPT: Final = "id, number, n, state, claimed_at, changed_at, call_sid, detail, answered_by"


class Store:
    """The state of a campaign.

    Each method that writes returns when the data is on the disk. Times are seconds since the epoch, by the wall
    clock: the next run has no other one to compare with.

    Args:
        path: The state file. It is made if it does not exist; symbolic links are followed.
    Raises:
        CampaignLocked: Another campaign is using the file.
        CampaignError: The file cannot be used: it has hard links, is no database, or one of something else.
    Blocks: while the file is opened.  Threads: all methods belong to the thread that made the store.
    """

    def __init__(self, path: str | PathLike[str]) -> None:
        self.path = os.path.realpath(path)
        self._lock: StateLock | None = StateLock(self.path)
        try:
            self._db = sqlite3.connect(self.path, isolation_level=None)
        except sqlite3.Error as error:
            self._lock.close()
            raise CampaignError(f"{self.path} cannot be used as a state file: {error}") from None
        self._prepare_or_close()

    @classmethod
    def copy_of(cls, path: str | PathLike[str]) -> Store:
        """Read the state into memory. Nothing is written or locked.

        Args:
            path: The state file. If it does not exist, the state is empty.
        Returns:
            A store whose changes go nowhere.
        Raises:
            CampaignError: The file cannot be used.
        Blocks: while the file is read.
        """
        store = cls.__new__(cls)
        store.path = os.path.realpath(path)
        store._lock = None
        store._db = sqlite3.connect(":memory:", isolation_level=None)
        store._prepare_or_close(source=store.path if os.path.exists(store.path) else None)
        return store

    def _prepare_or_close(self, source: str | None = None) -> None:
        try:
            if source is not None:
                require_single_name(source)
                with closing(sqlite3.connect(read_only_uri(source), uri=True)) as db:
                    db.backup(self._db)
            self._prepare()
        except sqlite3.Error as error:
            self.close()
            raise CampaignError(f"{self.path} cannot be used as a state file: {error}") from None
        except BaseException:
            self.close()
            raise

    def _prepare(self) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("PRAGMA foreign_keys = ON")
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version == 0:
            if self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                raise CampaignError(f"{self.path} is a database of something else")
            self._db.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {_FORMAT}; COMMIT;")
        elif version != _FORMAT:
            raise CampaignError(f"{self.path} has format {version}, and this release reads {_FORMAT}")
        self._set("pid", str(os.getpid()))

    def close(self) -> None:
        """Close the file and let others use it."""
        self._db.close()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    # -- the campaign -------------------------------------------------------------------------------------------

    def bind(self, application_sid: str) -> None:
        """Tie the file to an application, because another campaign would silently skip the numbers of this one.

        Args:
            application_sid: The application that the calls run.
        Raises:
            CampaignError: The file holds the campaign of another application.
        """
        row = self._db.execute("SELECT value FROM campaign WHERE name = 'application_sid'").fetchone()
        if row is None:
            self._set("application_sid", application_sid)
        elif row[0] != application_sid:
            raise CampaignError(f"{self.path} holds the campaign of application {row[0]}: use another state file")

    def load(self, contacts: Sequence[Contact]) -> None:
        """Take over a list of numbers.

        All attempts are kept. A number that is in the file and not in the list is excluded as "removed".

        Args:
            contacts: The numbers of the list, each once.
        """
        with self._transaction():
            self._db.execute("UPDATE number SET excluded = 'removed'")
            self._db.executemany(
                "INSERT INTO number (number, line, time_zone, caller, variables, excluded) VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (number) DO UPDATE SET line = excluded.line, time_zone = excluded.time_zone,"
                " caller = excluded.caller, variables = excluded.variables, excluded = excluded.excluded",
                (
                    (
                        contact.number,
                        contact.line,
                        contact.time_zone,
                        contact.from_,
                        json.dumps(dict(contact.variables), ensure_ascii=False),
                        contact.excluded,
                    )
                    for contact in contacts
                ),
            )

    # -- attempts -----------------------------------------------------------------------------------------------

    def claim(self, number: str, now: float) -> Attempt:
        """Write down that ``number`` is about to be called. The call may leave when this has returned.

        Args:
            number: A number of the list.
            now: The time of day.
        Returns:
            The new attempt.
        Raises:
            StateFileChanged: The file was moved or replaced, so no later run would know of the claim.
            sqlite3.Error: The claim cannot be written, or the number has an open attempt.
        """
        if self._lock is not None:
            self._lock.verify()
        (last_n,) = self._db.execute("SELECT coalesce(max(n), 0) FROM attempt WHERE number = ?", (number,)).fetchone()
        cursor = self._db.execute(
            "INSERT INTO attempt (number, n, state, claimed_at, changed_at) VALUES (?, ?, 'claimed', ?, ?)",
            (number, last_n + 1, now, now),
        )
        assert cursor.lastrowid is not None
        return Attempt(cursor.lastrowid, number, last_n + 1, "claimed", now, now)

    def record(
        self,
        attempt: Attempt,
        event: AttemptEvent,
        now: float,
        *,
        call_sid: str | None = None,
        detail: str | None = None,
    ) -> Attempt:
        """Write down what has happened to an attempt.

        Args:
            attempt: The attempt as it was before.
            event: The event that has happened.
            now: The time of day.
            call_sid: The call of the attempt; None keeps the one that is known.
            detail: The reason, for the report.
        Returns:
            The attempt in its new state.
        Raises:
            ValueError: The event cannot happen in the state of the attempt.
            StateFileChanged: The file has the attempt in another state, so somebody else writes to it.
        """
        after = Attempt(
            attempt.id,
            attempt.number,
            attempt.n,
            next_state(attempt.state, event),
            attempt.claimed_at,
            now,
            call_sid or attempt.call_sid,
            detail,
            attempt.answered_by,
        )
        cursor = self._db.execute(
            "UPDATE attempt SET state = ?, changed_at = ?, call_sid = ?, detail = ? WHERE id = ? AND state = ?",
            (after.state, now, after.call_sid, detail, attempt.id, attempt.state),
        )
        if cursor.rowcount != 1:
            raise StateFileChanged(
                f"{self.path}: attempt {attempt.n} to {attempt.number} is not {attempt.state} there: "
                "somebody else has written to the file"
            )
        return after

    def find(self, call_sid: str) -> Attempt | None:
        """Find the attempt that a call is of; None if it is of none."""
        rows = self._attempts("WHERE call_sid = ?", call_sid)
        return rows[0] if rows else None

    def record_answer(self, attempt: Attempt, answered_by: AnsweredBy) -> Attempt:
        """Write down by whom the call of an attempt was answered.

        Args:
            attempt: The attempt.
            answered_by: A human or a machine.
        Returns:
            The attempt, which knows it.
        """
        self._db.execute("UPDATE attempt SET answered_by = ? WHERE id = ?", (answered_by, attempt.id))
        return replace(attempt, answered_by=answered_by)

    def recover(self, now: float) -> list[Attempt]:
        """Make the attempts unknown that a process left claimed when it died: only the server knows of their calls.

        Args:
            now: The time of day.
        Returns:
            The attempts in their new state.
        """
        with self._transaction():
            return [
                self.record(attempt, "interrupted", now, detail="the process ended before the answer came")
                for attempt in self._attempts("WHERE state = 'claimed'")
            ]

    def write_off(self, now: float) -> list[Attempt]:
        """Let the numbers of all unknown attempts be called again.

        Args:
            now: The time of day.
        Returns:
            The attempts in their new state.
        """
        with self._transaction():
            return [
                self.record(attempt, "written-off", now, detail=attempt.detail)
                for attempt in self._attempts("WHERE state = 'unknown'")
            ]

    def histories(self) -> Iterator[tuple[Contact, list[Attempt]]]:
        """Read each number, in the order of the list, with all its attempts, the oldest first."""
        attempts: dict[str, list[Attempt]] = {}
        for attempt in self._attempts("ORDER BY n"):
            attempts.setdefault(attempt.number, []).append(attempt)
        rows = self._db.execute(
            "SELECT number, line, time_zone, caller, variables, excluded FROM number ORDER BY line, number"
        )
        for number, line, zone, caller, variables, excluded in rows:
            contact = Contact(number, line, zone, caller, json.loads(variables), excluded)
            yield contact, attempts.get(number, [])

    def last_claim(self) -> float | None:
        """Read the time of day at which the last call was about to leave; None if there was none."""
        row: tuple[float | None] = self._db.execute("SELECT max(claimed_at) FROM attempt").fetchone()
        return row[0]

    def _attempts(self, where: str, *values: object) -> list[Attempt]:
        rows = self._db.execute(f"SELECT {_ATTEMPT} FROM attempt {where}", values).fetchall()
        return [
            Attempt(
                id_,
                number,
                n,
                parse_state(state),
                claimed_at,
                changed_at,
                call_sid,
                detail,
                parse_answered_by(answered),
            )
            for id_, number, n, state, claimed_at, changed_at, call_sid, detail, answered in rows
        ]

    def _set(self, name: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO campaign VALUES (?, ?)", (name, value))

    def _transaction(self) -> sqlite3.Connection:
        self._db.execute("BEGIN IMMEDIATE")
        return self._db  # as a context manager: commits, or rolls back on an error
