"""Utterances, and how far the caller has heard them. No clock: times come in as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["PACE", "Speech", "Spoken", "TtsResult", "Utterance"]

#: characters a second that an estimate goes by
PACE: Final = 15.0


@dataclass(frozen=True, slots=True)
class TtsResult:
    """What became of a text that was streamed.

    ``text_sent`` is the part that jambonz accepted; ``text_spoken`` what it has reported as spoken so far, None if it
    reports nothing (that takes jambonz 10 and ``config(track_tts_playout=True)``). ``interrupted``: the caller cut in,
    or the text was cleared. ``duration`` is in seconds, until all was accepted or dropped.
    """

    text_sent: str
    text_spoken: str | None
    interrupted: bool
    duration: float


@dataclass(frozen=True, slots=True)
class Spoken:
    """The end of a speech. ``estimated``: jambonz has not said so; it follows from the length of the text.
    ``interrupted``: the caller cut in, or the text was cleared."""

    estimated: bool
    interrupted: bool


class Speech:
    """What jambonz has accepted and has not spoken yet. All times are seconds of one monotonic clock."""

    __slots__ = ("_until", "_waiting", "reported")

    def __init__(self) -> None:
        #: what jambonz has reported as spoken, oldest first
        self.reported: list[str] = []
        self._waiting = 0  # characters
        self._until = 0.0

    def accepted(self, size: int, now: float) -> None:
        """``size`` more characters will be spoken, after those that are being spoken."""
        self._waiting += size
        self._until = max(self._until, now) + size / PACE

    def heard(self, text: str, now: float) -> None:
        """jambonz reports ``text`` as spoken."""
        self.reported.append(text)
        self._waiting = max(0, self._waiting - len(text))
        self._until = now + self._waiting / PACE

    def silence(self) -> None:
        """Nothing will be spoken any more."""
        self._waiting, self._until = 0, 0.0

    def left(self, now: float) -> float:
        """Seconds until all has been spoken; 0 if it has."""
        return max(0.0, self._until - now) if self._waiting else 0.0

    @property
    def estimated(self) -> bool:
        """Whether ``left`` is an estimate: jambonz has not reported all that it accepted."""
        return self._waiting > 0


class Utterance:
    """What one thread says until it flushes, or one callback. ``epoch`` and ``turn`` of the methods are the present
    ones: the window's, and the number of the hook callback that was the last to begin."""

    __slots__ = ("epoch", "flushed", "told", "turn")

    def __init__(self) -> None:
        self.epoch: int | None = None  # when its first text was pushed
        self.turn = 0
        self.told = False  # whether its thread knows that it has ended
        self.flushed = False

    def cut_short(self, epoch: int) -> bool:
        """Whether it has ended before its thread has completed it."""
        return self.epoch is not None and self.epoch != epoch

    def takes_text(self, epoch: int, turn: int) -> bool:
        """Whether its thread may go on; with another utterance, if this one is complete, or was cut short in an earlier
        turn and its thread knows. If not, the thread is told."""
        if self.cut_short(epoch) and not self.flushed and not (self.told and self.turn != turn):
            self.told = True
            return False
        self.epoch, self.turn, self.told, self.flushed = epoch, turn, False, False
        return True

    def complete(self, epoch: int) -> bool:
        """Its thread has said all of it, and goes on with another one. False if it was cut short."""
        cut = self.cut_short(epoch) and (self.told or not self.flushed)
        self.flushed = True
        return not cut
