"""The states of an attempt to call a number, and what leads from one to the next: plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, cast, get_args

__all__ = [
    "ENDED",
    "LIVE",
    "TRANSITIONS",
    "AnsweredBy",
    "Attempt",
    "AttemptEvent",
    "AttemptState",
    "next_state",
    "parse_answered_by",
    "parse_event",
    "parse_state",
    "printable",
]

AttemptState = Literal[
    "claimed", "placed", "refused", "unknown", "written-off", "completed", "machine", "busy", "no-answer", "failed"
]
AttemptEvent = Literal[
    "accepted", "refused", "interrupted", "lost", "written-off", "completed", "machine", "busy", "no-answer", "failed"
]
AnsweredBy = Literal["human", "machine"]

#: state of an attempt -> event -> the state that follows.
#:
#: "claimed" is written before the request leaves and "placed" after its answer. So a process that is killed between
#: the two leaves a claim behind, from which the next run knows that a call may have been placed. An attempt stays
#: "unknown" until a person decides to write it off. A call that a machine answered is "machine" when it has ended, also
#: if that is told late.
TRANSITIONS: Final[Mapping[AttemptState, Mapping[AttemptEvent, AttemptState]]] = {
    "claimed": {"accepted": "placed", "refused": "refused", "interrupted": "unknown"},
    "placed": {
        "completed": "completed",
        "machine": "machine",
        "busy": "busy",
        "no-answer": "no-answer",
        "failed": "failed",
        "lost": "unknown",
    },
    "unknown": {"written-off": "written-off"},
    "written-off": {},
    "refused": {},
    "completed": {"machine": "machine"},
    "machine": {},
    "busy": {},
    "no-answer": {},
    "failed": {},
}

#: the values of call_status of a call that is up, and of one that has ended
LIVE: Final = frozenset({"trying", "ringing", "early-media", "in-progress", "queued"})
ENDED: Final = frozenset({"completed", "busy", "no-answer", "failed"})


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to call one number, as the state file has it.

    ``n`` counts the attempts of the number from 1. ``claimed_at`` and ``changed_at`` are in seconds since the epoch,
    ``call_sid`` is known from "placed" on, and ``detail`` is the reason for the state where there is one.
    ``answered_by`` is "human" or "machine", where the call was placed with answering machine detection and it told.
    """

    id: int
    number: str
    n: int
    state: AttemptState
    claimed_at: float
    changed_at: float
    call_sid: str | None = None
    detail: str | None = None
    answered_by: AnsweredBy | None = None

    def __str__(self) -> str:
        call = f" (call_sid {self.call_sid})" if self.call_sid else ""
        detail = f": {self.detail}" if self.detail else ""
        return printable(f"{self.number} attempt {self.n}: {self.state}{call}{detail}")


def next_state(state: AttemptState, event: AttemptEvent) -> AttemptState:
    """Look up the state of an attempt after ``event``.

    Args:
        state: The state before.
        event: The event that has happened to the attempt.
    Returns:
        The state that follows.
    Raises:
        ValueError: The event cannot happen in this state.
    """
    following = TRANSITIONS[state].get(event)
    if following is None:
        raise ValueError(f"an attempt that is {state} cannot become {event}")
    return following


def parse_event(text: str) -> AttemptEvent:
    """Read an event of an attempt from ``text``, which a server sent. Raises :class:`ValueError` for any other."""
    if text not in get_args(AttemptEvent):
        raise ValueError(f"{text!r} is no event of an attempt")
    return cast(AttemptEvent, text)


def parse_state(text: str) -> AttemptState:
    """Read a state of an attempt from ``text``, which a file held. Raises :class:`ValueError` for any other."""
    if text not in get_args(AttemptState):
        raise ValueError(f"{text!r} is no state of an attempt")
    return cast(AttemptState, text)


def parse_answered_by(text: str | None) -> AnsweredBy | None:
    """Read by whom a call was answered from ``text``, which a file held. Raises :class:`ValueError` for any other."""
    if text is not None and text not in get_args(AnsweredBy):
        raise ValueError(f"{text!r} answers no call")
    return cast(AnsweredBy | None, text)


def printable(text: str) -> str:
    """Replace control characters by blanks: ``text`` comes from a server or a list, and goes to a terminal or a log."""
    return "".join(char if char.isprintable() else " " for char in text)
