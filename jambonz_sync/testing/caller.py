"""The caller of a test: takes the turns that the test queues, and knows when the call waits for one."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager

from ..simulator import CallerWait, LiveCaller, Turn

__all__ = ["TestCaller", "TimeHold"]

#: real seconds in which a test that has heard something can react, before the time of the call goes on: long enough for
#: a busy machine, and only waited for if the test does something else
_HOLD = 1.0


class TimeHold:
    """How long the time of a call, or of several that meet, stands still. Threads: any."""

    def __init__(self) -> None:
        #: seconds of the clock of this machine
        self.until = 0.0


class TestCaller(LiveCaller):
    """Takes the turns of a test.

    Args:
        on_wait: Called, in the thread of the call, when the app listens and no turn is left that fits.
        lock: Held while the queue is looked at and ``on_wait`` called; whoever queues a turn holds it, too.
        hold: Holds the time of the call, and of those that it meets.
        on_look: Called, in the thread of the call, before it is looked whether time is held.
    """

    __test__ = False  # no test case, whatever its name

    def __init__(
        self,
        on_wait: Callable[[], None],
        lock: AbstractContextManager[object],
        hold: TimeHold,
        on_look: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__()
        self._on_wait = on_wait
        self._lock = lock
        self._hold = hold
        self._on_look = on_look
        # until when the time of the call goes on whatever the test decides, in its own seconds
        self._allowed = 0.0

    def hold_time(self) -> None:
        """Let the time of the call stand still for a moment: the test that has heard something may react to it."""
        self._hold.until = time.monotonic() + _HOLD

    def release_time(self) -> None:
        """Let the time of the call go on."""
        self._hold.until = 0.0

    def holds_time(self) -> bool:
        """Return True while the time of the call is to stand still."""
        self._on_look()
        return time.monotonic() < self._hold.until

    def allow_time(self, until: float) -> None:
        """Let the time of the call go on to there, also where it would wait for a turn of the caller.

        Args:
            until: Seconds of the call's own time.
        """
        self._allowed = until

    def time_allowed(self) -> float:
        """Return the time of the call to which it may go on."""
        return self._allowed

    def next_turn(self, wait: CallerWait) -> Turn | None:
        """Return the next turn of the queue, if it fits the kind that the app listens to.

        Args:
            wait: The kind of turn that the app listens to.
        """
        with self._lock:
            turn = super().next_turn(wait)
            if turn is None and not wait.immediate:
                self._on_wait()
        return turn
