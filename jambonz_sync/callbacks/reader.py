"""Who reads a connection: the server's own thread, or a spare one while a callback holds it.

Waking another thread for each message costs more than handling the message. So the thread that reads also
runs what has arrived. Only when a callback has run for a couple of milliseconds (the watcher sees it), or
enters a blocking call of ours (:func:`about_to_block`), is reading handed on:

    ============  =======================================  ===============================================
    home thread   spare thread                             handed on by
    ============  =======================================  ===============================================
    reads         (none)
    in callback   reads                                    watcher, or the callback as it blocks
    parked        reads, until the next message is done    the callback has returned
    reads         back in the pool                         the spare thread, between two messages
    ============  =======================================  ===============================================

A spare thread whose own callback takes long hands reading on in the same way, to the home thread if that is
parked. However it goes, one thread at a time reads, and messages are handed out in the order of arrival.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from typing import Protocol

from .watcher import spares, watcher

log = logging.getLogger("jambonz_sync.callbacks")

#: seconds until the next try, where the system has no thread for reading
_NO_THREAD = 0.1


class Source(Protocol):
    """Where messages come from: :class:`jambonz_sync.transport.Connection`."""

    @property
    def closing(self) -> bool: ...

    def receive(self, into: deque[str | bytes]) -> bool: ...


class Sink(Protocol):
    """What takes messages. ``handle`` may run callbacks; ``full`` says that reading must pause; ``held`` is called,
    on another thread or within ``handle``, when a callback goes on for long; ``over`` is called once, when the source
    is over, though callbacks may still run."""

    @property
    def full(self) -> bool: ...

    def handle(self, message: str | bytes, /) -> None: ...

    def held(self) -> None: ...

    def over(self) -> None: ...

    def wait_for_room(self) -> None: ...


class _Here(threading.local):
    lead: Lead | None = None


_here = _Here()


class Lead:
    """One thread's turn at reading. ``inside`` while a callback holds it, ``lost`` once somebody else reads."""

    __slots__ = ("inside", "lost", "reader", "since", "spare")

    def __init__(self, reader: Reader, *, spare: bool) -> None:
        self.reader = reader
        self.spare = spare
        self.since = 0.0
        self.inside = False
        self.lost = False

    def hand_over(self) -> None:
        self.reader.promote()


def enter_callback() -> Lead | None:
    """A callback begins on this thread: if it is one that reads, reading may be handed on from now on, until
    :func:`leave_callback`. None for a thread that does not read, and within another callback of it."""
    lead = _here.lead
    if lead is None or lead.inside or lead.lost:
        return None
    lead.inside = True
    watcher.enter(lead)
    return lead


def leave_callback(lead: Lead) -> None:
    lead.inside = False
    if not watcher.leave(lead):
        lead.lost = True


def about_to_block() -> None:
    """Hand the reading of this thread's session on: what follows may take long. Cheap where there is nothing to
    hand on, so every blocking call of ours begins with it."""
    lead = _here.lead
    if lead is not None and lead.inside and watcher.leave(lead):
        lead.hand_over()


class Reader:
    """Reads ``source`` and feeds ``sink`` until the source is over."""

    __slots__ = ("_bell", "_inbox", "_lock", "_over", "_parked", "_sink", "_source")

    def __init__(self, source: Source, sink: Sink) -> None:
        self._source = source
        self._sink = sink
        self._inbox: deque[str | bytes] = deque()  # belongs to the thread that reads
        self._lock = threading.Lock()  # guards _parked and _over
        self._bell = threading.Lock()  # what the parked home thread waits for
        self._bell.acquire()
        self._parked = False
        self._over = False

    def serve(self) -> None:
        """Read until the connection is over. Called once, by the server's thread for this connection (home)."""
        while not self._lead(Lead(self, spare=False)) and self._park():
            pass

    def _park(self) -> bool:
        """Wait until there is something to read for the home thread. False if that will never be."""
        with self._lock:
            if self._over:
                return False
            self._parked = True
        self._bell.acquire()
        return not self._over

    def promote(self) -> None:
        """Let another thread read: the home thread if it is parked, else a spare one."""
        try:
            self._sink.held()
        finally:
            self._hand_on()

    def _hand_on(self) -> None:
        if self._give_back():
            return
        try:
            spares.run(self._follow)
        except RuntimeError as exc:
            log.warning("no thread to read on with: %s", exc)
            watcher.call_later(_NO_THREAD, self._hand_on)

    def _follow(self) -> None:
        self._lead(Lead(self, spare=True))

    def _lead(self, lead: Lead) -> bool:
        _here.lead = lead
        try:
            return self._read(lead)
        except BaseException:
            if not lead.lost:  # nobody else reads, and nobody will
                self._finish()
            raise
        finally:
            _here.lead = None

    def _read(self, lead: Lead) -> bool:
        """Read as the leader. True if the connection is over, False if somebody else reads now."""
        inbox, sink = self._inbox, self._sink
        receive, handle = self._source.receive, sink.handle
        while True:
            if not inbox:
                while sink.full and not self._source.closing:
                    sink.wait_for_room()
                if not receive(inbox):
                    self._finish()
                    return True
            handle(inbox.popleft())
            if lead.lost:
                return False
            if lead.spare and self._parked and self._give_back():
                return False

    def _give_back(self) -> bool:
        with self._lock:
            if not self._parked:
                return False
            self._parked = False
            self._bell.release()
        return True

    def _finish(self) -> None:
        _here.lead = None  # there is no more reading to hand on
        with self._lock:
            self._over = True
        self._give_back()
        self._sink.over()
