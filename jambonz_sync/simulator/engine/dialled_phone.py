"""The phone of somebody who is dialled: what they say, press and send from the moment they are connected."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

from .phone import Phone
from .turns import ConnectionDrop, PhoneRequest, Timed, Turn

__all__ = ["DialledPhone"]


class DialledPhone:
    """Does what somebody who is dialled wants to do, once they and the caller are connected. Not thread-safe.

    Args:
        phone: Takes their turns in time, and has those who listen to them.
    """

    def __init__(self, phone: Phone) -> None:
        self.phone = phone
        self.connected = False
        #: True once their leg is over: they do nothing any more
        self.over = False
        #: what they have done, in seconds from when they were connected
        self.done: list[Timed] = []
        self._connected_at = 0.0
        self._turns: deque[Turn] = deque()
        self._waiting: list[Callable[[], object]] = []
        phone.on_turn = self._keep

    def connect(self) -> None:
        """Begin: they are connected, and what they have wanted to do until now is done."""
        self.connected = True
        self._connected_at = self.phone.clock.now
        waiting, self._waiting = self._waiting, []
        for act in waiting:
            act()
        self._next_turn()

    def end(self) -> None:
        """End: their leg is over."""
        self.over = True

    def when_connected(self, act: Callable[[], object]) -> None:
        """Have something done now, or as soon as they are connected."""
        if self.connected and not self.over:
            act()
        elif not self.over:
            self._waiting.append(act)

    def plan(self, turns: Iterable[Timed]) -> None:
        """Have them take turns at their moments."""
        for timed in turns:
            if not isinstance(timed.turn, ConnectionDrop):
                self.take_later(timed.turn, timed.after)

    def take_later(self, turn: Turn, after: float) -> None:
        """Have them take a turn in so many seconds from now, or from when they are connected."""
        clock = self.phone.clock
        self.when_connected(lambda: clock.call_later(after, lambda: self.take(turn)))

    def take(self, turn: Turn) -> None:
        """Have them say or press something, behind what they are saying; a request is sent meanwhile."""
        if self.over:
            return
        if isinstance(turn, PhoneRequest):
            self.when_connected(lambda: self.phone.take(turn))
            return
        self._turns.append(turn)
        self._next_turn()

    def _keep(self, turn: Turn | ConnectionDrop) -> None:
        self.done.append(Timed(turn, round(self.phone.clock.now - self._connected_at, 3)))

    def _next_turn(self) -> None:
        if self._turns and self.connected and not self.over and not self.phone.busy:
            self.phone.take(self._turns.popleft()).on_done(lambda _: self._next_turn())
