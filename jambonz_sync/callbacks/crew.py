"""One thread waits for all connections: the leader, one of the spare threads.

It takes the turn of a connection that has something to say, handles that, and goes on to the next. Where this takes
long, another spare thread leads (:mod:`.lead`), and this one returns to the pool when it is done. Nothing waits for
anything where no connection is up: the last leader ends.
"""

from __future__ import annotations

import logging
import os
import select
import threading
from collections import deque
from time import monotonic
from typing import TYPE_CHECKING, Any

from .lead import Lead, here
from .watcher import spares, watcher

if TYPE_CHECKING:
    from .reader import Reader

log = logging.getLogger("jambonz_sync.callbacks")

#: whether one thread can wait for many connections
POSSIBLE = hasattr(select, "epoll")
_IN, _OUT = 1, 4  # EPOLLIN, EPOLLOUT: a system without them has no use for their values
#: connections that one look takes at most
_AT_ONCE = 64
#: seconds between two looks at silent connections, at most
_LOOK_EVERY = 1.0
#: seconds until the next try, where the system has no thread
_NO_THREAD = 0.1


class Crew:
    """The connections that are read, and the thread that leads."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget everything: in a forked child the threads are gone, and the connections are the parent's."""
        self._lock = threading.Lock()  # guards what follows; held for moments
        self._poll: Any = None
        self._readers: dict[int, Reader] = {}
        self._led = False
        self._look_every = _LOOK_EVERY
        self._look_at = 0.0
        # the leader's own
        self._due: deque[tuple[int, int]] = deque()

    def add(self, reader: Reader) -> None:
        """Read a connection from now on. Does not block."""
        with self._lock:
            if self._poll is None:
                self._poll = select.epoll()
            self._readers[reader.fd] = reader
            self._look_every = min(self._look_every, reader.source.look_every)
            self._poll.register(reader.fd, _IN)
            led, self._led = self._led, True
        if not led:
            self._promote()

    def remove(self, reader: Reader) -> None:
        """Forget a connection, before its descriptor is closed. Its turn is taken."""
        with self._lock:
            self._readers.pop(reader.fd, None)
            self._mute(reader.fd)

    def listen(self, reader: Reader, *, at_once: bool) -> None:
        """Wait again for a connection whose turn is free; ``at_once`` if there is something to handle already."""
        with self._lock:
            if self._readers.get(reader.fd) is not reader:
                return
            reader.muted = False
            events = _IN | _OUT if at_once else _IN  # it can be written to: so the leader comes by
            try:
                self._poll.modify(reader.fd, events)
            except FileNotFoundError:
                self._poll.register(reader.fd, events)

    def _mute(self, fd: int) -> None:
        try:
            self._poll.unregister(fd)
        except FileNotFoundError:
            pass  # it is muted already

    def _take(self, fd: int, events: int) -> Reader | None:
        """The reader of ``fd``, with its turn, unless another thread has that: then its events do not count until it
        is given back."""
        reader = self._readers.get(fd)
        if reader is None:
            return None
        if not reader.take():
            with self._lock:
                if self._readers.get(fd) is not reader:
                    return None
                reader.muted = True
                self._mute(fd)
            if not reader.take():
                return None
        if events & _OUT:
            self.listen(reader, at_once=False)
        return reader

    def _promote(self) -> None:
        try:
            spares.run(self._lead)
        except RuntimeError as exc:
            log.warning("no thread to read with: %s", exc)
            watcher.call_later(_NO_THREAD, self._promote)

    def _lead(self) -> None:
        lead = here.lead = Lead(self._promote)
        try:
            self._lead_on(lead)
        except BaseException:
            lead.step_down()
            raise
        finally:
            here.lead = None

    def _lead_on(self, lead: Lead) -> None:
        due, poll = self._due, self._poll
        while True:
            while due:
                reader = self._take(*due.popleft())
                if reader is None:
                    continue
                lead.hold(reader)
                watcher.enter(lead)
                reader.step(lead)
                lead.release()
                if not watcher.leave(lead) or not lead.leads:
                    return
            if not self._readers:
                with self._lock:
                    if not self._readers:
                        self._led, self._look_every = False, _LOOK_EVERY
                        return
            due.extend(poll.poll(self._look_every, _AT_ONCE))
            if monotonic() >= self._look_at:
                self._look()

    def _look(self) -> None:
        """See to connections that are silent."""
        self._look_at = monotonic() + self._look_every
        for reader in list(self._readers.values()):
            if reader.source.neglected():
                try:
                    spares.run(reader.source.attend)
                except RuntimeError:
                    return  # no thread for it: later


crew = Crew()

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=crew.reset)
