"""New connections, spread over the workers of one address.

All of them wait for connections on the same socket, and whoever is quicker takes a new one: of a burst of calls that
may be the same one again and again. So each tells the others how many connections it has, in memory that they share,
and one that has more than another lets that one go first. It does so for a moment only: one that hangs keeps nobody
from being served.
"""

from __future__ import annotations

import mmap
import select
import time
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import socket

#: seconds that a worker lets one with fewer connections go first, and between two looks whether that has
PATIENCE, _LOOK_EVERY = 0.002, 0.0002
#: seconds in which it lets nobody go first, once somebody did not go; twice as many each time that this happens again
_IMPATIENT_FOR, _IMPATIENT_FOR_MOST = 0.002, 0.064
#: seconds that a worker waits for those that start with it: else the first one would have all calls that come meanwhile
START_PATIENCE, _LOOK_FOR_START_EVERY = 1.0, 0.001
#: one of this many connections that a worker has may be above what another one has: from there on evenness is not worth
#: the wait
_EVEN_ENOUGH = 16
#: workers at most that are told of; further ones take what comes
_MOST = 256
#: in place of a number of connections: nobody accepts them; somebody will soon
_NOBODY, _STARTING = 2**32 - 1, 2**32 - 2


class WorkerLoads:
    """How many connections each worker has.

    It is made, and its places are given, in the process that starts the workers.

    Args:
        starting: How many workers are about to be started.
    """

    def __init__(self, starting: int) -> None:
        # each number has one writer, its worker; one that reads while it is written reads the old or the new one
        self.counts = memoryview(mmap.mmap(-1, 4 * _MOST)).cast("I")
        for place in range(_MOST):
            self.counts[place] = _STARTING if place < starting else _NOBODY
        self._free = set(range(_MOST))

    def reserve(self) -> int | None:
        """Give a place to a worker that is about to be started.

        Returns:
            The place; None if there is none left.
        """
        if not self._free:
            return None
        place = min(self._free)  # those of the first workers are marked already
        self._free.discard(place)
        self.counts[place] = _STARTING
        return place

    def release(self, place: int) -> None:
        """Note that a worker has ended.

        Args:
            place: Its place.
        """
        self.counts[place] = _NOBODY
        self._free.add(place)


class Balancer:
    """One worker's part in the spreading.

    Args:
        loads: What the workers share.
        place: The place of this one.
        count: Counts its connections.
    """

    def __init__(self, loads: WorkerLoads, place: int, count: Callable[[], int]) -> None:
        self._counts = loads.counts
        self.place = place
        self._count = count
        self._patient_from = 0.0  # monotonic seconds
        self._impatient_for = _IMPATIENT_FOR

    def begin(self) -> None:
        """Take part, once the workers that start at the same time do as well.

        Blocks: 1 s at most.
        """
        self._counts[self.place] = self._count()
        deadline = monotonic() + START_PATIENCE
        while _STARTING in self._counts and monotonic() < deadline:
            time.sleep(_LOOK_FOR_START_EVERY)  # other processes tell by a number in memory: nothing wakes for it

    def leave(self) -> None:
        """Take part no more: this worker accepts no further connections.

        Threads: any, and signal handlers.
        """
        self._count = lambda: _NOBODY
        self._counts[self.place] = _NOBODY

    def accepting(self, accept: Callable[..., Any]) -> Callable[..., Any]:
        """Return what lets others go first and then does as ``accept``.

        Args:
            accept: Accepts a connection; the listening socket is its last argument. Another worker may have been
                quicker.
        """

        def accept_in_turn(*args: Any) -> Any:
            self.let_others_go_first(args[-1])
            try:
                return accept(*args)
            finally:
                self._counts[self.place] = self._count()

        return accept_in_turn

    def let_others_go_first(self, listener: socket.socket) -> None:
        """Leave a connection that waits to a worker that has fewer.

        Args:
            listener: Where it waits.
        Blocks: until that has taken it, 2 ms at most.
        """
        counts = self._counts
        mine = counts[self.place] = self._count()
        least = min(counts)
        if not _is_more(mine, least) or (now := monotonic()) < self._patient_from:
            return
        poll = select.poll()
        poll.register(listener.fileno(), select.POLLIN)
        while poll.poll(0):
            if monotonic() >= now + PATIENCE:
                if min(counts) <= least:
                    self._patient_from = monotonic() + self._impatient_for
                    self._impatient_for = min(2 * self._impatient_for, _IMPATIENT_FOR_MOST)
                return
            time.sleep(_LOOK_EVERY)  # as in ``begin``; this thread accepts connections and serves none
            if not _is_more(mine, min(counts)):
                break
        self._impatient_for = _IMPATIENT_FOR


def _is_more(mine: int, least: int) -> bool:
    return mine > least + least // _EVEN_ENOUGH
