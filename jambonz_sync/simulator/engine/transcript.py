"""The transcript of a call of the simulator: what was said, heard and done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from .scenario import Callee
from .wire import WireMessage

__all__ = ["Transcript", "TranscriptEntry", "Who"]

#: ``event`` is something that happened, ``status`` a message of jambonz to the app, ``error`` a mistake of the app
Who = Literal["app", "caller", "callee", "party", "event", "status", "error"]


@dataclass(frozen=True, slots=True)
class TranscriptEntry:
    """One line of a transcript.

    Args:
        who: ``app``, ``caller`` or ``callee`` for somebody who is heard, ``party`` for the caller of another call whom
            this one talks to; ``event`` for something that happened, ``status`` for a message of jambonz to the app,
            ``error`` for a mistake of the app.
        text: The words, or what happened.
        at: Seconds since the call began, in the call's own time: pauses and time-outs count in full, though nobody
            waits for them.
    """

    who: Who
    text: str
    at: float = 0.0

    def to_dict(self) -> dict[str, object]:
        """Return the entry as a dict for JSON."""
        return {"who": self.who, "text": self.text, "at": round(self.at, 3)}


class Transcript:
    """The entries of one call, and how it ended.

    Iterating gives the entries, ``str()`` the conversation, a line each. Entries are only ever added, in the thread of
    :meth:`Call.run`.

    Args:
        on_entry: Called with each entry as it is added.
        on_audio: Called with the samples that the app plays on an audio stream, 20 ms at a time.
        on_message: Called with each message between jambonz and the app, in any thread.
    Threads: any may read.
    """

    def __init__(
        self,
        on_entry: Callable[[TranscriptEntry], None] | None = None,
        on_audio: Callable[[bytes], None] | None = None,
        on_message: Callable[[WireMessage], None] | None = None,
    ) -> None:
        self.entries: list[TranscriptEntry] = []
        #: the messages between jambonz and the app, in order
        self.messages: list[WireMessage] = []
        #: the verbs that have been started, in order, as the app sent them
        self.verbs: list[Mapping[str, object]] = []
        #: those who were dialled, in order, as they have behaved
        self.dialled: list[Callee] = []
        #: the env_vars that the app was called with
        self.env: dict[str, object] = {}
        #: why the call ended (``completed``, ``rejected (480)`` ...); None while it lasts
        self.end_reason: str | None = None
        #: ``app``, ``caller`` or ``jambonz``; None while the call lasts
        self.ended_by: str | None = None
        #: seconds of audio that the app has played on its streams, those of silence left out
        self.sound_seconds = 0.0
        self._on_entry = on_entry
        self._on_audio = on_audio
        self._on_message = on_message
        self._audio: list[bytes] = []

    def add(self, entry: TranscriptEntry) -> None:
        """Add an entry.

        Args:
            entry: The entry.
        """
        self.entries.append(entry)
        if self._on_entry is not None:
            self._on_entry(entry)

    def add_message(self, message: WireMessage) -> None:
        """Add a message between jambonz and the app.

        Args:
            message: The message.
        Threads: any.
        """
        self.messages.append(message)
        if self._on_message is not None:
            self._on_message(message)

    def heard(self, text: str) -> bool:
        """Return True if the app has said this.

        Args:
            text: Any part of one utterance, in upper or lower case.
        """
        wanted = text.casefold()
        return any(wanted in entry.text.casefold() for entry in self.entries if entry.who == "app")

    def add_audio(self, pcm: bytes, sound_seconds: float) -> None:
        """Add samples that the app plays on an audio stream.

        Args:
            pcm: The samples.
            sound_seconds: How many seconds of them are not silent.
        """
        self._audio.append(pcm)
        self.sound_seconds = round(self.sound_seconds + sound_seconds, 6)
        if self._on_audio is not None:
            self._on_audio(pcm)

    @property
    def audio(self) -> bytes:
        """The audio that the app has played on audio streams so far, without the gaps in it.

        Samples of 16 bits, little-endian, one channel, at the rate at which the app sent them.
        """
        return b"".join(self._audio)

    def lines(self, *who: Who) -> list[str]:
        """Return the texts of these speakers, in order.

        Args:
            who: The speakers, as in :class:`TranscriptEntry`; all of them if none is given.
        """
        return [entry.text for entry in self.entries if not who or entry.who in who]

    @property
    def ended(self) -> bool:
        """True once the call has ended."""
        return self.end_reason is not None

    @property
    def errors(self) -> list[str]:
        """The mistakes of the app, in order."""
        return self.lines("error")

    @property
    def ok(self) -> bool:
        """True if the call has ended, and the app got nothing wrong."""
        return self.ended and not self.errors

    def __iter__(self) -> Iterator[TranscriptEntry]:
        return iter(self.entries)

    def __str__(self) -> str:
        return "\n".join(f"{entry.who:<8}{entry.text}" for entry in self.entries)
