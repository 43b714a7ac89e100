"""Audio streams over a port in the process: frames and events in, frames and commands out."""

from __future__ import annotations

import gc
import json
import threading
import tracemalloc
import wave
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from jambonz_sync.audio import AudioReceiver, AudioStream
from jambonz_sync.audio.pacing import sleep_until
from jambonz_sync.audio.wav import HEADER, WavWriter, parse_header
from jambonz_sync.errors import HookTimeout, InvalidVerb, ProtocolError, SessionClosed
from jambonz_sync.protocol.audio import TooManyMarks, parse_metadata
from tests.waiting import in_thread, wait_for

DEADLINE = 15.0
FRAME = b"\x01\x02" * 160


class Port:
    """The media server: keeps what is sent to it, and feeds the stream."""

    receiver: AudioReceiver

    def __init__(self) -> None:
        self.sent: list[str | bytes] = []
        self.closed: tuple[int, str] | None = None
        self.entered = threading.Event()
        self.room = threading.Event()  # cleared, it takes no data
        self.room.set()
        self.unhandled: list[bytes] = []
        self.more: list[bool] = []  # of each message, whether others were to follow

    def send(self, data: str | bytes, *, more: bool = False) -> None:
        self.entered.set()
        self.room.wait(DEADLINE)
        if self.closed is not None:
            raise SessionClosed("closed", code=self.closed[0])
        assert type(data) in (str, bytes)
        self.sent.append(data)
        self.more.append(more)

    def close_within(self, code: int = 1000, reason: str = "") -> bool:
        first = self.closed is None
        self.closed = self.closed or (code, reason)
        return first

    def feed(self, message: str | bytes) -> None:
        self.receiver.feed(message)

    def tell(self, kind: str, **data: Any) -> None:
        self.feed(json.dumps({"type": kind, "data": data}))

    def over(self, code: int, reason: str) -> None:
        self.receiver.over(code, reason)

    @property
    def commands(self) -> list[dict[str, Any]]:
        return [json.loads(data) for data in self.sent if isinstance(data, str)]

    @property
    def audio(self) -> bytes:
        return b"".join(data for data in self.sent if isinstance(data, bytes))


@pytest.fixture
def port() -> Port:
    return Port()


def make(
    port: Port, *, mix: str = "mono", rate: int = 8000, buffer: float = 30.0, session: Any = lambda: None
) -> AudioStream:
    metadata = parse_metadata(json.dumps({"sampleRate": rate, "mixType": mix, "callSid": "call-1", "room": 7}))
    port.receiver = AudioReceiver(metadata, unhandled=port.unhandled, buffer=buffer)
    return AudioStream(port, port.receiver, session=session)


@pytest.fixture
def stream(port: Port) -> AudioStream:
    return make(port)


def test_a_stream_tells_what_it_is(stream: AudioStream) -> None:
    assert (stream.call_sid, stream.sample_rate, stream.channels) == ("call-1", 8000, 1)
    assert stream.metadata["room"] == 7
    assert not stream.closed
    assert "call-1" in repr(stream)
    assert stream.session is None


def test_frames_are_iterated_until_the_end(port: Port, stream: AudioStream) -> None:
    thread, outcome = in_thread(lambda: list(stream))
    for number in range(5):
        port.feed(bytes([number, 0]))
    port.over(1000, "")
    thread.join(DEADLINE)
    assert outcome == [[bytes([number, 0]) for number in range(5)]]


def test_a_read_takes_a_frame_bytes_or_milliseconds(port: Port, stream: AudioStream) -> None:
    port.feed(FRAME)
    port.feed(FRAME)
    assert stream.read() == FRAME
    assert stream.read(100) == FRAME[:100]
    assert stream.read(ms=10) == FRAME[100:260]
    with pytest.raises(HookTimeout, match="no audio"):
        stream.read(1000, timeout=0.02)
    port.over(1000, "")
    assert stream.read(1000) == FRAME[260:]
    assert stream.dropped_frames == 0
    assert stream.read(1000) == b""
    assert stream.read() == b""


@pytest.mark.parametrize(
    ("size", "said"),
    [
        *[
            ({"size": 0}, "more than nothing"),
            ({"size": -1}, "more than nothing"),
            ({"ms": 0.05}, "less than a sample"),
        ],
        *[({"size": 6}, "whole samples of 4 bytes"), ({"size": 6404}, "at most 6,400 bytes"), ({"ms": 100.1}, "6,400")],
        *[({"ms": -20}, "less than a sample"), ({"ms": 100_000}, "6,400")],
    ],
)
def test_what_no_read_can_give_is_refused_at_once(port: Port, size: dict[str, Any], said: str) -> None:
    stream = make(port, mix="stereo", rate=16000, buffer=0.1)
    with pytest.raises(ValueError, match=said):
        stream.read(**size)


def test_as_much_can_be_read_at_once_as_is_kept_whatever_the_size_of_the_frames(port: Port) -> None:
    stream = make(port, buffer=0.1)
    thread, outcome = in_thread(lambda: stream.read(ms=100))
    for _ in range(10):
        port.feed(FRAME[:300])
    thread.join(DEADLINE)
    assert len(outcome[0]) == 1600


def test_a_read_waits_for_what_is_missing(port: Port, stream: AudioStream) -> None:
    port.feed(FRAME)
    thread, outcome = in_thread(lambda: stream.read(640))
    port.feed(FRAME)
    thread.join(DEADLINE)
    assert outcome == [FRAME * 2]


def test_odd_bytes_wait_for_the_rest_of_their_sample(port: Port) -> None:
    stream = make(port, mix="stereo")
    for part in (b"abc", b"", b"defgh", b"i"):
        port.feed(part)
    port.over(1006, "")
    assert list(stream) == [b"abcdefgh"]


def test_a_frame_of_a_megabyte_is_taken_whole(port: Port, stream: AudioStream) -> None:
    port.feed(bytes(1 << 20))
    assert len(stream.read()) == 1 << 20


def test_a_consumer_that_stops_reading_loses_the_oldest_audio(port: Port, caplog: pytest.LogCaptureFixture) -> None:
    stream = make(port, buffer=0.1)
    for number in range(50):
        port.feed(bytes([number]) * 320)
    assert stream.dropped_frames == 45
    port.over(1000, "")
    assert [frame[0] for frame in stream] == [45, 46, 47, 48, 49]
    assert caplog.text.count("frames are dropped") == 1
    assert "45 frames of audio were dropped" in caplog.text
    assert "call-1" in caplog.text


def test_a_callback_hears_every_frame_in_order_also_those_before_it_was_registered(
    port: Port, stream: AudioStream
) -> None:
    heard: list[bytes] = []
    port.feed(b"aa")
    stream.on("audio", heard.append)
    port.feed(b"bb")
    port.feed(b"cc")
    wait_for(lambda: heard == [b"aa", b"bb", b"cc"])


@pytest.mark.parametrize("ended", [False, True])
def test_frames_from_before_a_callback_was_registered_need_no_frame_behind_them(
    port: Port, stream: AudioStream, ended: bool
) -> None:
    for number in range(100):
        port.feed(bytes([number, 0]))
    if ended:
        port.over(1000, "")
    heard: list[int] = []
    before: list[int] = []

    @stream.on("audio")
    def hear(pcm: bytes) -> None:
        heard.append(pcm[0])

    stream.on("close", lambda: before.append(len(heard)))
    port.over(1000, "")
    wait_for(lambda: heard == list(range(100)))
    assert before == ([] if ended else [100])


def hang(port: Port, stream: AudioStream) -> tuple[list[bytes], threading.Event, threading.Thread]:
    """A callback that keeps the first frame until it is let go; what it has heard."""
    entered, leave = threading.Event(), threading.Event()
    heard: list[bytes] = []

    @stream.on("audio")
    def slow(pcm: bytes) -> None:
        entered.set()
        leave.wait(DEADLINE)
        heard.append(pcm)

    thread, _ = in_thread(lambda: port.feed(b"\0\0" * 160))
    assert entered.wait(DEADLINE)
    return heard, leave, thread


def test_a_callback_that_hangs_loses_the_oldest_audio(port: Port, caplog: pytest.LogCaptureFixture) -> None:
    stream = make(port, buffer=2.0)
    heard, leave, thread = hang(port, stream)
    for number in range(600):
        port.feed(number.to_bytes(2, "little") * 160)
    assert stream.dropped_frames == 500
    assert caplog.text.count("frames are dropped") == 1
    leave.set()
    thread.join(DEADLINE)
    assert [int.from_bytes(pcm[:2], "little") for pcm in heard] == [0, *range(500, 600)]


def test_large_frames_do_not_pile_up_behind_a_callback_that_hangs(port: Port, stream: AudioStream) -> None:
    heard, leave, thread = hang(port, stream)
    for _ in range(20):
        port.feed(bytes(1 << 20))
    assert stream.dropped_frames == 19
    leave.set()
    thread.join(DEADLINE)
    assert [len(pcm) for pcm in heard] == [320, 1 << 20]


def test_frames_that_are_small_and_many_all_come_in_order(port: Port, stream: AudioStream) -> None:
    heard, leave, thread = hang(port, stream)
    for number in range(1, 5000):
        port.feed(number.to_bytes(2, "little"))
    assert port.receiver.queues.backlog <= 500
    leave.set()
    thread.join(DEADLINE)
    assert [int.from_bytes(pcm[:2], "little") for pcm in heard] == list(range(5000))


def test_events_do_not_pile_up_behind_a_callback_that_hangs_nor_cost_audio(
    port: Port, stream: AudioStream, caplog: pytest.LogCaptureFixture
) -> None:
    errors: list[Exception] = []
    digits: list[str] = []
    stream.on("error", errors.append)
    stream.on("dtmf", lambda data: digits.append(data["digit"]))
    heard, leave, thread = hang(port, stream)
    for _ in range(3000):
        port.feed("garbage")
        port.feed('{"event":"dtmf","dtmf":"5"}')
    for _ in range(300):
        port.feed(FRAME)
    assert port.receiver.queues.backlog == 800
    assert (stream.dropped_events, stream.dropped_frames) == (5500, 0)
    assert caplog.text.count("events are dropped") == 1
    leave.set()
    thread.join(DEADLINE)
    assert (len(errors), len(digits), len(heard)) == (250, 250, 301)
    port.tell("mark", name="late")
    port.feed('{"event":"dtmf","dtmf":"6"}')
    port.over(1000, "")
    assert digits[-1] == "6"
    assert "5500 events" in caplog.text


def test_events_reach_their_callbacks_in_either_spelling(port: Port, stream: AudioStream) -> None:
    got: list[Any] = []
    stream.on("dtmf", lambda data: got.append(("dtmf", data)))
    stream.on("mark", lambda data: got.append(("mark", data)))
    stream.on("play_done", lambda data: got.append(("play_done", data)))
    stream.on("playDone", lambda data: got.append(("playDone", data)))
    stream.on("close", lambda code, reason: got.append((code, reason)))
    port.feed('{"event":"dtmf","dtmf":"5","duration":"160"}')
    port.tell("mark", name="m", event="playout")
    port.tell("playDone", id="a")
    port.over(1001, "bye")
    port.over(1001, "bye")
    assert got == [
        ("dtmf", {"digit": "5", "duration": 160}),
        ("mark", {"name": "m", "event": "playout"}),
        ("play_done", {"id": "a"}),
        ("playDone", {"id": "a"}),
        (1001, "bye"),
    ]


@pytest.mark.parametrize("text", ["garbage", "[]", "{}", '{"type":7}', '{"event":["x"]}'])
def test_text_garbage_is_an_error_event_and_the_stream_goes_on(port: Port, stream: AudioStream, text: str) -> None:
    errors: list[Exception] = []
    stream.on("error", errors.append)
    port.feed(text)
    assert isinstance(errors[0], ProtocolError)
    port.feed(FRAME)
    assert stream.read() == FRAME


@pytest.mark.parametrize("kind", ["audio", "close", "error"])
def test_a_text_frame_cannot_pass_for_an_event_of_this_side(port: Port, stream: AudioStream, kind: str) -> None:
    got: list[Any] = []
    stream.on(kind, got.append)
    port.tell(kind, x=1)
    assert not got


def test_a_callback_that_fails_is_logged_and_told_to_the_error_callbacks(
    port: Port, stream: AudioStream, caplog: pytest.LogCaptureFixture
) -> None:
    errors: list[Exception] = []
    stream.on("error", errors.append)

    @stream.on("audio")
    def broken(pcm: bytes) -> None:
        raise LookupError("x")

    port.feed(FRAME)
    port.feed(FRAME)
    assert [type(error) for error in errors] == [LookupError, LookupError]
    assert "call-1" in caplog.text


def test_async_callbacks_are_refused(stream: AudioStream) -> None:
    async def heard(pcm: bytes) -> None: ...

    with pytest.raises(TypeError, match="async"):
        stream.on("audio", heard)


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_audio_of_any_bytes_like_kind_is_sent_and_odd_bytes_wait(port: Port, stream: AudioStream, kind: Any) -> None:
    stream.send_audio(kind(b"abc"))
    stream.send_audio(kind(b"def"))
    assert port.sent == [b"ab", b"cdef"]


def test_what_a_loop_answers_to_frames_that_came_together_may_leave_together(port: Port, stream: AudioStream) -> None:
    for _ in range(3):
        port.feed(FRAME)
    port.over(1000, "")
    for pcm in stream:
        stream.send_audio(pcm)
    assert port.audio == 3 * FRAME
    assert port.more == [True, True, False]


def test_what_a_callback_answers_to_frames_that_came_together_may_leave_together(
    port: Port, stream: AudioStream
) -> None:
    stream.on("audio", stream.send_audio)
    port.unhandled += [FRAME, FRAME]
    port.feed(FRAME)
    while port.unhandled:
        port.feed(port.unhandled.pop())
    assert port.more == [True, True, False]


def test_audio_of_a_thread_that_takes_no_frames_waits_for_nothing(port: Port, stream: AudioStream) -> None:
    port.feed(FRAME)
    port.feed(FRAME)
    stream.send_audio(FRAME)
    assert stream.read() == FRAME
    thread, _ = in_thread(lambda: stream.send_audio(FRAME))
    thread.join(DEADLINE)
    stream.send_audio_paced(FRAME, end=False)
    assert port.more == [False, False, False]


def test_much_audio_at_once_goes_in_several_frames(port: Port, stream: AudioStream) -> None:
    stream.send_audio(bytes(1_000_000))
    assert port.audio == bytes(1_000_000)
    assert max(len(data) for data in port.sent) <= 64_000


def test_the_end_of_audio_is_padded_with_silence(port: Port, stream: AudioStream) -> None:
    stream.end_audio()
    assert not port.sent
    stream.send_audio(FRAME)
    stream.end_audio()
    assert port.audio == FRAME + bytes(2 * 1120)
    stream.send_rate = 16000
    stream.send_audio(bytes(2 * 16000))
    stream.end_audio()
    assert len(port.sent[-1]) == 2 * 1280


def test_paced_audio_goes_in_real_time_and_is_padded(port: Port, stream: AudioStream) -> None:
    begun = monotonic()
    assert stream.send_audio_paced(FRAME * 15) == pytest.approx(0.3)
    assert monotonic() - begun >= 0.15  # 300 ms of audio, 100 ms ahead
    assert port.audio == FRAME * 15 + bytes(2 * 640)


def test_after_a_stall_of_its_source_paced_audio_is_no_more_than_a_tenth_of_a_second_ahead(stream: AudioStream) -> None:
    begun: list[float] = []

    def source() -> Iterator[bytes]:
        yield FRAME
        sleep(0.5)  # a synthesiser that takes its time
        begun.append(monotonic())
        yield FRAME * 25

    stream.send_audio_paced(source())
    assert monotonic() - begun[0] >= 0.38


@pytest.mark.parametrize("what", ["a chunk", "the silence at the end"])
def test_nothing_of_paced_audio_leaves_behind_the_command_that_stops_it(
    port: Port, stream: AudioStream, what: str
) -> None:
    asked, watching, killed = threading.Event(), threading.Event(), threading.Event()

    def source() -> Iterator[bytes]:
        asked.set()
        if what == "a chunk":
            yield FRAME

    def watch() -> None:
        with port.receiver.changed:
            watching.set()
            port.receiver.changed.wait(DEADLINE)
        killed.set()

    port.room.clear()
    sending, _ = in_thread(lambda: stream.send_audio(FRAME))
    assert port.entered.wait(DEADLINE)
    pacing, outcome = in_thread(lambda: stream.send_audio_paced(source()))
    assert asked.wait(DEADLINE)
    watcher, _ = in_thread(watch)
    assert watching.wait(DEADLINE)
    killing, _ = in_thread(stream.kill_audio)
    assert killed.wait(DEADLINE)
    port.room.set()
    for thread in (sending, pacing, watcher, killing):
        thread.join(DEADLINE)
    assert outcome == [0.0]
    assert port.sent == [FRAME, '{"type":"killAudio"}']


def test_killing_the_audio_ends_the_pacing(port: Port, stream: AudioStream) -> None:
    thread, outcome = in_thread(lambda: stream.send_audio_paced(FRAME for _ in range(10_000)))
    wait_for(lambda: len(port.sent) > 5)
    stream.kill_audio()
    thread.join(DEADLINE)
    assert 0 < outcome[0] < 100
    assert {"type": "killAudio"} in port.commands


def test_pacing_ends_when_the_stream_is_over(port: Port, stream: AudioStream) -> None:
    thread, outcome = in_thread(lambda: stream.send_audio_paced(FRAME for _ in range(10_000)))
    port.over(1006, "")
    thread.join(DEADLINE)
    assert isinstance(outcome[0], SessionClosed)


def test_frames_that_come_do_not_wake_who_sends_in_real_time(port: Port, stream: AudioStream) -> None:
    receiver, asked, waiting = port.receiver, [0], threading.Event()

    def over() -> bool:
        asked[0] += 1
        waiting.set()
        return receiver.ended is not None

    sender, awake_in_time = in_thread(lambda: sleep_until(monotonic() + DEADLINE, receiver.changed, over))
    assert waiting.wait(DEADLINE)
    for _ in range(20):
        reader, frames = in_thread(stream.read)
        with receiver.changed:  # which the sender has given back: it sleeps
            port.feed(FRAME)
        reader.join(DEADLINE)
        assert frames == [FRAME]
    port.over(1000, "")
    sender.join(DEADLINE)
    assert (awake_in_time, asked) == ([False], [2])


def test_a_wav_file_is_paced(port: Port, stream: AudioStream, tmp_path: Path) -> None:
    with WavWriter(tmp_path / "a.wav", 8000, 1) as writer:
        writer.write(FRAME)
    stream.send_audio_paced(tmp_path / "a.wav", end=False)
    assert port.audio == FRAME


def test_audio_is_played_as_samples_base64_or_wav(port: Port, stream: AudioStream, tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    with WavWriter(path, 8000, 1) as writer:
        writer.write(FRAME)
    encoded = b64encode(FRAME).decode()
    wav = b64encode(path.read_bytes()).decode()
    ids = [
        stream.play_audio(FRAME),
        stream.play_audio(encoded, id="mine", queue=True, sample_rate=16000),
        stream.play_audio(path),
        stream.play_audio(str(path)),
        stream.play_audio(path.read_bytes()),
        stream.play_audio(wav),
    ]
    assert ids[1] == "mine"
    assert len(set(ids)) == 6
    data = [command["data"] for command in port.commands]
    assert data[0] == {"audioContent": encoded, "audioContentType": "raw", "sampleRate": 8000, "id": ids[0]}
    assert data[1] == {
        "audioContent": encoded,
        "audioContentType": "raw",
        "sampleRate": 16000,
        "id": "mine",
        "queuePlay": True,
    }
    for one, id in zip(data[2:], ids[2:], strict=True):
        assert one == {"audioContent": wav, "audioContentType": "wav", "id": id}
    with pytest.raises(InvalidVerb) as caught:
        stream.play_audio(FRAME, sample_rate=11025)
    assert caught.value.call_sid == "call-1"


@pytest.mark.parametrize("how", ["bytes", "memoryview", "file", "path", "parts"])
def test_a_wav_file_is_paced_without_its_header_in_whatever_form_it_comes(
    port: Port, stream: AudioStream, tmp_path: Path, how: str
) -> None:
    path = tmp_path / "a.wav"
    with WavWriter(path, 8000, 1) as writer:
        writer.write(FRAME * 2)
    data = path.read_bytes()
    with path.open("rb") as file:
        source: Any = {
            "bytes": data,
            "memoryview": memoryview(data),
            "file": file,
            "path": str(path),
            "parts": [data[:3], b"", data[3:20], b"", data[20:50], data[50:]],
        }[how]
        stream.send_audio_paced(source, end=False)
    assert port.audio == FRAME * 2


@pytest.mark.parametrize("audio", ["x.raw", "not base64!!", "abc", "ä"])
def test_text_that_is_neither_base64_nor_a_path_is_not_played(port: Port, stream: AudioStream, audio: str) -> None:
    with pytest.raises(InvalidVerb, match="base64") as caught:
        stream.play_audio(audio)
    assert caught.value.call_sid == "call-1"
    assert caught.value.path == "playAudio.audioContent"
    assert not port.sent


@pytest.mark.parametrize("name", ["a.wav", "a.mp3"])
def test_a_path_whose_file_is_no_wav_is_not_played(port: Port, stream: AudioStream, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"ID3" * 20)
    with pytest.raises(InvalidVerb, match=f"{name}: not a WAV file") as caught:
        stream.play_audio(path)
    assert caught.value.call_sid == "call-1"
    assert not port.sent


def test_one_can_wait_until_audio_has_been_played(port: Port, stream: AudioStream) -> None:
    id = stream.play_audio(FRAME)
    with pytest.raises(HookTimeout, match="playing"):
        stream.wait_play_done(id, timeout=0.02)
    thread, outcome = in_thread(lambda: stream.wait_play_done(id))
    port.tell("playDone", id=id, playbackSeconds="1")
    thread.join(DEADLINE)
    assert outcome == [{"id": id, "playbackSeconds": "1"}]
    with pytest.raises(ValueError, match="no audio with the id"):
        stream.wait_play_done("other")


def test_one_can_wait_for_a_mark(port: Port, stream: AudioStream) -> None:
    stream.send_mark("a")
    stream.send_mark("b")
    thread, outcome = in_thread(lambda: stream.wait_mark("a"))
    port.tell("mark", name="a", event="playout")
    thread.join(DEADLINE)
    assert outcome == ["playout"]
    port.tell("mark", name="b", event="cleared")
    assert stream.wait_mark("b") == "cleared"
    with pytest.raises(ValueError, match="no mark 'c'"):
        stream.wait_mark("c")
    for number in range(60):
        stream.send_mark(f"m{number}")
        port.tell("mark", name=f"m{number}", event="playout")
    with pytest.raises(ValueError, match="nor is it one of the last 60"):
        stream.wait_mark("a")


def test_a_mark_that_is_never_played_times_out(stream: AudioStream) -> None:
    stream.send_mark("a")
    with pytest.raises(HookTimeout, match="mark 'a'"):
        stream.wait_mark("a", timeout=0.02)


def test_the_thirty_first_mark_waits_or_raises(port: Port, stream: AudioStream) -> None:
    for number in range(30):
        stream.send_mark(f"m{number}")
    with pytest.raises(TooManyMarks) as caught:
        stream.send_mark("m30", wait=False)
    assert caught.value.call_sid == "call-1"
    with pytest.raises(HookTimeout):
        stream.send_mark("m30", timeout=0.02)
    thread, outcome = in_thread(lambda: stream.send_mark("m30"))
    port.tell("mark", name="m0", event="playout")
    thread.join(DEADLINE)
    assert outcome == [None]
    assert [command["data"]["name"] for command in port.commands] == [f"m{number}" for number in range(31)]


def test_cleared_marks_make_room_at_once(stream: AudioStream) -> None:
    for number in range(30):
        stream.send_mark(f"m{number}")
    stream.clear_marks()
    stream.send_mark("next", wait=False)
    assert stream.wait_mark("m7") == "cleared"


def test_no_sample_passes_for_a_mark_nor_do_those_that_were_sent_before_it(port: Port, stream: AudioStream) -> None:
    stream.send_audio(b"\xff\xff\x01\x00")
    stream.send_mark("a")
    stream.send_audio(b"\xff\xff\x01\x00")
    assert port.audio == b"\x00\x00\x01\x00" * 2


@pytest.mark.parametrize("name", ["", None, 5])
def test_a_mark_has_a_name(stream: AudioStream, name: Any) -> None:
    with pytest.raises(ValueError, match="name"):
        stream.send_mark(name)


def test_a_stream_is_recorded_in_stereo_and_the_file_is_complete_at_its_end(port: Port, tmp_path: Path) -> None:
    stream = make(port, mix="stereo", rate=16000)
    path = tmp_path / "call.wav"
    stream.record_to(path)
    port.feed(b"abcd" * 100)
    port.feed(b"abc")
    port.over(1006, "")
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getframerate(), file.getnframes()) == (2, 16000, 100)
        assert file.readframes(100) == b"abcd" * 100


def test_a_recording_may_be_ended_before_the_stream(port: Port, stream: AudioStream, tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    with stream.record_to(path):
        port.feed(FRAME)
    port.feed(FRAME)
    with wave.open(str(path)) as file:
        assert file.getnframes() == 160


def test_recordings_that_open_and_close_while_audio_comes_are_all_complete(
    port: Port, stream: AudioStream, tmp_path: Path
) -> None:
    failed: list[Exception] = []
    done = threading.Event()

    def feed() -> None:
        while not done.is_set():
            try:
                port.feed(FRAME)
            except Exception as exc:
                failed.append(exc)

    feeders = [in_thread(feed)[0] for _ in range(2)]
    try:
        for number in range(200):
            path = tmp_path / f"{number}.wav"
            with stream.record_to(path):
                sleep(0.001)
            data = path.read_bytes()
            assert parse_header(data).size == len(data) - HEADER
    finally:
        done.set()
        for feeder in feeders:
            feeder.join(DEADLINE)
    assert failed == []


@pytest.mark.parametrize("error", [OSError("disk full"), ValueError("closed file")])
def test_a_recording_that_fails_is_told_and_the_stream_goes_on(
    port: Port, stream: AudioStream, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def write(samples: bytes) -> None:
        raise error

    errors: list[Exception] = []
    stream.on("error", errors.append)
    monkeypatch.setattr(stream.record_to(tmp_path / "a.wav"), "write", write)
    for _ in range(2):
        port.feed(FRAME)
    assert errors == [error]
    assert stream.read() == FRAME


def test_a_recording_that_cannot_be_completed_does_not_keep_the_stream_from_ending(
    port: Port, stream: AudioStream, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def no_header(*_: int) -> bytes:
        raise OSError("disk full")

    stream.record_to(tmp_path / "a.wav")
    monkeypatch.setattr("jambonz_sync.audio.wav.wav_header", no_header)
    port.over(1000, "")
    assert list(stream) == []
    assert "disk full" in caplog.text


def test_everything_that_waits_wakes_when_the_stream_ends(port: Port, stream: AudioStream) -> None:
    for number in range(30):
        stream.send_mark(f"m{number}")
    id = stream.play_audio(FRAME)
    waiting = [
        in_thread(lambda: stream.wait_mark("m1")),
        in_thread(lambda: stream.wait_play_done(id)),
        in_thread(lambda: stream.send_mark("one more")),
    ]
    reading = in_thread(lambda: stream.read(10))
    port.over(1001, "going away")
    for thread, outcome in waiting:
        thread.join(DEADLINE)
        assert isinstance(outcome[0], SessionClosed)
        assert (outcome[0].code, outcome[0].call_sid) == (1001, "call-1")
    reading[0].join(DEADLINE)
    assert reading[1] == [b""]
    with pytest.raises(SessionClosed):
        stream.send_mark("x")
    with pytest.raises(SessionClosed):
        stream.kill_audio()


def test_closing_and_disconnecting(port: Port, stream: AudioStream) -> None:
    stream.disconnect()
    assert port.commands == [{"type": "disconnect"}]
    stream.close(1000, "done")
    assert port.closed == (1000, "done")
    with pytest.raises(SessionClosed):
        stream.send_audio(FRAME)


def test_the_session_of_the_same_call_is_found(port: Port) -> None:
    session = object()
    assert make(port, session=lambda: session).session is session


def test_a_stream_shows_what_an_application_may_call_and_nothing_of_its_machinery(stream: AudioStream) -> None:
    assert {name for name in dir(stream) if not name.startswith("_")} == {
        *("call_sid", "channels", "closed", "dropped_events", "dropped_frames", "locals", "metadata", "sample_rate"),
        *("session", "url_vars", "on", "read", "record_to", "send_rate", "send_audio", "send_audio_paced", "end_audio"),
        *("play_audio", "wait_play_done", "kill_audio", "send_mark", "wait_mark", "clear_marks", "disconnect", "close"),
    }


def test_what_is_kept_of_audio_that_was_played_does_not_grow_with_the_call(port: Port, stream: AudioStream) -> None:
    def play(times: int) -> int:
        """Bytes in use after so many more."""
        for _ in range(times):
            port.tell("playDone", id=stream.play_audio(FRAME), playbackSeconds="1")
            port.sent.clear()
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        before, after = play(200), play(3000)
    finally:
        tracemalloc.stop()
    assert after - before < 50_000
    assert stream.wait_play_done("play-3200")["playbackSeconds"] == "1"
    assert stream.wait_play_done("play-3101")["playbackSeconds"] == "1"
    with pytest.raises(ValueError, match="nor is it one of the last 100"):
        stream.wait_play_done("play-3100")


def test_who_waits_for_audio_that_is_forgotten_for_newer_is_told(stream: AudioStream) -> None:
    id = stream.play_audio(FRAME)
    thread, outcome = in_thread(lambda: stream.wait_play_done(id))
    for _ in range(100):
        stream.play_audio(FRAME)
    thread.join(DEADLINE)
    assert isinstance(outcome[0], ValueError)


@pytest.mark.parametrize("duration", ["1e999", '"1e999"', "-1e999", "NaN", "1e300", '"' + "9" * 5000 + '"', "[[]]"])
def test_a_key_with_any_duration_leaves_the_stream_going(port: Port, stream: AudioStream, duration: str) -> None:
    keys: list[dict[str, Any]] = []
    stream.on("dtmf", keys.append)
    port.feed(f'{{"event":"dtmf","dtmf":"5","duration":{duration}}}')
    port.feed(FRAME)
    assert keys == [{"digit": "5", "duration": None}]
    assert stream.read() == FRAME
