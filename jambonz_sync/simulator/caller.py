"""The person who calls: what they say and press, and when they hang up."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Protocol

from .engine.turns import HangUp, Pressed, Said, Silence, Turn
from .engine.waits import Hear

__all__ = ["Caller", "LiveCaller", "ScriptedCaller"]


class Caller(Protocol):
    """Whoever is on the line. Both methods return at once."""

    def turn(self, hear: Hear) -> Turn | None:
        """What the caller does now that ``hear`` waits for them; None if they have not made up their mind."""
        ...

    def bored(self) -> bool:
        """Whether the caller hangs up when nothing has happened for a while."""
        ...


class ScriptedCaller:
    """Says and presses what is in ``script``, one turn each time the app listens, then keeps silent;
    hangs up when the app still listens after ``silences`` unanswered turns in a row."""

    def __init__(self, script: Iterable[Turn | str] = (), *, silences: int = 3) -> None:
        self.script: deque[Turn] = deque(Said(turn) if isinstance(turn, str) else turn for turn in script)
        self._silences = silences

    def turn(self, hear: Hear) -> Turn | None:
        """The next turn of the script that fits what is listened to."""
        if self.script:
            # who has begun to key in a number goes on keying: words would be lost on a gather that has digits
            if hear.keying and not isinstance(self.script[0], Pressed):
                return Silence()
            if hear.only_keys and not isinstance(self.script[0], Pressed):
                return None
            return self.script.popleft()
        if hear.optional or hear.glance:
            return None
        if self._silences == 0 or hear.patient:
            return HangUp()
        self._silences -= 1
        return Silence()

    def bored(self) -> bool:
        """A script has an end, and so has the patience of who reads it."""
        return True


class LiveCaller:
    """Does what another thread, or a keyboard, tells it to, when the app listens."""

    def __init__(self) -> None:
        self._turns: deque[Turn] = deque()

    def tell(self, turn: Turn) -> None:
        """Queue a turn. Returns at once; any thread may call it."""
        self._turns.append(turn)

    def turn(self, hear: Hear) -> Turn | None:
        """What the caller was told to do; None as long as nothing fits what is listened to."""
        if not self._turns or (hear.only_keys and not isinstance(self._turns[0], Pressed | HangUp)):
            return None
        return self._turns.popleft()

    def bored(self) -> bool:
        """Whoever decides is asked for nothing but decisions."""
        return False
