"""WAV files: headers, and a writer whose file is valid while it is written."""

from __future__ import annotations

import struct
import wave
from pathlib import Path

import pytest

from jambonz_sync.audio.wav import WavWriter, parse_header, wav_header


def read(path: Path) -> tuple[int, int, int, bytes]:
    with wave.open(str(path)) as file:
        return file.getframerate(), file.getnchannels(), file.getsampwidth(), file.readframes(1 << 30)


@pytest.mark.parametrize("channels", [1, 2])
def test_what_is_written_is_read_by_others(tmp_path: Path, channels: int) -> None:
    path = tmp_path / "a.wav"
    samples = bytes(range(256)) * 8
    with WavWriter(path, 16000, channels) as writer:
        writer.write(samples)
        assert writer.seconds == pytest.approx(len(samples) / (2 * channels * 16000))
    writer.close()
    writer.write(b"too late")
    assert read(path) == (16000, channels, 2, samples)


def test_a_file_that_is_cut_off_is_valid_and_lacks_less_than_a_second(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    writer = WavWriter(path, 8000, 1)
    assert read(path) == (8000, 1, 2, b"")
    for _ in range(175):  # 3.5 seconds
        writer.write(b"\x01\x02" * 160)
    copy = tmp_path / "copy.wav"
    copy.write_bytes(path.read_bytes())
    rate, _, _, samples = read(copy)
    assert rate == 8000
    assert len(samples) >= 16000 * 3
    writer.close()


def test_a_header_is_parsed_whatever_stands_before_the_samples() -> None:
    extra = b"LIST" + struct.pack("<I", 3) + b"abc\0"
    plain = wav_header(8000, 1, 4)
    info = parse_header(plain[:36] + extra + plain[36:] + b"abcd")
    assert (info.sample_rate, info.channels, info.bits, info.start, info.size) == (8000, 1, 16, 44 + len(extra), 4)


@pytest.mark.parametrize(
    "head", [b"", b"RIFF", b"RIFF1234WAVE", b"x" * 44, wav_header(8000, 1, 0)[:30], b"RIFF1234WAVEdata\0\0\0\0"]
)
def test_what_is_no_wav_file_is_refused(head: bytes) -> None:
    with pytest.raises(ValueError, match="WAV"):
        parse_header(head)


def test_compressed_samples_are_refused() -> None:
    head = bytearray(wav_header(8000, 1, 0))
    head[20:22] = b"\x06\x00"
    with pytest.raises(ValueError, match="format 6"):
        parse_header(bytes(head))
