"""The functions that listen to an audio stream: who is called, in which order, and what is lost if they are slow."""

from __future__ import annotations

import logging
import threading
from functools import partial
from typing import Any, Final

from ..errors import SessionClosed
from ..events.known import KnownEvents
from ..runtime.counted import make_queues
from ..runtime.handlers import Context, Handler, Handlers, run
from ..runtime.work import ConnectionWork

__all__ = ["HIGH_WATER", "STREAM_EVENTS", "StreamCallbacks", "comes_too_late"]

log = logging.getLogger("jambonz_sync.audio")

#: events that may wait for a busy callback
HIGH_WATER: Final = 500

#: event of a stream -> the arguments of its functions
STREAM_EVENTS: Final[dict[str, tuple[str, ...]]] = {
    "audio": ("samples",),
    "dtmf": ("data",),
    "mark": ("data",),
    "playDone": ("data",),
    "play_done": ("data",),
    "close": ("code", "reason"),
    "error": ("exception",),
}
_EVENTS: Final = KnownEvents("an audio stream", STREAM_EVENTS, None, {"connection": "the audio service"})


def comes_too_late(exc: Exception, call_sid: str) -> bool:
    """Return True if a callback of a stream stopped because that, or its call, is over: it has not failed.

    The connection may refuse what the callback sends before its end has been read.

    Args:
        exc: What the callback raised.
        call_sid: The call of the stream.
    """
    return isinstance(exc, SessionClosed) and exc.call_sid in (None, call_sid)


class StreamCallbacks:
    """The callbacks of one stream.

    Args:
        call_sid: The call, for the log.
        context: Makes the context that each of them runs in.
        work: Counts the work on the connection; None where nobody does.
    """

    def __init__(self, call_sid: str, context: Context | None, work: ConnectionWork | None = None) -> None:
        self._call_sid = call_sid
        self._context = context
        self.handlers = Handlers(_EVENTS)
        self.queues = make_queues(f"call {call_sid}", work)
        self._lock = threading.Lock()  # guards the two counters; never held in a callback
        self._waiting = 0  # events that wait in the queue
        #: events for which there was no place
        self.dropped = 0
        self._warned: set[str] = set()

    def emit(self, name: str, *args: Any) -> None:
        """Call those who listen to an event of which there is one, behind whatever is being called.

        Args:
            name: The name of the event.
            args: Its arguments.
        """
        handlers = self.handlers.take(name)
        if handlers:
            self.queues.run(self.queues.notifications, partial(self.run, handlers, args), handlers[0].key)

    def offer(self, name: str, *args: Any) -> None:
        """Call those who listen to an event that the media server may send without an end: too many are dropped.

        Args:
            name: The name of the event.
            args: Its arguments.
        """
        handlers = self.handlers.take(name)
        if not handlers:
            return
        with self._lock:
            full = self._waiting >= HIGH_WATER
            if full:
                self.dropped += 1
            else:
                self._waiting += 1
        if full:
            self.warn_once("events are not handled as fast as they come: events are dropped")
        else:
            job = partial(self._run_offered, handlers, args)
            self.queues.run(self.queues.notifications, job, handlers[0].key)

    def _run_offered(self, handlers: tuple[Handler, ...], args: tuple[Any, ...]) -> None:
        with self._lock:
            self._waiting -= 1
        self.run(handlers, args)

    def run(self, handlers: tuple[Handler, ...], args: tuple[Any, ...]) -> None:
        """Call handlers here, one after another. One that fails is logged, and told to ``error`` callbacks.

        Args:
            handlers: The handlers.
            args: The arguments of the event.
        Blocks: as long as they do.
        """
        for handler in handlers:
            try:
                run(handler, args, self._context)
            except Exception as exc:
                if comes_too_late(exc, self._call_sid):
                    log.info("call %s: an audio callback stopped: %s", self._call_sid, exc)
                    continue
                log.error("call %s: an audio callback failed", self._call_sid, exc_info=exc)
                if not (args and isinstance(args[0], Exception)):  # a failing error callback is not told of itself
                    self.emit("error", exc)

    def warn_once(self, message: str) -> None:
        """Log a warning, the first time that it comes.

        Args:
            message: The warning.
        """
        if message not in self._warned:
            self._warned.add(message)
            log.warning("call %s: %s", self._call_sid, message)
