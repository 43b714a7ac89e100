"""Audio cut up for sending in real time."""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from time import monotonic
from typing import Final, Protocol, TypeAlias, runtime_checkable

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
#: bytes in which the header of a WAV file must be, and those that tell it is one
_HEAD: Final = 4096
_MAGIC: Final = 12
#: seconds that paced audio may be ahead of time
AHEAD: Final = 0.1


def chunks(source: AudioSource, rate: int) -> Iterator[bytes]:
    """Cut audio into chunks of 20 ms, the last one shorter.

    Args:
        source: Samples, or a WAV file, of which the samples are given.
        rate: Samples a second.
    Returns:
        The chunks, one by one.
    Raises:
        ValueError: It is a WAV file that is not 16-bit, one channel, at ``rate``; or a path to anything else.
    """
    size = 2 * (rate * _MS // 1000)
    if isinstance(source, str | os.PathLike):
        with open(source, "rb") as file:
            yield from _regular(_wav(b"", _read(file, size), rate, os.fspath(source)), size)
        return
    parts: Iterator[bytes]
    if isinstance(source, bytes | bytearray | memoryview):
        parts = iter([bytes(source)])
    else:
        parts = _read(source, size) if isinstance(source, Readable) else map(bytes, source)
    yield from _regular(_samples(parts, rate), size)


def _read(file: Readable, size: int) -> Iterator[bytes]:
    return iter(lambda: file.read(size), b"")


def _regular(parts: Iterable[bytes], size: int) -> Iterator[bytes]:
    remainder = b""
    for part in parts:
        data = remainder + part if remainder else part
        whole = len(data) - len(data) % size
        for at in range(0, whole, size):
            yield data[at : at + size]
        remainder = data[whole:]
    if len(remainder) > 1:
        yield remainder[: len(remainder) - len(remainder) % 2]


def _samples(parts: Iterator[bytes], rate: int) -> Iterator[bytes]:
    head = b""
    while b"RIFF".startswith(head[:4]) and len(head) < _MAGIC and (part := next(parts, None)) is not None:
        head += part
    if head[:4] == b"RIFF" and head[8:_MAGIC] == b"WAVE":
        yield from _wav(head, parts, rate, "a WAV file")
    else:
        yield head
        yield from parts


def _wav(head: bytes, parts: Iterator[bytes], rate: int, name: str) -> Iterator[bytes]:
    """Give the samples of the file that begins with ``head`` and goes on with ``parts``."""
    while True:
        try:
            info = parse_header(head)
            break
        except ValueError as exc:  # it may just lack its end
            part = next(parts, None) if len(head) < _HEAD else None
            if part is None:
                raise ValueError(f"{name}: {exc}") from None
            head += part
    if (info.sample_rate, info.channels, info.bits) != (rate, 1, 16):
        raise ValueError(
            f"{name}: {info.sample_rate} Hz, {info.channels} channels of {info.bits} bits; "
            f"expected {rate} Hz, 1 channel of 16 bits"
        )
    missing = info.size
    for part in chain([head[info.start :]], parts):
        yield part[:missing]
        missing -= len(part)
        if missing <= 0:
            return


class Pace:
    """When audio is due that is sent in real time. Times are in seconds, of one monotonic clock.

    Args:
        rate: Samples a second.
    """

    __slots__ = ("_begun", "_rate", "sent")

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._begun = -math.inf
        #: samples so far
        self.sent = 0

    def due(self, samples: int, now: float) -> float:
        """Tell when to send so many samples more: then all audio ends :data:`AHEAD` later.

        Audio that comes too late to be played behind what was sent before is played when it comes: the time that was
        lost is not made up for.

        Args:
            samples: How many come next.
            now: The present time.
        Returns:
            The time.
        """
        self._begun = max(self._begun, now - self.sent / self._rate)
        self.sent += samples
        return self._begun + self.sent / self._rate - AHEAD


def sleep_until(when: float, changed: threading.Condition, stop: Callable[[], bool]) -> bool:
    """Sleep until ``when``, or ``stop()``.

    Args:
        when: Seconds of the monotonic clock.
        changed: Is notified when ``stop()`` may have become true.
        stop: Is asked with ``changed`` held.
    Returns:
        False if it was stopped.
    Blocks: until then.
    """
    with changed:
        while not stop():
            pause = when - monotonic()
            if pause <= 0:
                return True
            changed.wait(pause)
    return False
