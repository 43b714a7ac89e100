"""An iterator over the notifications of a call."""

from __future__ import annotations

import logging
from collections import deque
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Generic, Self, TypeVar
from weakref import ref

from ...events import Event
from ...runtime import allow_handover
from ...runtime.work import Condition, Work, clock_of

if TYPE_CHECKING:
    from ...runtime.handlers import Handlers

__all__ = ["EventStream"]

log = logging.getLogger("jambonz_sync.session")

E_co = TypeVar("E_co", bound=Event, covariant=True)
#: events that may wait to be taken; of more the oldest are dropped
MAX_WAITING: Final = 1000


class EventStream(Generic[E_co]):
    """The events of a call, one after the other, from the moment in which the stream is made.

    It ends when its time is up, when the call is over and all events have been taken, or with :meth:`close`. A ``with``
    block closes it, and so does dropping it. One thread at a time may iterate.

    Args:
        handlers: The callbacks of the call.
        names: The events.
        call_sid: For the log.
        timeout: Seconds until it ends; None for as long as the call is up.
        work: The work of the call, whose clock they go by; None where nobody counts.
    """

    def __init__(
        self,
        handlers: Handlers,
        names: tuple[str, ...],
        call_sid: str,
        timeout: float | None,
        work: Work | None = None,
    ) -> None:
        self._handlers = handlers
        self._names = names
        self._call_sid = call_sid
        self._now = clock_of(work)
        self._deadline = None if timeout is None else self._now() + timeout
        self._events: deque[E_co] = deque()
        self._changed = Condition(work=work)  # guards the events and both flags; nothing is logged or called under it
        self._over = False
        self._warned = False
        me = ref(self)  # the callbacks do not keep what nobody iterates over any more

        def take(event: Any) -> None:
            if (stream := me()) is not None:
                stream._take(event)

        def end(code: int, reason: str) -> None:
            if (stream := me()) is not None:
                stream.end()

        self._take_event, self._call_over = take, end
        for name in names:
            handlers.on(name, take)
        handlers.on("close", end)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> E_co:
        """Wait for the next event.

        Raises:
            StopIteration: The time is up, or the call is over.
        Blocks: until then.
        """
        allow_handover()
        with self._changed:
            while not self._events:
                if self._over:
                    raise StopIteration
                left = None if self._deadline is None else self._deadline - self._now()
                if left is not None and left <= 0:
                    break
                self._changed.wait(left)
            else:
                return self._events.popleft()
        self.close()
        raise StopIteration

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()

    def close(self) -> None:
        """End the stream. Events that wait in it can still be taken."""
        for name in self._names:
            self._handlers.off(name, self._take_event)
        self._handlers.off("close", self._call_over)
        self.end()

    def end(self) -> None:
        """Note that no more events come."""
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def _take(self, event: Any) -> None:
        with self._changed:
            full = len(self._events) >= MAX_WAITING
            if full:
                self._events.popleft()
            self._events.append(event)
            self._changed.notify()
            warns, self._warned = full and not self._warned, self._warned or full
        if warns:
            log.warning("call %s: %d events wait in an iterator, the oldest are dropped", self._call_sid, MAX_WAITING)
