"""Accounts of what the media server was asked to tell: marks, and audio that is played as a whole."""

from __future__ import annotations

from collections import deque
from typing import Any, Final

from ...errors import JambonzError

__all__ = ["MARKS_KEPT", "MAX_MARKS", "PLAYS_KEPT", "Marks", "Plays", "TooManyMarks"]

#: marks that the media server keeps; it drops more of them without a word
MAX_MARKS: Final = 30
#: marks of which is known here what became of them
MARKS_KEPT: Final = 2 * MAX_MARKS
#: audio that is played as a whole: how many of them are known here. The media server queues about 10
PLAYS_KEPT: Final = 100


class TooManyMarks(JambonzError, RuntimeError):
    """A mark that the media server would drop: it has :data:`MAX_MARKS` that have not been played."""


class Marks:
    """The marks that are under way, and the outcomes of the last :data:`MARKS_KEPT` others.

    Args:
        call_sid: For errors.
    """

    __slots__ = ("_call_sid", "_pending", "_settled")

    def __init__(self, call_sid: str | None = None) -> None:
        self._call_sid = call_sid
        self._pending: deque[str] = deque()
        self._settled: deque[tuple[str, str]] = deque(maxlen=MARKS_KEPT)

    def __len__(self) -> int:
        return len(self._pending)

    def __contains__(self, name: object) -> bool:
        return name in self._pending

    def sent(self, name: str) -> None:
        """Note that a mark is sent.

        Args:
            name: The name of the mark.
        Raises:
            TooManyMarks: It would be dropped.
        """
        if len(self._pending) >= MAX_MARKS:
            message = f"mark {name!r}: {MAX_MARKS} marks have not been played yet"
            raise TooManyMarks(message, call_sid=self._call_sid)
        self._pending.append(name)

    def came(self, name: object, outcome: object) -> bool:
        """Note what the media server tells of a mark.

        Args:
            name: The name of the mark.
            outcome: ``playout`` or ``cleared``.
        Returns:
            False for one that is not under way.
        """
        if not isinstance(name, str) or name not in self._pending:
            return False
        self._pending.remove(name)
        self._settled.append((name, "cleared" if outcome == "cleared" else "playout"))
        return True

    def clear(self) -> None:
        """Note that all marks under way are forgotten."""
        self._settled.extend((name, "cleared") for name in self._pending)
        self._pending.clear()

    def outcome(self, name: str) -> str | None:
        """Tell what became of a mark.

        Args:
            name: The name of the mark, the last one of that name.
        Returns:
            ``playout``, ``cleared``, or None while it is under way.
        """
        if name in self._pending:
            return None
        return next((outcome for settled, outcome in reversed(self._settled) if settled == name), None)


class Plays:
    """The last :data:`PLAYS_KEPT` that were played as a whole, and what became of each."""

    __slots__ = ("_results",)

    def __init__(self) -> None:
        self._results: dict[str, dict[str, Any] | None] = {}  # by id, oldest first; None while it plays

    def __contains__(self, id: object) -> bool:
        return id in self._results

    def sent(self, id: str) -> None:
        """Note that audio is sent. Of those before it the oldest may be forgotten.

        Args:
            id: The id of the audio.
        """
        self._results.pop(id, None)  # it is the newest of that id
        while len(self._results) >= PLAYS_KEPT:
            del self._results[next(iter(self._results))]
        self._results[id] = None

    def done(self, id: object, result: dict[str, Any]) -> bool:
        """Note that audio has been played.

        Args:
            id: The id of the audio.
            result: The data of its ``playDone``.
        Returns:
            False for one that is not known.
        """
        if not isinstance(id, str) or id not in self._results:
            return False
        self._results[id] = result
        return True

    def result(self, id: str) -> dict[str, Any] | None:
        """Return the data of a ``playDone``, None while the audio plays, or if it is not known.

        Args:
            id: The id of the audio.
        """
        return self._results.get(id)
