"""People who are dialled, and who decide while the call runs: somebody answers for them at a page or in a test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from .flow import Future
from .leg import Leg
from .phone import Phone
from .turns import HangUp, Pressed, Said, Turn

__all__ = ["Person"]


@dataclass(eq=False)
class _PersonLeg:
    leg: Leg
    #: the SIP status that they answer or refuse with
    decision: Future = field(default_factory=Future)
    hung_up: Future = field(default_factory=Future)
    turns: list[Turn] = field(default_factory=list[Turn])
    #: who waits for a turn of theirs
    waiting: Future | None = None
    #: their phone, once the caller and they are connected
    phone: Phone | None = None


class Person:
    """Whoever is dialled: each leg rings until it is told what they do. Threads: that of the call.

    Args:
        note: Called with the SID of a leg and what somebody on it says or does.
        on_end: Called with a leg that is over.
    """

    def __init__(self, note: Callable[[str, str], None], on_end: Callable[[Leg], None] = lambda leg: None) -> None:
        self._note = note
        self._on_end = on_end
        self._legs: dict[str, _PersonLeg] = {}

    # -- what they do

    def knows(self, sid: str) -> bool:
        """Return True if there is such a leg, and it is not over. Threads: any."""
        return sid in self._legs

    def answer(self, sid: str, status: int = 200) -> None:
        """Answer, or refuse with another SIP status."""
        if (each := self._legs.get(sid)) is not None:
            each.decision.set(status)

    def hang_up(self, sid: str) -> None:
        """Hang up, or refuse what still rings."""
        if (each := self._legs.get(sid)) is not None:
            each.decision.set(486)
            each.hung_up.set()
            if each.waiting is not None:
                each.waiting.set(HangUp())

    def press(self, sid: str, keys: str) -> None:
        """Press keys, which a ``confirmHook`` may ask for."""
        if (each := self._legs.get(sid)) is not None:
            self._note(sid, f"(presses {keys})")
            self._take(each, Pressed(keys))

    def say(self, sid: str, text: str) -> None:
        """Say something."""
        if (each := self._legs.get(sid)) is not None:
            self._note(sid, text)
            self._take(each, Said(text))

    # -- what the call asks

    def ring(self, leg: Leg) -> Future:
        """Let a leg ring. Returns a future of the SIP status that they answer or refuse with."""
        each = self._legs[leg.call_sid] = _PersonLeg(leg)
        return each.decision

    def turn(self, leg: Leg) -> Future:
        """Return a future of the next turn; one that was taken before somebody listened counts, too."""
        each = self._legs[leg.call_sid]
        each.waiting = Future()
        if each.turns:
            each.waiting.set(each.turns.pop(0))
        elif each.hung_up.done:
            each.waiting.set(HangUp())
        return each.waiting

    def hung_up(self, leg: Leg) -> Future:
        """Return a future that is known once they have hung up."""
        each = self._legs.get(leg.call_sid)
        if each is not None:
            return each.hung_up
        over = Future()
        over.set()
        return over

    def end(self, leg: Leg) -> None:
        """Take in that a leg is over."""
        if self._legs.pop(leg.call_sid, None) is not None:
            self._on_end(leg)

    def connect(self, leg: Leg, phone: Phone) -> None:
        """Take in that a leg is connected with the caller: what they say and press is heard by those at the phone."""
        if (each := self._legs.get(leg.call_sid)) is not None:
            each.phone = phone

    def _take(self, each: _PersonLeg, turn: Said | Pressed) -> None:
        if each.phone is not None:
            each.phone.take(replace(turn, lead=0.0))
        elif each.waiting is not None and not each.waiting.done:
            each.waiting.set(turn)
        elif not each.hung_up.done:
            each.turns.append(turn)
