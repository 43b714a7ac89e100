"""Audio as plain values: samples of 16 bits, little-endian, of one channel unless said otherwise."""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass, field

from ...audio.wav import parse_header

__all__ = ["FRAME", "Clip", "Ear", "frame_bytes", "interleave", "is_sound", "mix", "speech"]

#: seconds of one frame of the media server
FRAME = 0.02
#: samples up to here are silence: what lines and codecs make of it is not always 0
_SILENT = 100
#: seconds without sound that end an utterance
_PAUSE = 0.5
#: seconds that a word takes
_WORD = 0.3


@dataclass(frozen=True, slots=True)
class Clip:
    """A piece of audio. ``rate`` is in samples a second."""

    pcm: bytes = field(repr=False)
    rate: int

    @classmethod
    def read(cls, audio: bytes, rate: int = 8000) -> Clip:
        """The WAV file that ``audio`` is (16 bits; several channels are mixed), else samples at ``rate``. Raises
        ValueError for a WAV file of another kind."""
        if audio[:4] != b"RIFF":
            return cls(audio[: len(audio) - len(audio) % 2], rate)
        info = parse_header(audio)
        if info.bits != 16 or not 0 < info.channels <= 8 or info.sample_rate <= 0:
            raise ValueError(f"a WAV file of {info.channels} channels of {info.bits} bits, expected 16 bits")
        size = min(info.size, len(audio) - info.start)
        values = _samples(audio[info.start : info.start + size - size % (2 * info.channels)])
        if info.channels > 1:
            channels = [values[at :: info.channels] for at in range(info.channels)]
            values = array("h", (sum(each) // info.channels for each in zip(*channels, strict=True)))
        return cls(values.tobytes(), info.sample_rate)

    @property
    def seconds(self) -> float:
        """How long it takes."""
        return len(self.pcm) / 2 / self.rate

    def at(self, rate: int) -> bytes:
        """The samples at another rate; unchanged at its own."""
        if rate == self.rate or not self.pcm:
            return self.pcm
        values = _samples(self.pcm)
        last, step = len(values) - 1, self.rate / rate
        made = array("h")
        for number in range(len(values) * rate // self.rate):
            at = int(number * step)
            here = values[at]
            made.append(here + round((values[min(at + 1, last)] - here) * (number * step - at)))
        return made.tobytes()


def speech(text: str, rate: int = 8000) -> Clip:
    """What stands for spoken words: a tone as long as they take."""
    # 11 periods of 440 Hz are 25 ms
    period = array("h", (int(8000 * math.sin(math.tau * 11 * at / (rate // 40))) for at in range(rate // 40)))
    return Clip(period.tobytes() * round(40 * _WORD * max(1, len(text.split()))), rate)


def frame_bytes(rate: int) -> int:
    """Bytes of one frame of one channel."""
    return 2 * round(rate * FRAME)


def is_sound(pcm: bytes) -> bool:
    """Whether anything is to be heard."""
    values = _samples(pcm)
    return bool(values) and (max(values) > _SILENT or min(values) < -_SILENT)


def interleave(left: bytes, right: bytes) -> bytes:
    """Two channels of the same length as one of both."""
    both = array("h", bytes(2 * len(left)))
    both[::2], both[1::2] = _samples(left), _samples(right)
    return both.tobytes()


def mix(one: bytes, other: bytes) -> bytes:
    """What is heard of both, of the same length, at once."""
    pairs = zip(_samples(one), _samples(other), strict=True)
    return array("h", (max(-32768, min(32767, a + b)) for a, b in pairs)).tobytes()


def _samples(pcm: bytes) -> array[int]:
    values = array("h")
    values.frombytes(pcm)
    return values


class Ear:
    """Tells the utterances in what is played apart."""

    def __init__(self) -> None:
        self._length = 0.0
        self._pause = 0.0

    @property
    def hearing(self) -> bool:
        """Whether an utterance has begun and not ended."""
        return self._length > 0

    def hear(self, sound: bool) -> float | None:
        """The next frame has ``sound``, or is silent: the seconds of the utterance that has ended by that."""
        if sound:
            self._length += self._pause + FRAME
            self._pause = 0.0
        elif self._length:
            self._pause += FRAME
            if self._pause >= _PAUSE:
                return self.end()
        return None

    def end(self) -> float | None:
        """Nothing follows: the seconds of the utterance that was under way."""
        length, self._length, self._pause = self._length, 0.0, 0.0
        return length or None
