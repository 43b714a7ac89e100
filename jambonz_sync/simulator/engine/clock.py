"""The clock of a call: one heap of timed events, and no sleep."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable

__all__ = ["BEGINNING", "Clock", "Timer"]

#: the beginning of each call, in Unix seconds: 2026-01-01 UTC
BEGINNING = 1_767_225_600


class Timer:
    """An event that is due at a time, unless it is cancelled."""

    __slots__ = ("_action", "at", "patient")

    def __init__(self, at: float, action: Callable[[], object], patient: bool) -> None:
        #: when it is due, in seconds of the clock
        self.at = at
        #: True for a time-out that waits for the caller: a test that has not decided what they do holds it up
        self.patient = patient
        self._action: Callable[[], object] | None = action

    @property
    def pending(self) -> bool:
        """True until it has been fired or cancelled."""
        return self._action is not None

    def cancel(self) -> None:
        """Forget the event; does nothing if it has passed."""
        self._action = None

    def fire(self) -> None:
        """Let the event happen."""
        action, self._action = self._action, None
        if action is not None:
            action()


class Clock:
    """The time of one call, or of several that meet. Not thread-safe.

    Events that are due at the same time happen in the order in which they were made.
    """

    def __init__(self) -> None:
        #: seconds since the call began
        self.now = 0.0
        #: called when a patient event happens
        self.on_patience_over: Callable[[], None] = lambda: None
        self._heap: list[tuple[float, int, Timer]] = []
        self._numbers = itertools.count()

    def call_later(self, seconds: float, action: Callable[[], object], *, patient: bool = False) -> Timer:
        """Have an event happen in so many seconds, and return its timer.

        Args:
            seconds: Seconds from now; below 0 counts as 0.
            action: The event.
            patient: The event is a time-out for the caller, see :class:`Timer`.
        """
        timer = Timer(self.now + max(0.0, seconds), action, patient)
        heapq.heappush(self._heap, (timer.at, next(self._numbers), timer))
        return timer

    @property
    def next_timer(self) -> Timer | None:
        """The event that is due next."""
        while self._heap and not self._heap[0][2].pending:
            heapq.heappop(self._heap)
        return self._heap[0][2] if self._heap else None

    def fire_next(self) -> None:
        """Go on to the next event, and let it happen."""
        timer = self.next_timer
        if timer is not None:
            heapq.heappop(self._heap)
            self.now = max(self.now, timer.at)
            if timer.patient:
                self.on_patience_over()
            timer.fire()

    def advance(self, until: float) -> None:
        """Go on to a time, and let all happen that is due by then, patient or not."""
        while (timer := self.next_timer) is not None and timer.at <= until:
            self.fire_next()
        self.now = max(self.now, until)
