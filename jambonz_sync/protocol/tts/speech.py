"""Utterances, and how far the caller has heard them. No clock: times come in as values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

__all__ = ["PACE", "SPOKEN_KEPT", "Speech", "SpeechEnd", "SpokenText", "TtsResult", "Utterance", "accepted_part"]

#: characters a second that an estimate goes by
PACE: Final = 15.0
#: characters of reported speech that are kept for one utterance: 18 hours of it
SPOKEN_KEPT: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class TtsResult:
    """The outcome of a text that was streamed: the result of :meth:`~jambonz_sync.Session.stream_tts`.

    Args:
        text_sent: The part that jambonz accepted.
        text_spoken: The part that has been spoken so far: as jambonz reports it, or else estimated from its length, up
            to the end of a word.
        estimated: True if ``text_spoken`` is an estimate. Reports take jambonz 10, a synthesiser that can tell, and
            ``config(track_tts_playout=True)``.
        interrupted: True if the caller cut in, or the text was cleared.
        duration: Seconds until all was accepted or dropped; with ``until_spoken`` until all was spoken.
    """

    text_sent: str
    text_spoken: str
    estimated: bool
    interrupted: bool
    duration: float


@dataclass(frozen=True, slots=True)
class SpeechEnd:
    """The end of a speech: the result of :meth:`~jambonz_sync.Session.wait_spoken`.

    Args:
        estimated: True if jambonz has not said that it has ended: it follows from the length of the text.
        interrupted: True if the caller cut in, or the text was cleared.
    """

    estimated: bool
    interrupted: bool


@dataclass(eq=False, slots=True)
class SpokenText:
    """The text that jambonz reports as spoken while one utterance is streamed."""

    parts: list[str] = field(default_factory=list)
    size: int = 0
    #: characters that were accepted and not spoken when all was silenced, by an estimate; None if it was not
    silenced: int | None = None

    def add(self, text: str) -> None:
        """Add a report, up to :data:`SPOKEN_KEPT` characters in all.

        Args:
            text: The text that was spoken.
        """
        text = text[: SPOKEN_KEPT - self.size]
        if text:
            self.parts.append(text)
            self.size += len(text)


class Speech:
    """The text that jambonz has accepted and has not spoken yet. Not thread-safe: guard it by a lock.

    All times are seconds of one monotonic clock.
    """

    __slots__ = ("_listening", "_speaking_until", "_waiting", "reports")

    def __init__(self) -> None:
        #: True once jambonz has told what it has spoken
        self.reports = False
        self._listening: list[SpokenText] = []
        self._waiting = 0  # characters
        self._speaking_until = 0.0

    def accepted(self, size: int, now: float) -> None:
        """Note that more will be spoken, after the text that is being spoken.

        Args:
            size: Characters.
            now: The present time.
        """
        self._waiting += size
        self._speaking_until = max(self._speaking_until, now) + size / PACE

    def spoken(self, text: str, now: float) -> None:
        """Note that jambonz reports text as spoken.

        Args:
            text: The text.
            now: The present time.
        """
        self.reports = True
        for spoken_text in self._listening:
            spoken_text.add(text)
        self._waiting = max(0, self._waiting - len(text))
        self._speaking_until = now + self._waiting / PACE

    def silence(self, now: float) -> None:
        """Note that nothing will be spoken any more.

        Args:
            now: The present time.
        """
        left = self.characters_left(now)
        for spoken_text in self._listening:
            if spoken_text.silenced is None:
                spoken_text.silenced = left
        self._waiting, self._speaking_until = 0, 0.0

    def characters_left(self, now: float) -> int:
        """Estimate how many characters have been accepted and are not spoken yet.

        Args:
            now: The present time.
        Returns:
            Their number.
        """
        return min(self._waiting, round(self.seconds_left(now) * PACE))

    def seconds_left(self, now: float) -> float:
        """Return the seconds until all has been spoken; 0 if it has.

        Args:
            now: The present time.
        """
        return max(0.0, self._speaking_until - now) if self._waiting else 0.0

    def spoken_of(self, text: str, spoken_text: SpokenText, now: float) -> tuple[str, bool]:
        """Return the part of a text that has been spoken, and True if that is an estimate.

        Args:
            text: The text that was accepted.
            spoken_text: The reports since before its beginning.
            now: The present time.
        """
        if self.reports:
            return "".join(spoken_text.parts), False
        left = self.characters_left(now) if spoken_text.silenced is None else spoken_text.silenced
        return _spoken_part(text, left), True

    @property
    def estimated(self) -> bool:
        """True if ``seconds_left`` is an estimate: jambonz has not reported all that it accepted."""
        return self._waiting > 0

    def listen(self) -> SpokenText:
        """Begin to collect the reports, until :meth:`stop_listening`.

        Returns:
            Where they are collected.
        """
        spoken_text = SpokenText()
        self._listening.append(spoken_text)
        return spoken_text

    def stop_listening(self, spoken_text: SpokenText) -> None:
        """Collect no more.

        Args:
            spoken_text: As :meth:`listen` has returned it.
        """
        self._listening.remove(spoken_text)


class Utterance:
    """All that one thread says until it flushes, or one callback.

    The arguments of the methods are the present ones: ``generation`` of the window, and ``turn``, the number of the
    hook callback that was the last to begin.
    """

    __slots__ = ("end_reported", "flushed", "generation", "turn")

    def __init__(self) -> None:
        self.generation: int | None = None  # when its first text was pushed
        self.turn = 0
        self.end_reported = False  # whether its thread knows that it has ended
        self.flushed = False

    def cut_short(self, generation: int) -> bool:
        """Tell whether it has ended before its thread has completed it.

        Args:
            generation: The present one.
        Returns:
            True if it has.
        """
        return self.generation is not None and self.generation != generation

    def takes_text(self, generation: int, turn: int) -> bool:
        """Tell whether its thread may go on; if not, the end counts as reported to the thread.

        It goes on with another utterance if this one is complete, or was cut short in an earlier turn and its thread
        knows.

        Args:
            generation: The present one.
            turn: The present one.
        Returns:
            True if it may.
        """
        if self.cut_short(generation) and not self.flushed and not (self.end_reported and self.turn != turn):
            self.end_reported = True
            return False
        self.generation, self.turn, self.end_reported, self.flushed = generation, turn, False, False
        return True

    def complete(self, generation: int) -> bool:
        """Note that its thread has said all of it, and goes on with another one.

        Args:
            generation: The present one.
        Returns:
            False if it was cut short.
        """
        cut = self.cut_short(generation) and (self.end_reported or not self.flushed)
        self.flushed = True
        return not cut


def accepted_part(texts: Sequence[str], tickets: Sequence[int], accepted: Callable[[int, int], int]) -> str:
    """Return the part of an utterance that was accepted. Only its end can be missing: no more than what was queued.

    Args:
        texts: Its texts, in order.
        tickets: The ticket of each.
        accepted: :meth:`TokenWindow.accepted`.
    """
    whole, rest = len(texts), ""
    while whole:
        text, ticket = texts[whole - 1], tickets[whole - 1]
        kept = accepted(ticket - len(text), ticket)
        if kept == len(text):
            break
        whole, rest = whole - 1, text[:kept]
    return "".join(texts[:whole]) + rest


def _spoken_part(text: str, unspoken: int) -> str:
    """All of a text but its last ``unspoken`` characters, up to the end of a word."""
    size = len(text) - unspoken
    if unspoken <= 0 or size <= 0:
        return text if unspoken <= 0 else ""
    if text[size].isspace():
        return text[:size]
    return text[: max(text.rfind(blank, 0, size) for blank in " \n\t") + 1]
