"""What a verb can wait for while it runs, what the app is sent, and how a wait can be cut short."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from .flow import Future, Killed

__all__ = [
    "AudioWait",
    "CallerWait",
    "EndingStream",
    "HookAnswer",
    "HookRequest",
    "HungUp",
    "IdleWait",
    "Killed",
    "Notification",
    "Replaced",
    "Sleep",
    "Steps",
    "Verb",
    "Wait",
]

Verb = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class HookRequest:
    """A hook that the app must answer; a verb that yields one waits for its :class:`HookAnswer`.

    Two requests are never equal: each is a question of its own.

    Args:
        hook: The URL of the hook, or a mapping with ``url``, ``method`` ...
        data: The data for the app: about the call, and about the outcome of the verb.
        type: The type of the message on a WebSocket.
        ends_verb: The hook ends its verb: verbs that arrive meanwhile wait until it has been answered.
    """

    hook: Any
    data: Mapping[str, Any]
    type: str = "verb:hook"
    ends_verb: bool = False

    @property
    def name(self) -> str:
        """The URL of the hook, or the type of its message."""
        hook = self.hook
        return str(hook["url"] if isinstance(hook, Mapping) else hook or self.type)

    @property
    def held(self) -> bool:
        """True if whoever waits for the answer cannot be stopped."""
        return self.ends_verb


@dataclass(frozen=True, slots=True)
class Notification:
    """A message to the app that wants no answer."""

    type: str
    data: Mapping[str, Any]
    hook: str | None = None
    b3: str | None = None


@dataclass(frozen=True, slots=True)
class HookAnswer:
    """The answer of the app to a hook: verbs that have been validated, or the reason why there are none.

    Args:
        verbs: The verbs.
        error: The reason why there is no answer, in words for the transcript.
        details: The reason in the words of the server, which the app is told; None if the server has none.
        data: The answer as it came.
    """

    verbs: list[Verb] = field(default_factory=list[Verb])
    error: str | None = None
    details: str | None = None
    data: Any = None


class EndingStream(Protocol):
    """An audio stream, as far as a verb waits for its end."""

    @property
    def ended(self) -> bool:
        """True once nothing more goes over the stream."""
        ...


@dataclass(frozen=True, slots=True)
class CallerWait:
    """A wait for the caller, which gives their turn.

    Args:
        keys_begun: They have pressed keys already, and more may follow.
        keys_only: Only the keypad is listened to.
        endless: The wait has no time-out of its own.
        optional: There is more to wait for than the caller: a command, or the end of a stream.
        immediate: The wait takes no time: it gives None if the caller does nothing at this moment.
        stream: The wait is over, with None, when this audio stream is.
    """

    keys_begun: bool = False
    keys_only: bool = False
    endless: bool = False
    optional: bool = False
    immediate: bool = False
    stream: EndingStream | None = None


@dataclass(frozen=True, slots=True)
class Sleep:
    """A wait for some seconds of the call's own time.

    Args:
        seconds: The seconds.
        patient: A time-out that waits for the caller, see :class:`.clock.Timer`.
    """

    seconds: float
    patient: bool = False


@dataclass(frozen=True, slots=True)
class IdleWait:
    """A wait without an end of its own, until the app or the caller does something."""


@dataclass(frozen=True, slots=True)
class AudioWait:
    """A wait until audio streams have come so far that ``done()`` is true."""

    done: Callable[[], bool]


Wait = HookRequest | CallerWait | Sleep | IdleWait | AudioWait | Future

#: a verb at work: yields what it waits for, and is sent what came of it (a HookAnswer, a Turn, or None)
Steps = Generator[Wait, Any, Any]


class Replaced(Killed):
    """The app has sent other verbs."""


class HungUp(Killed):
    """The call has ended."""
