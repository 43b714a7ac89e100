"""One thread waits for all connections: the leader, a thread of the pool.

It takes the turn of a connection that has something to say, handles that, and goes on to the next. Where this takes
long, another thread leads (:mod:`.lease`), and this one returns to the pool when it is done. The last one ends when
there is no connection any more.

All that must go on whatever callbacks do is started with the first connection: the thread of the timers, the leader and
one to succeed it, and the reserve of the pool.
"""

from __future__ import annotations

import errno
import logging
import os
import select
import threading
from collections import deque
from functools import partial
from time import monotonic
from typing import Any

from . import fork
from .channel import CHECK_INTERVAL, Channel
from .lease import ReadLease, current
from .pool import pool
from .timers import timers

__all__ = ["Reactor", "reactor"]

log = logging.getLogger("jambonz_sync.runtime")

_IN = 1  # EPOLLIN: a system that has none has no use for it
#: seconds until the next try, where the system cannot poll one more connection
_RETRY_POLL = 0.1
#: connections that one poll reports at most
_EVENTS_AT_ONCE = 64


class Reactor:
    """The channels that the leader waits for, and whether there is a leader."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget everything: in a forked child the threads are gone, and the descriptors are the parent's."""
        # guards the fields below and ``Channel.poll_paused``; held for moments, and while the first threads start.
        # The locks of the pool and of the timers are taken under it, never the other way round.
        self._lock = threading.Lock()
        self._poll: Any = None
        self._wake_fd = -1  # wakes the leader for what is in ``_received``
        self._channels: dict[int, Channel] = {}
        self._has_leader = False
        self._check_interval = CHECK_INTERVAL
        self._next_check = 0.0
        self._check_skipped = False
        self._received: deque[int] = deque()  # descriptors with something to handle that has been received
        self._readable: deque[int] = deque()  # what the poll reported, and is not handled yet: the leader's own

    def add(self, channel: Channel, *, at_once: bool = False) -> None:
        """Wait for ``channel`` from now on.

        Args:
            channel: Nobody has its turn.
            at_once: Handle it first, because there may be something to read already: it is waited for if there is not.
        Raises:
            OSError: The system cannot wait for it, or has not the few threads that are needed.
        """
        with self._lock:
            if self._poll is None:
                self._poll, self._wake_fd = select.epoll(), os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
                self._poll.register(self._wake_fd, _IN)
            if at_once:
                channel.poll_paused = True
            else:
                self._poll.register(channel.fd, _IN)
            self._channels[channel.fd] = channel
            channel.poller = self
            starts = not self._has_leader
            if starts:
                self._next_check = monotonic() + channel.check_interval
                if not _claim_threads():
                    del self._channels[channel.fd]
                    self._stop_polling(channel)
                    raise OSError(errno.EAGAIN, "the system has no threads to read with")
                self._has_leader = True
            self._check_interval = min(self._check_interval, channel.check_interval)
        if starts:
            pool.run_claimed(partial(self._run, has_successor=True))
        if at_once:
            self._handle_soon(channel.fd)

    def _handle_soon(self, fd: int) -> None:
        """Have the leader handle a channel before it waits again."""
        lease = current.lease
        if lease is not None and lease.is_leader:
            self._readable.append(fd)
            if lease.is_leader:  # looked at last: who leads by now may have looked for what is readable before
                return
        self._received.append(fd)
        os.eventfd_write(self._wake_fd, 1)

    def remove(self, channel: Channel) -> None:
        """Forget ``channel``, before its descriptor is closed. Its turn is taken."""
        with self._lock:
            if self._channels.pop(channel.fd, None) is not None:
                self._stop_polling(channel)

    def listen(self, channel: Channel, *, at_once: bool) -> None:
        """Wait again for a channel whose turn is free; ``at_once`` if there is something to handle already."""
        with self._lock:
            if self._channels.get(channel.fd) is not channel:
                return
            if channel.poll_paused:
                try:
                    self._poll.register(channel.fd, _IN)
                except OSError as exc:
                    log.error("a connection cannot be waited for at the moment: %s", exc)
                    timers.call_later(_RETRY_POLL, partial(self.listen, channel, at_once=at_once))
                    return
                channel.poll_paused = False
            if at_once:
                self._received.append(channel.fd)
                os.eventfd_write(self._wake_fd, 1)

    def _stop_polling(self, channel: Channel) -> None:
        assert self._lock.locked()
        if not channel.poll_paused:
            channel.poll_paused = True
            try:
                self._poll.unregister(channel.fd)
            except OSError:
                pass  # somebody has closed it

    def _take_turn(self, fd: int) -> Channel | None:
        """Find the channel with ``fd`` and take its turn. Where another thread has that, the channel is not waited for
        until it is given back."""
        channel = self._channels.get(fd)
        if channel is None or channel.take_turn():
            return channel
        with self._lock:
            if self._channels.get(fd) is not channel:
                return None
            self._stop_polling(channel)
        if not channel.take_turn():
            return None
        self.listen(channel, at_once=False)
        return channel

    def _run(self, *, has_successor: bool = False) -> None:
        """Be the leader, until another thread is, or there is no channel any more."""
        lease = current.lease = ReadLease(self._run, has_successor=has_successor)
        try:
            self._handle_channels(lease)
        except BaseException:  # of the poll: what channels raise is logged
            lease.step_down()
            raise
        finally:
            current.lease = None

    def _handle_channels(self, lease: ReadLease) -> None:
        readable, poll = self._readable, self._poll
        while True:
            while readable:
                channel = self._take_turn(readable.popleft())
                if channel is None:
                    continue
                lease.acquire(channel)
                timers.watch(lease)
                try:
                    channel.step(lease)
                except BaseException:  # the other connections go on
                    log.exception("a connection could not be handled")
                lease.release()
                channel = None  # it may be over: nothing may hold its call while this thread waits
                if not timers.unwatch(lease) or not lease.is_leader:
                    return
            if not self._channels:
                with self._lock:
                    if not self._channels:
                        self._has_leader, self._check_interval = False, CHECK_INTERVAL
                        lease.release_successor()
                        pool.release_reserve()
                        return
            woken = False
            for fd, _ in poll.poll(self._check_interval, _EVENTS_AT_ONCE):
                if fd == self._wake_fd:
                    woken = True
                else:
                    readable.append(fd)
            if woken:
                self._take_received()
            if monotonic() >= self._next_check:
                self._check()

    def _take_received(self) -> None:
        """Add the channels that have something to handle already, each once: it may be readable besides."""
        os.eventfd_read(self._wake_fd)
        queued = set(self._readable)
        while self._received:
            fd = self._received.popleft()
            if fd not in queued:
                queued.add(fd)
                self._readable.append(fd)

    def _check(self) -> None:
        """See to channels that are silent, on another thread, since that may block.

        If this comes late, the process stood still (it was stopped, or the laptop closed), and what peers sent
        meanwhile may be a moment away: they are given until the next time.
        """
        now = monotonic()
        self._check_skipped = not self._check_skipped and now - self._next_check > self._check_interval
        self._next_check = now + self._check_interval
        if self._check_skipped:
            return
        for channel in list(self._channels.values()):
            if channel.timed_out():
                pool.run(channel.on_timeout, urgent=True)


def _claim_threads() -> bool:
    """Have all threads that reading needs whatever happens: one for the timers, the reserve, the leader and one to
    succeed it."""
    if not (timers.start() and pool.keep_reserve()):
        return False
    if pool.claim():
        if pool.claim():
            return True
        pool.release_claim()
    pool.release_reserve()
    return False


reactor = Reactor()
fork.reset_in_child(reactor.reset)
