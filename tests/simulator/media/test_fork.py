"""One audio stream, and what is played on it, as plain values."""

from __future__ import annotations

import base64
import json
import struct
from typing import Any

import pytest

from jambonz_sync.audio.wav import wav_header
from jambonz_sync.simulator.media.fork import AudioFork
from jambonz_sync.simulator.media.pcm import Clip, is_sound, speech_tone

#: 20 ms, and 80 ms, of something at 8 kHz
FRAME = struct.pack("<160h", *range(1000, 1160))
LOT = FRAME * 4
BOTH_WAYS: dict[str, Any] = {"bidirectionalAudio": {"enabled": True, "streaming": True, "sampleRate": 8000}}


class Stream:
    """A fork that is open, and what is written down about it."""

    def __init__(self, *, open: bool = True, documented: bool = True, **options: Any) -> None:
        self.notes: list[tuple[str, str]] = []
        self.fork = AudioFork(
            {"verb": "listen", "url": "/audio", **options},
            {"callSid": "c1"},
            lambda who, text: self.notes.append((who, text)),
            documented=documented,
        )
        self.heard = b""
        if open:
            self.fork.opened()
            self.first = json.loads(self.sent()[0])

    def sent(self) -> list[str | bytes]:
        out = self.fork.out[:]
        self.fork.out.clear()
        return out

    def frames(self) -> bytes:
        return b"".join(message for message in self.sent() if isinstance(message, bytes))

    def events(self) -> list[Any]:
        return [json.loads(message) for message in self.sent() if isinstance(message, str)]

    def marks(self) -> list[tuple[str, str]]:
        return [
            (message["data"]["name"], message["data"]["event"])
            for message in self.events()
            if message["type"] == "mark"
        ]

    def tick(self, frames: int = 1) -> Stream:
        for _ in range(frames):
            self.heard += self.fork.tick()
        return self

    def takes(self, type: str, **data: Any) -> Stream:
        self.fork.received(json.dumps({"type": type, "data": data}))
        return self

    def errors(self) -> list[str]:
        return [text for who, text in self.notes if who == "error"]


def plays(audio: bytes, **data: Any) -> dict[str, Any]:
    content = base64.b64encode(audio).decode()
    return {"audioContent": content, "audioContentType": "raw", "sampleRate": 8000, **data}


def wav(pcm: bytes, rate: int = 8000, channels: int = 1) -> bytes:
    return wav_header(rate, channels, len(pcm)) + pcm


# -- to the app


def test_the_first_message_says_what_comes() -> None:
    first = Stream(sampleRate=16000, mixType="stereo", metadata={"mine": [1], "callSid": "c2"}).first
    assert first == {"sampleRate": 16000, "mixType": "stereo", "callSid": "c2", "mine": [1]}
    assert Stream().first == {"sampleRate": 8000, "mixType": "mono", "callSid": "c1"}


@pytest.mark.parametrize(
    ("options", "size"),
    [({}, 320), ({"sampleRate": 16000}, 640), ({"mixType": "stereo"}, 640), ({"sampleRate": 64000}, 2560)],
)
def test_a_frame_is_20_ms_of_silence_unless_the_caller_is_heard(options: Any, size: int) -> None:
    stream = Stream(**options)
    assert stream.tick(2).sent() == [bytes(size), bytes(size)]
    stream.fork.speak(speech_tone("hello there"))
    assert stream.fork.speaking
    assert is_sound(stream.tick(30).frames())
    assert not stream.fork.speaking
    assert not is_sound(stream.tick().frames())


def test_what_the_caller_plays_arrives_unchanged_and_in_order() -> None:
    stream = Stream()
    stream.fork.speak(Clip(FRAME * 3, 8000))
    stream.fork.speak(Clip(b"\1\2" * 80, 8000))
    assert stream.tick(5).frames() == FRAME * 3 + b"\1\2" * 80 + bytes(160) + bytes(320)


@pytest.mark.parametrize(("mix", "expected"), [("mono", 100), ("mixed", 400)])
def test_the_other_leg_is_what_the_app_plays(mix: str, expected: int) -> None:
    stream = Stream(mixType=mix, **BOTH_WAYS)
    stream.fork.speak(Clip(struct.pack("<h", 100) * 160, 8000))
    stream.fork.received(struct.pack("<h", 300) * 1280)
    assert stream.tick().frames() == struct.pack("<h", expected) * 160


def test_stereo_has_the_caller_on_the_left_and_the_app_on_the_right() -> None:
    stream = Stream(mixType="stereo", sampleRate=16000, **BOTH_WAYS)
    stream.fork.received(struct.pack("<h", 300) * 1280)
    stream.fork.speak(Clip(struct.pack("<h", 100) * 320, 16000))
    assert stream.tick().frames() == struct.pack("<hh", 100, 300) * 320


def test_keys_are_told_of_if_asked_for() -> None:
    stream = Stream(passDtmf=True)
    stream.fork.press("1#")
    assert stream.events() == [{"event": "dtmf", "dtmf": key, "duration": "1600"} for key in "1#"]
    silent = Stream()
    silent.fork.press("1")
    assert silent.sent() == []
    assert not silent.fork.ended


def test_a_stream_can_be_paused_or_silenced() -> None:
    stream = Stream()
    stream.fork.speak(Clip(FRAME * 3, 8000))
    stream.fork.listen_status = "pause"
    assert stream.tick().sent() == []
    stream.fork.listen_status = "silence"
    assert stream.tick().sent() == [bytes(320)]
    stream.fork.listen_status = None
    assert stream.tick().sent() == [FRAME]


# -- its end


def test_any_of_the_keys_ends_it_and_the_others_do_not() -> None:
    stream = Stream(finishOnKey="*#", passDtmf=True)
    stream.fork.press("1")
    assert not stream.fork.ended
    stream.fork.press("#2")
    assert (stream.fork.ended, stream.fork.digits) == (True, "#")
    assert [message["dtmf"] for message in stream.events()] == ["1", "#"]


def test_the_server_09_knows_one_key_and_no_timeout() -> None:
    stream = Stream(documented=False, finishOnKey="*#", timeout=0.1)
    stream.fork.press("#")
    assert not stream.tick(20).fork.ended
    stream = Stream(documented=False, finishOnKey="#")
    stream.fork.press("#")
    assert stream.fork.digits == "#"


def test_it_ends_when_its_time_is_up() -> None:
    stream = Stream(maxLength=1).tick(49)
    assert not stream.fork.ended
    assert stream.tick().fork.ended
    assert stream.fork.seconds == pytest.approx(1)


def test_it_ends_when_the_caller_has_been_silent_for_so_long() -> None:
    stream = Stream(timeout=1).tick(40)
    stream.fork.speak(Clip(FRAME, 8000))
    assert not stream.tick(50).fork.ended
    assert stream.tick().fork.ended


def test_the_time_that_is_left_can_be_skipped() -> None:
    stream = Stream(maxLength=60, timeout=10).tick(50)
    assert stream.fork.skip() == pytest.approx(9)
    assert (stream.fork.ended, stream.fork.seconds) == (True, pytest.approx(10))
    assert Stream().fork.skip() == 0


@pytest.mark.parametrize("code", [1000, 1001, 1005, 1006, 1011])
def test_an_app_that_closes_it_is_right_only_if_it_says_goodbye(code: int) -> None:
    stream = Stream()
    stream.fork.dropped(code)
    assert stream.fork.ended
    assert bool(stream.errors()) == (code > 1005)
    stream.fork.dropped(1011)
    assert len(stream.notes) == 1


def test_a_stream_that_is_over_does_nothing_more() -> None:
    stream = Stream(passDtmf=True, **BOTH_WAYS).takes("disconnect")
    assert stream.fork.ended
    stream.takes("nonsense").fork.press("1")
    stream.fork.received(LOT * 4)
    stream.fork.end()
    assert stream.sent() == []
    assert stream.notes == [("event", "the app ends the audio stream")]


# -- samples from the app


def test_audio_is_played_once_there_are_160_ms_and_then_in_lots_of_80() -> None:
    stream = Stream(**BOTH_WAYS)
    stream.fork.received(LOT + FRAME)
    assert stream.tick().heard == b""
    stream.fork.received(LOT)
    assert stream.tick(20).heard == LOT * 2 + FRAME
    stream.fork.received(FRAME)
    assert stream.tick(5).heard == LOT * 2 + FRAME
    stream.fork.received(FRAME * 3)
    assert stream.tick(5).heard == LOT * 3 + FRAME


def test_faster_rates_have_larger_lots() -> None:
    stream = Stream(bidirectionalAudio={"enabled": True, "streaming": True, "sampleRate": 24000})
    stream.fork.received(FRAME * 23)
    assert stream.tick().heard == b""
    stream.fork.received(FRAME)
    assert len(stream.tick().heard) == 960


def test_the_transcript_has_a_line_for_each_utterance() -> None:
    stream = Stream(**BOTH_WAYS)
    pause = bytes(320 * 40)
    stream.fork.received(FRAME * 50 + pause + FRAME * 10 + bytes(320 * 5) + FRAME * 5 + bytes(320 * 4))
    assert stream.fork.playing
    stream.tick(100)
    assert stream.notes == [("app", "[audio: 1.0 s]")]
    assert stream.fork.playing
    stream.tick(40)
    assert stream.notes == [("app", "[audio: 1.0 s]"), ("app", "[audio: 0.4 s]")]
    assert not stream.fork.playing
    stream.fork.end()
    assert len(stream.notes) == 2


def test_what_is_cut_short_is_said() -> None:
    stream = Stream(**BOTH_WAYS)
    stream.fork.received(FRAME * 100)
    stream.tick(25).fork.end()
    assert stream.notes == [("app", "[audio: 0.5 s]"), ("event", "1.50 s of audio have not been played")]


def test_a_tail_that_is_too_short_to_be_played_is_said() -> None:
    stream = Stream(**BOTH_WAYS)
    stream.fork.received(FRAME * 2)
    stream.tick(10)
    assert not stream.fork.playing
    stream.fork.end()
    assert stream.notes == [("event", "0.04 s of audio have not been played")]


def test_marks_come_in_order_with_the_audio() -> None:
    stream = Stream(**BOTH_WAYS)
    stream.fork.received(LOT * 2)
    stream.takes("mark", name="a")
    stream.fork.received(LOT)
    stream.takes("mark", name="b")
    assert stream.tick(8).marks() == []
    assert stream.tick().marks() == [("a", "playout")]
    assert stream.tick(4).marks() == [("b", "playout")]
    assert stream.heard == LOT * 3


def test_a_mark_with_nothing_before_it_comes_at_once() -> None:
    assert Stream(**BOTH_WAYS).takes("mark", name="a").takes("mark", name="b").tick(2).marks() == [
        ("a", "playout"),
        ("b", "playout"),
    ]


def test_kill_audio_forgets_the_audio_and_clears_the_marks() -> None:
    stream = Stream(**BOTH_WAYS)
    stream.fork.received(LOT * 2)
    stream.takes("mark", name="a")
    stream.fork.received(LOT)
    stream.takes("mark", name="b").takes("killAudio").tick(9)
    assert stream.heard == b""
    assert stream.marks() == [("a", "cleared"), ("b", "cleared")]
    assert not stream.fork.playing


def test_clear_marks_forgets_them_without_a_word() -> None:
    stream = Stream(**BOTH_WAYS)
    stream.fork.received(LOT * 2)
    stream.takes("mark", name="a")
    stream.fork.received(FRAME)
    stream.takes("mark", name="b").takes("clearMarks")
    stream.fork.received(LOT)
    assert stream.tick(20).marks() == []
    assert stream.heard == LOT * 3 + FRAME


def test_more_than_30_marks_are_dropped() -> None:
    stream = Stream(**BOTH_WAYS)
    for number in range(31):
        stream.takes("mark", name=str(number))
    assert stream.errors() == ["the audio stream: a mark is dropped, 30 have not been played: 30"]
    assert len(stream.tick(40).marks()) == 30


# -- audio as a whole


def test_audio_is_played_as_a_whole_and_told_of_when_it_would_have_been_played() -> None:
    stream = Stream().takes("playAudio", **plays(FRAME * 50, id="p1"))
    assert stream.tick(49).events() == []
    (done,) = stream.tick().events()
    assert done == {
        "type": "playDone",
        "data": {
            "id": "p1",
            "playbackSeconds": "1",
            "playbackMilliseconds": "1000",
            "playbackLastOffsetPos": "8000",
        },
    }
    assert stream.heard == FRAME * 50


def test_a_wav_file_is_played_at_its_own_rate() -> None:
    pcm = struct.pack("<h", 500) * 24000
    stream = Stream().takes("playAudio", **plays(wav(pcm, 24000), audioContentType="wav"))
    assert stream.tick(50).heard == pcm
    assert stream.events()[0]["data"]["playbackMilliseconds"] == "1000"


def test_what_is_queued_waits_and_what_is_not_takes_its_place() -> None:
    stream = Stream()
    for name in ("a", "b"):
        stream.takes("playAudio", **plays(name.encode() * 640, id=name, queuePlay=True))
    assert stream.tick(4).heard == b"a" * 640 + b"b" * 640
    assert [message["data"]["id"] for message in stream.events()] == ["a", "b"]
    stream.takes("playAudio", **plays(FRAME * 10, id="c", queuePlay=True)).tick(2)
    stream.takes("playAudio", **plays(FRAME, id="d", queuePlay=True)).takes("playAudio", **plays(LOT, id="e")).tick(10)
    done = {message["data"]["id"]: message["data"]["playbackMilliseconds"] for message in stream.events()}
    assert done == {"c": "40", "e": "80"}


def test_what_is_killed_is_done_and_the_next_in_the_queue_begins() -> None:
    stream = Stream().takes("playAudio", **plays(FRAME * 10, id="a", queuePlay=True))
    stream.takes("playAudio", **plays(FRAME, id="b", queuePlay=True)).tick().takes("killAudio").tick(3)
    assert [message["data"]["id"] for message in stream.events()] == ["a", "b"]
    assert stream.heard == FRAME * 2


def test_the_queue_has_an_end() -> None:
    stream = Stream()
    for _ in range(13):
        stream.takes("playAudio", **plays(FRAME, queuePlay=True))
    assert stream.errors() == ["the audio stream: playAudio is dropped, too much is queued: "]
    stream.fork.end()
    assert stream.notes[-1] == ("event", "0.24 s of audio have not been played")


# -- what an app gets wrong


@pytest.mark.parametrize(
    ("options", "message", "error"),
    [
        ({}, "hello", "no command: 'hello'"),
        ({}, "[1]", "no command"),
        ({}, '{"type": 1}', "no command"),
        ({}, "[" * 100_000, "no command"),
        ({}, '{"type": "shout"}', "there is no command 'shout'"),
        ({}, b"12", "samples are not played without bidirectionalAudio.streaming"),
        ({}, '{"type": "mark", "data": {"name": "a"}}', "a mark is not reported without"),
        (BOTH_WAYS, '{"type": "mark", "data": 1}', "a mark has no name"),
        (BOTH_WAYS, json.dumps({"type": "playAudio", "data": plays(FRAME)}), "takes samples only"),
        ({"disableBidirectionalAudio": True}, json.dumps({"type": "playAudio", "data": plays(FRAME)}), "is disabled"),
        ({}, json.dumps({"type": "playAudio", "data": {}}), "it needs audioContent"),
        ({}, json.dumps({"type": "playAudio", "data": plays(FRAME, audioContent="abc")}), "playAudio: "),
        ({}, json.dumps({"type": "playAudio", "data": plays(FRAME, audioContentType="wav")}), "is not wav"),
        ({}, json.dumps({"type": "playAudio", "data": plays(wav(FRAME))}), "is not raw"),
        ({}, json.dumps({"type": "playAudio", "data": plays(b"RIFFnonsense", audioContentType="wav")}), "WAV"),
    ],
)
def test_what_jambonz_drops_without_a_word_is_an_error_here(options: Any, message: str | bytes, error: str) -> None:
    stream = Stream(**options)
    for _ in range(3):
        stream.fork.received(message)
    (said,) = stream.errors()
    assert said.startswith("the audio stream: ")
    assert error in said
    assert stream.tick(3).heard == b""


def test_who_sends_without_end_is_stopped() -> None:
    stream = Stream(**BOTH_WAYS)
    for _ in range(100):
        stream.fork.received(bytes(100_000))
    (error,) = stream.errors()
    assert "audio is thrown away, more than 10 minutes" in error
