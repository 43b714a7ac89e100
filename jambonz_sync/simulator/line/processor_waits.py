"""Whether the machine is busy: threads of this process that could run, and get no processor."""

from __future__ import annotations

import os
import threading

from ...runtime.processor import WaitingThreads

__all__ = ["ProcessorWaits"]

#: the share of the time between two looks that all threads together may have waited, on a machine that is not busy
_SHARE = 0.05


class ProcessorWaits:
    """Looks at what the threads of this process wait for. Where the system does not tell, no machine is ever busy."""

    def __init__(self) -> None:
        self._threads = WaitingThreads()
        # the last look: when, and how long threads had waited by then
        self._before: tuple[float, float] | None = None

    def look(self, now: float) -> bool:
        """Return True if threads have waited for a processor since the last look, or do so now; or at the first look.

        Args:
            now: Seconds of the clock of this machine.
        """
        try:
            threads = [int(name) for name in os.listdir("/proc/self/task")]
        except OSError:
            return False
        before, self._before = self._before, (now, sum(map(_seconds_waited, threads)))
        # the time of a wait is only known when it is over
        threads.remove(threading.get_native_id())
        if self._threads.look(threads) or before is None:
            return True
        return self._before[1] - before[1] > _SHARE * (now - before[0])


def _seconds_waited(thread: int) -> float:
    try:
        with open(f"/proc/self/task/{thread}/schedstat", "rb") as file:
            return int(file.read().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):  # the thread has ended meanwhile
        return 0.0
