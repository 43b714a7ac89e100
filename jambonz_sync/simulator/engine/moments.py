"""The moments of what a caller does: kept while a call runs, and met again by a script."""

from __future__ import annotations

from collections.abc import Callable

from .clock import Timer
from .state import CallState
from .turns import ConnectionDrop, HangUp, PhoneRequest, Silence, Timed, Turn

__all__ = ["TimedTurns", "TurnWatch"]


class _Moments:
    """When the app has said what, since a turn of the caller. Not thread-safe.

    Args:
        call: The call, which begins now.
    """

    def __init__(self, call: CallState) -> None:
        self._call = call
        # when the app began the last utterance before the turn, or when the call began; and each one since
        self._times = [0.0]
        #: called after each utterance
        self.on_utterance: Callable[[], None] = lambda: None
        call.on_said.append(self._said)

    def turn_taken(self) -> None:
        """Count from now on."""
        del self._times[:-1]

    @property
    def utterances(self) -> int:
        """How many utterances there were since the turn before."""
        return len(self._times) - 1

    @property
    def seconds(self) -> float:
        """Seconds since the last of them began."""
        return self._call.now - self._times[-1]

    def seconds_until(self, timed: Timed) -> float | None:
        """Return the seconds until something happens; None as long as the app has not said what it comes after."""
        if timed.utterance > self.utterances:
            return None
        return self._times[timed.utterance] + timed.after - self._call.now

    def _said(self, text: str) -> None:
        self._times.append(self._call.now)
        self.on_utterance()


class TurnWatch:
    """Tells of each turn that the caller takes, with its moment if the app was not listening. Not thread-safe.

    Args:
        call: The call, which has not begun.
        on_turn: Called with the turn, before it is taken.
    """

    def __init__(self, call: CallState, on_turn: Callable[[Turn | Timed], None]) -> None:
        self._call = call
        self._on_turn = on_turn
        self._moments = _Moments(call)
        call.phone.on_turn = self._take

    def _take(self, turn: Turn | ConnectionDrop) -> None:
        moments = self._moments
        if isinstance(turn, ConnectionDrop) or self._is_timed(turn):
            self._on_turn(Timed(turn, round(moments.seconds, 3), moments.utterances))
        else:
            self._on_turn(turn)
        moments.turn_taken()

    def _is_timed(self, turn: Turn) -> bool:
        """Return True for a turn that is no answer to an app that listens, and has been heard out."""
        phone = self._call.phone
        if isinstance(turn, PhoneRequest):
            return True
        if isinstance(turn, Silence):
            return False
        return bool(phone.playing) or (isinstance(turn, HangUp) and phone.wait is None)


class TimedTurns:
    """Lets what comes next in a script happen at its moment. Not thread-safe.

    Args:
        call: The call, which has not begun.
        next_turn: Returns what comes next; None at the end of the script.
        act: Called with it at its moment; it takes it off the script.
    """

    def __init__(
        self, call: CallState, next_turn: Callable[[], Turn | Timed | None], act: Callable[[Timed], None]
    ) -> None:
        self._call = call
        self._next_turn = next_turn
        self._act = act
        self._timer: Timer | None = None
        self._moments = _Moments(call)
        self._moments.on_utterance = self._look

    def begin(self) -> None:
        """Begin with the call."""
        self._look()

    @property
    def pending(self) -> bool:
        """True if the moment of what comes next is known, and lies ahead."""
        return self._timer is not None

    def go_on(self) -> None:
        """Go on after a turn was taken off the script."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._moments.turn_taken()
        self._look()

    def _look(self) -> None:
        turn = self._next_turn()
        if self._timer is None and isinstance(turn, Timed):
            seconds = self._moments.seconds_until(turn)
            if seconds is not None:
                self._timer = self._call.clock.call_later(seconds, lambda: self._act(turn))
