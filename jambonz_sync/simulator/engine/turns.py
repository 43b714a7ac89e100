"""The turns of a caller: they say, play or press something, beep, keep silent, or hang up; at a moment, or not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from ..media.pcm import Clip

__all__ = ["Beep", "ConnectionDrop", "HangUp", "Played", "Pressed", "Said", "Silence", "Timed", "Turn"]


@dataclass(frozen=True, slots=True)
class Said:
    """Something that the caller says.

    Args:
        text: The words, as a recogniser writes them.
        confidence: How sure the recogniser is of them, from 0 to 1.
        interim: The interim results of the recogniser: ``words`` gives one a word, ``once`` a single one of all of
            them, at once, ``none`` gives none.
        lead: Seconds before the caller begins to speak; by default as long as the pace of the call says.
    """

    text: str
    confidence: float = 0.95
    interim: Literal["words", "once", "none"] = "words"
    lead: float | None = None


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


Turn = Said | Played | Pressed | Beep | Silence | HangUp


@dataclass(frozen=True, slots=True)
class ConnectionDrop:
    """A break of the WebSocket of the app, as by a network. jambonz connects again by itself."""


@dataclass(frozen=True, slots=True)
class Timed:
    """Something that happens at a moment, whether the app listens or not: into what it says, while a phone rings.

    Args:
        turn: The turn of the caller, or the break of the connection.
        after: Seconds of the call's own time since the app began an utterance, or since the call began.
        utterance: That utterance, counted from the turn before: 1 for the next one, 0 for the one that was last then.
    Raises:
        ValueError: One of the numbers is below 0.
    """

    turn: Turn | ConnectionDrop
    after: float = 0.0
    utterance: int = 1

    def __post_init__(self) -> None:
        if self.after < 0 or self.utterance < 0:
            raise ValueError(f"a moment is after an utterance: got {self.after} s after number {self.utterance}")
