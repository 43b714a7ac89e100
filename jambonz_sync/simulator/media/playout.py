"""The audio of the app on its way to the caller: samples that stream in, or clips.

Both give up one frame at a time, and collect in ``events`` the messages that the app is to be sent.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any

from ...protocol.audio import MAX_MARKS, Aligner
from .pcm import Clip, frame_bytes, is_sound

__all__ = ["ClipQueue", "SamplePlayout"]

#: samples, for each 8 kHz, that must have come before anything is played, and the lots that are played afterwards
_FIRST, _LOT = 1280, 640
#: seconds of audio that are kept; the real media server has no limit, but the memory here has
_MAX_SECONDS = 600
#: clips that may wait behind the one that plays
_MAX_WAITING = 11


class SamplePlayout:
    """The samples of binary messages, and the marks between them."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self.events: list[dict[str, Any]] = []
        self._frame = frame_bytes(rate)
        self._factor = max(1, rate // 8000)
        self._threshold = 2 * _FIRST * self._factor
        self._aligner = Aligner(2)
        # pieces of samples, and marks as strings: those that are to be played, and a lot that is not complete
        self._queue: deque[bytes | str] = deque()
        self._size = 0
        self._lot: deque[bytes | str] = deque()
        self._lot_size = 0
        # pieces in the queue that are not silent
        self._audible_pieces = 0
        # marks behind which no audio has come
        self._marks: list[str] = []

    def feed(self, data: bytes) -> bool:
        """Add samples, any number of bytes. Returns False if there are too many."""
        data = self._aligner.feed(data)
        if self._size + self._lot_size + len(data) > 2 * _MAX_SECONDS * self.rate:
            return False
        self._lot += self._marks
        self._marks = []
        for at in range(0, len(data), self._frame):
            self._lot.append(data[at : at + self._frame])
        self._lot_size += len(data)
        if self._lot_size >= self._threshold:
            self._threshold = 2 * _LOT * self._factor
            for piece in self._lot:
                self._enqueue(piece)
            self._clear_lot()
        return True

    def mark(self, name: str) -> bool:
        """Add a mark behind all samples. Returns False if there are too many."""
        if len(self._marks) + len(self._waiting_marks()) >= MAX_MARKS:
            return False
        self._marks.append(name)
        return True

    def clear_marks(self) -> None:
        """Forget all marks; there is no event of it."""
        self._marks = []
        self._lot = deque(piece for piece in self._lot if isinstance(piece, bytes))
        self._queue = deque(piece for piece in self._queue if isinstance(piece, bytes))

    def kill(self) -> None:
        """Forget all audio; each mark in it has an event."""
        for name in [*self._waiting_marks(), *self._marks]:
            self._add_event(name, "cleared")
        self._marks = []
        self._clear_lot()
        self._queue.clear()
        self._size = self._audible_pieces = 0
        self._aligner = Aligner(2)

    def next_frame(self) -> bytes:
        """Take the next frame; less than a frame, or nothing, if there is no more."""
        if not self._queue:
            # a mark with nothing to be played before it, one a frame
            if self._marks and not self._waiting_marks():
                self._add_event(self._marks.pop(0), "playout")
            return b""
        parts: list[bytes] = []
        missing = self._frame
        while missing and self._queue:
            piece = self._queue.popleft()
            if isinstance(piece, str):
                self._add_event(piece, "playout")
                continue
            self._size -= len(piece)
            self._audible_pieces -= is_sound(piece)
            if len(piece) > missing:
                self._enqueue(piece[missing:], first=True)
                piece = piece[:missing]
            parts.append(piece)
            missing -= len(piece)
        return b"".join(parts)

    @property
    def audible(self) -> bool:
        """True if anything but silence is about to be played."""
        return self._audible_pieces > 0

    @property
    def unplayed(self) -> float:
        """Seconds of audio that have not been played; 0 if they are silent."""
        lot_audible = any(isinstance(piece, bytes) and is_sound(piece) for piece in self._lot)
        return (self._size + self._lot_size) / 2 / self.rate if lot_audible or self._audible_pieces else 0.0

    def _enqueue(self, piece: bytes | str, *, first: bool = False) -> None:
        self._queue.appendleft(piece) if first else self._queue.append(piece)
        if isinstance(piece, bytes):
            self._size += len(piece)
            self._audible_pieces += is_sound(piece)

    def _clear_lot(self) -> None:
        self._lot.clear()
        self._lot_size = 0

    def _waiting_marks(self) -> list[str]:
        return [piece for pieces in (self._queue, self._lot) for piece in pieces if isinstance(piece, str)]

    def _add_event(self, name: str, event: str) -> None:
        self.events.append({"type": "mark", "data": {"name": name, "event": event}})


@dataclass
class _QueuedClip:
    id: str | None
    clip: Clip
    at: int = 0


class ClipQueue:
    """The clips of ``playAudio`` commands, played one after the other."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self._current: _QueuedClip | None = None
        self._queue: deque[_QueuedClip] = deque()

    @property
    def rate(self) -> int:
        """Samples a second of the next frame; 8000 if there is none."""
        following = self._current or (self._queue[0] if self._queue else None)
        return following.clip.rate if following else 8000

    def play(self, id: str | None, clip: Clip, *, queue: bool) -> bool:
        """Play a clip behind those that play and wait, or in their place. Returns False if too many wait."""
        added = _QueuedClip(id, clip)
        if not queue:
            self._queue.clear()
            self._finish_current()
            self._current = added
        elif self._current is None and not self._queue:
            self._current = added
        elif len(self._queue) >= _MAX_WAITING:
            return False
        else:
            self._queue.append(added)
        return True

    def kill(self) -> None:
        """Stop the clip that plays. As on the server, the next one in the queue begins."""
        self._finish_current()

    def next_frame(self) -> bytes:
        """Take the next frame; less than a frame at the end of a clip, nothing if there is none."""
        if self._current is None:
            if not self._queue:
                return b""
            self._current = self._queue.popleft()
        current = self._current
        end = current.at + frame_bytes(current.clip.rate)
        pcm = current.clip.pcm[current.at : end]
        current.at += len(pcm)
        if current.at >= len(current.clip.pcm):
            self._finish_current()
        return pcm

    @property
    def audible(self) -> bool:
        """True if any clip plays or waits."""
        return self._current is not None or bool(self._queue)

    @property
    def unplayed(self) -> float:
        """Seconds of clips that have not been played."""
        current = self._current
        remaining = (len(current.clip.pcm) - current.at) / 2 / current.clip.rate if current else 0.0
        return remaining + sum(play.clip.seconds for play in self._queue)

    def _finish_current(self) -> None:
        ended, self._current = self._current, None
        if ended is None:
            return
        samples = ended.at // 2
        data: dict[str, Any] = {} if ended.id is None else {"id": ended.id}
        data["playbackSeconds"] = str(samples // ended.clip.rate)
        data["playbackMilliseconds"] = str(1000 * samples // ended.clip.rate)
        data["playbackLastOffsetPos"] = str(samples)
        self.events.append({"type": "playDone", "data": data})
