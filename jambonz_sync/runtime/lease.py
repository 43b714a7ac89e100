"""What a thread that reads owes to others while it is in a callback: nobody must wait for it.

Waking another thread for each message costs more than handling the message. So one thread, the leader, waits
for all connections and runs the callbacks itself. Only when one has run for a couple of milliseconds (the timers
sees it), enters a blocking call of ours (:func:`allow_handover`), or is known to block, does a spare thread take
over. What a :class:`ReadLease` may have, and who takes it:

    ==========  ===========================  =======================================================
    it          what that means              ends
    ==========  ===========================  =======================================================
    leads       waits for all connections    as soon as what it does takes long
    holds       the turn to read one         with the message; in a callback, as soon as that takes long
    waiting     a callback reads its own     when what it waits for has come
                connection, and no other
    ==========  ===========================  =======================================================

The turn is given up in a callback only: its message has its place in a lane then, so none can overtake it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

from .timers import TICK, timers

if TYPE_CHECKING:
    from .reactor import Channel

#: a callback that held its reader up hands over before it begins, until it has been quick so many times running: a
#: machine that stands still makes any callback look slow, and some are slow now and then
_MEMORY = 50
#: callbacks that are remembered
_MOST = 1000

_blocks: dict[object, int] = {}  # what is known to block -> how often it has to be quick to be trusted again


class _Here(threading.local):
    lease: ReadLease | None = None


here = _Here()


class ReadLease:
    """See the module. ``promote`` makes another thread the leader. ``lost`` once others do what this thread did."""

    __slots__ = (
        "_early",
        "_key",
        "_promote",
        "_told",
        "_turn",
        "inside",
        "is_leader",
        "reader",
        "revoked",
        "since",
        "waiting",
    )

    def __init__(self, promote: Callable[[], object] | None = None) -> None:
        self._promote = promote
        self.is_leader = promote is not None
        self.waiting = promote is None
        self._turn: list[Channel] = []  # the one that it holds: whoever gives it back pops it, so that one does
        self.reader: Channel | None = None
        self.since = 0.0
        self.inside = False
        self.revoked = False
        self._told = False
        self._key: object = None
        self._early = False  # whether this callback handed over before it began

    def acquire(self, reader: Channel) -> None:
        """This thread has the turn of ``reader``, until :meth:`release`."""
        self.reader = reader
        self._turn = [reader]

    def release(self) -> None:
        """Give the turn back, if it has not been given back yet."""
        _give_back(self._turn)

    @property
    def holds(self) -> bool:
        return bool(self._turn)

    def detach(self) -> None:
        """The turn stays taken: another thread gives it back."""
        self._turn = []

    def hand_over(self) -> None:
        """What this thread does takes long: the timers has seen it."""
        if self.inside and self._key is not None:
            if len(_blocks) >= _MOST:
                _blocks.clear()
            _blocks[self._key] = _MEMORY
        self.revoke()

    def revoke(self) -> None:
        """Leave to others what is left to do. Called by whoever took this lease from the timers."""
        turn = self._turn  # before ``lost``: a callback that sees that may take its turn anew
        self.revoked = True  # before ``inside`` is looked at: the thread itself does it the other way round
        try:
            if self.inside:
                self._give_up(turn)
        finally:
            self.step_down()

    def give_up_turn(self) -> None:
        """In a callback: let others read its connection."""
        self._give_up(self._turn)

    def _give_up(self, turn: list[Channel]) -> None:
        reader = self.reader
        try:
            if reader is not None and not self._told:
                self._told = True
                reader.on_slow_callback()
        finally:
            _give_back(turn)

    def step_down(self) -> None:
        if self.is_leader:
            self.is_leader = False
            assert self._promote is not None
            self._promote()


def _give_back(turn: list[Channel]) -> None:
    try:
        reader = turn.pop()
    except IndexError:
        return  # another thread was quicker
    reader.pass_on()


def enter_callback(key: object = None) -> ReadLease | None:
    """A callback begins on this thread: if it is one that reads, others may take over from now on, until
    :func:`leave_callback`. ``key`` stands for all callbacks that will be as slow as this one. None for a thread that
    does not read, and within another callback of it."""
    lease = here.lease
    if lease is None or lease.inside:
        return None
    lease._key = key
    lease.inside = True
    if lease.revoked:
        lease.give_up_turn()
    elif _blocks and key in _blocks and timers.leave(lease):
        lease._early = True
        lease.revoke()
    return lease


def leave_callback(lease: ReadLease) -> None:
    lease.inside = lease._told = False
    if lease._early:
        lease._early = False
        left = _MEMORY if monotonic() - lease.since > TICK else _blocks.get(lease._key, 0) - 1
        if left > 0:
            _blocks[lease._key] = left
        else:
            _blocks.pop(lease._key, None)


def allow_handover() -> None:
    """Hand this thread's reading over: what follows may take long. Cheap where there is nothing to hand over, so every
    blocking call of ours begins with it."""
    lease = here.lease
    if lease is not None and lease.inside and timers.leave(lease):
        lease.revoke()


def read_until(until: Callable[[], object]) -> bool:
    """Within a callback: read this thread's connection, and handle what comes, until ``until()`` is true. Handling a
    message must make it so: nothing but a message, or the end of the connection, ends the wait. Callbacks that messages
    call for run on other threads meanwhile. Where another thread has taken reading over, it is taken back.

    False if this thread is none that may read, or another one is just at it: then wait as usual, after
    :func:`allow_handover`.
    """
    lease = here.lease
    if lease is None or not lease.inside or (reader := lease.reader) is None:
        return False
    if timers.leave(lease):
        lease.revoked = True
        lease.step_down()
    elif lease.holds or not reader.take():  # it holds what another thread is about to give up
        return bool(until())
    else:
        lease.acquire(reader)
    lease.inside, lease.waiting = False, True
    try:
        reader.read(until)
        return not reader.over or bool(until())
    finally:
        lease.inside, lease.waiting = True, False
        lease._told = False
        if not reader.over:
            timers.enter(lease)


def waits_here() -> bool:
    """Whether this thread reads for itself, so that a callback on it would hold it up."""
    lease = here.lease
    return lease is not None and lease.waiting
