"""An audio fork: the media server's half of an audio stream, ``audio.drachtio.org``, without a socket or a clock."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any, Literal, cast

from ...protocol.audio import PLAY_RATES
from .pcm import FRAME, Clip, SilenceDetector, frame_bytes, interleave, is_sound, mix
from .playout import ClipQueue, SamplePlayout

__all__ = ["AudioFork", "Note", "Side"]

#: writes a line into the transcript: who is behind it, and its text
Note = Callable[[Literal["app", "event", "error"], str], None]
#: whose voice is heard: that of the caller, of whom they are connected with, or of all in a conference
Side = Literal["caller", "callee", "room"]

#: the codes by which an app closes a stream when nothing is wrong
_NORMAL_CODES = (1000, 1001, 1005)


class AudioFork:
    """One audio stream, from before it is opened until it has ended. Not thread-safe."""

    def __init__(
        self,
        verb: Mapping[str, Any],
        about: Mapping[str, Any],
        note: Note,
        *,
        documented: bool = True,
        of: Side = "caller",
    ) -> None:
        """Make a stream that is to be opened.

        Args:
            verb: The ``listen`` that asks for it.
            about: The call, in the spelling of the wire.
            note: Writes down what happens.
            documented: False for the server 0.9, which does less than its documentation says: it knows only one
                ``finishOnKey``, and no ``timeout``.
            of: Who is heard: the caller, on the leg of whom they have dialled that one, or all in a conference.
        """
        #: who is heard
        self.of: Side = of
        self.url = str(verb["url"])
        #: the ``id`` of the verb, without which the stream cannot be moved
        self.id: str | None = verb.get("id")
        #: the credentials of the verb
        self.auth: Mapping[str, Any] | None = verb.get("wsAuth")
        #: True until the connection stands
        self.opening = True
        #: True once nothing more goes over the stream
        self.ended = False
        #: messages to the app, in the order of sending
        self.out: list[str | bytes] = []
        #: the key that has ended the stream
        self.digits: str | None = None
        #: ``pause``: no frame is sent; ``silence``: frames are sent without their audio; None: all is sent
        self.listen_status: str | None = None
        self._note = note
        self._sample_rate = int(verb.get("sampleRate") or 8000)
        self._mix_type = str(verb.get("mixType") or "mono")
        #: the first message to the app, as JSON
        metadata = cast("Mapping[str, Any]", verb.get("metadata") or {})
        described = {"sampleRate": self._sample_rate, "mixType": self._mix_type, **about}
        # a conference is no call, and its stream is described by the app alone
        self.first_message = dict(metadata) if of == "room" else {**described, **metadata}
        back: dict[str, Any] = {
            "enabled": not verb.get("disableBidirectionalAudio"),
            **(verb.get("bidirectionalAudio") or {}),
        }
        self._streaming = bool(back.get("streaming")) and bool(back["enabled"])
        self._bidirectional = bool(back["enabled"])
        self._playout = SamplePlayout(int(back.get("sampleRate") or 8000)) if self._streaming else ClipQueue()
        self._passes_keys = bool(verb.get("passDtmf"))
        keys = str(verb.get("finishOnKey") or "")
        self._end_keys = set(keys) if documented else {keys}
        self._max_length: float | None = verb.get("maxLength")
        self._timeout: float | None = verb.get("timeout") if documented else None
        # the voice of whoever is on the leg, and that of whom they are connected with
        self._voice = bytearray()
        self._other_voice = bytearray()
        self._silence_detector = SilenceDetector()
        self._frames = 0
        # frames since the caller was heard
        self._silent_frames = 0
        self._skipped = 0.0
        self._noted_errors: set[str] = set()

    # -- the connection

    def opened(self) -> None:
        """Begin: the connection stands, and the first message goes out."""
        self.opening = False
        self.out.append(json.dumps(self.first_message))

    def failed(self, why: str) -> None:
        """End the stream, which could not be connected."""
        self._note_error(f"it cannot be opened: {why}")
        self.ended = True

    def dropped(self, code: int) -> None:
        """End the stream, which the app has closed."""
        if self.ended:
            return
        if code in _NORMAL_CODES:
            self._note("event", f"the app has closed the audio stream ({code})")
        else:
            self._note_error(f"the app has closed it with {code}")
        self._end()

    def received(self, message: str | bytes) -> None:
        """Take a message of the app."""
        if self.ended:
            return
        if isinstance(message, bytes):
            self._take_samples(message)
            return
        try:
            command: object = json.loads(message)
        except (ValueError, RecursionError):
            command = None
        fields = cast("dict[str, Any]", command) if isinstance(command, dict) else {}
        if isinstance(fields.get("type"), str):
            data: object = fields.get("data")
            self._execute(fields["type"], cast("dict[str, Any]", data) if isinstance(data, dict) else {})
        else:
            self._note_error("this message of the app is no command: ", repr(message[:60]))

    # -- the caller

    def speak(self, clip: Clip) -> None:
        """Let the caller be heard, behind all that they have said before."""
        self._voice += clip.resampled(self._sample_rate)

    def speak_other(self, clip: Clip) -> None:
        """Let the other party be heard, where the stream has both."""
        if self._mix_type != "mono":
            self._other_voice += clip.resampled(self._sample_rate)

    @property
    def speaking(self) -> bool:
        """True while somebody has said something that has not all been sent."""
        return bool(self._voice or self._other_voice) and not self.ended

    def press(self, keys: str) -> None:
        """Let the caller press keys."""
        for key in keys:
            if self.ended:
                return
            if self._passes_keys and not self.opening:
                self.out.append(json.dumps({"event": "dtmf", "dtmf": key, "duration": "1600"}))
            if key in self._end_keys:
                self.digits = key
                self._end()

    # -- time

    def tick(self) -> bytes:
        """Let one frame of time pass. Returns the audio that the caller hears in it, as the app sent it."""
        rate = self._playout.rate
        heard = self._playout.next_frame()
        self.out += map(json.dumps, self._playout.events)
        self._playout.events.clear()
        size = frame_bytes(self._sample_rate)
        said = bytes(self._voice[:size]).ljust(size, b"\0")
        other = bytes(self._other_voice[:size])
        del self._voice[:size], self._other_voice[:size]
        self._send(said, heard, rate, other)
        self._note_utterance(self._silence_detector.feed(is_sound(heard)))
        self._frames += 1
        self._silent_frames = 0 if is_sound(said) else self._silent_frames + 1
        if self.limited and self._seconds_left() <= FRAME / 2:
            self._end()
        return heard

    @property
    def limited(self) -> bool:
        """True if the stream ends by itself."""
        return bool(self._max_length or self._timeout)

    def skip(self) -> float:
        """End the stream as if its time were up. Returns the seconds that it had left."""
        self._skipped = max(0.0, self._seconds_left()) if self.limited else 0.0
        self._end()
        return self._skipped

    @property
    def seconds(self) -> float:
        """The time that the stream has lasted."""
        return self._frames * FRAME + self._skipped

    @property
    def playing(self) -> bool:
        """True while the caller hears the app, or did a moment ago."""
        return not self.ended and (self._silence_detector.in_utterance or self._playout.audible)

    def end(self) -> None:
        """End the stream from this side."""
        if not self.ended:
            self._end()

    # -- inside

    def _seconds_left(self) -> float:
        ends = [self._max_length - self._frames * FRAME] if self._max_length else []
        ends += [self._timeout - self._silent_frames * FRAME] if self._timeout else []
        return min(ends)

    def _send(self, said: bytes, heard: bytes, rate: int, other_voice: bytes) -> None:
        if self.listen_status == "pause":
            return
        size = len(said)
        if self._mix_type != "mono":
            other = Clip(heard, rate).resampled(self._sample_rate)[:size].ljust(size, b"\0")
            if other_voice:
                other = mix(other, other_voice.ljust(size, b"\0"))
            said = interleave(said, other) if self._mix_type == "stereo" else mix(said, other)
        self.out.append(bytes(len(said)) if self.listen_status == "silence" else said)

    def _end(self) -> None:
        self.ended = True
        self._note_utterance(self._silence_detector.end())
        unplayed = self._playout.unplayed
        if unplayed:
            self._note("event", f"{unplayed:.2f} s of audio have not been played")

    def _note_utterance(self, seconds: float | None) -> None:
        if seconds is not None:
            self._note("app", f"[audio: {seconds:.1f} s]")

    def _note_error(self, what: str, more: str = "") -> None:
        """Write down that the app got something wrong, once only for each mistake."""
        if what not in self._noted_errors:
            self._noted_errors.add(what)
            self._note("error", f"the audio stream: {what}{more}")

    def _take_samples(self, data: bytes) -> None:
        playout = self._playout
        if not isinstance(playout, SamplePlayout):
            self._note_error("samples are not played without bidirectionalAudio.streaming")
        elif not playout.feed(data):
            self._note_error("audio is thrown away, more than 10 minutes of it have not been played")

    def _execute(self, name: str, data: dict[str, Any]) -> None:
        playout = self._playout
        if name == "playAudio":
            self._play_audio(data)
        elif name == "killAudio":
            playout.kill()
        elif name == "mark":
            if not isinstance(playout, SamplePlayout):
                self._note_error("a mark is not reported without bidirectionalAudio.streaming")
            elif not isinstance(data.get("name"), str) or not data["name"]:
                self._note_error("a mark has no name")
            elif not playout.mark(data["name"]):
                self._note_error("a mark is dropped, 30 have not been played: ", data["name"])
        elif name == "clearMarks":
            if isinstance(playout, SamplePlayout):
                playout.clear_marks()
        elif name == "disconnect":
            self._note("event", "the app ends the audio stream")
            self._end()
        else:
            self._note_error("there is no command ", repr(name))

    def _play_audio(self, data: dict[str, Any]) -> None:
        playout = self._playout
        if isinstance(playout, SamplePlayout):
            self._note_error("playAudio is ignored: the stream takes samples only")
        elif not self._bidirectional:
            self._note_error("playAudio is ignored: bidirectional audio is disabled")
        else:
            name = str(data["id"]) if "id" in data else None
            try:
                if not playout.play(name, _clip_of(data), queue=bool(data.get("queuePlay"))):
                    self._note_error("playAudio is dropped, too much is queued: ", name or "")
            except ValueError as error:
                self._note_error(f"playAudio: {error}")


def _clip_of(data: Mapping[str, Any]) -> Clip:
    """Return the audio of a ``playAudio``. Raises ValueError."""
    kind, content, rate = data.get("audioContentType"), data.get("audioContent"), data.get("sampleRate")
    if kind not in ("raw", "wav", "wave") or not isinstance(content, str):
        raise ValueError("it needs audioContent, and audioContentType raw or wav")
    audio = base64.b64decode(content)
    if (kind != "raw") != (audio[:4] == b"RIFF"):
        raise ValueError(f"the audioContent is not {kind}")
    # the server takes a rate that it does not know, or none, for 16000
    return Clip.read(audio, rate if rate in PLAY_RATES else 16000)
