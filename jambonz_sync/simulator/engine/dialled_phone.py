"""The phone of somebody who is dialled: what they say and press from the moment they are connected."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from .phone import Phone
from .turns import Beep, Pressed, Said

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
        self._turns: deque[Said | Pressed | Beep] = deque()
        self._waiting: list[Callable[[], None]] = []

    def connect(self) -> None:
        """Begin: they are connected, and what they have wanted to do until now is done."""
        self.connected = True
        waiting, self._waiting = self._waiting, []
        for act in waiting:
            act()
        self._next_turn()

    def end(self) -> None:
        """End: their leg is over."""
        self.over = True

    def when_connected(self, act: Callable[[], None]) -> None:
        """Have something done now, or as soon as they are connected."""
        if self.connected and not self.over:
            act()
        elif not self.over:
            self._waiting.append(act)

    def take(self, turn: Said | Pressed | Beep) -> None:
        """Have them say or press something, behind what they are saying."""
        self._turns.append(turn)
        self._next_turn()

    def _next_turn(self) -> None:
        if self._turns and self.connected and not self.over and not self.phone.busy:
            self.phone.take(self._turns.popleft()).on_done(lambda _: self._next_turn())
