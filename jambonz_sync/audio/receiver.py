"""What comes on an audio stream: frames, events, the end; who reads them, and what is lost if nobody does."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, overload

from ..errors import HookTimeout, ProtocolError, SessionClosed
from ..protocol import audio as proto
from ..runtime import CallbackQueues, allow_handover, pool, read_until
from ..runtime.handlers import F, Handler, Handlers
from .wav import WavWriter

if TYPE_CHECKING:
    from ..session import Session

__all__ = ["Incoming"]

log = logging.getLogger("jambonz_sync.audio")

#: seconds of audio that are kept for a consumer that falls behind
BUFFER: Final = 30.0
#: events that may wait for a busy callback; and frames, of those in the queue, that have a place among them
HIGH_WATER: Final = 500
#: events that only this side makes, whatever a text frame calls itself
_OWN: Final = frozenset({"audio", "close", "connection", "error"})


class Incoming:
    """The receiving half of :class:`jambonz_sync.audio.AudioStream`."""

    def __init__(
        self,
        metadata: proto.AudioMetadata,
        session: Callable[[], Session | None],
        call: Callable[[Handler, tuple[Any, ...]], object],
        buffer: float,
    ) -> None:
        self._meta = metadata
        self._find_session = session
        self._call = call
        self.queues = CallbackQueues(f"call {metadata.call_sid or '-'}")
        self._handlers = Handlers()
        self._changed = threading.Condition()  # guards all below; never held while sending or in a callback
        self._queue = proto.FrameQueue(metadata.bytes_in(1000 * buffer))
        self._whole = proto.Aligner(metadata.frame_bytes)
        self._marks = proto.Marks(metadata.call_sid or None)
        self._plays: dict[str, dict[str, Any] | None] = {}  # id -> what playDone said
        self._recorder: WavWriter | None = None
        self._ended: tuple[int, str] | None = None
        self._due = 0  # frames in the queue that have a place in the queue of the callbacks
        self._events = 0  # that wait there
        self._lost = 0  # events for which there was no place
        self._warned: set[str] = set()
        #: storage for the application
        self.locals: dict[str, Any] = {}
        #: what came with the URL: the variables of the rule of the service
        self.url_vars: dict[str, Any] = {}

    def __repr__(self) -> str:
        state = "open" if self._ended is None else "closed"
        return f"<AudioStream {self.call_sid or '-'} {self.sample_rate} Hz x{self.channels} {state}>"

    # -- what it is

    @property
    def metadata(self) -> dict[str, Any]:
        """The first message of the stream, with the ``metadata`` of the verb merged into it."""
        return dict(self._meta.raw)

    @property
    def call_sid(self) -> str:
        """Of the call; empty for the fork of a conference."""
        return self._meta.call_sid

    @property
    def sample_rate(self) -> int:
        """Samples a second that come, of each channel."""
        return self._meta.sample_rate

    @property
    def channels(self) -> int:
        """1, or 2 for ``mix_type="stereo"``: the caller's samples alternate with the other party's."""
        return self._meta.channels

    @property
    def session(self) -> Session | None:
        """The session of the same call, if it is served by this process and not over."""
        return self._find_session()

    @property
    def closed(self) -> bool:
        """Whether the stream is over."""
        return self._ended is not None

    @property
    def dropped_frames(self) -> int:
        """Frames that came and that nobody had time for."""
        return self._queue.dropped_frames

    @property
    def dropped_events(self) -> int:
        """Events that came and that no callback had time for."""
        return self._lost

    # -- events

    @overload
    def on(self, name: str, fn: None = None) -> Callable[[F], F]: ...
    @overload
    def on(self, name: str, fn: F) -> F: ...
    def on(self, name: str, fn: Any = None) -> Any:
        """Call ``fn`` at each event ``name`` (see the class); without ``fn`` a decorator. For ``audio`` it gets the
        frames that have come and were not read, too. Raises TypeError for an async function."""
        if fn is None:
            return partial(self.on, name)
        self._handlers.on("playDone" if name == "play_done" else name, fn)
        if name == "audio" and len(self._queue):
            pool.run(self._deliver)  # not here, where the caller may hold what the callback needs
        return fn

    # -- audio that comes

    def __iter__(self) -> Iterator[bytes]:
        """The frames as they come, until the stream is over. Blocks between them."""
        while (frame := self._next(None)) is not None:
            yield frame

    def read(self, size: int | None = None, *, ms: float | None = None, timeout: float | None = None) -> bytes:
        """Wait for audio: the next frame, ``size`` bytes, or so many milliseconds. Less at the end of the stream, and
        nothing after it. ``timeout`` is in seconds (default: none), then
        :class:`~jambonz_sync.errors.HookTimeout`; what has come stays for the next read. Raises ValueError for a size
        that is nothing, no whole samples of every channel, or more than is kept (30 s)."""
        if ms is not None:
            size = self._meta.bytes_in(ms)
            if size <= 0:
                raise ValueError(f"{ms:g} ms is less than a sample: expected at least {1000 / self.sample_rate:g} ms")
        if size is None:
            return self._next(timeout) or b""
        whole, most = self._meta.frame_bytes, self._queue.limit
        if size <= 0:
            raise ValueError(f"a read is of more than nothing, got {size!r} bytes: b'' is the end of the stream")
        if size % whole:
            raise ValueError(f"a read is of whole samples of {whole} bytes, got {size} bytes")
        if size > most:
            seconds = most / whole / self.sample_rate
            raise ValueError(f"a read is of at most {most:,} bytes, the {seconds:g} s that are kept, got {size:,}")
        with self._changed:
            self._wait_for_audio(lambda: self._queue.size >= size or self._ended is not None, timeout)
            return self._queue.take(size)

    def _next(self, timeout: float | None) -> bytes | None:
        with self._changed:
            self._wait_for_audio(lambda: len(self._queue) or self._ended is not None, timeout)
            return self._queue.get()

    def record_to(self, path: str | Path) -> WavWriter:
        """Write all audio from now on to a WAV file, in stereo if the stream is. The file is complete when the stream
        ends or the recording is closed (``with stream.record_to(...):``), and valid if it is cut off before."""
        writer = WavWriter(path, self.sample_rate, self.channels)
        with self._changed:
            old, self._recorder = self._recorder, writer
            if old is not None:
                old.close()
            if self._ended is not None:
                writer.close()
        return writer

    # -- from the connection

    def feed(self, message: str | bytes) -> None:
        """A message behind the metadata has come; on the thread that reads."""
        if isinstance(message, bytes):
            self._on_audio(message)
            return
        try:
            event = proto.parse_event(message)
        except ProtocolError as exc:
            log.warning("call %s: %s", self.call_sid, exc)
            self._offer("error", exc)
            return
        with self._changed:
            if event.kind == "mark":
                self._marks.came(event.data.get("name"), event.data.get("event"))
            elif event.kind == "playDone" and isinstance(id := event.data.get("id"), str) and id in self._plays:
                self._plays[id] = event.data
            self._changed.notify_all()
        if event.kind not in _OWN:
            self._offer(event.kind, event.data)

    def over(self, code: int, reason: str) -> None:
        """The connection has ended."""
        with self._changed:
            if self._ended is not None:
                return
            self._ended = (code, reason)
            if self._recorder is not None:
                self._end_recording(self._recorder)
            self._changed.notify_all()
        if self.dropped_frames:
            log.warning("call %s: %d frames of audio were dropped in all", self.call_sid, self.dropped_frames)
        if self._lost:
            log.warning("call %s: %d events were dropped in all", self.call_sid, self._lost)
        heard = self._handlers.take("audio")
        if heard:
            self.queues.run(self.queues.notifications, self._hear_all, heard[0].key)
        self._emit("close", code, reason)

    def _on_audio(self, pcm: bytes) -> None:
        pcm = self._whole.feed(pcm)
        if not pcm:
            return
        if self._recorder is not None:
            self._record(pcm)
        handlers = self._handlers.take("audio")
        queue = self.queues.notifications
        if handlers and not queue.busy and not len(self._queue):  # the callback keeps up: no need to queue
            self.queues.run(queue, partial(self._run, handlers, (pcm,)), handlers[0].key)
            return
        with self._changed:
            kept = self._queue.put(pcm)
            handlers = self._handlers.take("audio")  # a callback that comes after this finds the frame in the queue
            if not handlers:
                self._changed.notify_all()
        if not kept:
            self._warn_once("audio is not read as fast as it comes: frames are dropped")
        if handlers:
            self._deliver()

    def _deliver(self) -> None:
        """Give the frames that are queued their places in the queue of the callbacks."""
        handlers = self._handlers.take("audio")
        while handlers:
            with self._changed:
                if self._due >= min(len(self._queue), HIGH_WATER):
                    return
                self._due += 1
            self.queues.run(self.queues.notifications, self._hear, handlers[0].key)

    def _hear(self) -> None:
        """A place has come up: the oldest frame is heard."""
        with self._changed:
            self._due -= 1
            pcm = self._queue.get()
        if pcm is not None:
            self._run(self._handlers.take("audio"), (pcm,))
        if len(self._queue) > self._due:
            self._deliver()

    def _hear_all(self) -> None:
        """No frame will follow, and the end comes behind the last one."""
        while len(self._queue):
            with self._changed:
                pcm = self._queue.get()
            if pcm is not None:
                self._run(self._handlers.take("audio"), (pcm,))

    def _record(self, pcm: bytes) -> None:
        with self._changed:
            if self._recorder is None:
                return
            try:
                self._recorder.write(pcm)
                return
            except (OSError, ValueError) as exc:
                error = exc
            self._end_recording(self._recorder)
            self._recorder = None
        log.error("call %s: recording stopped: %s", self.call_sid, error)
        self._emit("error", error)

    def _end_recording(self, writer: WavWriter) -> None:
        try:
            writer.close()
        except OSError as exc:
            log.error("call %s: a recording is not complete: %s", self.call_sid, exc)

    def _warn_once(self, what: str) -> None:
        if what not in self._warned:
            self._warned.add(what)
            log.warning("call %s: %s", self.call_sid, what)

    def _offer(self, name: str, *args: Any) -> None:
        """As :meth:`_emit`, for what the media server may send without an end."""
        handlers = self._handlers.take(name)
        if not handlers:
            return
        with self._changed:
            full = self._events >= HIGH_WATER
            if full:
                self._lost += 1
            else:
                self._events += 1
        if full:
            self._warn_once("events are not handled as fast as they come: events are dropped")
        else:
            job = partial(self._run_offered, handlers, args)
            self.queues.run(self.queues.notifications, job, handlers[0].key)

    def _run_offered(self, handlers: tuple[Handler, ...], args: tuple[Any, ...]) -> None:
        with self._changed:
            self._events -= 1
        self._run(handlers, args)

    def _emit(self, name: str, *args: Any) -> None:
        handlers = self._handlers.take(name)
        if handlers:
            self.queues.run(self.queues.notifications, partial(self._run, handlers, args), handlers[0].key)

    def _run(self, handlers: tuple[Handler, ...], args: tuple[Any, ...]) -> None:
        for handler in handlers:
            try:
                self._call(handler, args)
            except Exception as exc:
                if isinstance(exc, SessionClosed) and self._ended is not None:
                    log.info("call %s: an audio callback stopped, the stream is over", self.call_sid)
                    continue
                log.error("call %s: an audio callback failed", self.call_sid, exc_info=exc)
                if not (args and isinstance(args[0], Exception)):  # a failing error callback is not told of itself
                    self._emit("error", exc)

    # -- waiting; these want the lock held

    def _refuse_if_over(self) -> None:
        if self._ended is not None:
            code, reason = self._ended
            raise SessionClosed("the audio stream is over", code=code, reason=reason, call_sid=self.call_sid or None)

    def _wait_for_audio(self, ready: Callable[[], object], timeout: float | None) -> None:
        while timeout is None and not ready():
            self._changed.release()
            try:
                if not read_until(ready):  # in a callback of the stream no other thread need read for this one
                    break
            finally:
                self._changed.acquire()
        self._wait(ready, timeout, "no audio")

    def _wait(self, ready: Callable[[], object], timeout: float | None, what: str) -> None:
        if ready():
            return
        self._changed.release()
        try:
            allow_handover()
        finally:
            self._changed.acquire()
        if not self._changed.wait_for(ready, timeout):
            raise HookTimeout(f"{what} after {timeout:g} s", timeout=timeout or 0.0, call_sid=self.call_sid or None)
