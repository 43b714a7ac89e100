"""Audio cut up for sending in real time."""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from time import monotonic
from typing import BinaryIO, Final, Protocol, TypeAlias, runtime_checkable

from .wav import parse_header

__all__ = ["AHEAD", "AudioSource", "Pace", "chunks", "sleep_until"]


@runtime_checkable
class Readable(Protocol):
    """A binary file."""

    def read(self, size: int, /) -> bytes: ...


AudioSource: TypeAlias = (
    bytes | bytearray | memoryview | str | os.PathLike[str] | Readable | Iterable[bytes | bytearray | memoryview]
)
#: milliseconds of a chunk
_MS: Final = 20
_HEAD: Final = 4096
#: seconds that paced audio may be ahead of time
AHEAD: Final = 0.1


def chunks(source: AudioSource, rate: int) -> Iterator[bytes]:
    """``source`` in chunks of 20 ms at ``rate`` samples a second, the last one shorter.

    Raises ValueError for a WAV file that is not 16-bit, one channel, at ``rate``.
    """
    size = 2 * (rate * _MS // 1000)
    if isinstance(source, str | os.PathLike):
        with open(source, "rb") as file:
            yield from _wav(file, rate, size, os.fspath(source))
        return
    if isinstance(source, bytes | bytearray | memoryview):
        yield from _regular([bytes(source)], size)
    elif isinstance(source, Readable):
        yield from _regular(iter(lambda: source.read(size), b""), size)
    else:
        yield from _regular(source, size)


def _regular(parts: Iterable[bytes | bytearray | memoryview], size: int) -> Iterator[bytes]:
    rest = b""
    for part in parts:
        data = rest + bytes(part) if rest else bytes(part)
        whole = len(data) - len(data) % size
        for at in range(0, whole, size):
            yield data[at : at + size]
        rest = data[whole:]
    if len(rest) > 1:
        yield rest[: len(rest) - len(rest) % 2]


def _wav(file: BinaryIO, rate: int, size: int, name: str) -> Iterator[bytes]:
    info = parse_header(file.read(_HEAD))
    if (info.sample_rate, info.channels, info.bits) != (rate, 1, 16):
        raise ValueError(
            f"{name}: {info.sample_rate} Hz, {info.channels} channels of {info.bits} bits; "
            f"expected {rate} Hz, 1 channel of 16 bits"
        )
    file.seek(info.start)
    left = info.size
    while left > 0 and (data := file.read(min(size, left))):
        left -= len(data)
        yield data[: len(data) - len(data) % 2]


class Pace:
    """When audio is due that is sent in real time. Times are in seconds, of one monotonic clock."""

    __slots__ = ("_begun", "_rate", "sent")

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._begun = -math.inf
        #: samples so far
        self.sent = 0

    def due(self, samples: int, now: float) -> float:
        """When to send so many samples more: then all audio ends :data:`AHEAD` later. What comes too late to be played
        behind what was sent before is played when it comes: the time that was lost is not made up for."""
        self._begun = max(self._begun, now - self.sent / self._rate)
        self.sent += samples
        return self._begun + self.sent / self._rate - AHEAD


def sleep_until(when: float, changed: threading.Condition, stop: Callable[[], bool]) -> bool:
    """Sleep until ``when`` (of the monotonic clock); False as soon as ``stop``, of which ``changed`` is notified."""
    with changed:
        while not stop():
            left = when - monotonic()
            if left <= 0:
                return True
            changed.wait(left)
    return False
