"""What the media server plays to the caller for the app: samples that stream in, or audio as a whole.

Both give up one frame at a time, and put into ``told`` what the app is to be told.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any

from ...audio_protocol import MAX_MARKS, Aligner
from .pcm import Clip, frame_bytes, is_sound

__all__ = ["Playout", "Plays"]

#: samples, for each 8 kHz, that must have come before anything is played, and the lot in which it moves afterwards
_FIRST, _LOT = 1280, 640
#: seconds of audio that are kept; the real media server has no limit, but the memory of a desk has
_MOST = 600
#: how many may wait behind the one that plays
_QUEUE = 11


class Playout:
    """Samples that come in binary messages, and the marks between them."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self.told: list[dict[str, Any]] = []
        self._frame = frame_bytes(rate)
        self._factor = max(1, rate // 8000)
        self._need = 2 * _FIRST * self._factor
        self._even = Aligner(2)
        # what has come, and is not enough to be played; in both, marks are strings
        self._lot: deque[bytes | str] = deque()
        self._lot_size = 0
        self._queue: deque[bytes | str] = deque()
        self._size = 0
        self._sounds = 0  # pieces in the queue that are not silent
        #: marks behind which no audio has come yet
        self._marks: list[str] = []

    def feed(self, data: bytes) -> bool:
        """Samples come, any number of bytes. False if there are too many."""
        data = self._even.feed(data)
        if self._size + self._lot_size + len(data) > 2 * _MOST * self.rate:
            return False
        self._lot += self._marks
        self._marks = []
        for at in range(0, len(data), self._frame):
            self._lot.append(data[at : at + self._frame])
        self._lot_size += len(data)
        if self._lot_size >= self._need:
            self._need = 2 * _LOT * self._factor
            for piece in self._lot:
                self._push(piece)
            self._drop_lot()
        return True

    def mark(self, name: str) -> bool:
        """A mark behind all that has come. False if there are too many."""
        if len(self._marks) + len(self._waiting()) >= MAX_MARKS:
            return False
        self._marks.append(name)
        return True

    def clear_marks(self) -> None:
        """Forget all marks, without a word."""
        self._marks = []
        self._lot = deque(piece for piece in self._lot if isinstance(piece, bytes))
        self._queue = deque(piece for piece in self._queue if isinstance(piece, bytes))

    def kill(self) -> None:
        """Forget all audio; the marks in it are told of."""
        for name in [*self._waiting(), *self._marks]:
            self._tell(name, "cleared")
        self._marks = []
        self._drop_lot()
        self._queue.clear()
        self._size = self._sounds = 0
        self._even = Aligner(2)

    def frame(self) -> bytes:
        """What is played in the next frame; less than a frame, or nothing, if there is no more."""
        if not self._queue:
            # a mark with nothing to be played before it, one a frame
            if self._marks and not self._waiting():
                self._tell(self._marks.pop(0), "playout")
            return b""
        parts: list[bytes] = []
        left = self._frame
        while left and self._queue:
            piece = self._queue.popleft()
            if isinstance(piece, str):
                self._tell(piece, "playout")
                continue
            self._size -= len(piece)
            self._sounds -= is_sound(piece)
            if len(piece) > left:
                self._push(piece[left:], first=True)
                piece = piece[:left]
            parts.append(piece)
            left -= len(piece)
        return b"".join(parts)

    @property
    def sounds(self) -> bool:
        """Whether anything that is not silence is about to be played."""
        return self._sounds > 0

    @property
    def left(self) -> float:
        """Seconds of audio, with sound in it, that have not been played."""
        stuck = any(isinstance(piece, bytes) and is_sound(piece) for piece in self._lot)
        return (self._size + self._lot_size) / 2 / self.rate if stuck or self._sounds else 0.0

    def _push(self, piece: bytes | str, *, first: bool = False) -> None:
        self._queue.appendleft(piece) if first else self._queue.append(piece)
        if isinstance(piece, bytes):
            self._size += len(piece)
            self._sounds += is_sound(piece)

    def _drop_lot(self) -> None:
        self._lot.clear()
        self._lot_size = 0

    def _waiting(self) -> list[str]:
        return [piece for pieces in (self._queue, self._lot) for piece in pieces if isinstance(piece, str)]

    def _tell(self, name: str, event: str) -> None:
        self.told.append({"type": "mark", "data": {"name": name, "event": event}})


@dataclass
class _Play:
    id: str | None
    clip: Clip
    at: int = 0


class Plays:
    """Audio that comes as a whole in ``playAudio``, played one after the other."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        self._now: _Play | None = None
        self._queue: deque[_Play] = deque()

    @property
    def rate(self) -> int:
        """Samples a second of what is played next, 8000 if nothing is."""
        play = self._now or (self._queue[0] if self._queue else None)
        return play.clip.rate if play else 8000

    def play(self, id: str | None, clip: Clip, *, queue: bool) -> bool:
        """Play ``clip`` behind what is playing, or in its place. False if too many wait."""
        play = _Play(id, clip)
        if not queue:
            self._queue.clear()
            self._done()
            self._now = play
        elif self._now is None and not self._queue:
            self._now = play
        elif len(self._queue) >= _QUEUE:
            return False
        else:
            self._queue.append(play)
        return True

    def kill(self) -> None:
        """Stop what is playing. The server goes on with what is queued."""
        self._done()

    def frame(self) -> bytes:
        """What is played in the next frame."""
        if self._now is None:
            if not self._queue:
                return b""
            self._now = self._queue.popleft()
        play = self._now
        end = play.at + frame_bytes(play.clip.rate)
        pcm = play.clip.pcm[play.at : end]
        play.at += len(pcm)
        if play.at >= len(play.clip.pcm):
            self._done()
        return pcm

    @property
    def sounds(self) -> bool:
        """Whether anything is about to be played."""
        return self._now is not None or bool(self._queue)

    @property
    def left(self) -> float:
        """Seconds of audio that have not been played."""
        now = (len(self._now.clip.pcm) - self._now.at) / 2 / self._now.clip.rate if self._now else 0.0
        return now + sum(play.clip.seconds for play in self._queue)

    def _done(self) -> None:
        play, self._now = self._now, None
        if play is None:
            return
        samples = play.at // 2
        data: dict[str, Any] = {} if play.id is None else {"id": play.id}
        data["playbackSeconds"] = str(samples // play.clip.rate)
        data["playbackMilliseconds"] = str(1000 * samples // play.clip.rate)
        data["playbackLastOffsetPos"] = str(samples)
        self.told.append({"type": "playDone", "data": data})
