"""Audio streams: what a listen or stream verb opens, as the code of an application sees it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, Final, TypeAlias, overload

from ..protocol import audio as proto
from ..runtime import allow_handover, timers
from ..runtime.handlers import F
from .pacing import AudioSource
from .receiver import AudioReceiver
from .sender import AudioPort, AudioSender
from .wav import WavWriter, read_clip

__all__ = ["AudioStream", "Pcm", "hang_up"]

Pcm: TypeAlias = bytes | bytearray | memoryview

#: seconds that a close waits for the close frame of the media server
LINGER: Final = 3.0


def hang_up(port: AudioPort, code: int = 1000, reason: str = "") -> None:
    """Close a connection, and end it in a while if the media server does not answer.

    Args:
        port: The connection.
        code: Of the close frame.
        reason: Of the close frame.
    """
    if port.close(code, reason):
        timers.call_later(LINGER, port.abort)


class AudioStream:
    """The audio of one call. Audio that comes is read in one of three ways::

        for pcm in stream: ...              # frame by frame, until the stream ends
        stream.read(ms=100)                 # as much as is wanted
        @stream.on("audio")                 # def heard(pcm): ...

    Samples are signed 16-bit little-endian; a frame is 20 ms as a rule, and always whole samples of every channel. Who
    does not keep up loses audio, the oldest of more than 30 s, and events, those that come while 500 wait. Losses are
    counted in ``dropped_frames`` and ``dropped_events``, and logged.

    Any thread may call any method. Sending blocks only while the connection takes no data. All methods that send raise
    :class:`~jambonz_sync.errors.SessionClosed` once the stream is over.

    Args:
        port: The connection.
        receiver: The receiving half, which the connection feeds.
        session: Finds the session of the same call.
        url_vars: Variables of the URL, by the rule of the service.
    """

    #: storage for the application
    locals: dict[str, Any]
    #: variables of the URL, by the rule of the service
    url_vars: dict[str, Any]

    def __init__(
        self,
        port: AudioPort,
        receiver: AudioReceiver,
        *,
        session: Callable[[], Any] = lambda: None,
        url_vars: dict[str, Any] | None = None,
    ) -> None:
        self.locals = {}
        self.url_vars = {} if url_vars is None else url_vars
        self._port = port
        self._receiver = receiver
        self._metadata = receiver.metadata
        self._sender = AudioSender(port, receiver)
        self._find_session = session
        self._numbers = count(1)

    def __repr__(self) -> str:
        state = "closed" if self.closed else "open"
        return f"<AudioStream {self.call_sid or '-'} {self.sample_rate} Hz x{self.channels} {state}>"

    # -- what it is

    @property
    def metadata(self) -> dict[str, Any]:
        """The first message of the stream, with the ``metadata`` of the verb merged into it."""
        return dict(self._metadata.raw)

    @property
    def call_sid(self) -> str:
        """The call; empty for the fork of a conference."""
        return self._metadata.call_sid

    @property
    def sample_rate(self) -> int:
        """Samples a second that come, of each channel."""
        return self._metadata.sample_rate

    @property
    def channels(self) -> int:
        """1, or 2 for ``mix_type="stereo"``: the caller's samples alternate with the other party's."""
        return self._metadata.channels

    @property
    def session(self) -> Any | None:
        """The :class:`~jambonz_sync.Session` of the same call, if it is served by this process and not over."""
        return self._find_session()

    @property
    def closed(self) -> bool:
        """True once the stream is over."""
        return self._receiver.ended is not None

    @property
    def dropped_frames(self) -> int:
        """Frames that came and that nobody had time for."""
        return self._receiver.frames.dropped_frames

    @property
    def dropped_events(self) -> int:
        """Events that came and that no callback had time for."""
        return self._receiver.callbacks.dropped

    # -- audio and events that come

    @overload
    def on(self, name: str, fn: None = None) -> Callable[[F], F]: ...
    @overload
    def on(self, name: str, fn: F) -> F: ...
    def on(self, name: str, fn: Any = None) -> Any:
        """Call ``fn`` at each event ``name``.

        Events are ``audio`` (the samples of a frame; those that have come and were not read, too), ``dtmf``
        (``{"digit", "duration"}``, milliseconds or None), ``mark`` (``{"name", "event"}``), ``playDone`` or
        ``play_done``, ``close`` (code, reason), ``error`` (an exception). Callbacks run one at a time, in order, and
        may block.

        Args:
            name: Of the event.
            fn: A plain function. It gets as many of the event's arguments as it has parameters without a default.
        Returns:
            ``fn``; without it a decorator.
        Raises:
            TypeError: ``fn`` is an async function.
        """
        if fn is None:
            return partial(self.on, name)
        self._receiver.on(name, fn)
        return fn

    def __iter__(self) -> Iterator[bytes]:
        """Give the frames as they come, until the stream is over. Blocks between them."""
        while (frame := self._receiver.next_frame(None)) is not None:
            yield frame

    def read(self, size: int | None = None, *, ms: float | None = None, timeout: float | None = None) -> bytes:
        """Wait for audio: the next frame, ``size`` bytes, or so many milliseconds.

        Args:
            size: Bytes.
            ms: Milliseconds, in place of ``size``.
            timeout: Seconds; None: as long as it takes. Audio that has come by then stays for the next read.
        Returns:
            The samples. Less at the end of the stream, and nothing after it.
        Raises:
            HookTimeout: There is not so much audio in time.
            ValueError: The size is nothing, no whole samples of every channel, or more than is kept (30 s).
        Blocks: up to ``timeout``.
        """
        if ms is not None:
            size = self._metadata.bytes_in(ms)
            if size <= 0:
                raise ValueError(f"{ms:g} ms is less than a sample: expected at least {1000 / self.sample_rate:g} ms")
        if size is None:
            return self._receiver.next_frame(timeout) or b""
        sample_bytes, most = self._metadata.frame_bytes, self._receiver.frames.limit
        if size <= 0:
            raise ValueError(f"a read is of more than nothing, got {size!r} bytes: b'' is the end of the stream")
        if size % sample_bytes:
            raise ValueError(f"a read is of whole samples of {sample_bytes} bytes, got {size} bytes")
        if size > most:
            seconds = most / sample_bytes / self.sample_rate
            raise ValueError(f"a read is of at most {most:,} bytes, the {seconds:g} s that are kept, got {size:,}")
        return self._receiver.read(size, timeout)

    def record_to(self, path: str | Path) -> WavWriter:
        """Write all audio from now on to a WAV file, in stereo if the stream is.

        The file is complete when the stream ends or the recording is closed (``with stream.record_to(...):``), and
        valid if it is cut off before.

        Args:
            path: Of the file, which is overwritten.
        Returns:
            The recording.
        Raises:
            OSError: The file cannot be written.
        """
        return self._receiver.record_to(path)

    # -- audio that goes

    @property
    def send_rate(self) -> int:
        """Samples a second that jambonz takes: ``bidirectional_audio.sample_rate`` of the verb, which it does not tell.
        Set it where it differs from :attr:`sample_rate`."""
        return self._sender.rate

    @send_rate.setter
    def send_rate(self, rate: int) -> None:
        self._sender.rate = rate

    def send_audio(self, pcm: Pcm) -> None:
        """Send samples to be played behind those sent before.

        The verb must have ``bidirectional_audio`` with streaming.

        Args:
            pcm: 16-bit little-endian, one channel, at :attr:`send_rate`. Any length; half a sample waits for the next
                call.
        Raises:
            SessionClosed: The stream is over.
        Blocks: while the connection takes no data.
        """
        self._sender.send(bytes(pcm))

    def end_audio(self) -> None:
        """Have the last of what was sent played.

        jambonz plays audio in lots of 80 ms, so that without this the end of a speech is stuck until more comes. Sends
        a little silence.

        Raises:
            SessionClosed: The stream is over.
        Blocks: while the connection takes no data.
        """
        self._sender.end()

    def send_audio_paced(self, source: AudioSource, *, end: bool = True) -> float:
        """Send audio in real time, at most 100 ms ahead. :meth:`kill_audio` ends it.

        Args:
            source: Samples, an iterable of them, or a binary file of them; or a WAV file in any of these forms, or its
                path (16-bit, one channel, at :attr:`send_rate`).
            end: Have the last of it played, as :meth:`end_audio` does.
        Returns:
            Seconds of audio that were sent.
        Raises:
            SessionClosed: The stream is over.
            ValueError: It is a WAV file of another kind, or a path to none.
        Blocks: as long as the audio takes.
        """
        allow_handover()
        return self._sender.send_paced(source, end)

    def play_audio(
        self,
        audio: Pcm | str | os.PathLike[str],
        id: str | None = None,
        queue: bool | None = None,
        *,
        sample_rate: int | None = None,
    ) -> str:
        """Play audio as a whole. Not for verbs with ``bidirectional_audio`` streaming.

        Args:
            audio: Samples, a WAV file as bytes or as a path (a PathLike, or a str that ends in ``.wav``), or either as
                base64.
            id: Of your own, for :meth:`wait_play_done`. None: one is made.
            queue: Play it behind what is playing instead of in its place; jambonz queues about 10.
            sample_rate: Of samples. None: that of the stream.
        Returns:
            The id that its ``playDone`` event will have.
        Raises:
            InvalidVerb: jambonz could not play it.
            SessionClosed: The stream is over.
        Blocks: while the connection takes no data.
        """
        id = id if id is not None else f"play-{next(self._numbers)}"
        data = read_clip(audio, call_sid=self.call_sid or None)
        is_wav = data[:4] == b"RIFF" or data[:5] == "UklGR"  # the same in base64
        message = proto.play_audio(
            data,
            content_type="wav" if is_wav else "raw",
            sample_rate=None if is_wav else sample_rate or self.sample_rate,
            id=id,
            queue=queue,
            call_sid=self.call_sid or None,
        )
        self._receiver.expect_play(id)
        self._sender.command(message)
        return id

    def wait_play_done(self, id: str, timeout: float | None = None) -> dict[str, Any]:
        """Wait until audio has been played.

        Args:
            id: As :meth:`play_audio` has returned it, one of the last 100.
            timeout: Seconds; None: as long as it takes.
        Returns:
            The data of the ``playDone`` event.
        Raises:
            HookTimeout: It has not been played in time.
            SessionClosed: The stream is over.
            ValueError: There is no audio with that id.
        Blocks: up to ``timeout``.
        """
        return self._receiver.wait_play_done(id, timeout)

    def kill_audio(self) -> None:
        """Stop playing and forget all audio that was sent; its marks come back as ``cleared``.

        Raises:
            SessionClosed: The stream is over.
        Blocks: while the connection takes no data.
        """
        self._sender.kill()

    def send_mark(self, name: str, *, wait: bool = True, timeout: float | None = None) -> None:
        """Have jambonz tell when what was sent so far has been played (``mark`` event, :meth:`wait_mark`).

        Args:
            name: Of the mark.
            wait: jambonz keeps 30 marks: wait until one of them is played, where one more would be too many.
            timeout: Seconds of that wait; None: as long as it takes.
        Raises:
            HookTimeout: None was played in time.
            SessionClosed: The stream is over.
            TooManyMarks: It would be one too many, without ``wait``.
            ValueError: It has no name.
        Blocks: up to ``timeout``, while 30 marks have not been played.
        """
        if not isinstance(name, str) or not name:
            raise ValueError(f"a mark has a name, not {name!r}")
        self._receiver.expect_mark(name, wait, timeout)
        self._sender.command(proto.mark(name))

    def wait_mark(self, name: str, timeout: float | None = None) -> str:
        """Wait for a mark that was sent.

        Args:
            name: Of the mark.
            timeout: Seconds; None: as long as it takes.
        Returns:
            ``playout``, or ``cleared`` if it will not be played.
        Raises:
            HookTimeout: It has not been played in time.
            SessionClosed: The stream is over.
            ValueError: There is no such mark under way, nor among the last 60.
        Blocks: up to ``timeout``.
        """
        return self._receiver.wait_mark(name, timeout)

    def clear_marks(self) -> None:
        """Forget all marks: nothing will be told of them.

        Raises:
            SessionClosed: The stream is over.
        Blocks: while the connection takes no data.
        """
        self._sender.command(proto.clear_marks())
        self._receiver.forget_marks()

    # -- the end

    def disconnect(self) -> None:
        """End the verb: the call goes on with the next one.

        Raises:
            SessionClosed: The stream is over.
        Blocks: while the connection takes no data.
        """
        self._sender.command(proto.disconnect())

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Close the connection, which ends the verb too. May be called again.

        The stream is over when the media server answers, or after 3 seconds; this does not wait for it.

        Args:
            code: Of the close frame.
            reason: Of the close frame.
        Raises:
            ValueError: The code may not be sent.
        Blocks: while the connection takes no data.
        """
        hang_up(self._port, code, reason)
