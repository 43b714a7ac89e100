"""The state file of a campaign: SQLite, one writing process, every step on disk before the next is taken."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from os import PathLike, fspath
from typing import Final

from .errors import CampaignError, CampaignLocked
from .numbers import Entry
from .policy import Attempt, Event, as_state, next_state

__all__ = ["Store"]

_FORMAT: Final = 1
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
    UNIQUE (number, n)
);
-- what must never be, whatever the program does: two calls to one number at a time
CREATE UNIQUE INDEX open_attempt ON attempt (number) WHERE state IN ('claimed', 'placed');
"""
_ATTEMPT: Final = "id, number, n, state, claimed_at, changed_at, call_sid, detail"


class Store:
    """The state of a campaign. One thread uses it. Each method that writes returns when the disk has it."""

    def __init__(self, path: str | PathLike[str]) -> None:
        """Open the state file, or make it. Raises :class:`CampaignLocked` if another process has it open."""
        self.path = fspath(path)
        # The lock is a transaction on a file of its own: the system drops it when the process dies, however
        # it dies, and the state file itself can still be read by others meanwhile.
        self._lock = _locked(self.path)
        try:
            self._db = sqlite3.connect(self.path, isolation_level=None)
        except sqlite3.Error as error:
            self._lock.close()
            raise CampaignError(f"{self.path} cannot be used as a state file: {error}") from None
        try:
            self._prepare()
        except sqlite3.Error as error:
            self.close()
            raise CampaignError(f"{self.path} cannot be used as a state file: {error}") from None
        except BaseException:
            self.close()
            raise

    @classmethod
    def copy_of(cls, path: str | PathLike[str]) -> Store:
        """A copy in memory of the state in ``path``, or an empty state if there is none. Writes and locks nothing."""
        store = cls.__new__(cls)
        store.path = fspath(path)
        store._lock = sqlite3.connect(":memory:")
        store._db = sqlite3.connect(":memory:", isolation_level=None)
        try:
            if os.path.exists(path):
                with closing(sqlite3.connect(f"file:{_quoted(store.path)}?mode=ro", uri=True)) as source:
                    source.backup(store._db)
            store._prepare()
        except sqlite3.Error as error:
            store.close()
            raise CampaignError(f"{store.path} cannot be used as a state file: {error}") from None
        except BaseException:
            store.close()
            raise
        return store

    def _prepare(self) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("PRAGMA foreign_keys = ON")
        (found,) = self._db.execute("PRAGMA user_version").fetchone()
        if found == 0:
            if self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                raise CampaignError(f"{self.path} is a database of something else")
            self._db.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {_FORMAT}; COMMIT;")
        elif found != _FORMAT:
            raise CampaignError(f"{self.path} has format {found}, and this release reads {_FORMAT}")
        self._set("pid", str(os.getpid()))

    def close(self) -> None:
        self._db.close()
        self._lock.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    # -- what the campaign is ---------------------------------------------------------------------------------

    def belong_to(self, application_sid: str) -> None:
        """Tie the file to an application, or raise :class:`CampaignError` if it is another one's.

        The numbers that one campaign has called would silently be skipped by another.
        """
        row = self._db.execute("SELECT value FROM campaign WHERE name = 'application_sid'").fetchone()
        if row is None:
            self._set("application_sid", application_sid)
        elif row[0] != application_sid:
            raise CampaignError(f"{self.path} holds the campaign of application {row[0]}: use another state file")

    def load(self, entries: Sequence[Entry]) -> None:
        """Take over the list. What has been dialled stays known; a number that is gone from the list is not
        called any more, and is excluded as "removed"."""
        with self._transaction():
            self._db.execute("UPDATE number SET excluded = 'removed'")
            self._db.executemany(
                "INSERT INTO number (number, line, time_zone, caller, variables, excluded) VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (number) DO UPDATE SET line = excluded.line, time_zone = excluded.time_zone,"
                " caller = excluded.caller, variables = excluded.variables, excluded = excluded.excluded",
                (
                    (
                        entry.number,
                        entry.line,
                        entry.time_zone,
                        entry.from_,
                        json.dumps(dict(entry.variables), ensure_ascii=False),
                        entry.excluded,
                    )
                    for entry in entries
                ),
            )

    # -- attempts ---------------------------------------------------------------------------------------------

    def claim(self, number: str, now: float) -> Attempt:
        """Write down that ``number`` is about to be called. The call may leave when this has returned."""
        (made,) = self._db.execute("SELECT coalesce(max(n), 0) FROM attempt WHERE number = ?", (number,)).fetchone()
        cursor = self._db.execute(
            "INSERT INTO attempt (number, n, state, claimed_at, changed_at) VALUES (?, ?, 'claimed', ?, ?)",
            (number, made + 1, now, now),
        )
        assert cursor.lastrowid is not None
        return Attempt(cursor.lastrowid, number, made + 1, "claimed", now, now)

    def record(
        self, attempt: Attempt, event: Event, now: float, *, call_sid: str | None = None, detail: str | None = None
    ) -> Attempt:
        """Write down what happened to ``attempt``, and return it as it is now. ``call_sid`` is kept once known."""
        after = Attempt(
            attempt.id,
            attempt.number,
            attempt.n,
            next_state(attempt.state, event),
            attempt.claimed_at,
            now,
            call_sid or attempt.call_sid,
            detail,
        )
        cursor = self._db.execute(
            "UPDATE attempt SET state = ?, changed_at = ?, call_sid = ?, detail = ? WHERE id = ? AND state = ?",
            (after.state, now, after.call_sid, detail, attempt.id, attempt.state),
        )
        if cursor.rowcount != 1:
            raise CampaignError(f"{self.path}: attempt {attempt.n} to {attempt.number} is not {attempt.state} there")
        return after

    def recover(self, now: float) -> list[Attempt]:
        """Make unknown what a process that died left claimed: whether its calls left, only the server knows."""
        with self._transaction():
            return [
                self.record(attempt, "interrupted", now, detail="the process ended before the answer came")
                for attempt in self._attempts("WHERE state = 'claimed'")
            ]

    def write_off(self, now: float) -> list[Attempt]:
        """Let the numbers of all unknown attempts be called again."""
        with self._transaction():
            return [
                self.record(attempt, "written-off", now, detail=attempt.detail)
                for attempt in self._attempts("WHERE state = 'unknown'")
            ]

    def cases(self) -> Iterator[tuple[Entry, list[Attempt]]]:
        """Each number, in the order of the list, with its attempts, the oldest first."""
        attempts: dict[str, list[Attempt]] = {}
        for attempt in self._attempts("ORDER BY n"):
            attempts.setdefault(attempt.number, []).append(attempt)
        rows = self._db.execute(
            "SELECT number, line, time_zone, caller, variables, excluded FROM number ORDER BY line, number"
        )
        for number, line, zone, caller, variables, excluded in rows:
            entry = Entry(number, line, zone, caller, json.loads(variables), excluded)
            yield entry, attempts.get(number, [])

    def last_claim(self) -> float | None:
        """When the last call was about to leave, None if none was."""
        row: tuple[float | None] = self._db.execute("SELECT max(claimed_at) FROM attempt").fetchone()
        return row[0]

    def _attempts(self, where: str) -> list[Attempt]:
        rows = self._db.execute(f"SELECT {_ATTEMPT} FROM attempt {where}").fetchall()
        return [
            Attempt(id_, number, n, as_state(state), claimed_at, changed_at, call_sid, detail)
            for id_, number, n, state, claimed_at, changed_at, call_sid, detail in rows
        ]

    def _set(self, name: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO campaign VALUES (?, ?)", (name, value))

    def _transaction(self) -> sqlite3.Connection:
        self._db.execute("BEGIN IMMEDIATE")
        return self._db  # as a context manager: commits, or rolls back on an error


def _locked(path: str) -> sqlite3.Connection:
    try:
        lock = sqlite3.connect(f"{path}.lock", timeout=0, isolation_level=None)
    except sqlite3.Error as error:
        raise CampaignError(f"{path} cannot be locked: {error}") from None
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        lock.close()
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise CampaignError(f"{path} cannot be locked: {error}") from None
        pid = _pid_of_holder(path)
        holder = "another process" if pid is None else f"process {pid}"
        raise CampaignLocked(f"{path} is in use by {holder}", pid=pid) from None
    return lock


def _pid_of_holder(path: str) -> int | None:
    try:
        with closing(sqlite3.connect(f"file:{_quoted(path)}?mode=ro", uri=True, timeout=0)) as db:
            return int(db.execute("SELECT value FROM campaign WHERE name = 'pid'").fetchone()[0])
    except (sqlite3.Error, TypeError):  # it has not come to writing it yet
        return None


def _quoted(path: str) -> str:
    from urllib.parse import quote

    return quote(path)
