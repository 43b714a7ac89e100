"""WAV files of 16-bit samples: headers, audio to be played, and a writer whose file is valid while it is written."""

from __future__ import annotations

import os
import struct
import threading
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, NamedTuple

from ..errors import InvalidVerb

__all__ = ["HEADER", "WavInfo", "WavWriter", "parse_header", "read_clip", "wav_header"]

#: bytes of the header that is written here
HEADER: Final = 44
#: bytes of samples that the header of a WAV file can count
_MOST_SAMPLES: Final = 0xFFFF_FFFF - HEADER


class WavInfo(NamedTuple):
    """The format of a WAV file, and where its samples are.

    Args:
        sample_rate: Samples a second of one channel.
        channels: 1 or more.
        bits: Bits of a sample.
        start: Bytes before its samples.
        size: Bytes of samples.
    """

    sample_rate: int
    channels: int
    bits: int
    start: int
    size: int


def wav_header(sample_rate: int, channels: int, size: int) -> bytes:
    """Make the header of a file of 16-bit samples.

    Args:
        sample_rate: Samples a second of one channel.
        channels: 1 or 2.
        size: Bytes of samples.
    """
    size = min(size, _MOST_SAMPLES)
    step = 2 * channels
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        size + HEADER - 8,
        b"WAVE",
        b"fmt ",
        16,
        1,
        channels,
        sample_rate,
        sample_rate * step,
        step,
        16,
        b"data",
        size,
    )


def parse_header(head: bytes) -> WavInfo:
    """Read what is in a WAV file.

    Args:
        head: How it begins.
    Raises:
        ValueError: It is none, or not of PCM samples.
    """
    if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        raise ValueError("not a WAV file")
    at, known = 12, None
    while at + 8 <= len(head):
        name, size = struct.unpack_from("<4sI", head, at)
        at += 8
        if name == b"fmt " and at + 16 <= len(head):
            kind, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", head, at)
            if kind not in (1, 0xFFFE):
                raise ValueError(f"a WAV file of format {kind}, not of PCM samples")
            known = (rate, channels, bits)
        elif name == b"data" and known is not None:
            return WavInfo(*known, at, size)
        at += size + size % 2
    raise ValueError("a WAV file without samples, or with a header that is too long")


def read_clip(audio: bytes | bytearray | memoryview | str | os.PathLike[str], *, call_sid: str | None) -> bytes | str:
    """Read audio that is to be played as a whole.

    Args:
        audio: Samples or a WAV file, as bytes or base64; or the path of a WAV file, if it is a PathLike or ends in
            ``.wav``.
        call_sid: For the error.
    Returns:
        The bytes; base64 as it is.
    Raises:
        InvalidVerb: The file at that path is no WAV file.
    """
    if not (isinstance(audio, os.PathLike) or (isinstance(audio, str) and audio.lower().endswith((".wav", ".wave")))):
        return audio if isinstance(audio, str) else bytes(audio)
    data = Path(audio).read_bytes()
    try:
        parse_header(data)
    except ValueError as exc:
        raise InvalidVerb(
            f"playAudio.audioContent: {os.fspath(audio)}: {exc}",
            verb="playAudio",
            path="playAudio.audioContent",
            expected="a WAV file",
            call_sid=call_sid,
        ) from None
    return data


class WavWriter:
    """Writes 16-bit samples to a file. Any thread may call any method.

    Its header is brought up to date once a second of audio, so that a file that is cut off is a valid one, which lacks
    less than a second.

    Args:
        path: The file, which is overwritten.
        sample_rate: Samples a second of one channel.
        channels: 1 or 2.
    Raises:
        OSError: The file cannot be written.
    """

    def __init__(self, path: str | Path, sample_rate: int, channels: int) -> None:
        self._rate, self._channels = sample_rate, channels
        self._size = 0
        self._patched = 0
        self._lock = threading.Lock()  # guards the file: one thread closes it while another one writes
        self._file: BinaryIO = open(path, "wb", buffering=0)  # noqa: SIM115 - closed by close()
        self._file.write(wav_header(sample_rate, channels, 0))

    @property
    def seconds(self) -> float:
        """Seconds of audio that have been written."""
        return self._size / (2 * self._channels * self._rate)

    def write(self, samples: bytes) -> None:
        """Append ``samples``, whole ones of every channel.

        Samples beyond the 4 GiB of a WAV file are left out, and those that come after the close.

        Args:
            samples: 16-bit little-endian; of two channels alternating.
        Raises:
            OSError: The file cannot be written.
        """
        with self._lock:
            if self._file.closed or self._size + len(samples) > _MOST_SAMPLES:
                return
            self._file.write(samples)
            self._size += len(samples)
            if self._size - self._patched >= 2 * self._channels * self._rate:
                self._patch()

    def _patch(self) -> None:
        self._file.seek(0)
        self._file.write(wav_header(self._rate, self._channels, self._size))
        self._file.seek(0, 2)
        self._patched = self._size

    def close(self) -> None:
        """Complete the file. May be called again."""
        with self._lock:
            if not self._file.closed:
                try:
                    self._patch()
                finally:
                    self._file.close()

    def __enter__(self) -> WavWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
