"""Connections and callbacks whose work is counted: see :mod:`.work`. They are made for a simulator only."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .pool import ThreadPool, pool
from .queues import CallbackQueues, SerialQueue
from .reader import Sink
from .websocket.connection import Connection
from .websocket.writer import FrameWriter
from .work import ConnectionWork, Work

__all__ = ["CountedSink", "count", "make_queues"]

Job = Callable[[], object]


def count(connection: Connection, work: ConnectionWork) -> None:
    """Count what happens on a connection, of which nothing has been read or written yet."""
    connection.work = work
    connection.out = _CountedWriter(connection.out, work)


class CountedSink:
    """A sink, for a connection that is counted."""

    __slots__ = ("_sink", "_work", "on_slow_callback", "wait_for_room")

    def __init__(self, sink: Sink, work: ConnectionWork) -> None:
        self._sink = sink
        self._work = work
        self.on_slow_callback = sink.on_slow_callback
        self.wait_for_room = sink.wait_for_room

    @property
    def full(self) -> bool:
        return self._sink.full

    def handle(self, message: str | bytes) -> None:
        self._work.handle(self._sink.handle, message)

    def over(self) -> None:
        try:
            self._sink.over()
        finally:
            self._work.over()


class _CountedWriter(FrameWriter):
    """Messages count from when they get their places; those of an audio stream, which have none, do not."""

    __slots__ = ("_work",)

    def __init__(self, writer: FrameWriter, work: ConnectionWork) -> None:
        super().__init__(writer._sock, writer.send_timeout, may_try=writer._may_try)
        self._work = work

    def enqueue(self, texts: Sequence[str]) -> int:
        self._work.queued(len(texts))
        return super().enqueue(texts)

    def take_unsent(self) -> list[str]:
        unsent = super().take_unsent()
        self._work.unqueued(len(unsent))
        return unsent

    def begin_close(self, data: bytes, *, first: bool = False) -> bool:
        closes = super().begin_close(data, first=first)
        if closes:
            self._work.closing()
        return closes


def make_queues(name: str, work: ConnectionWork | None) -> CallbackQueues:
    """Make the queues of one call.

    Args:
        name: What the log calls them by.
        work: That of the connection that the call begins with; None where nobody counts.
    """
    return CallbackQueues(name) if work is None else _CountedQueues(name, work.total)


class _CountedQueues(CallbackQueues):
    """Jobs count from when they are brought until they have run, or are dropped."""

    __slots__ = ("_work",)

    def __init__(self, name: str, work: Work) -> None:
        super().__init__(name)
        self._work = work

    def run(self, queue: SerialQueue, job: Job, key: object = None, size: int = 0) -> bool:
        return super().run(queue, self._work.job(job), key, size)

    def run_concurrently(
        self, queue: SerialQueue, job: Job, key: object = None, size: int = 0, threads: ThreadPool = pool
    ) -> None:
        super().run_concurrently(queue, self._work.job(job), key, size, threads)

    def _count_dropped(self) -> None:
        super()._count_dropped()
        self._work.end()
