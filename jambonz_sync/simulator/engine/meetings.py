"""Where calls meet: the queues that they share, and the talk of those who were brought together there.

Each call is run in a thread of its own. What is shared is guarded by one lock; what belongs to a call is done in its
thread, by :attr:`.Party.tell`.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from .conferences import Conferences
from .flow import Future
from .party import Party

__all__ = ["Bridge", "Meeting", "Queues", "Ticket"]

#: the priority of those who have none; the lowest number comes first
_PRIORITY = 999.0


class Bridge:
    """Two parties who are connected, until one of them leaves."""

    def __init__(self, one: Party, other: Party) -> None:
        self._other = {one: other, other: one}
        # each set in the thread of its party
        self._over = {one: Future(), other: Future()}

    def other(self, party: Party) -> Party:
        """Return whom a party is connected with."""
        return self._other[party]

    def over(self, party: Party) -> Future:
        """Return what is known to a party once the other has left."""
        return self._over[party]

    def leave(self, party: Party) -> None:
        """Let a party leave; does nothing the second time. Threads: that of the party."""
        other = self._other[party]
        other.tell(self._over[other].set)


@dataclass(eq=False)
class Ticket:
    """A place of a party in a queue.

    Args:
        party: The party.
        priority: The lowest comes first.
        matched: Known to the party, with the bridge, once somebody has taken it out of the queue.
    """

    party: Party
    priority: float = _PRIORITY
    matched: Future = field(default_factory=Future)
    #: set with the lock of the queues held, before the party is told: the bridge, who takes it, and how many stay
    bridge: Bridge | None = None
    taken_by: Mapping[str, Any] = field(default_factory=dict[str, Any])
    left_behind: int = 0


class Queues:
    """The queues that calls share. Threads: any."""

    def __init__(self, lock: AbstractContextManager[object]) -> None:
        """Make them, with nobody in them.

        Args:
            lock: Guards who is where; held for a moment only.
        """
        self._lock = lock
        self._waiting: dict[str, list[Ticket]] = {}

    def wait_in_queue(self, name: str, party: Party, priority: float | None = None) -> Ticket:
        """Let a party wait in a queue until it is taken out of it."""
        ticket = Ticket(party, _PRIORITY if priority is None else priority)
        with self._lock:
            queue = self._waiting.setdefault(name, [])
            queue.append(ticket)
            queue.sort(key=lambda each: each.priority)
        return ticket

    def take_from_queue(self, name: str, party: Party, call_sid: str | None = None) -> Bridge | None:
        """Connect a party with whoever is first in a queue, or with one call. Returns None if nobody waits there."""
        with self._lock:
            queue = self._waiting.get(name, [])
            ticket = next((each for each in queue if call_sid in (None, each.party.leg.call_sid)), None)
            if ticket is None:
                return None
            queue.remove(ticket)
            ticket.bridge = bridge = Bridge(ticket.party, party)
            ticket.taken_by, ticket.left_behind = party.leg.describe(), len(queue)
            ticket.party.tell(partial(ticket.matched.set, bridge))
            return bridge

    def place(self, name: str, ticket: Ticket) -> tuple[int, int]:
        """Return how many wait in a queue, and how many of them are before this one."""
        with self._lock:
            queue = self._waiting.get(name, [])
            return len(queue), queue.index(ticket) if ticket in queue else 0

    def give_up(self, name: str, ticket: Ticket) -> bool:
        """Let a party leave a queue. Returns False if it has been connected meanwhile."""
        with self._lock:
            queue = self._waiting.get(name, [])
            if ticket in queue:
                queue.remove(ticket)
            return ticket.bridge is None

    def withdraw(self, name: str, ticket: Ticket) -> None:
        """Let a party leave a queue, or whom it was connected with there. Threads: that of the party."""
        if not self.give_up(name, ticket) and ticket.bridge is not None:
            ticket.bridge.leave(ticket.party)


@dataclass(eq=False)
class Meeting:
    """What a call shares with those that it meets.

    Args:
        party: The call itself.
        queues: The queues of the account.
        conferences: Its conferences.
    """

    party: Party
    queues: Queues
    conferences: Conferences
