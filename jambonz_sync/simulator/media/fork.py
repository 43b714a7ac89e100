"""One audio stream of a call: the media server's half of ``audio.drachtio.org``, without a socket or a clock."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any, Literal, cast

from ...audio_protocol import PLAY_RATES
from .pcm import FRAME, Clip, Ear, frame_bytes, interleave, is_sound, mix
from .playout import Playout, Plays

__all__ = ["Fork", "Note"]

Verb = dict[str, Any]

#: writes down a line of the transcript: who is behind it, and what it says
Note = Callable[[Literal["app", "event", "error"], str], None]

#: what the app says by closing the connection when nothing is wrong
_GOODBYE = (1000, 1001, 1005)


class Fork:
    """A stream from before it is opened until it is over. What is in ``out`` is to be sent, in that order."""

    def __init__(
        self,
        verb: Mapping[str, Any],
        about: Mapping[str, Any],
        note: Note,
        *,
        documented: bool = True,
    ) -> None:
        """``verb`` is a ``listen``, ``about`` the call in the spelling of the wire; ``note`` writes down what happens.
        ``documented`` is False for the server 0.9, which does less than it is said to: it knows one ``finishOnKey``
        only, and no ``timeout``."""
        self.url = str(verb["url"])
        #: the credentials in the verb
        self.auth: Mapping[str, Any] | None = verb.get("wsAuth")
        self.opening = True
        self.over = False
        self.out: list[str | bytes] = []
        #: the key that has ended it
        self.digits: str | None = None
        #: a frame is not sent (``pause``), or is sent without the audio in it (``silence``); None: all is well
        self.held: str | None = None
        self._note = note
        self._rate = int(verb.get("sampleRate") or 8000)
        self._mix = str(verb.get("mixType") or "mono")
        self._first = {
            "sampleRate": self._rate,
            "mixType": self._mix,
            **about,
            **cast("Mapping[str, Any]", verb.get("metadata") or {}),
        }
        both: Verb = {"enabled": not verb.get("disableBidirectionalAudio"), **(verb.get("bidirectionalAudio") or {})}
        self._streams = bool(both.get("streaming")) and bool(both["enabled"])
        self._takes_audio = bool(both["enabled"])
        self._play = Playout(int(both.get("sampleRate") or 8000)) if self._streams else Plays()
        self._passes_keys = bool(verb.get("passDtmf"))
        keys = str(verb.get("finishOnKey") or "")
        self._finish = set(keys) if documented else {keys}
        self._max_length: float | None = verb.get("maxLength")
        self._timeout: float | None = verb.get("timeout") if documented else None
        self._voice = bytearray()
        self._ear = Ear()
        self._frames = 0
        self._quiet = 0  # frames since the caller was heard
        self._skipped = 0.0
        self._said: set[str] = set()  # errors that a flood of messages would repeat

    # -- what the connection does

    def opened(self) -> None:
        """The connection stands."""
        self.opening = False
        self.out.append(json.dumps(self._first))

    def failed(self, why: str) -> None:
        """There is no connection."""
        self._error(f"it cannot be opened: {why}")
        self.over = True

    def dropped(self, code: int) -> None:
        """The app has closed the connection."""
        if self.over:
            return
        if code in _GOODBYE:
            self._note("event", f"the app has closed the audio stream ({code})")
        else:
            self._error(f"the app has closed it with {code}")
        self._finish_up()

    def received(self, message: str | bytes) -> None:
        """The app sends a message."""
        if self.over:
            return
        if isinstance(message, bytes):
            self._samples(message)
            return
        try:
            command: object = json.loads(message)
        except (ValueError, RecursionError):
            command = None
        fields: Verb = cast("Verb", command) if isinstance(command, dict) else {}
        if isinstance(fields.get("type"), str):
            data: object = fields.get("data")
            self._obey(fields["type"], cast("Verb", data) if isinstance(data, dict) else {})
        else:
            self._error("what the app sent is no command: ", repr(message[:60]))

    # -- what the caller does

    def speak(self, clip: Clip) -> None:
        """The caller is heard, behind what they have said before."""
        self._voice += clip.at(self._rate)

    @property
    def speaking(self) -> bool:
        """Whether what the caller says has not all been sent."""
        return bool(self._voice) and not self.over

    def press(self, keys: str) -> None:
        """The caller presses keys."""
        for key in keys:
            if self.over:
                return
            if self._passes_keys and not self.opening:
                self.out.append(json.dumps({"event": "dtmf", "dtmf": key, "duration": "1600"}))
            if key in self._finish:
                self.digits = key
                self._finish_up()

    # -- time

    def tick(self) -> bytes:
        """One frame of time passes: what the caller hears in it, if anything, as the app sent it."""
        rate = self._play.rate
        heard = self._play.frame()
        self.out += map(json.dumps, self._play.told)
        self._play.told.clear()
        size = frame_bytes(self._rate)
        said = bytes(self._voice[:size]).ljust(size, b"\0")
        del self._voice[:size]
        self._send(said, heard, rate)
        self._heard(self._ear.hear(is_sound(heard)))
        self._frames += 1
        self._quiet = 0 if is_sound(said) else self._quiet + 1
        if self.limited and self._left() <= FRAME / 2:
            self._finish_up()
        return heard

    @property
    def limited(self) -> bool:
        """Whether it ends by itself."""
        return bool(self._max_length or self._timeout)

    def skip(self) -> float:
        """End it as if so much time had passed as it has left: how many seconds."""
        self._skipped = max(0.0, self._left()) if self.limited else 0.0
        self._finish_up()
        return self._skipped

    @property
    def seconds(self) -> float:
        """How long it has lasted."""
        return self._frames * FRAME + self._skipped

    @property
    def playing(self) -> bool:
        """Whether the caller hears the app, or did a moment ago."""
        return not self.over and (self._ear.hearing or self._play.sounds)

    def end(self) -> None:
        """jambonz ends the stream."""
        if not self.over:
            self._finish_up()

    # -- inside

    def _left(self) -> float:
        ends = [self._max_length - self._frames * FRAME] if self._max_length else []
        ends += [self._timeout - self._quiet * FRAME] if self._timeout else []
        return min(ends)

    def _send(self, said: bytes, heard: bytes, rate: int) -> None:
        if self.held == "pause":
            return
        size = len(said)
        if self._mix != "mono":
            other = Clip(heard, rate).at(self._rate)[:size].ljust(size, b"\0")
            said = interleave(said, other) if self._mix == "stereo" else mix(said, other)
        self.out.append(bytes(len(said)) if self.held == "silence" else said)

    def _finish_up(self) -> None:
        self.over = True
        self._heard(self._ear.end())
        left = self._play.left
        if left:
            self._note("event", f"{left:.2f} s of audio have not been played")

    def _heard(self, seconds: float | None) -> None:
        if seconds is not None:
            self._note("app", f"[audio: {seconds:.1f} s]")

    def _error(self, what: str, more: str = "") -> None:
        """The app got something wrong; the same once only, however often it does."""
        if what not in self._said:
            self._said.add(what)
            self._note("error", f"the audio stream: {what}{more}")

    def _samples(self, data: bytes) -> None:
        play = self._play
        if not isinstance(play, Playout):
            self._error("samples are not played without bidirectionalAudio.streaming")
        elif not play.feed(data):
            self._error("audio is thrown away, more than 10 minutes of it have not been played")

    def _obey(self, name: str, data: Verb) -> None:
        play = self._play
        if name == "playAudio":
            self._play_audio(data)
        elif name == "killAudio":
            play.kill()
        elif name == "mark":
            if not isinstance(play, Playout):
                self._error("a mark is not told of without bidirectionalAudio.streaming")
            elif not isinstance(data.get("name"), str) or not data["name"]:
                self._error("a mark has no name")
            elif not play.mark(data["name"]):
                self._error("a mark is dropped, 30 have not been played: ", data["name"])
        elif name == "clearMarks":
            if isinstance(play, Playout):
                play.clear_marks()
        elif name == "disconnect":
            self._note("event", "the app ends the audio stream")
            self._finish_up()
        else:
            self._error("there is no command ", repr(name))

    def _play_audio(self, data: Verb) -> None:
        play = self._play
        if isinstance(play, Playout):
            self._error("playAudio is ignored: the stream takes samples only")
        elif not self._takes_audio:
            self._error("playAudio is ignored: bidirectional audio is disabled")
        else:
            name = str(data["id"]) if "id" in data else None
            try:
                if not play.play(name, _clip(data), queue=bool(data.get("queuePlay"))):
                    self._error("playAudio is dropped, too much is queued: ", name or "")
            except ValueError as error:
                self._error(f"playAudio: {error}")


def _clip(data: Verb) -> Clip:
    """The audio in a ``playAudio``. Raises ValueError."""
    kind, content, rate = data.get("audioContentType"), data.get("audioContent"), data.get("sampleRate")
    if kind not in ("raw", "wav", "wave") or not isinstance(content, str):
        raise ValueError("it needs audioContent, and audioContentType raw or wav")
    audio = base64.b64decode(content)
    if (kind != "raw") != (audio[:4] == b"RIFF"):
        raise ValueError(f"the audioContent is not {kind}")
    # the server takes a rate that it does not know, or none, for 16000
    return Clip.read(audio, rate if rate in PLAY_RATES else 16000)
