"""The audio sub-protocol and WAV files, as plain values."""

from __future__ import annotations

import io
import json
import struct
import wave
from array import array
from base64 import b64decode
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jambonz_sync.audio.pacing import AHEAD, Pace, chunks
from jambonz_sync.audio.wav import WavWriter, parse_header, wav_header
from jambonz_sync.errors import InvalidVerb, ProtocolError
from jambonz_sync.protocol import audio as proto

META = {"sampleRate": 16000, "mixType": "stereo", "callSid": "call-1", "from": "1", "customerData": {"a": 1}}


def test_the_metadata_tell_rate_channels_and_call() -> None:
    meta = proto.parse_metadata(json.dumps(META))
    assert (meta.call_sid, meta.sample_rate, meta.channels, meta.frame_bytes) == ("call-1", 16000, 2, 4)
    assert meta.raw == META
    assert meta.bytes_in(20) == 1280


@pytest.mark.parametrize("mix", ["mono", "mixed", None, 5])
def test_every_other_mix_has_one_channel(mix: Any) -> None:
    assert proto.parse_metadata(json.dumps({**META, "mixType": mix})).channels == 1


def test_the_metadata_of_a_conference_are_the_users_alone() -> None:
    meta = proto.parse_metadata('{"room":"lobby"}')
    assert (meta.call_sid, meta.sample_rate, meta.channels) == ("", 8000, 1)


@pytest.mark.parametrize(
    "frame",
    [
        *[b"\x00\x01", b"{}", "", "not json", "[]", "5", "null", "[" * 100_000],
        *['{"sampleRate":%s}' % rate for rate in ('"8000"', "0", "-8000", "true", "1e9", "null")],  # noqa: UP031
    ],
)
def test_a_first_frame_that_is_no_metadata_is_a_typed_error(frame: str | bytes) -> None:
    with pytest.raises(ProtocolError) as caught:
        proto.parse_metadata(frame)
    assert caught.value.code in (1003, 1007)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ('{"event":"dtmf","dtmf":"5","duration":"1600"}', ("dtmf", {"digit": "5", "duration": 1600})),
        ('{"event":"dtmf","dtmf":"#"}', ("dtmf", {"digit": "#", "duration": None})),
        ('{"event":"dtmf","dtmf":7,"duration":"long"}', ("dtmf", {"digit": "7", "duration": None})),
        ('{"type":"playDone","data":{"id":"a"}}', ("playDone", {"id": "a"})),
        ('{"type":"mark","data":{"name":"m","event":"playout"}}', ("mark", {"name": "m", "event": "playout"})),
        ('{"type":"mark","data":5}', ("mark", {})),
        ('{"type":"new"}', ("new", {})),
    ],
)
def test_text_frames_are_events(text: str, event: tuple[str, dict[str, Any]]) -> None:
    assert proto.parse_event(text) == event


@pytest.mark.parametrize("text", ["", "x", "[]", "{}", '{"type":5}', '{"event":"other"}'])
def test_text_that_is_no_event_is_a_typed_error(text: str) -> None:
    with pytest.raises(ProtocolError):
        proto.parse_event(text)


@given(st.text())
def test_no_text_breaks_the_parser(text: str) -> None:
    with suppress(ProtocolError):
        assert isinstance(proto.parse_event(text).kind, str)


def test_the_commands_have_their_shapes() -> None:
    message = proto.play_audio(b"\x01\x02", sample_rate=8000, id="a", queue=True)
    assert b64decode(message["data"].pop("audioContent")) == b"\x01\x02"
    assert message == {
        "type": "playAudio",
        "data": {"audioContentType": "raw", "sampleRate": 8000, "id": "a", "queuePlay": True},
    }
    assert proto.play_audio("UklGRg==", content_type="wav") == {
        "type": "playAudio",
        "data": {"audioContent": "UklGRg==", "audioContentType": "wav"},
    }
    assert proto.kill_audio() == {"type": "killAudio"}
    assert proto.mark("m") == {"type": "mark", "data": {"name": "m"}}
    assert proto.clear_marks() == {"type": "clearMarks"}
    assert proto.disconnect() == {"type": "disconnect"}


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({"content_type": "mp3"}, "playAudio.audioContentType"),
        ({"sample_rate": 11025}, "playAudio.sampleRate"),
        ({}, "playAudio.sampleRate"),
        ({"audio": "no base64", "sample_rate": 8000}, "playAudio.audioContent"),
    ],
)
def test_audio_that_the_server_would_not_play_is_refused(options: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidVerb) as caught:
        proto.play_audio(**{"audio": b"", "call_sid": "call-1", **options})
    assert caught.value.path == path
    assert caught.value.call_sid == "call-1"


def test_thirty_marks_may_be_under_way() -> None:
    marks = proto.Marks()
    for number in range(30):
        marks.sent(f"m{number}")
    with pytest.raises(proto.TooManyMarks, match="m30"):
        marks.sent("m30")
    assert marks.came("m0", "playout")
    marks.sent("m30")
    assert len(marks) == 30


def test_a_mark_is_settled_once_and_only_if_it_was_sent() -> None:
    marks = proto.Marks()
    marks.sent("a")
    marks.sent("a")
    assert marks.outcome("a") is None
    assert marks.came("a", "playout")
    assert marks.outcome("a") is None  # one more of that name is under way
    assert marks.came("a", "cleared")
    assert marks.outcome("a") == "cleared"
    assert not marks.came("a", "playout")
    assert not marks.came("b", "playout")
    assert not marks.came(None, None)
    assert not marks.came(["a"], "playout")


def test_marks_that_are_forgotten_are_cleared() -> None:
    marks = proto.Marks()
    marks.sent("a")
    marks.clear()
    assert len(marks) == 0
    assert marks.outcome("a") == "cleared"


@given(st.lists(st.binary(max_size=50)), st.sampled_from([2, 4]))
def test_samples_are_never_cut_and_no_byte_is_lost(parts: list[bytes], size: int) -> None:
    aligner = proto.Aligner(size)
    out = [aligner.feed(part) for part in parts]
    assert all(len(part) % size == 0 for part in out)
    joined = b"".join(parts)
    assert b"".join(out) == joined[: len(joined) - len(joined) % size]


@given(st.lists(st.one_of(st.binary(min_size=1, max_size=30), st.none(), st.integers(1, 40))), st.integers(1, 100))
def test_the_queue_keeps_the_newest_as_much_as_its_limit_and_counts_the_rest(ops: list[Any], limit: int) -> None:
    queue = proto.FrameQueue(limit)
    put = taken = 0
    for op in ops:
        if isinstance(op, bytes):
            queue.put(op)
            put += len(op)
        elif op is None:
            taken += len(queue.get() or b"")
        else:
            got = queue.take(op)
            assert len(got) <= op
            taken += len(got)
        assert queue.size < limit + 30
        assert queue.size + taken >= min(put, limit)
        assert queue.size + taken + queue.dropped_bytes == put


def test_the_oldest_audio_goes_first() -> None:
    queue = proto.FrameQueue(4)
    assert queue.put(b"ab")
    assert queue.put(b"cd")
    assert not queue.put(b"ef")
    assert (queue.dropped_frames, queue.dropped_bytes) == (1, 2)
    assert [queue.get(), queue.get(), queue.get()] == [b"cd", b"ef", None]


@pytest.mark.parametrize(
    ("rate", "sent", "samples"),
    [(8000, 0, 0), (8000, 160, 1120), (8000, 1280, 640), (8000, 9999, 640), (16000, 320, 2240), (24000, 48000, 1920)],
)
def test_the_end_of_a_speech_is_padded_until_all_of_it_is_played(rate: int, sent: int, samples: int) -> None:
    tail = proto.Tail(rate)
    tail.sent(2 * sent)
    assert len(tail.silence()) == 2 * samples
    assert tail.silence() == b""


def test_nothing_is_padded_after_the_audio_was_killed() -> None:
    tail = proto.Tail(8000)
    tail.sent(320)
    tail.killed()
    assert tail.silence() == b""


@given(st.lists(st.integers(-32768, 32767)))
def test_samples_that_the_server_takes_for_marks_are_made_silent_and_no_others(values: list[int]) -> None:
    out = array("h", proto.without_markers(array("h", values).tobytes()))
    assert list(out) == [0 if value == -1 else value for value in values]


# -- WAV


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


# -- chunks


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
