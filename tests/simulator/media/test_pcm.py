"""Audio as plain values."""

from __future__ import annotations

import struct

import pytest

from jambonz_sync.audio.wav import wav_header
from jambonz_sync.simulator.media.pcm import Clip, interleave, mix, speech_tone

#: 20 ms, and 80 ms, of something at 8 kHz
FRAME = struct.pack("<160h", *range(1000, 1160))


def wav(pcm: bytes, rate: int = 8000, channels: int = 1) -> bytes:
    return wav_header(rate, channels, len(pcm)) + pcm


def test_words_take_their_time_at_any_rate() -> None:
    assert [speech_tone(text).seconds for text in ("", "hello", "one two three")] == pytest.approx([0.3, 0.3, 0.9])
    assert len(speech_tone("hello", 16000).pcm) == 9600


def test_a_wav_file_of_several_channels_is_mixed() -> None:
    assert Clip.read(wav(struct.pack("<hhhh", 100, 300, -100, -300), 16000, 2)) == Clip(
        struct.pack("<hh", 200, -200), 16000
    )


def test_a_wav_file_of_bytes_is_refused() -> None:
    header = bytearray(wav(FRAME))
    header[34] = 8
    with pytest.raises(ValueError, match="of 8 bits, expected 16"):
        Clip.read(bytes(header))


def test_half_a_sample_is_left_out() -> None:
    assert Clip.read(b"123", 8000).pcm == b"12"
    assert Clip.read(wav(FRAME) + b"", 8000).pcm == FRAME


@pytest.mark.parametrize(("rate", "to"), [(8000, 16000), (16000, 8000), (24000, 8000), (8000, 24000), (44100, 8000)])
def test_a_clip_at_another_rate_lasts_as_long_and_sounds_alike(rate: int, to: int) -> None:
    clip = Clip(struct.pack(f"<{rate}h", *(round(10000 * at / rate) for at in range(rate))), rate)
    other = struct.unpack(f"<{to}h", clip.resampled(to))
    assert all(abs(value - 10000 * at / to) < 3 for at, value in enumerate(other))
    assert clip.resampled(rate) is clip.pcm
    assert Clip(b"", rate).resampled(to) == b""


def test_channels_alternate_and_mixes_do_not_overflow() -> None:
    assert interleave(b"aabb", b"ccdd") == b"aaccbbdd"
    assert mix(struct.pack("<hh", 30000, -30000), struct.pack("<hh", 30000, -30000)) == struct.pack(
        "<hh", 32767, -32768
    )
