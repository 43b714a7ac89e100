"""One thread that keeps time for all sessions: deadlines, and callbacks that hold a reading thread too long.

It sleeps while there is nothing to keep time of. The path of a message never wakes it in a busy process: it looks every
:data:`TICK` anyway, until nothing has run for a while.
"""

from __future__ import annotations

import heapq
import itertools
import logging
import math
import threading
from collections.abc import Callable
from time import monotonic
from typing import Protocol

from . import fork
from .processor import WaitingThreads

__all__ = ["TICK", "Revocable", "Timer", "TimerThread", "timers"]

log = logging.getLogger("jambonz_sync.runtime")

#: how often running callbacks are looked at, and how long one may run before its reading is handed on, in seconds
TICK = 0.002
#: with many callbacks at once most of them wait for the interpreter, which handing on would not help: the limit
#: grows with their number, and with the time by which the timers are late themselves, up to this
_LONGEST_PATIENCE = 0.025
#: ticks without a callback after which the thread goes to sleep
_QUIET_TICKS = 10
#: seconds between two attempts to start the thread, where the system has none
_RETRY_START = 0.1


class Revocable(Protocol):
    """A right to read that the thread ``native_id`` has exercised since ``since`` (monotonic seconds)."""

    native_id: int
    since: float

    def hand_over(self) -> None:
        """Let others read: it takes long. Must not block."""


class Timer:
    """A deadline that has been set. Any thread may cancel it at any time."""

    __slots__ = ("_call",)

    def __init__(self, call: Callable[[], object]) -> None:
        self._call: Callable[[], object] | None = call

    def cancel(self) -> None:
        """Forget the call, if it has not begun."""
        self._call = None

    def fire(self) -> None:
        """Make the call, once, unless it was cancelled."""
        call, self._call = self._call, None
        if call is not None:
            call()


class TimerThread:
    """Fires timers, and takes the right to read from threads that exercise it for long.

    ``running`` holds those rights. Whoever pops one of it decides: its own thread, which goes on, or another one, which
    hands it over.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget everything: in a forked child the thread is gone, and may have held the lock."""
        self.running: dict[Revocable, bool] = {}
        self.asleep = True
        self._watched = False  # something was watched since the last look
        # guards the heap, ``asleep`` and the start of the thread; no timer fires under it
        self._lock = threading.Lock()
        self._heap: list[tuple[float, int, Timer]] = []
        self._count = itertools.count()
        self._next_look = 0.0  # when the thread looks at its timers next, though nobody wakes it
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self.start_failed = False
        self._no_start_before = 0.0
        self._waiting_threads = WaitingThreads()

    def watch(self, lease: Revocable) -> None:
        """Hand ``lease`` over when a few ticks have passed, unless :meth:`unwatch` comes first. Never blocks."""
        lease.since = monotonic()
        self._watched = True
        self.running[lease] = True
        if self.asleep:  # read last: the thread sets it before it looks for the last time
            self._wake_up()

    def unwatch(self, lease: Revocable) -> bool:
        """Leave ``lease`` with its thread. False if another thread has taken it meanwhile."""
        return self.running.pop(lease, False)

    def call_later(self, delay: float, call: Callable[[], object]) -> Timer:
        """Call ``call`` in ``delay`` seconds, on the thread of the timers.

        The deadline is kept even if the system has no thread to start at the moment: whoever sets a timer, reads, or
        ends a job of the pool next tries again.

        Args:
            delay: Seconds from now.
            call: Must not block: all other deadlines would wait for it. For what may block there is
                :meth:`jambonz_sync.runtime.pool.ThreadPool.run_later`.
        Returns:
            The timer, to cancel it.
        """
        timer = Timer(call)
        when = monotonic() + delay
        with self._lock:
            heapq.heappush(self._heap, (when, next(self._count), timer))
            too_late = when < self._next_look
        if too_late or self._thread is None:
            self._wake_up()
        return timer

    def start(self) -> bool:
        """Start the thread, if it does not run yet. False where the system has none to start."""
        with self._lock:
            if self._thread is not None:
                return True
            now = monotonic()
            if self.start_failed and now < self._no_start_before:
                return False
            thread = threading.Thread(target=self._run, name="jambonz-sync-timers", daemon=True)
            try:
                thread.start()
            except (RuntimeError, MemoryError) as exc:
                first, self.start_failed, error = not self.start_failed, True, exc
                self._no_start_before = now + _RETRY_START
            else:
                self._thread, self.start_failed = thread, False
                return True
        if first:  # once, not at each attempt
            log.warning("deadlines are late until a thread can be started for them: %s", error)
        return False

    def _wake_up(self) -> None:
        if self._thread is None and not self.start():
            return
        with self._lock:
            self.asleep = False
        self._wake.set()

    def _run(self) -> None:
        quiet_ticks, due = 0, math.inf
        while True:
            now = monotonic()
            self._fire(now)
            if self.running:
                self._revoke(now, now - due)
            if self._watched or self.running:
                self._watched = False
                quiet_ticks = 0
            else:
                quiet_ticks += 1
            with self._lock:
                self.asleep = quiet_ticks >= _QUIET_TICKS
                now = monotonic()
                self._next_look = math.inf if self.asleep else now + TICK
                if self._heap:
                    self._next_look = min(self._next_look, self._heap[0][0])
                due = self._next_look
                pause = None if due == math.inf else max(0.0, due - now)
            if self.asleep and self._watched:  # between the look and the sleep
                self.asleep = False
                continue
            if self._wake.wait(pause):
                self._wake.clear()
                quiet_ticks = 0

    def _revoke(self, now: float, late: float) -> None:
        """Hand over what has been held for too long.

        Not counted is the time by which this thread is ``late`` itself, nor any in which a thread waits for a
        processor: on a busy machine quick callbacks take their time, and handing them on makes it busier.
        """
        patience = min(TICK * (1 + len(self.running)) + max(0.0, late), _LONGEST_PATIENCE)
        too_long = [lease for lease in list(self.running) if now - lease.since >= patience]
        waiting = self._waiting_threads.look([lease.native_id for lease in too_long])
        for lease in too_long:
            if lease.native_id not in waiting and self.running.pop(lease, False):
                try:
                    lease.hand_over()
                except BaseException:  # nobody else keeps time
                    log.exception("reading could not be handed on")

    def _fire(self, now: float) -> None:
        """Fire what is due."""
        while True:
            with self._lock:
                if not self._heap or self._heap[0][0] > now:
                    return
                timer = heapq.heappop(self._heap)[2]
            try:
                timer.fire()
            except BaseException:  # the other deadlines are kept
                log.exception("a deadline could not be kept")


timers = TimerThread()
fork.reset_in_child(timers.reset)
