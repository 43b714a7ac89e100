"""The turns of a caller: what they say, press or play, or that they do nothing of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..media.pcm import Clip

__all__ = ["HangUp", "Played", "Pressed", "Said", "Silence", "Turn"]


@dataclass(frozen=True, slots=True)
class Said:
    """The caller says ``text``, recognised with ``confidence`` from 0 to 1."""

    text: str
    confidence: float = 0.95


@dataclass(frozen=True, slots=True)
class Played:
    """The caller is heard as ``audio``, a WAV file or samples at ``sample_rate``, on audio streams; no recogniser makes
    words of it. Raises ValueError for a WAV file that is not one of 16 bits."""

    audio: bytes = field(repr=False)
    sample_rate: int = 8000

    def __post_init__(self) -> None:
        self.clip()

    def clip(self) -> Clip:
        """The samples."""
        return Clip.read(self.audio, self.sample_rate)


@dataclass(frozen=True, slots=True)
class Pressed:
    """The caller presses ``keys`` (``0``-``9``, ``*``, ``#``) without a pause between them."""

    keys: str


@dataclass(frozen=True, slots=True)
class Silence:
    """The caller does nothing until what waits for them gives up."""


@dataclass(frozen=True, slots=True)
class HangUp:
    """The caller hangs up."""


Turn = Said | Played | Pressed | Silence | HangUp
