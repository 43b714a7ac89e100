"""The receiving half of an audio stream: frames, events, the end; who reads them, and what is lost if nobody does."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from threading import get_ident
from typing import Any, Final

from ..errors import HookTimeout, ProtocolError, SessionClosed
from ..protocol import audio as proto
from ..runtime import allow_handover, pool, read_until
from ..runtime.handlers import Context
from ..runtime.work import ConnectionWork
from .callbacks import HIGH_WATER, StreamCallbacks
from .recording import Recorder
from .wav import WavWriter

__all__ = ["BUFFER", "AudioReceiver"]

log = logging.getLogger("jambonz_sync.audio")

#: seconds of audio that are kept for a consumer that falls behind
BUFFER: Final = 30.0
#: events that only this side makes, whatever a text frame calls itself
_OWN: Final = frozenset({"audio", "close", "connection", "error"})


class AudioReceiver:
    """The receiving half of an audio stream, between the connection and the :class:`~.stream.AudioStream`.

    The server calls :meth:`feed` and :meth:`over`, and runs callbacks of its own in :attr:`queues`; the stream does the
    rest.

    Args:
        metadata: The first message of the stream.
        context: Makes the context that each callback runs in.
        work: Counts the work on the connection; None where nobody does.
        unhandled: The messages that have been received, and that :meth:`feed` has not been given yet.
        buffer: Seconds of audio that are kept for a consumer that falls behind.
    """

    def __init__(
        self,
        metadata: proto.AudioMetadata,
        *,
        context: Context | None = None,
        work: ConnectionWork | None = None,
        unhandled: Sequence[str | bytes] = (),
        buffer: float = BUFFER,
    ) -> None:
        self.metadata = metadata
        self._call_sid = metadata.call_sid or "-"
        self.callbacks = StreamCallbacks(self._call_sid, context, work)
        self.queues = self.callbacks.queues  #: the order of the callbacks of this stream
        self._handlers = self.callbacks.handlers
        self._lock = threading.RLock()  # guards all below; never held while sending or in a callback
        #: is notified of the end, of marks and of what was played; holding it is holding the lock
        self.changed = threading.Condition(self._lock)
        self._audio_came = threading.Condition(self._lock)  # and of the end; a frame wakes nobody who waits for others
        self.frames = proto.FrameQueue(metadata.bytes_in(1000 * buffer))
        self._marks = proto.Marks(metadata.call_sid or None)
        self._plays = proto.Plays()
        #: code and reason of the close frame, once the connection has ended
        self.ended: tuple[int, str] | None = None
        self._aligner = proto.Aligner(metadata.frame_bytes)
        self._recorder = Recorder(self._call_sid)
        self._scheduled = 0  # frames that have a place in the queue of the callbacks
        self._unhandled = unhandled
        self._taker = 0  # the thread that has taken a frame last

    @property
    def more_waits(self) -> bool:
        """True if this thread takes the frames of the stream, and more of them wait for it."""
        return self._taker == get_ident() and (len(self._unhandled) > 0 or len(self.frames) > 0)

    # -- from the connection

    def feed(self, message: str | bytes) -> None:
        """Take a message behind the metadata.

        Args:
            message: A str is an event, bytes are samples.
        Blocks: as long as callbacks do.  Threads: the one that reads.
        """
        if isinstance(message, bytes):
            self._on_audio(message)
            return
        try:
            event = proto.parse_event(message)
        except ProtocolError as exc:
            log.warning("call %s: %s", self._call_sid, exc)
            self.callbacks.offer("error", exc)
            return
        with self._lock:
            if event.kind == "mark":
                self._marks.came(event.data.get("name"), event.data.get("event"))
            elif event.kind == "playDone":
                self._plays.done(event.data.get("id"), event.data)
            self.changed.notify_all()
        if event.kind not in _OWN:
            self.callbacks.offer(event.kind, event.data)

    def over(self, code: int, reason: str) -> None:
        """Take note that the connection has ended.

        Args:
            code: The code of the close frame.
            reason: The reason in the close frame.
        """
        with self._lock:
            if self.ended is not None:
                return
            self.ended = (code, reason)
            self._recorder.end()
            self.changed.notify_all()
            self._audio_came.notify_all()
        if self.frames.dropped_frames:
            log.warning("call %s: %d frames of audio were dropped in all", self._call_sid, self.frames.dropped_frames)
        if self.callbacks.dropped:
            log.warning("call %s: %d events were dropped in all", self._call_sid, self.callbacks.dropped)
        handlers = self._handlers.take("audio")
        if handlers:
            self.queues.run(self.queues.notifications, self._run_all_frames, handlers[0].key)
        self.callbacks.emit("close", code, reason)

    def _on_audio(self, pcm: bytes) -> None:
        pcm = self._aligner.feed(pcm)
        if not pcm:
            return
        if self._recorder.runs and (error := self._recorder.write(pcm)) is not None:
            self.callbacks.emit("error", error)
        handlers = self._handlers.take("audio")
        queue = self.queues.notifications
        if handlers and not queue.busy and not len(self.frames):  # the callback keeps up: no need to queue
            self._taker = get_ident()
            self.queues.run(queue, partial(self.callbacks.run, handlers, (pcm,)), handlers[0].key)
            return
        with self._lock:
            kept_all = self.frames.put(pcm)
            handlers = self._handlers.take("audio")  # a callback that comes after this finds the frame in the queue
            if not handlers:
                self._audio_came.notify_all()
        if not kept_all:
            self.callbacks.warn_once("audio is not read as fast as it comes: frames are dropped")
        if handlers:
            self._schedule()

    # -- frames for a callback

    def on(self, name: str, fn: Any) -> None:
        """Call ``fn`` at each event ``name``.

        Args:
            name: The name of the event.
            fn: A plain function. That for ``audio`` gets the frames that have come and were not read, too.
        Raises:
            UnknownEvent: There is no event of that name.
            TypeError: It is an async function, or needs more arguments than the event has.
        """
        self._handlers.on("playDone" if name == "play_done" else name, fn)
        if name == "audio" and len(self.frames):
            pool.run(self._schedule)  # not here, where the caller may hold what the callback needs

    def _schedule(self) -> None:
        """Give the frames that are queued their places in the queue of the callbacks."""
        handlers = self._handlers.take("audio")
        while handlers:
            with self._lock:
                if self._scheduled >= min(len(self.frames), HIGH_WATER):
                    return
                self._scheduled += 1
            self.queues.run(self.queues.notifications, self._run_frame, handlers[0].key)

    def _run_frame(self) -> None:
        """Give the oldest frame to the callback: a place has come up."""
        with self._lock:
            self._scheduled -= 1
            self._taker = get_ident()
            pcm = self.frames.get()
        if pcm is not None:
            self.callbacks.run(self._handlers.take("audio"), (pcm,))
        if len(self.frames) > self._scheduled:
            self._schedule()

    def _run_all_frames(self) -> None:
        """Give all frames to the callback: no other one will follow, and the end comes behind the last."""
        while len(self.frames):
            with self._lock:
                pcm = self.frames.get()
            if pcm is not None:
                self.callbacks.run(self._handlers.take("audio"), (pcm,))

    # -- frames for who reads

    def next_frame(self, timeout: float | None) -> bytes | None:
        """Wait for the next frame.

        Args:
            timeout: Seconds to wait; None waits for as long as it takes.
        Returns:
            The frame, None at the end of the stream.
        Raises:
            HookTimeout: None has come in time.
        Blocks: up to ``timeout``.
        """
        with self._lock:
            self._taker = get_ident()
            frame = self.frames.get()
            if frame is None:
                self._wait_for_audio(lambda: len(self.frames) or self.ended is not None, timeout)
                frame = self.frames.get()
            return frame

    def read(self, size: int, timeout: float | None) -> bytes:
        """Wait for audio.

        Args:
            size: Bytes.
            timeout: Seconds to wait; None waits for as long as it takes.
        Returns:
            So many bytes; less at the end of the stream.
        Raises:
            HookTimeout: They have not come in time.
        Blocks: up to ``timeout``.
        """
        with self._lock:
            self._taker = get_ident()
            self._wait_for_audio(lambda: self.frames.size >= size or self.ended is not None, timeout)
            return self.frames.take(size)

    # -- recording

    def record_to(self, path: str | Path) -> WavWriter:
        """Write all audio from now on to a WAV file.

        Args:
            path: The file, which is overwritten.
        Returns:
            The recording.
        Raises:
            OSError: The file cannot be written.
        """
        writer = WavWriter(path, self.metadata.sample_rate, self.metadata.channels)
        self._recorder.start(writer)
        return writer

    # -- what the media server is asked to tell

    def expect_play(self, id: str) -> None:
        """Note that audio is played as a whole, whose end will be told.

        Args:
            id: The id of the audio.
        """
        with self._lock:
            self._plays.sent(id)
            self.changed.notify_all()  # somebody may wait for one that is forgotten for it

    def wait_play_done(self, id: str, timeout: float | None) -> dict[str, Any]:
        """Wait until audio has been played: see :meth:`AudioStream.wait_play_done`.

        Args:
            id: The id of the audio.
            timeout: Seconds to wait; None waits for as long as it takes.
        Returns:
            The data of its ``playDone``.
        Raises:
            HookTimeout: It has not been played in time.
            SessionClosed: The stream is over.
            ValueError: There is no audio with that id.
        Blocks: up to ``timeout``.
        """
        plays = self._plays
        with self._lock:
            if id in plays:
                self._wait(
                    self.changed,
                    lambda: plays.result(id) is not None or id not in plays or self.ended is not None,
                    timeout,
                    f"{id} is playing",
                )
            result = plays.result(id)
            if result is None and id in plays:
                self.refuse_if_over()
        if result is None:
            raise ValueError(
                f"no audio with the id {id!r} was played on this stream, nor is it one of the last {proto.PLAYS_KEPT}"
            )
        return result

    def expect_mark(self, name: str, wait: bool, timeout: float | None) -> None:
        """Note that a mark is sent: see :meth:`AudioStream.send_mark`.

        Args:
            name: The name of the mark.
            wait: Wait until there may be one more.
            timeout: Seconds of that wait; None waits for as long as it takes.
        Raises:
            HookTimeout: No mark was played in time.
            SessionClosed: The stream is over.
            TooManyMarks: It would be one too many, without ``wait``.
        Blocks: up to ``timeout``.
        """
        marks = self._marks
        with self._lock:
            self.refuse_if_over()
            if wait and len(marks) >= proto.MAX_MARKS:
                self._wait(
                    self.changed,
                    lambda: len(marks) < proto.MAX_MARKS or self.ended is not None,
                    timeout,
                    "no mark is played",
                )
                self.refuse_if_over()
            marks.sent(name)

    def wait_mark(self, name: str, timeout: float | None) -> str:
        """Wait for a mark: see :meth:`AudioStream.wait_mark`.

        Args:
            name: The name of the mark.
            timeout: Seconds to wait; None waits for as long as it takes.
        Returns:
            ``playout`` or ``cleared``.
        Raises:
            HookTimeout: It has not been played in time.
            SessionClosed: The stream is over.
            ValueError: There is no such mark.
        Blocks: up to ``timeout``.
        """
        marks = self._marks
        with self._lock:
            if name not in marks and marks.outcome(name) is None:
                raise ValueError(
                    f"no mark {name!r} is under way, nor is it one of the last {proto.MARKS_KEPT} that were settled"
                )
            self._wait(self.changed, lambda: marks.outcome(name) or self.ended is not None, timeout, f"mark {name!r}")
            outcome = marks.outcome(name)
            if outcome is None:
                self.refuse_if_over()
            return outcome or "cleared"

    def forget_marks(self) -> None:
        """Note that nothing will be told of the marks that are under way."""
        with self._lock:
            self._marks.clear()
            self.changed.notify_all()

    def refuse_if_over(self) -> None:
        """Raise an error if the stream is over.

        Raises:
            SessionClosed: It is.
        """
        if self.ended is not None:
            code, reason = self.ended
            call_sid = self.metadata.call_sid or None
            raise SessionClosed("the audio stream is over", code=code, reason=reason, call_sid=call_sid)

    # -- waiting; these want the lock held, and give it back while they wait

    def _wait(
        self, changed: threading.Condition, ready: Callable[[], object], timeout: float | None, waiting_for: str
    ) -> None:
        """Wait until ``ready()``, which is asked whenever ``changed`` is notified. ``waiting_for`` is for the error."""
        if ready():
            return
        self._lock.release()
        try:
            allow_handover()
        finally:
            self._lock.acquire()
        if not changed.wait_for(ready, timeout):
            message = f"{waiting_for} after {timeout:g} s"
            raise HookTimeout(message, timeout=timeout or 0.0, call_sid=self.metadata.call_sid or None)

    def _wait_for_audio(self, ready: Callable[[], object], timeout: float | None) -> None:
        while timeout is None and not ready():
            self._lock.release()
            try:
                if not read_until(ready):  # in a callback of the stream no other thread need read for this one
                    break
            finally:
                self._lock.acquire()
        self._wait(self._audio_came, ready, timeout, "no audio")
