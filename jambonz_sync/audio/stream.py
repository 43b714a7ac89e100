"""Audio streams: what a listen or stream verb opens, as the code of an application sees it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, TypeAlias, overload

from ..protocol import audio as proto
from ..runtime import allow_handover
from ..runtime.handlers import F
from .pacing import AudioSource
from .receiver import AudioReceiver
from .sender import AudioPort, AudioSender
from .wav import WavWriter, read_clip

__all__ = ["AudioStream", "Pcm"]

Pcm: TypeAlias = bytes | bytearray | memoryview


class AudioStream:
    """The audio of one call. Audio that comes is read in one of three ways::

        for pcm in stream: ...              # frame by frame, until the stream ends
        stream.read(ms=100)                 # as much as is wanted
        @stream.on("audio")                 # def heard(pcm): ...

    Samples are signed 16-bit little-endian; a frame is 20 ms as a rule, and always whole samples of every channel. If
    the application does not keep up, it loses the oldest of more than 30 s of audio, and events that come while 500
    others wait. Losses are counted in ``dropped_frames`` and ``dropped_events``, and logged.

    Made by the audio service of its path when a stream begins. Any thread may call any method. Sending blocks only
    while the connection takes no data, up to ``send_timeout`` of the endpoint (10 s). All methods that send raise
    :class:`~jambonz_sync.errors.SessionClosed` once the stream is over.
    """

    #: storage for the application, which lives as long as the stream
    locals: dict[str, Any]
    #: the variables of the URL, by the rule of the service
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
        """The call_sid of the call; empty for the audio of a conference."""
        return self._metadata.call_sid

    @property
    def sample_rate(self) -> int:
        """Samples a second of each channel of the audio that comes."""
        return self._metadata.sample_rate

    @property
    def channels(self) -> int:
        """The channels of the audio that comes.

        One, or two for ``mix_type="stereo"``: then the caller's samples alternate with the other party's.
        """
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
        """Frames of audio that were dropped because they were not read in time."""
        return self._receiver.frames.dropped_frames

    @property
    def dropped_events(self) -> int:
        """Events that were dropped because callbacks did not keep up with them."""
        return self._receiver.callbacks.dropped

    # -- audio and events that come

    @overload
    def on(self, name: str, fn: None = None) -> Callable[[F], F]: ...
    @overload
    def on(self, name: str, fn: F) -> F: ...
    def on(self, name: str, fn: Any = None) -> Any:
        """Call a function at each event of this name; without a function, make a decorator.

        The events and their arguments are:

        * ``audio`` (samples): a frame has come. Frames that were not read before come first.
        * ``dtmf`` (data): a key was pressed, ``{"digit": "5", "duration": 200}``. Milliseconds, or None if not known.
        * ``mark`` (data): a mark was played or cleared, ``{"name": ..., "event": "playout"}``.
        * ``playDone`` or ``play_done`` (data): audio of :meth:`play_audio` has been played.
        * ``close`` (code, reason): the stream is over.
        * ``error`` (exception): a callback failed, or the media server sent nonsense.

        The functions of a stream run one at a time, in order.

        Args:
            name: The event.
            fn: A plain function, which may block. It gets as many of the event's arguments, from the left, as it has
                parameters without a default.
        Returns:
            The function; without one, a decorator that returns what it decorates.
        Raises:
            UnknownEvent: There is no event of that name.
            TypeError: ``fn`` is an async function, cannot be called, or needs more arguments than the event has.
        """
        if fn is None:
            self._receiver.callbacks.handlers.check_name(name)
            return partial(self.on, name)
        self._receiver.on(name, fn)
        return fn

    def __iter__(self) -> Iterator[bytes]:
        """Give the frames as they come, until the stream is over. Blocks between them."""
        while (frame := self._receiver.next_frame(None)) is not None:
            yield frame

    def read(self, size: int | None = None, *, ms: float | None = None, timeout: float | None = None) -> bytes:
        """Wait for audio: the next frame, or as many bytes or milliseconds as are wanted.

        Args:
            size: Bytes to read.
            ms: Milliseconds to read, in place of ``size``. Without either, the next frame is read.
            timeout: Seconds to wait; None waits for as long as it takes. Audio that has come by then stays for the next
                read.
        Returns:
            The samples. Less at the end of the stream, and ``b""`` after it.
        Raises:
            HookTimeout: So much audio has not come in time.
            ValueError: The size is not above 0, is not one of whole samples of every channel, or is more than the 30 s
                that are kept.
        Blocks: up to ``timeout``, or until the audio has come.
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
            path: The file, which is overwritten.
        Returns:
            The recording, a context manager with ``close()``.
        Raises:
            OSError: The file cannot be written.
        """
        return self._receiver.record_to(path)

    # -- audio that goes

    @property
    def send_rate(self) -> int:
        """Samples a second of the audio that is sent.

        It must be that of ``bidirectional_audio.sample_rate`` of the verb, which jambonz does not tell: set it where
        that is not :attr:`sample_rate`.
        """
        return self._sender.rate

    @send_rate.setter
    def send_rate(self, rate: int) -> None:
        self._sender.rate = rate

    def send_audio(self, pcm: Pcm) -> None:
        """Send samples to be played behind those sent before.

        The verb must have ``bidirectional_audio`` with streaming. Samples leave at once; but what the thread that takes
        the frames sends while more of them wait for it leaves with the last, 5 ms later at most.

        Args:
            pcm: The samples: 16-bit little-endian, one channel, at :attr:`send_rate`, of any length. Half a sample
                at the end waits for the next call.
        Raises:
            SessionClosed: The stream is over.
            SendTimeout: The connection took no data for ``send_timeout``.
        Blocks: while the connection takes no data, up to ``send_timeout`` of the endpoint (10 s).
        """
        self._sender.send(bytes(pcm))

    def end_audio(self) -> None:
        """Have the end of the audio that was sent played, by sending a little silence.

        jambonz plays audio in lots of 80 ms, so that without this the end of a speech is stuck until more comes.

        Raises:
            SessionClosed: The stream is over.
        Blocks: while the connection takes no data, up to ``send_timeout`` of the endpoint (10 s).
        """
        self._sender.end()

    def send_audio_paced(self, source: AudioSource, *, end: bool = True) -> float:
        """Send audio in real time, at most 100 ms ahead. :meth:`kill_audio` of another thread ends it.

        Args:
            source: Samples, an iterable of them, or a binary file of them; or a WAV file in any of these forms, or its
                path (16-bit, one channel, at :attr:`send_rate`).
            end: Have the end of it played, as :meth:`end_audio` does.
        Returns:
            Seconds of audio that were sent.
        Raises:
            SessionClosed: The stream is over.
            SendTimeout: The connection took no data for ``send_timeout``.
            ValueError: It is a WAV file of another kind, or a path to another file.
            OSError: The file cannot be read.
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
        """Play audio as a whole, where the verb has ``bidirectional_audio`` without streaming.

        Args:
            audio: Samples, a WAV file as bytes or as a path (a PathLike, or a str that ends in ``.wav``), or either as
                base64.
            id: An id of your own for :meth:`wait_play_done`; None makes one.
            queue: Play it behind the audio that is playing instead of in its place; jambonz queues about 10.
            sample_rate: Samples a second of samples; None takes that of the stream. A WAV file has its own.
        Returns:
            The id that its ``playDone`` event will have.
        Raises:
            InvalidVerb: jambonz could not play it.
            SessionClosed: The stream is over.
        Blocks: while the connection takes no data, up to ``send_timeout`` of the endpoint (10 s).
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
            id: The id that :meth:`play_audio` returned, one of the last 100.
            timeout: Seconds to wait; None waits for as long as it takes.
        Returns:
            The data of the ``playDone`` event.
        Raises:
            HookTimeout: It has not been played in time.
            SessionClosed: The stream is over.
            ValueError: There is no audio with that id.
        Blocks: up to ``timeout``, or until it has been played.
        """
        return self._receiver.wait_play_done(id, timeout)

    def kill_audio(self) -> None:
        """Stop playing and forget all audio that was sent; its marks come back as ``cleared``.

        Raises:
            SessionClosed: The stream is over.
        Blocks: while the connection takes no data, up to ``send_timeout`` of the endpoint (10 s).
        """
        self._sender.kill()

    def send_mark(self, name: str, *, wait: bool = True, timeout: float | None = None) -> None:
        """Send a mark behind the audio: jambonz tells when all audio before it has been played.

        It does so by a ``mark`` event; :meth:`wait_mark` waits for that.

        Args:
            name: The name of the mark, which is not empty.
            wait: jambonz keeps 30 marks, and drops more. True waits until there is room for this one, False raises
                TooManyMarks if there is none.
            timeout: Seconds of that wait; None waits for as long as it takes.
        Raises:
            HookTimeout: No mark was played in time.
            SessionClosed: The stream is over.
            TooManyMarks: 30 marks have not been played, and ``wait`` is False.
            ValueError: The name is empty.
        Blocks: up to ``timeout``, while 30 marks have not been played.
        """
        if not isinstance(name, str) or not name:
            raise ValueError(f"a mark has a name, not {name!r}")
        self._receiver.expect_mark(name, wait, timeout)
        self._sender.command(proto.mark(name))

    def wait_mark(self, name: str, timeout: float | None = None) -> str:
        """Wait for a mark that was sent.

        Args:
            name: The name of the mark.
            timeout: Seconds to wait; None waits for as long as it takes.
        Returns:
            ``playout`` when the audio before it has been played, or ``cleared`` if it will not be.
        Raises:
            HookTimeout: It has not been played in time.
            SessionClosed: The stream is over.
            ValueError: There is no such mark under way, nor among the last 60.
        Blocks: up to ``timeout``, or until the mark comes back.
        """
        return self._receiver.wait_mark(name, timeout)

    def clear_marks(self) -> None:
        """Forget all marks: no events will come of them.

        Raises:
            SessionClosed: The stream is over.
        Blocks: while the connection takes no data, up to ``send_timeout`` of the endpoint (10 s).
        """
        self._sender.command(proto.clear_marks())
        self._receiver.forget_marks()

    # -- the end

    def disconnect(self) -> None:
        """End the verb: the call goes on with the next one.

        Raises:
            SessionClosed: The stream is over.
        Blocks: while the connection takes no data, up to ``send_timeout`` of the endpoint (10 s).
        """
        self._sender.command(proto.disconnect())

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Close the connection, which ends the verb too. A second time does nothing.

        The stream is over when the media server answers, or after 3 seconds; this does not wait for it.

        Args:
            code: The code of the close frame.
            reason: The reason in the close frame.
        Raises:
            ValueError: ``code`` may not be sent.
        """
        self._port.close_within(code, reason)
