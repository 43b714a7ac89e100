"""What a verb that is being executed can wait for, and how its waiting can end."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

__all__ = [
    "Answer",
    "Ask",
    "Effect",
    "HasEnd",
    "Hear",
    "HungUp",
    "Idle",
    "Killed",
    "Notice",
    "Quiet",
    "Replaced",
    "Steps",
    "StreamEnd",
    "Until",
    "Verb",
]

Verb = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Ask:
    """A hook that the app must answer. ``results`` is what jambonz reports; who the call is comes in front of it.

    ``action``: the hook ends its verb, so that new verbs which arrive meanwhile wait for the answer.
    """

    hook: Any
    data: Mapping[str, Any]
    type: str = "verb:hook"
    action: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that jambonz tells the app without wanting an answer."""

    type: str
    data: Mapping[str, Any]
    hook: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the app answered: verbs that have been checked, or the reason why there are none."""

    verbs: list[Verb] = field(default_factory=list[Verb])
    error: str | None = None


class HasEnd(Protocol):
    """An audio stream, as far as a verb waits for it."""

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        ...


@dataclass(frozen=True, slots=True)
class Hear:
    """Waits for the caller. ``keying``: they have pressed keys already; ``only_keys``: only the keypad is listened to;
    ``patient``: the wait has no end of its own; ``optional``: there is more to wait for than the caller;
    ``glance``: no wait at all, None comes back if the caller does nothing; ``stream``: the wait is over when this audio
    stream is."""

    keying: bool = False
    only_keys: bool = False
    patient: bool = False
    optional: bool = False
    glance: bool = False
    stream: HasEnd | None = None


@dataclass(frozen=True, slots=True)
class Quiet:
    """Waits until the app has had time to react to what it was just told."""


@dataclass(frozen=True, slots=True)
class Idle:
    """Waits until the app, or the caller, does something."""


@dataclass(frozen=True, slots=True)
class StreamEnd:
    """Waits until all streamed text has been spoken."""


@dataclass(frozen=True, slots=True)
class Until:
    """Waits until audio streams have come so far that ``done()`` is true."""

    done: Callable[[], bool]


Effect = Ask | Hear | Quiet | Idle | StreamEnd | Until

#: a verb at work: yields what it waits for, is sent what came (an Answer, a Turn, or None)
Steps = Generator[Effect, Any, Any]


class Killed(Exception):
    """The verb has to stop."""


class Replaced(Killed):
    """The app sent other verbs."""


class HungUp(Killed):
    """The call is over."""
