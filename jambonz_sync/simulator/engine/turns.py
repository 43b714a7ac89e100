"""The turns of a caller, each when the app listens, or at a moment: they say, press or send something, or hang up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from ..media.pcm import Clip

__all__ = [
    "KEYS",
    "REQUEST_METHODS",
    "Beep",
    "ConnectionDrop",
    "HangUp",
    "Hold",
    "PhoneRequest",
    "Played",
    "Pressed",
    "Refer",
    "Resume",
    "Said",
    "Silence",
    "SipRequest",
    "Sound",
    "Timed",
    "Turn",
]

#: the keys of a phone
KEYS = frozenset("0123456789*#")
#: the methods of SIP requests of phones that the server listens for, if an app wants to know of them
REQUEST_METHODS = frozenset({"INFO", "MESSAGE"})


@dataclass(frozen=True, slots=True)
class Said:
    """Something that the caller says.

    Args:
        text: The words, as a recogniser writes them.
        confidence: How sure the recogniser is of them, from 0 to 1.
        interim: The interim results of the recogniser: ``words`` gives one a word, ``once`` a single one of all of
            them, at once, ``none`` gives none.
        lead: Seconds before the caller begins to speak; by default as long as the pace of the call says.
        language: The language that the recogniser finds: ``es-ES``. By default it finds none, and tells its own; some
            vendors always do.
        translations: Language -> the words in it, for a recogniser that translates; of a language that is not here,
            the words come with its name before them.
        alternatives: Other words that the recogniser takes for possible, with their confidence. Some vendors tell of
            them: ``aws``, ``cobalt``, ``ibm``, ``nvidia`` and ``verbio``.
        vendor_event: The event of the vendor that the final result is made of, as hooks have it in ``vendor.evt``:
            words with their times, speakers ...
    """

    text: str
    confidence: float = 0.95
    interim: Literal["words", "once", "none"] = "words"
    lead: float | None = None
    language: str | None = None
    translations: Mapping[str, str] = field(default_factory=dict[str, str])
    alternatives: Sequence[tuple[str, float]] = ()
    vendor_event: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Played:
    """Audio that the caller is heard as on audio streams; no recogniser makes words of it.

    Args:
        audio: A WAV file of 16 bits, or samples (16 bits, little-endian, one channel).
        sample_rate: Samples a second; a WAV file has its own.
    Raises:
        ValueError: The audio is a WAV file of another kind.
    """

    audio: bytes = field(repr=False)
    sample_rate: int = 8000

    def __post_init__(self) -> None:
        self.clip()

    def clip(self) -> Clip:
        """Return the samples."""
        return Clip.read(self.audio, self.sample_rate)


@dataclass(frozen=True, slots=True)
class Pressed:
    """Keys that the caller presses, one quickly after the other.

    Args:
        keys: Any of ``0``-``9``, ``*`` and ``#``.
        lead: Seconds before the first key; by default as long as the pace of the call says.
    """

    keys: str
    lead: float | None = None


@dataclass(frozen=True, slots=True)
class Beep:
    """The beep of an answering machine, after its greeting.

    Args:
        frequency: Its pitch, in Hz.
        lead: Seconds before it; by default none.
    """

    frequency: int = 1000
    lead: float | None = None


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing at all, until what waits for the caller times out."""


@dataclass(frozen=True, slots=True)
class HangUp:
    """The end of the call, by the caller."""


@dataclass(frozen=True, slots=True)
class Refer:
    """A REFER: whom the phone is connected with is to talk to somebody else.

    Args:
        to: The number or URI.
        headers: Headers of the request: those that begin with ``X-``, ``User-Agent`` and ``Referred-By`` are told to
            the app.
    """

    to: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Hold:
    """A re-INVITE that puts whom the phone is connected with on hold."""


@dataclass(frozen=True, slots=True)
class Resume:
    """A re-INVITE that takes them off hold again."""


@dataclass(frozen=True, slots=True)
class SipRequest:
    """A SIP request within the call, which a ``sipRequestWithinDialogHook`` may be told of.

    Args:
        method: ``INFO`` or ``MESSAGE``.
        body: Its body.
        headers: Its headers.
    Raises:
        ValueError: jambonz has no hook for such a request.
    """

    method: str
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        if self.method not in tuple(
            REQUEST_METHODS
        ):  # and not in the set, where a list or dict of a trace is no member
            raise ValueError(f"{self.method!r}: jambonz listens for INFO and MESSAGE only")


#: what a phone sends within a call, whether anybody listens or not
PhoneRequest = Refer | Hold | Resume | SipRequest
Turn = Said | Played | Pressed | Beep | Silence | HangUp | PhoneRequest
#: a turn that is heard on audio streams
Sound = Said | Played


@dataclass(frozen=True, slots=True)
class ConnectionDrop:
    """A break of the WebSocket of the app, as by a network. jambonz connects again by itself."""


@dataclass(frozen=True, slots=True)
class Timed:
    """Something that happens at a moment, whether the app listens or not: into what it says, while a phone rings.

    Args:
        turn: The turn of the caller, or the break of the connection.
        after: Seconds of the call's own time since the app began an utterance, or since the call began; of somebody who
            is dialled, since they were connected.
        utterance: That utterance, counted from the turn before: 1 for the next one, 0 for the one that was last then.
            Not looked at of somebody who is dialled.
    Raises:
        ValueError: One of the numbers is below 0.
    """

    turn: Turn | ConnectionDrop
    after: float = 0.0
    utterance: int = 1

    def __post_init__(self) -> None:
        if self.after < 0 or self.utterance < 0:
            raise ValueError(f"a moment is after an utterance: got {self.after} s after number {self.utterance}")
