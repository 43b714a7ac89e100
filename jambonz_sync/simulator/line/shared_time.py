"""The time of calls that meet: it goes on only when the apps of all of them are done."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable

from ..engine.clock import Clock

__all__ = ["SharedTime", "TimeShare"]


class SharedTime:
    """Agrees on the next time of several calls, each of which has its own clock and its own thread.

    A thread for each call, and not one that steps all of them: a call that waits for its app then holds up the time
    of the others, but not what they do meanwhile, and a call alone is run by the same loop as one that meets others.

    A call says to which time it wants to go on, and may do so when all the others want to go on to a later one. While
    any of them works, or waits for its app, none of them goes on, except for one whose next time a slow app has let
    pass already. Events that are due at the same time happen in the order in which the calls were placed.

    Threads: any.
    """

    def __init__(self) -> None:
        # guards the shares and all that is in them
        self.lock = threading.RLock()
        self.now = 0.0
        self.shares: list[TimeShare] = []

    def next_share(self) -> TimeShare | None:
        """Return the share that goes on next; None while there is none. The lock is held."""
        waiting = [share for share in self.shares if share.wants is not None and share.wants < math.inf]
        share = min(waiting, key=lambda each: each.wants or 0.0, default=None)
        if share is None or any(other.holds_up(share) for other in self.shares if other is not share):
            return None
        return share

    def wake_next(self) -> None:
        """Wake the call that goes on next, if there is one. The lock is held."""
        share = self.next_share()
        if share is not None:
            share.wake()


class TimeShare:
    """The part that one call has in the time of several. Threads: that of the call, except for :meth:`work`."""

    def __init__(self, shared: SharedTime, clock: Clock, wake: Callable[[], None], stirs: Callable[[], bool]) -> None:
        """Take part from now on; the time of the others stands still until the call runs, and rests.

        Args:
            shared: The time that is shared.
            clock: The clock of the call, at 0.
            wake: Makes the call look up; called in any thread.
            stirs: Returns True if something has arrived for the call; called in any thread.
        """
        self._shared = shared
        self._clock = clock
        self.wake = wake
        self._stirs = stirs
        #: the time to which the call wants to go on, None while it works, infinity while it has nothing to wait for
        self.wants: float | None = None
        with shared.lock:
            self._began = shared.now
            # how far the call has come, and if it follows real time because its app is slow
            self._reached = shared.now
            self._follows = False
            shared.shares.append(self)

    def holds_up(self, other: TimeShare) -> bool:
        """Return True if another call may not go on because of this one. The lock is held."""
        if self.wants is None:
            return not self._follows or self._reached < (other.wants or 0.0)
        return self._stirs()

    def work(self) -> None:
        """Take note that the call has something to do. Threads: any."""
        with self._shared.lock:
            self.wants = None
            self._follows = False

    def rest(self) -> None:
        """Take note that nothing is due in the call."""
        with self._shared.lock:
            self.wants = math.inf
            self._follows = False
            self._shared.wake_next()

    def may_go_on(self, until: float) -> bool:
        """Ask to go on to a time of the call. Returns False if others come first: the call is woken up then."""
        shared = self._shared
        with shared.lock:
            self.wants = self._began + until
            self._follows = False
            following = shared.next_share()
            if following is self:
                self.wants = None
                self._reach(until)
                return True
            if following is not None:
                following.wake()
            return False

    def reached(self, at: float) -> None:
        """Take note that the clock of the call has followed real time, and that it waits for its app."""
        with self._shared.lock:
            self._follows = True
            self._reach(at)
            self._shared.wake_next()

    def _reach(self, at: float) -> None:
        self._reached = max(self._reached, self._began + at)
        self._shared.now = max(self._shared.now, self._reached)

    def limit(self, limit: float | None) -> float | None:
        """Return the time of the call to which it may follow real time: up to where another one comes next."""
        with self._shared.lock:
            times = [share.wants for share in self._shared.shares if share is not self and share.wants is not None]
        until = min(times, default=math.inf) - self._began
        if until == math.inf:
            return limit
        return until if limit is None else min(limit, until)

    def catch_up(self, due: float | None) -> None:
        """Let the clock of a call that has rested be at the time of the others, before what is due in it."""
        with self._shared.lock:
            now = self._shared.now - self._began
        self._clock.now = max(self._clock.now, now if due is None else min(now, due))

    @property
    def others_go_on(self) -> bool:
        """True while any other call may still do something."""
        with self._shared.lock:
            return any(share.wants != math.inf or share._stirs() for share in self._shared.shares if share is not self)

    def end(self) -> None:
        """Take part no more; does nothing the second time."""
        with self._shared.lock:
            if self in self._shared.shares:
                self._shared.shares.remove(self)
            self._shared.wake_next()
