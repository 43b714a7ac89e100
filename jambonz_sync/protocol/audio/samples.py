"""Samples on their way: whole ones, as many as are kept, with the silence that has the last of them played."""

from __future__ import annotations

from array import array
from collections import deque

__all__ = ["Aligner", "FrameQueue", "Tail", "without_markers"]

#: samples, at 8 kHz, that must have come before anything is played, and the lot in which it moves afterwards
_FIRST, _LOT = 1280, 640


class Aligner:
    """Cuts bytes at whole samples; what is left over waits for the next.

    Args:
        size: Bytes of a sample of every channel.
    """

    __slots__ = ("_remainder", "_size")

    def __init__(self, size: int) -> None:
        self._size = size
        self._remainder = b""

    def feed(self, data: bytes) -> bytes:
        """Return the whole samples of what was left over and what has come.

        Args:
            data: The bytes that have come.
        """
        if self._remainder:
            data = self._remainder + data
            self._remainder = b""
        odd = len(data) % self._size
        if odd:
            self._remainder = data[-odd:]
            return data[:-odd]
        return data


class FrameQueue:
    """Audio that nobody has read yet.

    It keeps the newest ``limit`` bytes, and the rest of the frame in which they begin. Older frames are dropped, and
    counted.

    Args:
        limit: Bytes.
    """

    __slots__ = ("_frames", "dropped_bytes", "dropped_frames", "limit", "size")

    def __init__(self, limit: int) -> None:
        self._frames: deque[bytes] = deque()
        self.limit = limit
        #: bytes in the queue
        self.size = 0
        self.dropped_frames = 0
        self.dropped_bytes = 0

    def __len__(self) -> int:
        return len(self._frames)

    def put(self, frame: bytes) -> bool:
        """Add a frame.

        Args:
            frame: The frame.
        Returns:
            False if others were dropped for it.
        """
        self._frames.append(frame)
        self.size += len(frame)
        fits = True
        while self.size - len(self._frames[0]) >= self.limit:
            oldest = self._frames.popleft()
            self.size -= len(oldest)
            self.dropped_frames += 1
            self.dropped_bytes += len(oldest)
            fits = False
        return fits

    def get(self) -> bytes | None:
        """Return the oldest frame, which leaves the queue; None if there is none."""
        if not self._frames:
            return None
        frame = self._frames.popleft()
        self.size -= len(frame)
        return frame

    def take(self, size: int) -> bytes:
        """Return the oldest bytes, which leave the queue.

        Args:
            size: So many, or all there are.
        """
        parts: list[bytes] = []
        while size > 0 and self._frames:
            frame = self._frames.popleft()
            if len(frame) > size:
                self._frames.appendleft(frame[size:])
                frame = frame[:size]
            parts.append(frame)
            size -= len(frame)
            self.size -= len(frame)
        return b"".join(parts)


class Tail:
    """The silence that the end of a speech needs so that all of it is played.

    Args:
        rate: Samples a second that are sent.
    """

    __slots__ = ("_factor", "_sent")

    def __init__(self, rate: int) -> None:
        self._factor = max(1, -(-rate // 8000))
        self._sent = 0

    def sent(self, size: int) -> None:
        """Note that audio has been sent.

        Args:
            size: Bytes.
        """
        self._sent += size // 2

    def silence(self) -> bytes:
        """Return what to send so that the media server plays all that it has; nothing if it was sent nothing since."""
        if not self._sent:
            return b""
        samples = max(_FIRST * self._factor - self._sent, _LOT * self._factor)
        self._sent = 0
        return bytes(2 * samples)

    def killed(self) -> None:
        """Note that the media server has forgotten what was sent."""
        self._sent = 0


def without_markers(samples: bytes) -> bytes:
    """Return ``samples`` with 0 for -1, a difference that nobody hears.

    The media server takes a sample of -1 for the place of a mark, and reports the oldest too early: also one that was
    sent behind the sample, since it is far from being played then. Costs half a microsecond a frame where the bytes of
    -1 are not in it, and a few where they are.

    Args:
        samples: 16-bit little-endian.
    """
    if samples.rfind(b"\xff\xff") < 0:  # half the time of ``in``
        return samples
    values = array("h", samples)
    at = -1
    try:
        while True:
            at = values.index(-1, at + 1)
            values[at] = 0
    except ValueError:
        return values.tobytes()
