"""One connection: what comes of it goes to its sink, in order, whoever reads.

Its turn says who: one thread at a time has it. As a rule that is the thread that leads all connections
(:mod:`.reactor`); while a callback waits for messages of its own connection it is the callback's; with gevent, TLS, and
systems without epoll, it is the server's thread for this connection, which then runs no callbacks.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from typing import Protocol

from .lease import ReadLease, here
from .reactor import Channel, reactor
from .timers import run_surely

log = logging.getLogger("jambonz_sync.runtime")


class Source(Protocol):
    """Where messages come from: :class:`jambonz_sync.runtime.websocket.Connection`."""

    @property
    def closing(self) -> bool: ...

    @property
    def pollable(self) -> int | None:
        """The descriptor by which one thread can wait for many; None if that cannot be."""

    @property
    def look_every(self) -> float:
        """How often ``neglected`` should be asked, in seconds."""
        ...

    def receive(self, into: deque[str | bytes]) -> bool:
        """Block until something has come; False when it is over."""
        ...

    def receive_now(self, into: deque[str | bytes]) -> bool:
        """The same for what is there already, if anything is."""
        ...

    def neglected(self) -> bool:
        """Whether ``attend`` has something to do: the peer has been silent for long."""
        ...

    def attend(self) -> None:
        """Ask the peer whether it is there, or give it up. May block."""

    def gone(self) -> bool:
        """Whether the peer will send nothing more than what has come."""
        ...


class Sink(Protocol):
    """What takes messages. ``handle`` may run callbacks; ``full`` says that reading must pause; ``held`` is called,
    on another thread or within ``handle``, when a callback goes on for long; ``over`` is called once, when the source
    is over, though callbacks may still run."""

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
        super().__init__(look_every=source.look_every)
        self._source = source
        self._sink = sink
        self._inbox: deque[str | bytes] = deque()  # belongs to the thread whose turn it is
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
            log.warning("a connection needs a thread of its own: %s", exc)
            self.fd, self._when_over = -1, bool
            return False
        return True

    def has_more(self) -> bool:
        return bool(self._inbox)

    def on_slow_callback(self) -> None:
        self._sink.on_slow_callback()

    def neglected(self) -> bool:
        return self._source.neglected()

    def attend(self) -> None:
        self._source.attend()

    # -- these want the turn

    def step(self, lease: ReadLease) -> None:
        """Handle what has come. Blocks as long as callbacks do; where ``lead`` is lost meanwhile, the rest is left to
        whoever has the turn next."""
        inbox, handle = self._inbox, self._sink.handle
        try:
            if not inbox and not self._source.receive_now(inbox):
                self._finish()
                return
            while inbox:
                handle(inbox.popleft())
                if lease.revoked:
                    return
            if self._sink.full and not self._source.closing:
                self._pause(lease)
        except BaseException as exc:  # the other connections go on
            log.error("a connection could not be read on", exc_info=exc)
            if lease.holds:
                self._finish()

    def read(self, until: Callable[[], object] | None) -> None:
        """Read until ``until()`` is true, or the source is over; and handle all that came along. Blocks."""
        inbox, sink, source = self._inbox, self._sink, self._source
        try:
            while until is None or not until():
                while sink.full and not source.closing:
                    sink.wait_for_room()
                if not inbox and not source.receive(inbox):
                    self._finish()
                    return
                while inbox:
                    sink.handle(inbox.popleft())
        except BaseException:
            self._finish()
            raise

    def _alone(self) -> None:
        here.lease = ReadLease()
        try:
            self.read(None)
        finally:
            here.lease = None

    def _pause(self, lease: ReadLease) -> None:
        """Too much waits for callbacks: read on when there is room again."""
        lease.detach()
        run_surely(self._wait_for_room, "wait")

    def _wait_for_room(self) -> None:
        # a peer that has gone leaves no more than what has come, and callbacks want to know
        while self._sink.full and not self._source.closing and not self._source.gone():
            self._sink.wait_for_room()
        self.pass_on()

    def _finish(self) -> None:
        if self.over:
            return
        self.over = True
        if self.fd >= 0:
            reactor.remove(self)
        self._when_over()
        self._sink.over()
