"""Whether work grows as the length of its input does, and no faster."""

from __future__ import annotations

from collections.abc import Callable
from time import thread_time
from typing import TypeVar

T = TypeVar("T")

#: so many times as long is the longer of two inputs
FACTOR = 10
#: so many times as much work it may be: what is quadratic does 100 times as much
MOST = 40
#: seconds of work in which the clock of a thread, and a machine that is busy, do not decide
LEAST = 0.002


def grows_with_length(work: Callable[[T], object], make: Callable[[int], T], size: int) -> bool:
    """Whether ``work`` on an input of ten times the ``size`` is ten times as much, not a hundred times.

    Only the CPU time of this thread counts, so that other processes do not, and the best of five runs.
    """

    def seconds(size: int) -> float:
        argument = make(size)

        def once() -> float:
            since = thread_time()
            work(argument)
            return thread_time() - since

        return min(once() for _ in range(5))

    return seconds(FACTOR * size) < MOST * max(seconds(size), LEAST)
