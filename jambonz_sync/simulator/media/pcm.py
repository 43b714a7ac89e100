"""Audio as plain values: samples of 16 bits, little-endian, of one channel unless said otherwise."""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass, field

from ...audio.wav import parse_header

__all__ = [
    "FRAME",
    "Clip",
    "SilenceDetector",
    "amplify",
    "frame_bytes",
    "interleave",
    "is_sound",
    "mix",
    "speech_tone",
]

#: seconds of one frame of the media server
FRAME = 0.02
#: samples up to here are silence, which lines and codecs do not always make 0
_SILENT = 100
#: seconds without sound that end an utterance
_PAUSE = 0.5
#: seconds that a word takes
_WORD = 0.3


@dataclass(frozen=True, slots=True)
class Clip:
    """A piece of audio of one channel; ``rate`` is in samples a second."""

    pcm: bytes = field(repr=False)
    rate: int

    @classmethod
    def read(cls, audio: bytes, rate: int = 8000) -> Clip:
        """Make a clip of a WAV file, whose channels are mixed, or of samples.

        Args:
            audio: A WAV file of 16 bits, or samples.
            rate: Samples a second; a WAV file has its own.
        Raises:
            ValueError: The audio is a WAV file of another kind.
        """
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
        """The time that it takes to play."""
        return len(self.pcm) / 2 / self.rate

    def resampled(self, rate: int) -> bytes:
        """Return the samples at another rate; unchanged at the clip's own."""
        if rate == self.rate or not self.pcm:
            return self.pcm
        values = _samples(self.pcm)
        last, step = len(values) - 1, self.rate / rate
        resampled = array("h")
        for number in range(len(values) * rate // self.rate):
            before = int(number * step)
            value = values[before]
            resampled.append(value + round((values[min(before + 1, last)] - value) * (number * step - before)))
        return resampled.tobytes()


def speech_tone(text: str, rate: int = 8000) -> Clip:
    """Make a tone that lasts as long as the words take to be said: there is no synthesizer here."""
    # 11 periods of 440 Hz are 25 ms
    period = array("h", (int(8000 * math.sin(math.tau * 11 * at / (rate // 40))) for at in range(rate // 40)))
    return Clip(period.tobytes() * round(40 * _WORD * max(1, len(text.split()))), rate)


def frame_bytes(rate: int) -> int:
    """Return the bytes of one frame of one channel."""
    return 2 * round(rate * FRAME)


def is_sound(pcm: bytes) -> bool:
    """Return True if anything can be heard."""
    values = _samples(pcm)
    return bool(values) and (max(values) > _SILENT or min(values) < -_SILENT)


def amplify(pcm: bytes, decibels: float) -> bytes:
    """Return samples that are so much louder, or less loud if that is below 0."""
    factor = 10 ** (decibels / 20)
    return array("h", (max(-32768, min(32767, round(value * factor))) for value in _samples(pcm))).tobytes()


def interleave(left: bytes, right: bytes) -> bytes:
    """Return two channels of the same length as stereo samples."""
    both = array("h", bytes(2 * len(left)))
    both[::2], both[1::2] = _samples(left), _samples(right)
    return both.tobytes()


def mix(first: bytes, second: bytes) -> bytes:
    """Return the sum of two channels of the same length."""
    pairs = zip(_samples(first), _samples(second), strict=True)
    return array("h", (max(-32768, min(32767, a + b)) for a, b in pairs)).tobytes()


def _samples(pcm: bytes) -> array[int]:
    values = array("h")
    values.frombytes(pcm)
    return values


class SilenceDetector:
    """Divides audio into utterances at its silences."""

    def __init__(self) -> None:
        self._length = 0.0
        self._pause = 0.0

    @property
    def in_utterance(self) -> bool:
        """True while an utterance has begun and not ended."""
        return self._length > 0

    def feed(self, sound: bool) -> float | None:
        """Take one more frame, with sound in it or silent. Returns the seconds of an utterance that has ended by it."""
        if sound:
            self._length += self._pause + FRAME
            self._pause = 0.0
        elif self._length:
            self._pause += FRAME
            if self._pause >= _PAUSE:
                return self.end()
        return None

    def end(self) -> float | None:
        """Take the end of the audio. Returns the seconds of the utterance that was under way."""
        length, self._length, self._pause = self._length, 0.0, 0.0
        return length or None
