"""The network between jambonz and an app: how late messages arrive, and how many do not."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from ..engine.clock import Clock

__all__ = ["MessagesUnderway", "Network"]

M = TypeVar("M")


@dataclass(frozen=True)
class Network:
    """How the messages of jambonz reach an app, over a WebSocket or as webhooks.

    Args:
        delay: Seconds that each of them is late.
        loss: The share of them that never arrives, from 0 to 1.
    """

    delay: float = 0.0
    loss: float = 0.0


class MessagesUnderway(Generic[M]):
    """The messages of jambonz that have not arrived yet, in order. Threads: that of :meth:`Call.run`."""

    def __init__(self, network: Network, clock: Clock, note: Callable[[str], None]) -> None:
        """Make it for one connection.

        Args:
            network: How late messages are, and how many are lost.
            clock: The clock of the call.
            note: Writes down what is lost.
        """
        self._network = network
        self._clock = clock
        self._note = note
        self._messages: deque[tuple[float, M]] = deque()

    def put(self, message: M, name: str) -> bool:
        """Send a message on its way.

        Args:
            message: The message.
            name: What is written down of it if it is lost.
        Returns:
            False if it is lost.
        """
        if self._network.loss and random.random() < self._network.loss:
            self._note(f"lost on its way to the app: {name[:100]}")
            return False
        self._messages.append((self._clock.now + self._network.delay, message))
        return True

    def arrived(self, *, late: bool = False) -> list[M]:
        """Take the messages that have arrived by now, or with ``late`` all of them."""
        messages: list[M] = []
        while self._messages and (late or self._messages[0][0] <= self._clock.now):
            messages.append(self._messages.popleft()[1])
        return messages

    def clear(self) -> None:
        """Lose all: the connection is gone."""
        self._messages.clear()

    @property
    def due(self) -> float | None:
        """The time of the call at which the next message arrives."""
        return self._messages[0][0] if self._messages else None
