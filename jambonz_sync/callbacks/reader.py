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
parked. A callback that waits for nothing but messages of its own connection reads them itself
(:func:`read_here`): no other thread takes part. However it goes, one thread at a time reads, and messages are
handed out in the order of arrival.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
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
    """One thread's turn at reading. ``inside`` while a callback holds it, ``waiting`` while that callback reads for
    itself, ``lost`` once somebody else reads."""

    __slots__ = ("inside", "lost", "reader", "since", "spare", "waiting")

    def __init__(self, reader: Reader, *, spare: bool) -> None:
        self.reader = reader
        self.spare = spare
        self.since = 0.0
        self.inside = False
        self.waiting = False
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


def read_here(until: Callable[[], object]) -> bool:
    """Within a callback: read this thread's connection, and handle what comes, until ``until()`` is true. Handling a
    message must make it so: nothing but a message, or the end of the connection, ends the wait. Callbacks that messages
    call for run on other threads meanwhile. Where another thread has taken reading over, the home thread takes it back.

    False if this thread is none that may read, or may no longer: then wait as usual, after :func:`about_to_block`.
    """
    lead = _here.lead
    if lead is None or not lead.inside:
        return False
    if not watcher.leave(lead) and (lead.spare or not lead.reader.take_back(until)):
        return bool(until())
    lead.inside, lead.waiting = False, True
    try:
        if lead.reader.read(lead, until):
            lead.lost = True  # there is nothing more to read
        return not lead.lost or bool(until())
    finally:
        lead.inside, lead.waiting = True, False
        if not lead.lost:
            watcher.enter(lead)


def waits_here() -> bool:
    """Whether a callback on this thread reads for itself, so that another one would hold it up."""
    lead = _here.lead
    return lead is not None and lead.waiting


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
        while not self._lead(Lead(self, spare=False)) and self.take_back():
            pass

    def take_back(self, until: Callable[[], object] | None = None) -> bool:
        """Park the home thread until reading is given back to it. False if that will never be, or need not, because
        ``until()`` is true."""
        with self._lock:
            if self._over:
                return False
            self._parked = True
        # asked now: what has made it true before this was seen may have been the last message
        if until is not None and until():
            with self._lock:
                if self._parked:
                    self._parked = False
                    return False
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
            return self.read(lead)
        except BaseException:
            if not lead.lost:  # nobody else reads, and nobody will
                self._finish()
            raise
        finally:
            _here.lead = None

    def read(self, lead: Lead, until: Callable[[], object] | None = None) -> bool:
        """Read as the leader, as long as that is allowed and ``until()`` is false. True if the connection is over."""
        inbox, sink = self._inbox, self._sink
        receive, handle = self._source.receive, sink.handle
        while until is None or not until():
            if lead.spare and self._parked and self._give_back():
                lead.lost = True
                return False
            if not inbox:
                while sink.full and not self._source.closing:
                    sink.wait_for_room()
                if not receive(inbox):
                    self._finish()
                    return True
            handle(inbox.popleft())
            if lead.lost:
                return False
        return False

    def _give_back(self) -> bool:
        with self._lock:
            if not self._parked:
                return False
            self._parked = False
            self._bell.release()
        return True

    def _finish(self) -> None:
        if not waits_here():
            _here.lead = None  # there is no more reading to hand on
        with self._lock:
            self._over = True
        self._give_back()
        self._sink.over()
