"""Messages of the audio sub-protocol, as plain values."""

from __future__ import annotations

import json
from base64 import b64decode
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


@pytest.mark.parametrize(
    "call_sid", ["call\nERROR call call-2: forged", "call\x1b[2J", "x" * 257, "x" * 1_000_000], ids=range(4)
)
def test_a_call_sid_that_would_forge_or_flood_a_log_is_refused_in_one_short_line(call_sid: str) -> None:
    with pytest.raises(ProtocolError) as caught:
        proto.parse_metadata(json.dumps({**META, "callSid": call_sid}))
    assert caught.value.code == 1008
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("rate", ["x\nforged", "x" * 1_000_000, ["x"] * 100_000, {"a": 1}, 10**4000, 1e308, [[[[]]]]])
def test_a_sample_rate_that_is_none_is_refused_in_one_short_line(rate: Any) -> None:
    with pytest.raises(ProtocolError, match="sampleRate") as caught:
        proto.parse_metadata(json.dumps({**META, "sampleRate": rate}))
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("duration", "milliseconds"),
    [
        *[("160", 160), ('"160"', 160), ("160.7", 160), ("3600000", 3_600_000)],
        *[(text, None) for text in ("1e999", "-1e999", "NaN", "1e300", "-1", "3600001", "null", "[]", '"1e999"')],
    ],
)
def test_the_duration_of_a_key_is_milliseconds_or_none(duration: str, milliseconds: int | None) -> None:
    event = proto.parse_event(f'{{"event":"dtmf","dtmf":"5","duration":{duration}}}')
    assert event.data == {"digit": "5", "duration": milliseconds}


@pytest.mark.parametrize(("dtmf", "digit"), [('"55"', "5"), ("[[]]", ""), ("null", ""), ("{}", ""), ("5.5", "")])
def test_a_key_is_one_character(dtmf: str, digit: str) -> None:
    assert proto.parse_event(f'{{"event":"dtmf","dtmf":{dtmf}}}').data["digit"] == digit
