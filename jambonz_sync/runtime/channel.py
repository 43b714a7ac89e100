"""A descriptor that the reactor waits for, and the turn of one thread at a time to handle it."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Protocol

from .lease import ReadLease

__all__ = ["CHECK_INTERVAL", "Channel"]

#: seconds between two checks of silent connections, at most
CHECK_INTERVAL = 1.0


class Poller(Protocol):
    """The reactor that a channel was added to, which waits for it."""

    def listen(self, channel: Channel, *, at_once: bool) -> None:
        """Wait again for a channel whose turn is free; ``at_once`` if there is something to handle already."""


class Channel(ABC):
    """A descriptor that the leader waits for. Who has its turn may do with it what it wants.

    ``check_interval`` says how often to ask whether it has :meth:`timed_out`, in seconds.
    """

    __slots__ = ("_turn", "check_interval", "fd", "over", "poll_paused", "poller")

    def __init__(self, fd: int = -1, check_interval: float = CHECK_INTERVAL) -> None:
        self._turn = threading.Lock()  # held by the thread whose turn it is; taken by one thread, given back by any
        self.fd = fd
        self.check_interval = check_interval
        self.poller: Poller | None = None  # set by the reactor when it is added
        self.poll_paused = False  # the reactor's: nobody waits for it, because another thread has its turn
        self.over = False

    def take_turn(self) -> bool:
        """Take the turn, if it is free. Never blocks."""
        return self._turn.acquire(False)  # without the name of the argument it takes half the time

    def release_turn(self) -> None:
        """Give the turn back, and have the channel waited for again."""
        if self.over:
            return
        more = self.has_more()
        self._turn.release()
        # looked at last: who finds the turn taken sets ``poll_paused``, and then tries once more
        if (more or self.poll_paused) and self.poller is not None:
            self.poller.listen(self, at_once=more)

    def has_more(self) -> bool:
        """Return True if there is something to handle that has been received already. Needs the turn."""
        return False

    def on_slow_callback(self) -> None:  # noqa: B027  # not all have callbacks
        """Take note that a callback goes on for long."""

    @abstractmethod
    def step(self, lease: ReadLease) -> None:
        """Handle what is readable, or has been received. Needs the turn. May block; must not raise."""

    def read(self, until: Callable[[], object] | None) -> None:  # noqa: B027  # the same
        """Read until ``until()`` is true. Needs the turn. Blocks."""

    def timed_out(self) -> bool:
        """Return True if it has been silent for so long that :meth:`on_timeout` has something to do. Must not block."""
        return False

    def on_timeout(self) -> None:  # noqa: B027  # not all have time-outs
        """See to a peer that has been silent for long. May block."""
