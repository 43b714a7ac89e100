"""One connection: what comes of it goes to its sink, in order, whoever reads.

Its turn says who: one thread at a time has it. As a rule that is the thread that leads all connections
(:mod:`.reactor`); while a callback waits for messages of its own connection it is the callback's; with gevent, TLS, and
systems without epoll, it is the server's thread for this connection, which then runs no callbacks.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Protocol

from .channel import Channel
from .lease import ReadLease, current
from .reactor import reactor
from .timers import timers

__all__ = ["Reader", "Sink", "Source"]

log = logging.getLogger("jambonz_sync.runtime")

#: seconds that one connection may have messages handled before all others that have something to say get their turn
TURN = 0.001
#: seconds between two looks whether there is room again
RESUME_INTERVAL = 0.05


class Source(Protocol):
    """Where messages come from: :class:`jambonz_sync.runtime.websocket.Connection`."""

    #: what the reader has received from it, and not handled yet
    unhandled: Sequence[str | bytes]

    @property
    def closing(self) -> bool: ...

    @property
    def pending(self) -> bool:
        """True if there is something that has been received, and not been given out yet."""
        ...

    @property
    def pollable(self) -> int | None:
        """The descriptor by which one thread can wait for many; None if that cannot be."""

    @property
    def check_interval(self) -> float:
        """How often ``timed_out`` should be asked, in seconds."""
        ...

    def receive(self, into: list[str | bytes]) -> bool:
        """Block until something has come; False when it is over."""
        ...

    def receive_now(self, into: list[str | bytes]) -> bool:
        """The same for what is there already, if anything is."""
        ...

    def timed_out(self) -> bool:
        """Return True if ``on_timeout`` has something to do: the peer has been silent for long."""
        ...

    def on_timeout(self) -> None:
        """Ask the peer whether it is there, or give it up. May block."""

    def gone(self) -> bool:
        """Return True if the peer will send nothing more than what has come."""
        ...


class Sink(Protocol):
    """Takes messages. ``handle`` may run callbacks; ``full`` says that reading must pause; ``on_slow_callback`` is
    called, on another thread or within ``handle``, when a callback goes on for long; ``over`` is called once, when the
    source is over, though callbacks may still run."""

    @property
    def full(self) -> bool: ...

    def handle(self, message: str | bytes, /) -> None: ...

    def on_slow_callback(self) -> None: ...

    def over(self) -> None: ...

    def wait_for_room(self) -> None: ...


class Reader(Channel):
    """Reads ``source`` and feeds ``sink`` until the source is over."""

    __slots__ = ("_inbox", "_sink", "_source", "_when_over")

    def __init__(self, source: Source, sink: Sink) -> None:
        super().__init__(check_interval=source.check_interval)
        self._source = source
        self._sink = sink
        # the next one last, which is the quick end of a list: a deque would take ten times the memory. It belongs to
        # the thread whose turn it is
        self._inbox: list[str | bytes] = []
        source.unhandled = self._inbox
        self._when_over: Callable[[], object] = bool

    def serve(self) -> None:
        """Block until the connection is over. Called once, by the server's thread for this connection."""
        done = threading.Lock()
        done.acquire()
        if self.start(done.release):
            done.acquire()
        else:
            self._alone()

    def start(self, when_over: Callable[[], object]) -> bool:
        """Have the connection read, until ``when_over`` is called: nobody reads any more then. Does not block. False
        where the connection needs a thread of its own: then :meth:`serve`."""
        fd = self._source.pollable
        if fd is None:
            return False
        self.fd = fd
        self._when_over = when_over
        try:
            reactor.add(self)
        except OSError as exc:
            log.warning("a connection cannot be polled with the others, and has a thread of its own: %s", exc)
            self.fd, self._when_over = -1, bool
            return False
        return True

    def has_more(self) -> bool:
        return bool(self._inbox) or self._source.pending

    def on_slow_callback(self) -> None:
        self._sink.on_slow_callback()

    def timed_out(self) -> bool:
        return self._source.timed_out()

    def on_timeout(self) -> None:
        self._source.on_timeout()

    # -- these need the turn

    def step(self, lease: ReadLease) -> None:
        """Handle what has come, for a moment: what is left then, other connections go before. Blocks as long as
        callbacks do; where the lease is revoked meanwhile, the rest is left to whoever has the turn next."""
        inbox, handle = self._inbox, self._sink.handle
        try:
            if not inbox:
                if not self._source.receive_now(inbox):
                    self._finish()
                    return
                if len(inbox) > 1:
                    inbox.reverse()
            while inbox:
                handle(inbox.pop())
                if lease.revoked:
                    return
                if inbox and monotonic() - lease.since > TURN:
                    break
            if self._sink.full and self._must_pause():
                lease.detach()
                self._resume_later()
        except BaseException as exc:  # the other connections go on
            log.error("a connection could not be read on", exc_info=exc)
            if lease.holds_turn:
                self._finish()

    def read(self, until: Callable[[], object] | None) -> None:
        """Read until ``until()`` is true, or the source is over; and handle all that came along. Blocks."""
        inbox, sink, source = self._inbox, self._sink, self._source
        try:
            while until is None or not until():
                while sink.full and not source.closing:
                    sink.wait_for_room()
                if not inbox:
                    if not source.receive(inbox):
                        self._finish()
                        return
                    inbox.reverse()
                while inbox:
                    sink.handle(inbox.pop())
        except BaseException:
            self._finish()
            raise

    def _alone(self) -> None:
        current.lease = ReadLease()
        try:
            self.read(None)
        finally:
            current.lease = None

    def _must_pause(self) -> bool:
        # a peer that has gone leaves no more than what has come, and callbacks want to know
        return self._sink.full and not self._source.closing and not self._source.gone()

    def _resume_later(self) -> None:
        """Read on when there is room for what comes. Needs no thread to wait for that."""
        timers.call_later(RESUME_INTERVAL, self._resume)

    def _resume(self) -> None:
        if self._must_pause():
            self._resume_later()
        else:
            self.release_turn()

    def _finish(self) -> None:
        if self.over:
            return
        self.over = True
        if self.fd >= 0:
            reactor.remove(self)
        self._when_over()
        self._sink.over()
