"""A call, as the others know it that it meets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .leg import Leg
from .transcript import Who

__all__ = ["Party"]


@dataclass(eq=False)
class Party:
    """One call, as the others know it.

    Args:
        leg: The leg of the caller.
        tell: Has something done in the thread of the call. Threads: any.
        note: Writes into the transcript of the call; in its thread.
    """

    leg: Leg
    tell: Callable[[Callable[[], object]], None]
    note: Callable[[Who, str], None]

    @property
    def number(self) -> str:
        """The number of the caller."""
        return self.leg.from_
