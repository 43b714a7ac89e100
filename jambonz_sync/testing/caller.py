"""The caller of a test: takes the turns that the test queues, and knows when the call waits for one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from ..simulator import CallerWait, LiveCaller, Turn

__all__ = ["TestCaller"]


class TestCaller(LiveCaller):
    """Takes the turns of a test.

    Args:
        on_wait: Called, in the thread of the call, when the app listens and no turn is left that fits.
        lock: Held while the queue is looked at and ``on_wait`` called; whoever queues a turn holds it, too.
    """

    __test__ = False  # no test case, whatever its name

    def __init__(self, on_wait: Callable[[], None], lock: AbstractContextManager[object]) -> None:
        super().__init__()
        self._on_wait = on_wait
        self._lock = lock

    def next_turn(self, wait: CallerWait) -> Turn | None:
        """Return the next turn of the queue, if it fits the kind that the app listens to.

        Args:
            wait: The kind of turn that the app listens to.
        """
        with self._lock:
            turn = super().next_turn(wait)
            if turn is None and not wait.immediate:
                self._on_wait()
        return turn
