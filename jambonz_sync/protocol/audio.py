"""The audio sub-protocol of listen and stream verbs, as plain values: no socket, no thread, no clock.

The media server sends one text frame of metadata, then binary frames of signed 16-bit little-endian
samples, with text frames of events between them. To it go binary frames of samples and text frames
of commands.
"""

from __future__ import annotations

import json
from array import array
from base64 import b64decode, b64encode
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from ..errors import InvalidVerb, JambonzError, ProtocolError

__all__ = [
    "MARKS_KEPT",
    "MAX_MARKS",
    "PLAY_RATES",
    "SUBPROTOCOLS",
    "Aligner",
    "AudioEvent",
    "AudioMetadata",
    "FrameQueue",
    "Marks",
    "Tail",
    "TooManyMarks",
    "clear_marks",
    "disconnect",
    "kill_audio",
    "mark",
    "parse_event",
    "parse_metadata",
    "play_audio",
    "without_markers",
]

#: the names that installations give to this sub-protocol; some offer none
SUBPROTOCOLS: Final = ("audio.drachtio.org", "audio.jambonz.org")
#: marks that the media server keeps; it drops more of them without a word
MAX_MARKS: Final = 30
#: marks of which is known here what became of them
MARKS_KEPT: Final = 2 * MAX_MARKS
#: rates, in samples a second, that ``playAudio`` knows for headerless audio
PLAY_RATES: Final = (8000, 16000, 24000, 32000, 48000, 64000)
_RATES: Final = range(8000, 64001)
#: samples, at 8 kHz, that must have come before anything is played, and the lot in which it moves afterwards
_FIRST, _LOT = 1280, 640


class TooManyMarks(JambonzError, RuntimeError):
    """A mark that the media server would drop: it has ``MAX_MARKS`` that have not been played."""


@dataclass(frozen=True, slots=True)
class AudioMetadata:
    """The first frame of an audio stream. ``raw`` is all of it, in the spelling of the wire."""

    raw: Mapping[str, Any]
    call_sid: str
    #: samples a second of one channel
    sample_rate: int
    #: 2 for ``mixType: stereo``, whose samples alternate
    channels: int

    @property
    def frame_bytes(self) -> int:
        """Bytes of one sample of every channel."""
        return 2 * self.channels

    def bytes_in(self, milliseconds: float) -> int:
        """Bytes of so much audio of all channels, whole samples."""
        return int(self.sample_rate * milliseconds / 1000) * self.frame_bytes


class AudioEvent(NamedTuple):
    """A text frame of the media server: ``dtmf``, ``playDone``, ``mark``, or a kind that is not known here."""

    kind: str
    data: dict[str, Any]


def _object(text: str, what: str, code: int) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise ProtocolError(f"{what} is not JSON: {text[:60]!r}", code=code) from None
    if not isinstance(data, dict):
        raise ProtocolError(f"{what} is not a JSON object: {text[:60]!r}", code=code)
    return data


def parse_metadata(frame: str | bytes) -> AudioMetadata:
    """The metadata in the first frame. Raises :class:`ProtocolError` if it is anything else.

    Without a ``sampleRate``, as in the fork of a conference, it is taken to be 8000.
    """
    if not isinstance(frame, str):
        raise ProtocolError("the first frame of an audio stream is binary, not JSON metadata", code=1003)
    raw = _object(frame, "the metadata of an audio stream", 1007)
    rate = raw.get("sampleRate", 8000)
    if isinstance(rate, bool) or not isinstance(rate, int) or rate not in _RATES:
        raise ProtocolError(f"the metadata of an audio stream have the sampleRate {rate!r}", code=1007)
    call_sid = raw.get("callSid")
    return AudioMetadata(
        raw=raw,
        call_sid=call_sid if isinstance(call_sid, str) else "",
        sample_rate=rate,
        channels=2 if raw.get("mixType") == "stereo" else 1,
    )


def parse_event(text: str) -> AudioEvent:
    """The event in a text frame. Raises :class:`ProtocolError` if it is none.

    A ``dtmf`` event has ``digit`` and ``duration`` (milliseconds, or None), whatever the wire calls them.
    """
    message = _object(text, "a text frame of an audio stream", 1007)
    if message.get("event") == "dtmf":
        try:
            duration = int(message["duration"])
        except (KeyError, TypeError, ValueError):
            duration = None
        return AudioEvent("dtmf", {"digit": str(message.get("dtmf", "")), "duration": duration})
    kind, data = message.get("type"), message.get("data")
    if not isinstance(kind, str):
        raise ProtocolError(f"a text frame of an audio stream without a type: {text[:60]!r}", code=1007)
    return AudioEvent(kind, data if isinstance(data, dict) else {})


# -- commands


def play_audio(
    audio: bytes | str,
    *,
    content_type: str = "raw",
    sample_rate: int | None = None,
    id: str | None = None,
    queue: bool | None = None,
    call_sid: str | None = None,
) -> dict[str, Any]:
    """Play ``audio`` (bytes, or their base64) when it has all come; not where the stream is a streaming one.

    ``content_type`` is ``raw`` or ``wav``; ``sample_rate`` is needed for ``raw``. ``queue`` plays it behind what is
    playing instead of in its place. ``call_sid`` is for the error, :class:`InvalidVerb` for what would not be played.
    """
    if content_type not in ("raw", "wav", "wave"):
        raise InvalidVerb(
            f"playAudio.audioContentType: expected raw|wav|wave, got {content_type!r}",
            verb="playAudio",
            path="playAudio.audioContentType",
            expected="raw|wav|wave",
            call_sid=call_sid,
        )
    if content_type == "raw" and sample_rate not in PLAY_RATES:
        expected = "|".join(map(str, PLAY_RATES))
        raise InvalidVerb(
            f"playAudio.sampleRate: expected {expected}, got {sample_rate!r}",
            verb="playAudio",
            path="playAudio.sampleRate",
            expected=expected,
            call_sid=call_sid,
        )
    if isinstance(audio, str):
        try:
            b64decode(audio, validate=True)
        except ValueError:
            raise InvalidVerb(
                f"playAudio.audioContent: {audio[:40]!r} is no base64 (and a path is one of a .wav file)",
                verb="playAudio",
                path="playAudio.audioContent",
                expected="base64",
                call_sid=call_sid,
            ) from None
    data: dict[str, Any] = {
        "audioContent": audio if isinstance(audio, str) else b64encode(audio).decode("ascii"),
        "audioContentType": content_type,
    }
    if sample_rate is not None and content_type == "raw":
        data["sampleRate"] = sample_rate
    if id is not None:
        data["id"] = id
    if queue is not None:
        data["queuePlay"] = queue
    return {"type": "playAudio", "data": data}


def kill_audio() -> dict[str, Any]:
    """Stop playing and forget all audio and marks."""
    return {"type": "killAudio"}


def mark(name: str) -> dict[str, Any]:
    """Tell when what has been sent so far has been played."""
    return {"type": "mark", "data": {"name": name}}


def clear_marks() -> dict[str, Any]:
    """Forget all marks; the media server answers nothing to it."""
    return {"type": "clearMarks"}


def disconnect() -> dict[str, Any]:
    """End the verb."""
    return {"type": "disconnect"}


# -- accounts


class Marks:
    """Which marks are under way, and what became of the others."""

    __slots__ = ("_call_sid", "_pending", "_settled")

    def __init__(self, call_sid: str | None = None) -> None:
        self._call_sid = call_sid
        self._pending: deque[str] = deque()
        self._settled: deque[tuple[str, str]] = deque(maxlen=MARKS_KEPT)

    def __len__(self) -> int:
        return len(self._pending)

    def __contains__(self, name: object) -> bool:
        return name in self._pending

    def sent(self, name: str) -> None:
        """A mark is sent. Raises :class:`TooManyMarks` for one that would be dropped."""
        if len(self._pending) >= MAX_MARKS:
            message = f"mark {name!r}: {MAX_MARKS} marks have not been played yet"
            raise TooManyMarks(message, call_sid=self._call_sid)
        self._pending.append(name)

    def came(self, name: object, how: object) -> bool:
        """The media server tells of a mark (``playout`` or ``cleared``). False for one that is not under way."""
        if not isinstance(name, str) or name not in self._pending:
            return False
        self._pending.remove(name)
        self._settled.append((name, "cleared" if how == "cleared" else "playout"))
        return True

    def clear(self) -> None:
        """All marks under way are forgotten."""
        self._settled.extend((name, "cleared") for name in self._pending)
        self._pending.clear()

    def outcome(self, name: str) -> str | None:
        """What became of the last mark of that name: ``playout``, ``cleared``, or None while it is under way."""
        if name in self._pending:
            return None
        return next((how for known, how in reversed(self._settled) if known == name), None)


class Aligner:
    """Cuts bytes at whole samples; what is left over waits for the next."""

    __slots__ = ("_rest", "_size")

    def __init__(self, size: int) -> None:
        self._size = size
        self._rest = b""

    def feed(self, data: bytes) -> bytes:
        if self._rest:
            data = self._rest + data
            self._rest = b""
        odd = len(data) % self._size
        if odd:
            self._rest = data[-odd:]
            return data[:-odd]
        return data


class FrameQueue:
    """Audio that nobody has read yet: the newest ``limit`` bytes, and the rest of the frame in which they begin. Older
    frames are dropped, and counted."""

    __slots__ = ("_frames", "dropped_bytes", "dropped_frames", "limit", "size")

    def __init__(self, limit: int) -> None:
        self._frames: deque[bytes] = deque()
        self.limit = limit
        #: bytes in the queue
        self.size = 0
        self.dropped_frames = 0
        self.dropped_bytes = 0

    def __len__(self) -> int:
        return len(self._frames)

    def put(self, frame: bytes) -> bool:
        """Add a frame. False if others had to go for it."""
        self._frames.append(frame)
        self.size += len(frame)
        fits = True
        while self.size - len(self._frames[0]) >= self.limit:
            old = self._frames.popleft()
            self.size -= len(old)
            self.dropped_frames += 1
            self.dropped_bytes += len(old)
            fits = False
        return fits

    def get(self) -> bytes | None:
        """The oldest frame, None if there is none."""
        if not self._frames:
            return None
        frame = self._frames.popleft()
        self.size -= len(frame)
        return frame

    def take(self, size: int) -> bytes:
        """The oldest ``size`` bytes, or all there are."""
        parts: list[bytes] = []
        while size > 0 and self._frames:
            frame = self._frames.popleft()
            if len(frame) > size:
                self._frames.appendleft(frame[size:])
                frame = frame[:size]
            parts.append(frame)
            size -= len(frame)
            self.size -= len(frame)
        return b"".join(parts)


class Tail:
    """How much silence the end of a speech needs so that all of it is played. ``rate`` is what is sent."""

    __slots__ = ("_factor", "_sent")

    def __init__(self, rate: int) -> None:
        self._factor = max(1, -(-rate // 8000))
        self._sent = 0

    def sent(self, size: int) -> None:
        """``size`` bytes of audio have been sent."""
        self._sent += size // 2

    def silence(self) -> bytes:
        """What to send so that the media server plays all that it has. Empty if nothing was sent since the last."""
        if not self._sent:
            return b""
        samples = max(_FIRST * self._factor - self._sent, _LOT * self._factor)
        self._sent = 0
        return bytes(2 * samples)

    def killed(self) -> None:
        """The media server has forgotten what was sent."""
        self._sent = 0


def without_markers(samples: bytes) -> bytes:
    """``samples`` with 0 for -1, a difference that nobody hears.

    The media server takes a sample of -1 for the place of a mark, and reports the oldest too early: also one that was
    sent behind the sample, since it is far from being played then. Costs half a microsecond a frame where the bytes of
    -1 are not in it, and a few where they are.
    """
    if b"\xff\xff" not in samples:
        return samples
    values = array("h", samples)
    at = -1
    try:
        while True:
            at = values.index(-1, at + 1)
            values[at] = 0
    except ValueError:
        return values.tobytes()
