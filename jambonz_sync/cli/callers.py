"""The callers of ``jambonz-sync call``: a person at a plain terminal, and the lines of a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TextIO

from ..simulator import Call, CallerWait, LiveCaller, Pressed, Said, ScriptedCaller, Silence, Turn
from ..simulator.engine.turns import KEYS
from .call_printing import Printer

__all__ = ["Keyboard", "PipedCaller", "turn_of"]


class Keyboard(LiveCaller):
    """Lets the person at the keyboard be the caller, whose lines are turns.

    Args:
        printer: Shows the prompt when it is their turn.
    """

    def __init__(self, printer: Printer) -> None:
        super().__init__()
        self._printer = printer

    def next_turn(self, wait: CallerWait) -> Turn | None:
        """Return the next line as a turn, or show the prompt if there is none yet.

        Args:
            wait: The kind of turn that the app listens to.
        """
        turn = super().next_turn(wait)
        if turn is None and not wait.immediate:
            self._printer.prompt()
        return turn

    def read(self, call: Call) -> None:
        """Read lines until the input ends, which hangs up.

        Args:
            call: The call that the lines belong to.
        Blocks: until the input ends.  Threads: one of its own.
        """
        for line in sys.stdin:
            self.queue_turn(turn_of(line.strip()))
            call.wake()
        call.hang_up()


class PipedCaller(ScriptedCaller):
    """Takes the lines of a pipe as a script, as they come."""

    def __init__(self) -> None:
        super().__init__()
        self._ended = False

    def next_turn(self, wait: CallerWait) -> Turn | None:
        """Return the next line as a turn, or None while the pipe may bring one.

        Args:
            wait: The kind of turn that the app listens to.
        """
        return super().next_turn(wait) if self.script or self._ended else None

    def gives_up(self) -> bool:
        """Return True once the pipe has ended."""
        return self._ended

    def read(self, pipe: TextIO, wake: Callable[[], None]) -> None:
        """Read lines until the pipe ends.

        Args:
            pipe: The text stream.
            wake: Called after each line, to make a call that is idle look at it.
        Blocks: until the pipe ends.  Threads: one of its own.
        """
        try:
            for line in pipe:
                self.script.append(turn_of(line.strip()))
                wake()
        except (OSError, ValueError):
            pass  # without a pipe to read from the script is empty
        self._ended = True
        wake()


def turn_of(line: str) -> Turn:
    """Return a line as a turn: keys if nothing else is in it, silence if it is empty, words otherwise.

    Args:
        line: The line.
    """
    if not line:
        return Silence()
    return Pressed(line) if KEYS.issuperset(line) else Said(line)
