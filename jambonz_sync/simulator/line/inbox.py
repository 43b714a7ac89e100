"""The inbox of a call: what threads bring, and the thread of the call takes out."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

__all__ = ["Inbox", "Later"]

#: messages that may wait; whoever brings more waits, and with them the app that sends without end
_ROOM = 8000


class Later:
    """Something that an app in this process wants done in so many seconds of the call's own time."""

    def __init__(self, seconds: float, action: Callable[[], None]) -> None:
        self.seconds = seconds
        self.action = action


class Inbox:
    """A queue with an end. Threads: any may put, one takes."""

    def __init__(self) -> None:
        self._items: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._room = threading.Semaphore(_ROOM)
        # set by the thread that takes; seen by all that bring
        self._closed = threading.Event()
        # True from a call of wake() until it is taken; a lost race only wakes once more
        self._woken = False

    def post(self, action: Callable[[], object]) -> None:
        """Bring something to do in the thread that takes, for which there is always room."""
        if not self._closed.is_set():
            self._items.put(action)

    def wake(self) -> None:
        """Have the thread that takes look up; does nothing if it will anyway."""
        if not self._woken:
            self._woken = True
            self.post(self._look_up)

    def _look_up(self) -> None:
        self._woken = False

    def put(self, item: object) -> None:
        """Bring an item; one that comes after the end is dropped.

        Blocks: while the inbox is full.
        """
        while not self._room.acquire(timeout=0.2):
            if self._closed.is_set():
                return
        if self._closed.is_set():
            self._room.release()
        else:
            self._items.put(item)

    def get(self, seconds: float) -> object | None:
        """Take the next item; returns None if there is none in so many seconds.

        Blocks: up to ``seconds``.
        """
        try:
            item = self._items.get(timeout=seconds) if seconds > 0 else self._items.get_nowait()
        except queue.Empty:
            return None
        if not callable(item):
            self._room.release()
        return item

    @property
    def empty(self) -> bool:
        """True if nothing has been brought. Threads: any."""
        return self._items.empty()

    def close(self) -> None:
        """Take nothing any more."""
        self._closed.set()
