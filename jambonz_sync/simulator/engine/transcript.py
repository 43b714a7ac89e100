"""What was said, heard and done in a call of the stand-in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = ["Entry", "Transcript", "Who"]

#: ``event`` is what happened, ``status`` what jambonz told the app on the side, ``error`` what the app got wrong
Who = Literal["app", "caller", "callee", "event", "status", "error"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a transcript. ``at`` is in seconds of the call's own time, in which nothing is waited for."""

    who: Who
    text: str
    at: float = 0.0

    def to_dict(self) -> dict[str, object]:
        """The entry as JSON has it."""
        return {"who": self.who, "text": self.text, "at": round(self.at, 3)}


class Transcript:
    """The entries of one call, and how it ended. Any thread may read it; entries are only ever added."""

    def __init__(
        self, on_entry: Callable[[Entry], None] | None = None, on_audio: Callable[[bytes], None] | None = None
    ) -> None:
        self.entries: list[Entry] = []
        #: the verbs that have been started, in order, as the app sent them
        self.verbs: list[Mapping[str, object]] = []
        #: the env_vars that the app was called with
        self.env: dict[str, object] = {}
        #: why the call ended (``completed``, ``rejected (480)`` ...); None while it lasts
        self.end_reason: str | None = None
        #: ``app``, ``caller`` or ``jambonz``; None while the call lasts
        self.ended_by: str | None = None
        #: seconds of audio that the app has played on its streams, those of silence left out
        self.sound = 0.0
        self._on_entry = on_entry
        self._on_audio = on_audio
        self._audio: list[bytes] = []

    def add(self, entry: Entry) -> None:
        """Write ``entry`` down."""
        self.entries.append(entry)
        if self._on_entry is not None:
            self._on_entry(entry)

    def heard(self, text: str) -> bool:
        """Whether the app said this (any part of one utterance, in any case)."""
        wanted = text.casefold()
        return any(wanted in entry.text.casefold() for entry in self.entries if entry.who == "app")

    def hear(self, pcm: bytes, sound: float) -> None:
        """The app plays ``pcm`` on an audio stream, with ``sound`` seconds that are not silent."""
        self._audio.append(pcm)
        self.sound = round(self.sound + sound, 6)
        if self._on_audio is not None:
            self._on_audio(pcm)

    @property
    def audio(self) -> bytes:
        """What the app has played on audio streams, so far: samples of 16 bits, little-endian, one channel, at the rate
        at which it sent them. Gaps between them are left out."""
        return b"".join(self._audio)

    def lines(self, *who: Who) -> list[str]:
        """The texts of these speakers, all without an argument."""
        return [entry.text for entry in self.entries if not who or entry.who in who]

    @property
    def ended(self) -> bool:
        """Whether the call is over."""
        return self.end_reason is not None

    @property
    def errors(self) -> list[str]:
        """What the app got wrong."""
        return self.lines("error")

    @property
    def ok(self) -> bool:
        """The call has ended, and the app got nothing wrong."""
        return self.ended and not self.errors

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __str__(self) -> str:
        return "\n".join(f"{entry.who:<8}{entry.text}" for entry in self.entries)
