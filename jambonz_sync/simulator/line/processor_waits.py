"""Whether the machine is busy: threads of this process that could run, and get no processor."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

from ...runtime.processor import WaitingThreads

__all__ = ["ProcessorWaits"]

#: the share of the time between two looks that all threads together may have waited, on a machine that is not busy
_SHARE = 0.05


class ProcessorWaits:
    """Looks at what threads wait for. Where the system does not tell, no machine is ever busy.

    Args:
        threads: Returns the threads of this process, but the one that asks.
        seconds: Returns how long one of them has waited for a processor, as far as that is over.
        waiting: Tells which of them wait for a processor now.
    """

    def __init__(
        self,
        threads: Callable[[], list[int]] | None = None,
        seconds: Callable[[int], float] | None = None,
        waiting: WaitingThreads | None = None,
    ) -> None:
        self._threads = threads or _other_threads
        self._seconds = seconds or _seconds_waited
        self._waiting = waiting or WaitingThreads()
        # the last look: when, and how long threads had waited by then
        self._before: tuple[float, float] | None = None

    def look(self, now: float) -> bool:
        """Return True if threads have waited for a processor since the last look, or do so now; or at the first look.

        Args:
            now: Seconds of the clock of this machine.
        """
        threads = self._threads()
        before, self._before = self._before, (now, sum(map(self._seconds, threads)))
        if self._waiting.look(threads) or before is None:
            return True
        return self._before[1] - before[1] > _SHARE * (now - before[0])


def _other_threads() -> list[int]:
    try:
        return [int(name) for name in os.listdir("/proc/self/task") if int(name) != threading.get_native_id()]
    except OSError:
        return []


def _seconds_waited(thread: int) -> float:
    try:
        with open(f"/proc/self/task/{thread}/schedstat", "rb") as file:
            return int(file.read().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):  # the thread has ended meanwhile
        return 0.0
