"""The caller: who decides what is said and pressed, and when they hang up."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import Protocol

from .engine.turns import ConnectionDrop, HangUp, PhoneRequest, Pressed, Said, Silence, Timed, Turn
from .engine.waits import CallerWait

__all__ = ["Caller", "LiveCaller", "ScriptedCaller"]


class Caller(Protocol):
    """Decides what the caller of a :class:`Call` does. Both methods return at once.

    Threads: they are called on the thread of :meth:`Call.run`.
    """

    def next_turn(self, wait: CallerWait) -> Turn | None:
        """Return what the caller does, or None if they have not made up their mind.

        Args:
            wait: The kind of turn that the app listens to: speech, keys, or the keypad only.
        """
        ...

    def gives_up(self) -> bool:
        """Return True for a caller who hangs up when nothing has happened for a while."""
        ...


class ScriptedCaller:
    """Takes the turns of a script, one each time the app listens, then keeps silent.

    A :class:`Timed` turn comes at its moment; if the app has said less by then, and listens, at once.

    Args:
        script: The turns; a text is something to say.
        silences: How often in a row the caller keeps silent after the script, before they hang up.
    """

    def __init__(self, script: Iterable[Turn | Timed | str] = (), *, silences: int = 3) -> None:
        self.script: deque[Turn | Timed] = deque(Said(turn) if isinstance(turn, str) else turn for turn in script)
        #: called after a turn was taken off the script; set by the call
        self.on_taken: Callable[[], None] = lambda: None
        #: returns True if the moment of what comes next is known, and lies ahead; set by the call
        self.is_timed: Callable[[], bool] = lambda: False
        self._silences = silences

    def next_turn(self, wait: CallerWait) -> Turn | None:
        """Return the next turn of the script, if it fits the kind that the app listens to.

        Args:
            wait: The kind of turn that the app listens to.
        """
        if self.script:
            turn = self.script[0]
            if isinstance(turn, Timed):
                if wait.optional or wait.immediate or isinstance(turn.turn, ConnectionDrop):
                    return None
                turn = turn.turn
                if isinstance(turn, PhoneRequest) and self.is_timed():
                    return None
            if isinstance(turn, PhoneRequest):
                self.take_off()
                return turn
            # after keys come keys: words would be lost on a gather that has digits
            if wait.keys_begun and not isinstance(turn, Pressed):
                return Silence()
            if wait.keys_only and not isinstance(turn, Pressed):
                return None
            self.take_off()
            return turn
        if wait.optional or wait.immediate:
            return None
        if self._silences == 0 or wait.endless:
            return HangUp()
        self._silences -= 1
        return Silence()

    def take_off(self) -> None:
        """Take the next turn off the script."""
        self.script.popleft()
        self.on_taken()

    def gives_up(self) -> bool:
        """Return True: nobody is there who could decide something else."""
        return True


class LiveCaller:
    """Takes the turns that another thread queues, one each time the app listens."""

    def __init__(self) -> None:
        self._turns: deque[Turn] = deque()

    def queue_turn(self, turn: Turn) -> None:
        """Queue a turn; :meth:`Call.wake` makes a call that is idle look at it.

        Args:
            turn: The turn.
        Threads: any.
        """
        self._turns.append(turn)

    def next_turn(self, wait: CallerWait) -> Turn | None:
        """Return the next turn of the queue, if it fits the kind that the app listens to.

        Args:
            wait: The kind of turn that the app listens to.
        """
        if not self._turns or (wait.keys_only and not isinstance(self._turns[0], Pressed | HangUp)):
            return None
        return self._turns.popleft()

    def gives_up(self) -> bool:
        """Return False: whoever queues turns also decides when to hang up."""
        return False
