"""The messages of the audio sub-protocol of listen and stream verbs, as plain values: no socket, no thread, no clock.

The media server sends one text frame of metadata, then binary frames of signed 16-bit little-endian
samples, with text frames of events between them. To it go binary frames of samples and text frames
of commands.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from ...errors import InvalidVerb, ProtocolError

__all__ = [
    "PLAY_RATES",
    "SUBPROTOCOLS",
    "AudioEvent",
    "AudioMetadata",
    "clear_marks",
    "disconnect",
    "kill_audio",
    "mark",
    "parse_event",
    "parse_metadata",
    "play_audio",
]

#: the names that installations give to this sub-protocol; some offer none
SUBPROTOCOLS: Final = ("audio.drachtio.org", "audio.jambonz.org")
#: rates, in samples a second, that ``playAudio`` knows for headerless audio
PLAY_RATES: Final = (8000, 16000, 24000, 32000, 48000, 64000)
_RATES: Final = range(8000, 64001)
#: characters of a call_sid at most: it stands in every line of the log about a stream. UUIDs have 36
_CALL_SID_LENGTH: Final = 256
#: milliseconds that a key may be held; what claims to be longer is none
_LONGEST_KEY: Final = 3_600_000


@dataclass(frozen=True, slots=True)
class AudioMetadata:
    """The first frame of an audio stream.

    Args:
        raw: All of it, in the spelling of the wire.
        call_sid: The call; empty for the fork of a conference.
        sample_rate: Samples a second of one channel.
        channels: 2 for ``mixType: stereo``, whose samples alternate.
    """

    raw: Mapping[str, Any]
    call_sid: str
    sample_rate: int
    channels: int

    @property
    def frame_bytes(self) -> int:
        """Bytes of one sample of every channel."""
        return 2 * self.channels

    def bytes_in(self, milliseconds: float) -> int:
        """Return the bytes of so much audio of all channels, whole samples.

        Args:
            milliseconds: Milliseconds of audio.
        """
        return int(self.sample_rate * milliseconds / 1000) * self.frame_bytes


class AudioEvent(NamedTuple):
    """A text frame of the media server: ``dtmf``, ``playDone``, ``mark``, or a kind that is not known here."""

    kind: str
    data: dict[str, Any]


def _object(text: str, source: str, code: int) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise ProtocolError(f"{source} is not JSON: {text[:60]!r}", code=code) from None
    if not isinstance(data, dict):
        raise ProtocolError(f"{source} is not a JSON object: {text[:60]!r}", code=code)
    return data


def parse_metadata(frame: str | bytes) -> AudioMetadata:
    """Read the metadata in the first frame.

    Args:
        frame: The frame. Without a ``sampleRate``, as in the fork of a conference, that is taken to be 8000.
    Returns:
        The metadata.
    Raises:
        ProtocolError: It is anything else, or names a call by what could not stand in a log.
    """
    if not isinstance(frame, str):
        raise ProtocolError("the first frame of an audio stream is binary, not JSON metadata", code=1003)
    raw = _object(frame, "the metadata of an audio stream", 1007)
    rate = raw.get("sampleRate", 8000)
    if isinstance(rate, bool) or not isinstance(rate, int) or rate not in _RATES:
        raise ProtocolError(f"the metadata of an audio stream have the sampleRate {_shown(rate)}", code=1007)
    call_sid = raw.get("callSid")
    if not isinstance(call_sid, str):
        call_sid = ""
    if len(call_sid) > _CALL_SID_LENGTH or not call_sid.isprintable():
        raise ProtocolError(f"the callSid of an audio stream is no name: {_shown(call_sid)}", code=1008)
    return AudioMetadata(
        raw=raw,
        call_sid=call_sid,
        sample_rate=rate,
        channels=2 if raw.get("mixType") == "stereo" else 1,
    )


def _shown(value: object) -> str:
    """A value from outside, short and in one line."""
    if isinstance(value, str):
        return repr(value[:40])
    if isinstance(value, int | float | None):
        return repr(value)[:40]
    return f"of the type {type(value).__name__}"


def parse_event(text: str) -> AudioEvent:
    """Read the event in a text frame.

    A ``dtmf`` event has ``digit`` and ``duration`` (milliseconds, or None), whatever the wire calls them.

    Args:
        text: The frame.
    Returns:
        The event.
    Raises:
        ProtocolError: It is none.
    """
    message = _object(text, "a text frame of an audio stream", 1007)
    if message.get("event") == "dtmf":
        digit = message.get("dtmf")
        digit = str(digit) if isinstance(digit, str | int) else ""
        return AudioEvent("dtmf", {"digit": digit[:1], "duration": _duration(message.get("duration"))})
    kind, data = message.get("type"), message.get("data")
    if not isinstance(kind, str):
        raise ProtocolError(f"a text frame of an audio stream without a type: {text[:60]!r}", code=1007)
    return AudioEvent(kind, data if isinstance(data, dict) else {})


def _duration(value: object) -> int | None:
    """Milliseconds, where ``value`` can be read as such."""
    if not isinstance(value, str | int | float):
        return None
    try:
        duration = int(value)
    except (ValueError, OverflowError):  # of 1e999, which JSON takes for infinity
        return None
    return duration if 0 <= duration <= _LONGEST_KEY else None


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
    """Make the command that plays ``audio`` when it has all come; not where the stream is a streaming one.

    Args:
        audio: Bytes, or their base64.
        content_type: ``raw`` or ``wav``.
        sample_rate: Samples a second; needed for ``raw``, one of :data:`PLAY_RATES`.
        id: That its ``playDone`` event will have.
        queue: Play it behind what is playing instead of in its place.
        call_sid: For the error.
    Raises:
        InvalidVerb: It would not be played.
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
    """Make the command that stops playing and forgets all audio and marks."""
    return {"type": "killAudio"}


def mark(name: str) -> dict[str, Any]:
    """Make the command that has the media server tell when all that was sent so far has been played.

    Args:
        name: The name of the mark.
    """
    return {"type": "mark", "data": {"name": name}}


def clear_marks() -> dict[str, Any]:
    """Make the command that forgets all marks; the media server answers nothing to it."""
    return {"type": "clearMarks"}


def disconnect() -> dict[str, Any]:
    """Make the command that ends the verb."""
    return {"type": "disconnect"}
