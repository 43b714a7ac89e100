"""The right to read, and how a thread loses it while it is in a callback: nobody must wait for that.

Waking another thread for each message costs more than handling the message. So one thread, the leader, waits for all
connections and runs the callbacks itself. Only when one has run for a couple of milliseconds (the timers see it),
enters a blocking call of ours (:func:`allow_handover`), or is known to be slow, does another thread take over. A
:class:`ReadLease` is in one or several of these states:

    ===================  ===========================  =======================================================
    state                its thread                   ends
    ===================  ===========================  =======================================================
    ``is_leader``        waits for all connections    as soon as what it does takes long
    ``holds_turn``       may read one connection      with the message; in a callback, as soon as that takes long
    ``reads_for_itself`` reads its own connection in  when what it waits for has come
                         a callback, and no other
    ===================  ===========================  =======================================================

The turn is given up in a callback only: its message has its place in a queue then, so none can overtake it. A leader
runs a callback only if an idle thread is set aside to succeed it; where there is none, the callback waits for a thread,
and the leader reads on.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from time import monotonic, thread_time
from typing import Any, Protocol

from . import fork
from .handlers import name_of
from .pool import pool
from .timers import TICK, timers

__all__ = ["ReadLease", "Readable", "allow_handover", "current", "read_until"]

log = logging.getLogger("jambonz_sync.runtime")

#: a callback that held its reader up hands over before it begins, until it has been quick so many times running: a
#: machine that stands still makes any callback look slow, and some are slow now and then
QUICK_RUNS_TO_TRUST = 50
#: slow callbacks that are remembered
MAX_SLOW_CALLBACKS = 1000

#: seconds of processor time in one run, and the share of its time, from which on a callback is said to compute
COMPUTES, COMPUTES_SHARE = 0.1, 0.02

_slow_callbacks: dict[object, int] = {}  # key of a callback -> how often it has to be quick to be trusted again
_computing_callbacks: set[object] = set()  # keys of those that the log has named


class Readable(Protocol):
    """A connection that one thread at a time may read: whoever has its turn."""

    over: bool

    def take_turn(self) -> bool:
        """Take the turn if it is free. Never blocks."""
        ...

    def release_turn(self) -> None:
        """Give the turn back."""

    def read(self, until: Callable[[], object] | None) -> None:
        """Read, with the turn, until ``until()`` is true. Blocks."""

    def on_slow_callback(self) -> None:
        """Take note that a callback goes on for long."""


class _CurrentThread(threading.local):
    lease: ReadLease | None = None


current = _CurrentThread()


class ReadLease:
    """The right of one thread to read connections, and how it loses it.

    ``is_leader``: this thread polls all connections. ``_turn``: it may read one connection. Another thread revokes the
    lease when a callback has run for ``TICK`` seconds; exactly one thread wins, because the winner is who pops the
    lease from ``TimerThread.running``. Written by its own thread, except for ``revoked``, ``is_leader``, ``_turn`` and
    ``_successor``, which the winner writes too. The last two are lists of at most one element: who pops it may use it.
    """

    __slots__ = (
        "_callback_key",
        "_cpu_before",
        "_handed_over_early",
        "_run_leader",
        "_slow_callback_noted",
        "_successor",
        "_turn",
        "in_callback",
        "is_leader",
        "native_id",
        "reader",
        "reads_for_itself",
        "revoked",
        "since",
    )

    def __init__(self, run_leader: Callable[[], object] | None = None, *, has_successor: bool = False) -> None:
        """Make the lease of this thread: the leader's, whose successor runs ``run_leader``; without it that of one that
        reads one connection only. ``has_successor``: a thread of the pool is claimed already."""
        self._run_leader = run_leader
        self.native_id = threading.get_native_id()
        self.is_leader = run_leader is not None
        self.reads_for_itself = run_leader is None
        self._successor = [None] * has_successor
        self._turn: list[Readable] = []
        self.reader: Readable | None = None
        self.since = 0.0
        self.in_callback = False
        self.revoked = False
        self._slow_callback_noted = False
        self._callback_key: object = None
        self._handed_over_early = False
        self._cpu_before = 0.0

    # -- by its own thread

    def acquire(self, reader: Readable) -> None:
        """Take note that this thread has the turn of ``reader``, until :meth:`release`."""
        self.reader = reader
        self._turn = [reader]

    def release(self) -> None:
        """Give the turn back, unless that has been done already; and keep nothing of the connection, which may be over
        long before this thread gets another one."""
        _release_turn(self._turn)
        self.reader = None

    def detach(self) -> None:
        """Leave the turn taken: another thread will give it back."""
        self._turn = []

    @property
    def holds_turn(self) -> bool:
        """True if this thread may read :attr:`reader`."""
        return bool(self._turn)

    def _claim_successor(self) -> bool:
        if not pool.claim():
            return not self.is_leader  # it may have been revoked meanwhile
        self._successor.append(None)
        if self.revoked:  # looked at last, as the winner sets it first: one of the two sees the claim
            self.release_successor()
        return True

    def release_successor(self) -> None:
        """Give back the thread that was set aside, if there is one."""
        try:
            self._successor.pop()
        except IndexError:
            return  # it has succeeded
        pool.release_claim()

    # -- by whoever took the lease from ``timers.running``

    def hand_over(self) -> None:
        """Let others read: this callback has been seen to take long, and will be remembered."""
        if self.in_callback and self._callback_key is not None:
            if len(_slow_callbacks) >= MAX_SLOW_CALLBACKS:
                _slow_callbacks.clear()
            _slow_callbacks[self._callback_key] = QUICK_RUNS_TO_TRUST
        self.revoke()

    def revoke(self) -> None:
        """Leave what is left to do to others."""
        turn = self._turn  # before ``revoked``: a callback that sees that may take its turn anew
        self.revoked = True  # before ``in_callback`` is looked at: the thread itself does it the other way round
        try:
            if self.in_callback:
                self._give_up_turn(turn)
        finally:
            self.step_down()

    def step_down(self) -> None:
        """Have another thread be the leader, if this one is."""
        if not self.is_leader:
            return
        self.is_leader = False
        assert self._run_leader is not None
        try:
            self._successor.pop()
        except IndexError:  # it was busy outside of a callback: the reserve is for such moments
            pool.run(self._run_leader, urgent=True)
        else:
            pool.run_claimed(self._run_leader)

    def _give_up_turn(self, turn: list[Readable]) -> None:
        reader = self.reader
        try:
            if reader is not None and not self._slow_callback_noted:
                self._slow_callback_noted = True
                reader.on_slow_callback()
        except Exception:  # neither the callback nor the leader, on whose threads this runs, can do without the rest
            log.exception("a callback that goes on for long could not be noted")
        finally:
            _release_turn(turn)

    # -- around callbacks, by its own thread

    def run_callback(self, key: object, run: Callable[..., object], *args: Any) -> bool:
        """Run a callback, if reading goes on meanwhile however long it takes: others may take the turn until it ends.

        Args:
            key: Stands for all that will be as slow as this one.
            run: Runs it, with ``args``.
        Returns:
            False if it must run on another thread.
        Blocks: as long as it runs.
        """
        if self.reads_for_itself or not (self._successor or not self.is_leader or self._claim_successor()):
            return False
        self._callback_key = key
        self.in_callback = True
        if self.revoked:
            self._give_up_turn(self._turn)
        elif _slow_callbacks and key in _slow_callbacks and timers.unwatch(self):
            self._handed_over_early = True
            self._cpu_before = thread_time()
            self.revoke()
        try:
            run(*args)
        finally:
            self.in_callback = self._slow_callback_noted = False
            if self._handed_over_early:
                self._handed_over_early = False
                self._learn(monotonic() - self.since)
        return True

    def _learn(self, seconds: float) -> None:
        """Take note of how long a callback took that was known to be slow."""
        key = self._callback_key
        was_slow = seconds > TICK
        if seconds > COMPUTES and key not in _computing_callbacks:
            self._see_if_it_computes(seconds)
        runs_to_trust = QUICK_RUNS_TO_TRUST if was_slow else _slow_callbacks.get(key, 0) - 1
        if runs_to_trust > 0:
            _slow_callbacks[key] = runs_to_trust
        else:
            _slow_callbacks.pop(key, None)

    def _see_if_it_computes(self, seconds: float) -> None:
        computed = thread_time() - self._cpu_before
        if computed > max(COMPUTES, COMPUTES_SHARE * seconds):
            if len(_computing_callbacks) < MAX_SLOW_CALLBACKS:
                _computing_callbacks.add(self._callback_key)
            log.warning(
                "%s has computed for %.2f s, which slows all calls of this process: more workers help",
                name_of(self._callback_key),
                computed,
            )

    def read_until(self, reader: Readable, until: Callable[[], object]) -> bool:
        """See :func:`read_until`."""
        if timers.unwatch(self):
            self.revoked = True
            self.step_down()
        elif self.holds_turn or not reader.take_turn():  # it holds what another thread is about to give up
            return bool(until())
        else:
            self.acquire(reader)
        self.in_callback, self.reads_for_itself = False, True
        try:
            reader.read(until)
            return not reader.over or bool(until())
        finally:
            self.in_callback, self.reads_for_itself = True, False
            self._slow_callback_noted = False
            if not reader.over:
                timers.watch(self)


def _release_turn(turn: list[Readable]) -> None:
    try:
        reader = turn.pop()
    except IndexError:
        return  # another thread was quicker
    reader.release_turn()


def allow_handover() -> None:
    """Hand this thread's reading over: what follows may take long.

    Cheap where there is nothing to hand over, so every blocking call of ours begins with it.
    """
    lease = current.lease
    if lease is not None and lease.in_callback and timers.unwatch(lease):
        lease.revoke()


def read_until(until: Callable[[], object]) -> bool:
    """Within a callback: read this thread's connection, and handle what comes, until ``until()`` is true.

    Callbacks that messages call for run on other threads meanwhile. Where another thread has taken reading over, it is
    taken back.

    Args:
        until: Handling a message must make it true: nothing but a message, or the end of the connection, ends the wait.
    Returns:
        False if this thread is none that may read, or another one is just at it: then wait as usual, after
        :func:`allow_handover`.

    Blocks: until then.  Threads: any.
    """
    lease = current.lease
    if lease is None or not lease.in_callback or (reader := lease.reader) is None:
        return False
    return lease.read_until(reader, until)


def _forget() -> None:
    current.lease = None


fork.reset_in_child(_forget)
