"""One thread that keeps time for all sessions: deadlines, and callbacks that hold a reading thread too long.

It sleeps while there is nothing to keep time of. The path of a message never wakes it in a busy process:
it looks in every :data:`TICK` anyway, until nothing has run for a while.
"""

from __future__ import annotations

import heapq
import itertools
import logging
import math
import os
import threading
from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import Protocol

log = logging.getLogger("jambonz_sync.runtime")

#: how often running callbacks are looked at, and how long one may run before its reading is handed on, in seconds
TICK = 0.002
#: with many callbacks at once most of them wait for the interpreter, which handing on would not help: the limit
#: grows with their number, up to this
_LONGEST = 0.025
#: seconds until the next try, where the system has no thread for a job
_NO_THREAD = 0.1
#: ticks without a callback after which the timers goes to sleep
_QUIET_TICKS = 10


class Held(Protocol):
    """A reading thread inside a callback since ``since`` (monotonic seconds)."""

    since: float

    def hand_over(self) -> None: ...


class Timer:
    """A deadline that has been set; ``cancel()`` at any time, from any thread."""

    __slots__ = ("_call",)

    def __init__(self, call: Callable[[], object]) -> None:
        self._call: Callable[[], object] | None = call

    def cancel(self) -> None:
        self._call = None

    def fire(self) -> None:
        call, self._call = self._call, None
        if call is not None:
            call()


class TimerThread:
    """Runs timers and looks after ``running``: whoever takes a reader out of it (``pop``, one winner) decides."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget everything: in a forked child the threads are gone, and locks may be held by them for ever."""
        self.running: dict[Held, bool] = {}
        self.asleep = True
        self._entered = False
        self._lock = threading.Lock()  # guards the heap and the start of the thread
        self._timers: list[tuple[float, int, Timer]] = []
        self._count = itertools.count()
        self._looks_at = 0.0  # when it looks at its timers next, though nobody wakes it
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    def enter(self, held: Held) -> None:
        """A callback begins on a thread that reads."""
        held.since = monotonic()
        self._entered = True
        self.running[held] = True
        if self.asleep:  # read last: the timers says so before it looks for the last time
            try:
                self._rouse()
            except RuntimeError as exc:
                log.warning("nobody looks after callbacks: %s", exc)

    def leave(self, held: Held) -> bool:
        """The callback has ended. False if reading has been handed on meanwhile."""
        return self.running.pop(held, False)

    def call_later(self, delay: float, call: Callable[[], object]) -> Timer:
        """Call ``call`` in ``delay`` seconds, on the timers's thread: it must not block."""
        timer = Timer(call)
        when = monotonic() + delay
        with self._lock:
            heapq.heappush(self._timers, (when, next(self._count), timer))
            too_late = when < self._looks_at
        if too_late or self._thread is None:
            self._rouse()
        return timer

    def _rouse(self) -> None:
        with self._lock:
            if self._thread is None:
                thread = threading.Thread(target=self._run, name="jambonz-sync-timers", daemon=True)
                thread.start()  # may raise: the next to come tries again
                self._thread = thread
            self.asleep = False
        self._wake.set()

    def _run(self) -> None:
        quiet = 0
        while True:
            now = monotonic()
            self._fire(now)
            held_long = min(TICK * (1 + len(self.running)), _LONGEST)
            for held in list(self.running):
                if now - held.since >= held_long and self.running.pop(held, False):
                    try:
                        held.hand_over()
                    except Exception:
                        log.exception("reading could not be handed on")
            if self._entered or self.running:
                self._entered = False
                quiet = 0
            else:
                quiet += 1
            with self._lock:
                self.asleep = quiet >= _QUIET_TICKS
                now = monotonic()
                self._looks_at = math.inf if self.asleep else now + TICK
                if self._timers:
                    self._looks_at = min(self._looks_at, self._timers[0][0])
                wait = None if self._looks_at == math.inf else max(0.0, self._looks_at - now)
            if self.asleep and self._entered:  # between the look and the sleep
                self.asleep = False
                continue
            if self._wake.wait(wait):
                self._wake.clear()
                quiet = 0

    def _fire(self, now: float) -> None:
        """Fire what is due."""
        while True:
            with self._lock:
                if not self._timers or self._timers[0][0] > now:
                    return
                timer = heapq.heappop(self._timers)[2]
            try:
                timer.fire()
            except Exception:
                log.exception("a deadline could not be kept")


class ThreadPool:
    """Threads for work that must not wait; kept ``keep`` seconds after their last job."""

    def __init__(self, keep: float = 10.0) -> None:
        self._keep = keep
        self.reset()

    def reset(self) -> None:
        """See :meth:`TimerThread.reset`."""
        self._lock = threading.Lock()
        self._idle: list[_Spare] = []

    def run(self, job: Callable[[], object]) -> None:
        """Run ``job`` on an idle thread, or a new one. Never blocks."""
        with self._lock:
            spare = self._idle.pop() if self._idle else None
        if spare is None:
            threading.Thread(target=self._work, args=(_Spare(job),), name="jambonz-sync-spare", daemon=True).start()
        else:
            spare.job = job
            spare.wake.release()

    def _work(self, me: _Spare) -> None:
        while True:
            job, me.job = me.job, None
            if job is not None:
                try:
                    job()
                except (Exception, SystemExit):  # sys.exit() in a callback does not end a thread of ours
                    log.exception("a thread of the pool failed")
                job = None
            with self._lock:
                self._idle.append(me)
            if not me.wake.acquire(timeout=self._keep):
                with self._lock:
                    if me in self._idle:
                        self._idle.remove(me)
                        return
                me.wake.acquire()  # it was given a job at that moment


class _Spare:
    __slots__ = ("job", "wake")

    def __init__(self, job: Callable[[], object] | None) -> None:
        self.job = job
        self.wake = threading.Lock()
        self.wake.acquire()


timers = TimerThread()
pool = ThreadPool()


def run_surely(job: Callable[[], object], what: str) -> None:
    """Run ``job`` on a spare thread; where the system has none, in a while. ``what`` is for the log. Never blocks."""
    try:
        pool.run(job)
    except RuntimeError as exc:
        log.warning("no thread to %s with: %s", what, exc)
        timers.call_later(_NO_THREAD, partial(run_surely, job, what))


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=timers.reset)
    os.register_at_fork(after_in_child=pool.reset)
