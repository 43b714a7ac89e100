"""Audio streams: what a listen or stream verb opens, as the code of an application sees it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from itertools import count
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias

from ..errors import InvalidVerb
from ..model.wire import dumps
from ..protocol import audio as proto
from ..runtime import allow_handover, timers
from ..runtime.handlers import Handler
from .pacing import AudioSource, Pace, chunks, sleep_until
from .receiver import BUFFER, Incoming
from .wav import parse_header

if TYPE_CHECKING:
    from ..session import Session

__all__ = ["AudioPort", "AudioStream", "Pcm", "hang_up"]

Pcm: TypeAlias = bytes | bytearray | memoryview

#: seconds that a close waits for the close frame of the media server
LINGER: Final = 3.0
#: bytes of one frame to the media server; more is sent in several
_FRAME: Final = 64_000


class AudioPort(Protocol):
    """The connection of a stream. Its methods raise :class:`~jambonz_sync.errors.SessionClosed` once it is over."""

    def send(self, data: str | bytes) -> None:
        """Send a text or a binary message."""

    def close(self, code: int = 1000, reason: str = "") -> bool:
        """Send the close frame. Does not wait for the peer's. True if this call was the one that closed."""
        ...

    def abort(self) -> None:
        """End the connection now."""


def hang_up(port: AudioPort, code: int = 1000, reason: str = "") -> None:
    """Close a connection, and end it in a while if the media server does not answer."""
    if port.close(code, reason):
        timers.call_later(LINGER, port.abort)


class AudioStream(Incoming):
    """The audio of one call. Audio that comes is read in one of three ways::

        for pcm in stream: ...              # frame by frame, until the stream ends
        stream.read(ms=100)                 # as much as is wanted
        @stream.on("audio")                 # def heard(pcm): ...

    Samples are signed 16-bit little-endian; a frame is 20 ms as a rule, and always whole samples of every channel. Who
    does not keep up loses audio, the oldest of more than 30 s, and events, those that come while 500 wait. Losses are
    counted in ``dropped_frames`` and ``dropped_events``, and logged.

    Other events: ``dtmf`` (``{"digit", "duration"}``), ``mark`` (``{"name", "event"}``), ``playDone`` or ``play_done``,
    ``close`` (code, reason), ``error`` (an exception). Callbacks run one at a time, in order, and may block.

    Any thread may call any method. Sending blocks only while the connection takes no data. All methods raise
    :class:`~jambonz_sync.errors.SessionClosed` once the stream is over.
    """

    def __init__(
        self,
        port: AudioPort,
        metadata: proto.AudioMetadata,
        *,
        session: Callable[[], Session | None] = lambda: None,
        call: Callable[[Handler, tuple[Any, ...]], object] = lambda handler, args: handler(args),
        buffer: float = BUFFER,
    ) -> None:
        super().__init__(metadata, session, call, buffer)
        self._port = port
        self._numbers = count(1)
        self._kills = 0
        self._out = threading.Lock()  # keeps frames and their accounts in order; held while sending
        self._even = proto.Aligner(2)
        self._send_rate = metadata.sample_rate
        self._tail = proto.Tail(self._send_rate)

    @property
    def send_rate(self) -> int:
        """Samples a second that jambonz takes: ``bidirectional_audio.sample_rate`` of the verb, which it does not tell.
        Set it where it differs from :attr:`sample_rate`."""
        return self._send_rate

    @send_rate.setter
    def send_rate(self, rate: int) -> None:
        with self._out:
            self._send_rate, self._tail = rate, proto.Tail(rate)

    def send_audio(self, pcm: Pcm) -> None:
        """Send samples (16-bit little-endian, one channel, at :attr:`send_rate`) to be played behind those sent before.
        Any length; half a sample waits for the next call. The verb must have ``bidirectional_audio`` with streaming."""
        with self._out:
            self._send_samples(bytes(pcm))

    def _send_samples(self, pcm: bytes) -> None:
        pcm = proto.without_markers(self._even.feed(pcm))
        for at in range(0, len(pcm), _FRAME):
            self._port.send(pcm[at : at + _FRAME] if len(pcm) > _FRAME else pcm)
        self._tail.sent(len(pcm))

    def end_audio(self) -> None:
        """What was sent is complete: have the last of it played. jambonz plays audio in lots of 80 ms, so that without
        this the end of a speech is stuck until more comes. Sends a little silence."""
        with self._out:
            self._send_silence()

    def _send_silence(self) -> None:
        silence = self._tail.silence()
        if silence:
            self._port.send(silence)

    def send_audio_paced(self, source: AudioSource, *, end: bool = True) -> float:
        """Send audio in real time, at most 100 ms ahead, and return how many seconds of it.

        ``source`` is samples, an iterable of them, or a binary file of them; or a WAV file in any of these forms, or
        its path (16-bit, one channel, at :attr:`send_rate`; ValueError for another). Blocks for as long as it takes;
        :meth:`kill_audio` ends it. ``end`` has the last of it played (see :meth:`end_audio`).
        """
        allow_handover()
        kills, rate, sent = self._kills, self._send_rate, 0
        pace = Pace(rate)
        for pcm in chunks(source, rate):
            due = pace.due(len(pcm) // 2, monotonic())
            if not sleep_until(due, self._changed, lambda: self._ended is not None or self._kills != kills):
                break
            self._refuse_if_over()
            with self._out:  # under which a kill leaves, too: nothing of this may follow it
                if self._kills != kills:
                    break
                self._send_samples(pcm)
            sent += len(pcm) // 2
        self._refuse_if_over()
        if end:
            with self._out:
                if self._kills == kills:
                    self._send_silence()
        return sent / rate

    def play_audio(
        self,
        audio: Pcm | str | os.PathLike[str],
        id: str | None = None,
        queue: bool | None = None,
        *,
        sample_rate: int | None = None,
    ) -> str:
        """Play audio as a whole, and return the id that its ``playDone`` event will have.

        ``audio`` is samples at ``sample_rate`` (default: that of the stream), a WAV file as bytes or as a path (a
        PathLike, or a str that ends in ``.wav``), or either as base64. ``queue`` plays it behind what is playing
        instead of in its place; jambonz queues about 10. Not for verbs with ``bidirectional_audio`` streaming. Raises
        :class:`~jambonz_sync.errors.InvalidVerb` for what jambonz could not play.
        """
        id = id if id is not None else f"play-{next(self._numbers)}"
        data: bytes | str
        if isinstance(audio, os.PathLike) or (isinstance(audio, str) and audio.lower().endswith((".wav", ".wave"))):
            data = Path(audio).read_bytes()
            self._refuse_unless_wav(data, os.fspath(audio))
        else:
            data = audio if isinstance(audio, str) else bytes(audio)
        is_wav = data[:4] == b"RIFF" or data[:5] == "UklGR"  # the same in base64
        message = proto.play_audio(
            data,
            content_type="wav" if is_wav else "raw",
            sample_rate=None if is_wav else sample_rate or self.sample_rate,
            id=id,
            queue=queue,
            call_sid=self.call_sid or None,
        )
        with self._changed:
            self._plays[id] = None
        self._command(message)
        return id

    def _refuse_unless_wav(self, data: bytes, path: str) -> None:
        try:
            parse_header(data)
        except ValueError as exc:
            raise InvalidVerb(
                f"playAudio.audioContent: {path}: {exc}",
                verb="playAudio",
                path="playAudio.audioContent",
                expected="a WAV file",
                call_sid=self.call_sid or None,
            ) from None

    def wait_play_done(self, id: str, timeout: float | None = None) -> dict[str, Any]:
        """Wait until the audio with that id has been played; what jambonz tells of it. ``timeout`` is in seconds
        (default: none), then :class:`~jambonz_sync.errors.HookTimeout`."""
        with self._changed:
            if id not in self._plays:
                raise ValueError(f"no audio with the id {id!r} was played on this stream")
            self._wait(lambda: self._plays[id] is not None or self._ended is not None, timeout, f"{id} is playing")
            done = self._plays[id]
            if done is None:
                self._refuse_if_over()
            return done or {}

    def kill_audio(self) -> None:
        """Stop playing and forget all audio that was sent; its marks come back as ``cleared``."""
        with self._changed:
            self._kills += 1
            self._changed.notify_all()
        with self._out:
            self._command(proto.kill_audio())
            self._tail.killed()
            self._even = proto.Aligner(2)

    def send_mark(self, name: str, *, wait: bool = True, timeout: float | None = None) -> None:
        """Have jambonz tell when what was sent so far has been played (``mark`` event, :meth:`wait_mark`).

        jambonz keeps 30 marks. One more waits until one of them is played, at most ``timeout`` seconds (default:
        none); without ``wait`` it raises :class:`~jambonz_sync.protocol.audio.TooManyMarks`.
        """
        if not isinstance(name, str) or not name:
            raise ValueError(f"a mark has a name, not {name!r}")
        with self._changed:
            self._refuse_if_over()
            if wait and len(self._marks) >= proto.MAX_MARKS:
                self._wait(
                    lambda: len(self._marks) < proto.MAX_MARKS or self._ended is not None, timeout, "no mark is played"
                )
                self._refuse_if_over()
            self._marks.sent(name)
        self._command(proto.mark(name))

    def wait_mark(self, name: str, timeout: float | None = None) -> str:
        """Wait for a mark that was sent: ``playout`` or ``cleared``. ``timeout`` is in seconds (default: none), then
        :class:`~jambonz_sync.errors.HookTimeout`."""
        with self._changed:
            if name not in self._marks and self._marks.outcome(name) is None:
                raise ValueError(
                    f"no mark {name!r} is under way, nor is it one of the last {proto.MARKS_KEPT} that were settled"
                )
            self._wait(lambda: self._marks.outcome(name) or self._ended is not None, timeout, f"mark {name!r}")
            outcome = self._marks.outcome(name)
            if outcome is None:
                self._refuse_if_over()
            return outcome or "cleared"

    def clear_marks(self) -> None:
        """Forget all marks: nothing will be told of them."""
        self._command(proto.clear_marks())
        with self._changed:
            self._marks.clear()
            self._changed.notify_all()

    def disconnect(self) -> None:
        """End the verb: the call goes on with the next one."""
        self._command(proto.disconnect())

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Close the connection, which ends the verb too. Does not wait for the media server: the stream is over when
        that answers, or after 3 seconds. May be called again."""
        hang_up(self._port, code, reason)

    def _command(self, message: dict[str, Any]) -> None:
        self._refuse_if_over()
        self._port.send(dumps(message))
