"""The clocks of a campaign."""

from __future__ import annotations

import time
from queue import SimpleQueue
from typing import TypeVar

__all__ = ["Clock"]

_T = TypeVar("_T")


class Clock:
    """The two clocks of a campaign, and how to wait. A test has a clock of its own, and need not wait."""

    def time(self) -> float:
        """Return the time of day, in seconds since the epoch: for calling hours and for the state file."""
        return time.time()

    def monotonic(self) -> float:
        """Return the monotonic time in seconds, which nobody can set: for all that lasts."""
        return time.monotonic()

    def wait(self, inbox: SimpleQueue[_T], seconds: float) -> _T:
        """Take the next message out of ``inbox``. Blocks up to ``seconds``, then raises :class:`queue.Empty`."""
        return inbox.get(timeout=seconds)
