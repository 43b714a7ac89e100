"""Calls that are kept: the last two hundred, in a SQLite file."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import uuid
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["CallStore", "KeptCall", "default_path"]

#: how many calls are kept
MOST_CALLS = 200

_TABLE = """
CREATE TABLE IF NOT EXISTS calls (
    id TEXT PRIMARY KEY, run TEXT NOT NULL, begun TEXT NOT NULL, target TEXT NOT NULL, seconds REAL NOT NULL,
    end TEXT NOT NULL, findings INTEGER NOT NULL, first TEXT NOT NULL, said TEXT NOT NULL, content TEXT NOT NULL
)
"""


def default_path() -> Path:
    """Return the file in which calls are kept, in the folder for the state of programs."""
    base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(base) / "jambonz-sync" / "calls.sqlite3"


@dataclass(frozen=True)
class KeptCall:
    """One call that is kept.

    Args:
        id: Its id.
        begun: When it began, as local time in ISO 8601.
        target: The app that was called.
        seconds: How long it lasted.
        end: How it ended.
        findings: How many findings it has.
        first: The first words of the app.
    """

    id: str
    begun: str
    target: str
    seconds: float
    end: str
    findings: int
    first: str


class CallStore:
    """The file of kept calls.

    Args:
        path: The file, which is made if there is none; ``":memory:"`` keeps the calls as long as the process runs.
        all_runs: Show the calls of earlier runs, too.
    Threads: any.
    """

    def __init__(self, path: Path | str, *, all_runs: bool = False) -> None:
        if path != ":memory:":
            Path(path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # guards the connection, which all threads share
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False, timeout=10)
        self._run = uuid.uuid4().hex
        self._runs = "" if all_runs else "run = :run AND "
        with self._lock, self._db:
            self._db.execute(_TABLE)
        if path != ":memory:":
            os.chmod(path, 0o600)  # what was said in a call is nobody else's

    def add(self, content: Mapping[str, Any], id: str | None = None) -> str:
        """Keep a call, and let go of the oldest above :data:`MOST_CALLS`.

        Args:
            content: ``target``, ``begun``, ``seconds``, ``end``, ``settings`` and ``records``.
            id: What it is kept as already, with less in it.
        Returns:
            The id of the call.
        """
        id = id or uuid.uuid4().hex[:12]
        records: list[Mapping[str, Any]] = content["records"]
        said = [str(record["text"]) for record in records if record["kind"] in ("speech", "finding", "note")]
        first = next((str(r["text"]) for r in records if r["kind"] == "speech" and r["who"] == "app"), "")
        row = {
            "id": id,
            "run": self._run,
            "begun": content["begun"],
            "target": content["target"],
            "seconds": content["seconds"],
            "end": content["end"],
            "first": first[:200],
            "findings": sum(record["kind"] == "finding" for record in records),
            "said": "\n".join(said).casefold()[:200_000],
            "content": json.dumps(content, ensure_ascii=False),
        }
        with self._lock, self._db:
            self._db.execute(
                "INSERT OR REPLACE INTO calls VALUES "
                "(:id, :run, :begun, :target, :seconds, :end, :findings, :first, :said, :content)",
                row,
            )
            self._db.execute(
                "DELETE FROM calls WHERE rowid NOT IN (SELECT rowid FROM calls ORDER BY rowid DESC LIMIT ?)",
                (MOST_CALLS,),
            )
        return id

    def find(self, text: str = "") -> list[KeptCall]:
        """Return the calls in which this was said, the newest first.

        Args:
            text: Any part of what was said, or of a finding, in upper or lower case; "" is in every call.
        """
        query = (
            "SELECT id, begun, target, seconds, end, findings, first FROM calls "
            f"WHERE {self._runs}instr(said, :text) ORDER BY rowid DESC"
        )
        with self._lock, closing(self._db.execute(query, {"run": self._run, "text": text.casefold()})) as rows:
            return [KeptCall(*row) for row in rows]

    def get(self, id: str) -> dict[str, Any] | None:
        """Return a call as it was kept, None if there is none.

        Args:
            id: The id of the call.
        """
        query = f"SELECT content FROM calls WHERE {self._runs}id = :id"
        with self._lock, closing(self._db.execute(query, {"run": self._run, "id": id})) as rows:
            row = rows.fetchone()
        return None if row is None else json.loads(row[0])

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()


def compare(left: Iterable[Mapping[str, Any]], right: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Set two calls side by side, line by line.

    Args:
        left: The records of one call.
        right: The records of the other.
    Returns:
        Rows of ``left``, ``right`` (None where one call has no such line) and ``same``.
    """
    from difflib import SequenceMatcher

    ours, theirs = _lines(left), _lines(right)
    rows: list[dict[str, Any]] = []
    for tag, a, b, c, d in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        for index in range(max(b - a, d - c)):
            one = ours[a + index] if a + index < b else None
            other = theirs[c + index] if c + index < d else None
            rows.append({"left": one, "right": other, "same": tag == "equal"})
    return rows


def _lines(records: Iterable[Mapping[str, Any]]) -> list[str]:
    lines: list[str] = []
    for record in records:
        match record["kind"]:
            case "speech":
                lines.append(f"{record['who']}: {record['text'][:500]}")
            case "verb" if record["state"] == "start":
                lines.append(f"verb {record['verb']}")
            case "finding":
                lines.append(f"finding {record['code']}: {record['text']}")
            case "leg":
                lines.append(f"{record['to']}: {record['status']}")
            case "end":
                lines.append(f"ended by {record['by']}: {record['reason']}")
            case _:
                pass
    return lines
