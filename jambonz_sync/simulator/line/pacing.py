"""How the time of a call goes on: it waits while the app works, and jumps to the next event when the app is done."""

from __future__ import annotations

import time

from ..engine.clock import Clock
from .processor_waits import ProcessorWaits

__all__ = ["Pacing"]

#: seconds that the time of the call goes on at most, before arrivals are looked at
_LONGEST_STEP = 0.2
#: real seconds that an app may take, without the time of the call going on
_GRACE = 0.25
#: the last seconds of it, in which no thread may have waited for a processor: else it is not the app that is slow but
#: the machine, and it gets as many seconds again, up to so many in all
_LOOK, _LONGEST_GRACE = 0.05, 3.0


class Pacing:
    """The relation between real time and the time of a call. Threads: that of :meth:`Call.run`."""

    def __init__(self, clock: Clock, *, real_time: bool) -> None:
        """Make the pacing of a call that begins now.

        Args:
            clock: The clock of the call.
            real_time: Time never jumps: a person listens.
        """
        self._clock = clock
        self._real_time = real_time
        self._started: tuple[float, float] | None = None
        self._busy_since: float | None = None
        # the last time that the app was told, which may be ahead of the clock while that follows real time
        self._told = 0.0
        # while the app seems to be slow: the looks at the machine, and when the last one was
        self._waits: ProcessorWaits | None = None
        self._looked_at = 0.0

    @property
    def real_time(self) -> bool:
        """True if time never jumps."""
        return self._real_time

    @property
    def following(self) -> bool:
        """True while the time of the call goes on with real time."""
        return self._started is not None

    def jumps(self) -> None:
        """Take note that the app is done: the time of the call jumps, or stands still."""
        self._busy_since = self._waits = None
        if not self._real_time:
            self._started = None

    def follows(self, *, at_once: bool = False) -> None:
        """Take note that the app works: the time of the call goes on with real time, after a moment.

        Args:
            at_once: Audio is on its way: without that moment.
        """
        now = time.monotonic()
        if self._busy_since is None:
            self._busy_since = now
        if self._started is None and (at_once or self._real_time or self._is_slow(now, now - self._busy_since)):
            self._started = (now, self._clock.now)

    def _is_slow(self, now: float, seconds: float) -> bool:
        """Return True if the app has worked for more than a moment, and no busy machine is to blame for that."""
        if seconds < _GRACE - _LOOK or (self._waits is not None and now - self._looked_at < _LOOK):
            return False
        self._waits = self._waits or ProcessorWaits()
        self._looked_at = now
        return not self._waits.look(now) or seconds > _LONGEST_GRACE

    def advance(self, limit: float | None) -> None:
        """Let the time of the call catch up with real time, up to a limit."""
        if self._started is not None:
            real, virtual = self._started
            target = min(virtual + time.monotonic() - real, self._clock.now + _LONGEST_STEP)
            self._clock.advance(target if limit is None else max(self._clock.now, min(target, limit)))

    def catch_up(self, limit: float | None) -> None:
        """Let the time of a call that a person listens to be that of this moment, up to what is due next.

        Args:
            limit: The time of the call at which something is due.
        """
        if self._real_time and self._started is not None:
            real, virtual = self._started
            target = virtual + time.monotonic() - real
            self._clock.advance(max(self._clock.now, target if limit is None else min(target, limit)))

    def now(self) -> float:
        """Return the time of the call at this moment, which never goes back. Threads: any."""
        started = self._started
        now = self._clock.now if started is None else started[1] + time.monotonic() - started[0]
        self._told = now = max(now, self._clock.now, self._told)
        return now

    def seconds_until(self, due: float | None) -> float | None:
        """Return the real seconds until a time of the call; None if it never comes that way."""
        if self._started is None:
            if self._busy_since is None:
                return None
            return max(_LOOK, self._busy_since + _GRACE - _LOOK - time.monotonic())
        if due is None:
            return None
        real, virtual = self._started
        return max(0.0, real + due - virtual - time.monotonic())
