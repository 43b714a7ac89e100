"""Audio cut into chunks, and when each of them is due."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jambonz_sync.audio.pacing import AHEAD, Pace, chunks
from jambonz_sync.audio.wav import WavWriter, wav_header


@pytest.mark.parametrize(
    "source",
    [
        *[b"ab" * 500, bytearray(b"ab" * 500), memoryview(b"ab" * 500), io.BytesIO(b"ab" * 500)],
        *[[b"a", b"ba" * 499, b"b"], [b"RIFF", b"ab" * 498], [b"RI", b"", b"FFab" + b"ab" * 497], iter([b"ab" * 500])],
    ],
)
def test_audio_is_cut_into_chunks_of_20_ms(source: Any) -> None:
    assert [len(chunk) for chunk in chunks(source, 8000)] == [320, 320, 320, 40]


@given(st.lists(st.floats(0, 3), max_size=60), st.sampled_from([8000, 16000, 64000]))
def test_paced_audio_is_never_further_ahead_than_it_may_be_however_its_source_stalls(
    stalls: list[float], rate: int
) -> None:
    pace = Pace(rate)
    now = played_until = 1000.0
    for stall in stalls:
        now += stall  # until the source has the next 20 ms
        now = max(now, pace.due(rate // 50, now))
        played_until = max(played_until, now) + 0.02
        assert played_until - now <= AHEAD + 1e-6
    assert pace.sent == len(stalls) * (rate // 50)


def test_a_source_in_time_is_sent_without_a_gap() -> None:
    pace = Pace(8000)
    assert [round(pace.due(160, 5.0), 3) for _ in range(7)] == [4.92, 4.94, 4.96, 4.98, 5.0, 5.02, 5.04]


def test_half_a_sample_at_the_end_is_left_out() -> None:
    assert list(chunks([b"abc"], 8000)) == [b"ab"]
    assert list(chunks([], 8000)) == []


def test_a_wav_file_is_cut_at_its_samples_and_must_fit(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    with WavWriter(path, 8000, 1) as writer:
        writer.write(b"ab" * 200)
    assert b"".join(chunks(path, 8000)) == b"ab" * 200
    assert b"".join(chunks(str(path), 8000)) == b"ab" * 200
    for source in (path, path.read_bytes(), io.BytesIO(path.read_bytes()), [path.read_bytes()]):
        with pytest.raises(ValueError, match="8000 Hz, 1 channels of 16 bits; expected 16000 Hz"):
            list(chunks(source, 16000))
    path.write_bytes(b"no WAV file")
    with pytest.raises(ValueError, match=r"a\.wav: not a WAV file"):
        list(chunks(path, 8000))
    with pytest.raises(ValueError, match="too long"):
        list(chunks(wav_header(8000, 1, 4)[:36] + b"LIST" + struct.pack("<I", 9000) + bytes(9000), 8000))


def test_what_follows_the_samples_in_a_wav_file_is_not_sent() -> None:
    assert list(chunks(wav_header(8000, 1, 320) + b"ab" * 160 + b"LIST" + bytes(100), 8000)) == [b"ab" * 160]
