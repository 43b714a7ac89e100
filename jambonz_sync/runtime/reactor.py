"""One thread waits for all connections: the leader, one of the spare threads.

It takes the turn of a connection that has something to say, handles that, and goes on to the next. Where this takes
long, another spare thread leads (:mod:`.lease`), and this one returns to the pool when it is done. The last one ends
when there is no connection any more.
"""

from __future__ import annotations

import os
import select
import threading
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from time import monotonic
from typing import Any

from .lease import ReadLease, here
from .timers import pool, run_surely, timers

_IN = 1  # EPOLLIN: a system that has none has no use for it
#: connections that one look takes at most
_AT_ONCE = 64
#: seconds between two looks at silent connections, at most
_LOOK_EVERY = 1.0


class Channel(ABC):
    """A descriptor that the leader waits for. Whoever has its turn may do with it what it wants.

    ``look_every`` says how often to ask whether it is neglected, in seconds.
    """

    __slots__ = ("_turn", "fd", "look_every", "muted", "over")

    def __init__(self, fd: int = -1, look_every: float = _LOOK_EVERY) -> None:
        self._turn = threading.Lock()
        self.fd = fd
        self.look_every = look_every
        self.muted = False  # the reactor's: nobody waits for it, because another thread has its turn
        self.over = False

    def take(self) -> bool:
        """Take the turn, if it is free. Never blocks."""
        return self._turn.acquire(blocking=False)

    def pass_on(self) -> None:
        """Give the turn back."""
        if self.over:
            return
        more = self.has_more()
        self._turn.release()
        # looked at last: who finds the turn taken sets it, and then tries once more
        if more or self.muted:
            reactor.listen(self, at_once=more)

    def has_more(self) -> bool:
        """Whether there is something to handle that has been received already."""
        return False

    def on_slow_callback(self) -> None:  # noqa: B027  # not all have callbacks
        """A callback goes on for long."""

    @abstractmethod
    def step(self, lease: ReadLease) -> None:
        """It is readable, or has more: handle that, with its turn. May block. Must not raise."""

    def read(self, until: Callable[[], object] | None) -> None:  # noqa: B027  # the same
        """Read, with its turn, until ``until()`` is true. Blocks."""

    def neglected(self) -> bool:
        """Whether it has been silent for too long. Must not block."""
        return False

    def attend(self) -> None:  # noqa: B027  # not all can be neglected
        """See to it then. May block."""


class Reactor:
    """What the leader waits for, and who leads."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget everything: in a forked child the threads are gone, and the descriptors are the parent's."""
        self._lock = threading.Lock()  # guards what follows; held for moments
        self._poll: Any = None
        self._bell = -1  # wakes the leader for what is in ``_again``
        self._channels: dict[int, Channel] = {}
        self._led = False
        self._look_every = _LOOK_EVERY
        self._look_at = 0.0
        self._again: deque[int] = deque()  # descriptors with something to handle that has been received
        self._due: deque[int] = deque()  # readable, and not handled yet: the leader's own

    def add(self, channel: Channel) -> None:
        """Wait for it from now on. Does not block. Raises OSError where the system cannot."""
        with self._lock:
            if self._poll is None:
                self._poll, self._bell = select.epoll(), os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
                self._poll.register(self._bell, _IN)
            self._poll.register(channel.fd, _IN)
            self._channels[channel.fd] = channel
            self._look_every = min(self._look_every, channel.look_every)
            led, self._led = self._led, True
        if not led:
            self._promote()

    def remove(self, channel: Channel) -> None:
        """Forget it, before its descriptor is closed. Its turn is taken."""
        with self._lock:
            if self._channels.pop(channel.fd, None) is not None:
                self._mute(channel)

    def listen(self, channel: Channel, *, at_once: bool) -> None:
        """Wait again for one whose turn is free; ``at_once`` if there is something to handle already."""
        with self._lock:
            if self._channels.get(channel.fd) is not channel:
                return
            if channel.muted:
                channel.muted = False
                self._poll.register(channel.fd, _IN)
            if at_once:
                self._again.append(channel.fd)
                os.eventfd_write(self._bell, 1)

    def _mute(self, channel: Channel) -> None:
        """Wait for it no more. Wants the lock."""
        if not channel.muted:
            channel.muted = True
            try:
                self._poll.unregister(channel.fd)
            except OSError:
                pass  # somebody has closed it

    def _take(self, fd: int) -> Channel | None:
        """The channel with ``fd``, and its turn, unless another thread has that: then it is not waited for until it
        is given back."""
        channel = self._channels.get(fd)
        if channel is None or channel.take():
            return channel
        with self._lock:
            if self._channels.get(fd) is not channel:
                return None
            self._mute(channel)
        if not channel.take():
            return None
        self.listen(channel, at_once=False)
        return channel

    def _promote(self) -> None:
        run_surely(self._lead, "read")

    def _lead(self) -> None:
        lease = here.lease = ReadLease(self._promote)
        try:
            self._lead_on(lease)
        except BaseException:
            lease.step_down()
            raise
        finally:
            here.lease = None

    def _lead_on(self, lease: ReadLease) -> None:
        due, poll = self._due, self._poll
        while True:
            while due:
                channel = self._take(due.popleft())
                if channel is None:
                    continue
                lease.acquire(channel)
                timers.enter(lease)
                channel.step(lease)
                lease.release()
                if not timers.leave(lease) or not lease.is_leader:
                    return
            if not self._channels:
                with self._lock:
                    if not self._channels:
                        self._led, self._look_every = False, _LOOK_EVERY
                        return
            for fd, _ in poll.poll(self._look_every, _AT_ONCE):
                if fd == self._bell:
                    self._ring()
                else:
                    due.append(fd)
            if monotonic() >= self._look_at:
                self._look()

    def _ring(self) -> None:
        os.eventfd_read(self._bell)
        while self._again:
            self._due.append(self._again.popleft())

    def _look(self) -> None:
        """See to those that are silent."""
        self._look_at = monotonic() + self._look_every
        for channel in list(self._channels.values()):
            if channel.neglected():
                try:
                    pool.run(channel.attend)
                except RuntimeError:
                    return  # no thread for it: later


reactor = Reactor()

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=reactor.reset)
