"""The work of an application, counted for a simulator in the same process, which must know when all is done.

Whoever counts makes a :class:`Work`, and has a connection counted by a :class:`ConnectionWork` (:mod:`.counted`).
Counted are: a message, from when it is sent until it has been handled; a callback, from when a message calls for it
until it has ended; a message of the application, from when it gets its place until the other side has taken it. A
thread that waits in one of our waits counts for nothing (:class:`Rest`); whoever wakes it counts it first, so that the
count never falls to nothing in between. A wait of the application's own, for a lock, a model or a clock, is work.

The limit of such a wait is a time of the call, if the simulator says how late it is there: it ends the wait then.

Where nobody counts, which is everywhere but in tests, a wait looks at a flag, and nothing else is done.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import Any, NamedTuple, TypeVar
from weakref import WeakSet

from . import fork

__all__ = [
    "WORK",
    "Condition",
    "ConnectionWork",
    "Limit",
    "Rest",
    "Work",
    "begin_rest",
    "clock_of",
    "current_work",
    "resting_threads",
]

T = TypeVar("T")

#: in the environment of a request to upgrade that a simulator has made: the work of the connection
WORK = "jambonz_sync.work"


class _CurrentThread(threading.local):
    """What of a count this thread answers for: that of so many messages and callbacks on its stack."""

    work: Work | None = None
    held = 0


_thread = _CurrentThread()
#: seconds that a limit is later than asked for, so that rounding leaves nothing of the time when it has passed
_ROUNDING = 1e-9
#: threads that run nothing counted, and wait in one of our waits
resting_threads: set[int] = set()
_lock = fork.lock()  # guards the set below; held for moments
#: all that is counted in this process
_works: WeakSet[Work] = WeakSet()


def _nothing() -> None:
    """Nobody wants to know."""


class Limit(NamedTuple):
    """The end of the time of a wait, on the clock of the work."""

    at: float
    #: True if it is for the other side, and may be held up until that has decided what it does
    patient: bool


class Work:
    """What an application has to do for one call, in all. Any thread may call any method."""

    def __init__(self) -> None:
        # guards the fields below, and those of the connections and rests
        self.lock = threading.Lock()
        self.count = 0
        #: threads at work -> what of the count they answer for
        self.running: dict[int, int] = {}
        #: when anything has changed last, in monotonic seconds
        self.changed_at = monotonic()
        #: called on any thread, without the lock, when the count has fallen to 0 or a wait has a limit; must not block
        self.on_done: Callable[[], object] = _nothing
        #: return True while something is to follow that no thread is about to do yet
        self.owes: list[Callable[[], bool]] = []
        #: the clock that the limits of waits, and estimates, go by: seconds since whenever
        self.clock: Callable[[], float] = monotonic
        #: True while whoever counts ends the waits whose time is up on that clock
        self.keeps_time = False
        # when the time of a wait is up; guarded by the lock
        self._limits: dict[Rest, Limit] = {}
        with _lock:
            _works.add(self)

    def add(self, number: int) -> None:
        """Change the count. Wants the lock; :meth:`tell` without it follows."""
        assert self.lock.locked()
        self.count += number
        self.changed_at = monotonic()

    def tell(self) -> None:
        """Say so if nothing is left."""
        if not self.count:
            self.on_done()

    def begin(self) -> None:
        """Count something."""
        with self.lock:
            self.add(1)

    def end(self) -> None:
        """Count something no more."""
        with self.lock:
            self.add(-1)
        self.tell()

    def job(self, act: Callable[[], object]) -> Callable[[], object]:
        """Count what will be done on whichever thread. Returns what does it, to be called once."""
        self.begin()
        return partial(self.run, act)

    def run(self, act: Callable[..., object], *args: Any) -> None:
        """Do what has been counted, and count it no more when it has ended.

        Blocks: as long as it does.
        """
        work, held, ident = _thread.work, _thread.held, threading.get_ident()
        _thread.work, _thread.held = self, (held if work is self else 0) + 1
        with self.lock:
            self.running[ident] = _thread.held
        try:
            act(*args)
        finally:
            _thread.work, _thread.held = work, held
            with self.lock:
                if work is self:
                    self.running[ident] = held
                else:
                    self.running.pop(ident, None)
                self.add(-1)
            self.tell()

    # -- time

    def keep_time(self, clock: Callable[[], float]) -> None:
        """Have limits and estimates go by a clock. Whoever counts calls :meth:`end_rest` from now on."""
        self.clock, self.keeps_time = clock, True

    def leave_time(self) -> None:
        """End waits no more: they go on, up to as long as they may take, by the clock of this machine."""
        with self.lock:
            self.keeps_time = False
            limits, self._limits = self._limits, {}
        for rest in limits:
            rest.end()
            rest.wake()

    def limit(self, rest: Rest, seconds: float, *, patient: bool = False) -> bool:
        """Have a wait end in so many seconds, unless it ends before. Returns False if nobody keeps the time."""
        with self.lock:
            if not self.keeps_time:
                return False
            self._limits[rest] = Limit(self.clock() + max(0.0, seconds) + _ROUNDING, patient)
        self.on_done()
        return True

    def forget_limit(self, rest: Rest) -> None:
        """A wait has ended."""
        with self.lock:
            self._limits.pop(rest, None)

    @property
    def next_limit(self) -> Limit | None:
        """The end of the time of the wait that is to be ended next."""
        with self.lock:
            return min(self._limits.values(), default=None)

    def end_rest(self) -> None:
        """End the wait whose time is up first: one at a time, so that one thread goes on after the other."""
        with self.lock:
            rest = min(self._limits, key=lambda each: self._limits[each], default=None)
            if rest is None:
                return
            del self._limits[rest]
        rest.is_up = True
        rest.end()
        rest.wake()


def current_work() -> Work | None:
    """Return the work that this thread does a part of; None where it is not counted."""
    return _thread.work


def clock_of(work: Work | None) -> Callable[[], float]:
    """Return the clock that limits and estimates go by: that of a work, or the monotonic one where nobody counts."""
    return monotonic if work is None else work.clock


class Rest:
    """A wait of one thread, which is no work. Made by that thread, before it waits."""

    __slots__ = ("_begun", "_held", "_ident", "_work", "ended", "is_up", "wake")

    def __init__(self) -> None:
        self._work = _thread.work
        self._held = _thread.held
        self._ident = threading.get_ident()
        self._begun = False
        #: True once somebody has ended the wait, or is about to
        self.ended = False
        #: True if its time is up
        self.is_up = False
        #: wakes the thread, for who ends a wait that has a limit; set before that has one
        self.wake: Callable[[], object] = _nothing

    def begin(self) -> None:
        """Count the thread no more, unless the wait has been ended already. Threads: its own."""
        work = self._work
        if work is None:
            if not self.ended:
                self._begun = True
                resting_threads.add(self._ident)
                with _lock:
                    works = list(_works)
                for each in works:
                    each.tell()
            return
        with work.lock:
            if self.ended:
                return
            self._begun = True
            work.running.pop(self._ident, None)
            work.add(-self._held)
        work.tell()

    def end(self) -> None:
        """Count the thread again: it goes on. Called before it wakes, and by itself. Threads: any."""
        work = self._work
        if work is None:
            self.ended = True
            if self._begun:
                resting_threads.discard(self._ident)
            return
        with work.lock:
            if self._begun and not self.ended:
                work.running[self._ident] = self._held
                work.add(self._held)
            self.ended = True


def begin_rest() -> Rest | None:
    """Make the rest of a thread that is about to wait; None where nobody counts."""
    return Rest() if _works else None


class Condition(threading.Condition):
    """A condition whose waits are no work. A wait may end without a reason.

    Args:
        lock: Its lock; None makes one.
        work: The work of the call that is waited for, whose clock limits go by; None where nobody counts.
    """

    _rests: list[Rest] | None = None  # of the threads that wait, the longest first; guarded by the lock

    def __init__(self, lock: threading.Lock | None = None, work: Work | None = None) -> None:
        super().__init__(lock)
        self._work = work

    def wait(self, timeout: float | None = None) -> bool:
        rest = begin_rest()
        if rest is None:
            return super().wait(timeout)
        if self._rests is None:
            self._rests = []
        rests, work = self._rests, self._work
        rests.append(rest)
        if timeout is not None and work is not None:
            rest.wake = self._wake
            if work.limit(rest, timeout):
                timeout = None
        rest.begin()
        try:
            return super().wait(timeout) and not rest.is_up
        finally:
            rest.end()
            rests.remove(rest)
            if work is not None:
                work.forget_limit(rest)

    def wait_for(self, predicate: Callable[[], T], timeout: float | None = None) -> T:
        work = self._work
        if work is None or timeout is None:
            return super().wait_for(predicate, timeout)
        end = work.clock() + timeout
        while not (result := predicate()) and (left := end - work.clock()) > 0:
            self.wait(left)
        return result

    def _wake(self) -> None:
        with self:
            self.notify_all()

    def notify(self, n: int = 1) -> None:
        if self._rests:
            for rest in [rest for rest in self._rests if not rest.ended][:n]:
                rest.end()
        super().notify(n)


class ConnectionWork:
    """What of the work is on its way on one connection, or is to be: its two sides say so. Any thread.

    Args:
        total: The work that it is a part of.
    """

    def __init__(self, total: Work) -> None:
        self.total = total
        #: True once the application says what it does
        self.attached = False
        #: True once the other side knows of the end
        self.gone = False
        self._over = False  # the application knows of the end
        self._to_app = 0  # messages that have not been taken up, and the end
        self._from_app = 0  # messages that the other side has not taken, and the end
        self._closes = False  # the application has closed

    def _set(self, to_app: int, from_app: int) -> None:
        assert self.total.lock.locked()
        change = to_app + from_app - self._to_app - self._from_app
        self._to_app, self._from_app = to_app, from_app
        self.total.add(change)

    # -- by the other side

    def sent(self) -> None:
        """A message is about to be sent; or the connection is about to be ended, of which the application will hear."""
        with self.total.lock:
            if self.attached and not self._over:
                self._set(self._to_app + 1, self._from_app)

    def taken(self) -> None:
        """A message of the application has been dealt with."""
        with self.total.lock:
            self._set(self._to_app, max(0, self._from_app - 1))
        self.total.tell()

    def lost(self) -> None:
        """The end of the connection has been dealt with."""
        with self.total.lock:
            self.gone = True
            self._set(self._to_app, 0)
        self.total.tell()

    # -- by the application

    def attach(self) -> None:
        """The application says what it does from now on."""
        self.attached = True

    def handle(self, handle: Callable[[str | bytes], None], message: str | bytes) -> None:
        """Handle a message; it counts until that has ended. Blocks: as long as ``handle`` does."""
        with self.total.lock:
            if self._to_app:
                self._to_app -= 1  # from here on it is this thread that counts
            else:
                self.total.add(1)
        self.total.run(handle, message)

    def queued(self, number: int) -> None:
        """Messages have got their places."""
        with self.total.lock:
            if not self.gone:
                self._set(self._to_app, self._from_app + number)

    def unqueued(self, number: int) -> None:
        """Messages have lost their places: they could not be sent."""
        with self.total.lock:
            self._set(self._to_app, max(0, self._from_app - number))
        self.total.tell()

    def closing(self) -> None:
        """The application closes the connection."""
        with self.total.lock:
            if not self.gone and not self._closes:
                self._closes = True
                self._set(self._to_app, self._from_app + 1)

    def over(self) -> None:
        """The application has dealt with the end of the connection."""
        with self.total.lock:
            self._over = True
            self._set(0, self._from_app)
        self.total.tell()
