"""The order of one call's callbacks: one at a time in each queue, in the order of arrival.

A call has two queues, one for hooks and one for notifications, so that an interruption is seen while the callback of a
hook is busy. A job runs at once on the thread that brings it if its queue is free; else it waits in the queue, and
whoever runs there takes it next. Callbacks registered as concurrent run beside the queues.

What waits is bounded, in number and in bytes. Of notifications the oldest are dropped: the latest say how things are.
Hooks are never dropped, since jambonz waits for each; when too many wait, reading pauses (``full``).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from . import fork
from .handlers import is_ctrl_c, name_of
from .lease import current
from .pool import ThreadPool, pool

__all__ = ["CONCURRENT", "HIGH_WATER", "LOW_WATER", "CallbackQueues", "SerialQueue"]

log = logging.getLogger("jambonz_sync.runtime")

Job = Callable[[], object]

#: hooks that may wait in all before reading pauses, and where it goes on; notifications that may wait
HIGH_WATER, LOW_WATER = 1000, 500
#: bytes of messages that may wait, of each of the two
MAX_BYTES = 2 << 20
#: bytes of all messages that wait in this process, above which each call may have no more than its share
PROCESS_BYTES, SHARE_BYTES = 32 << 20, 64 << 10
#: concurrent callbacks of one call that run at the same time; more of them wait
CONCURRENT = 64


class _WaitingBytes:
    """The bytes of messages that wait for callbacks in this process."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Begin at nothing: callbacks that a parent has waiting do not run in its child."""
        self._lock = threading.Lock()  # guards the sum; taken under the lock of one call's queues, nothing under it
        self._sum = 0

    def add(self, size: int) -> None:
        """Count ``size`` bytes, which may be less than none."""
        with self._lock:
            self._sum += size

    @property
    def limit(self) -> int:
        """Bytes of one kind that one call may have waiting at the moment."""
        return MAX_BYTES if self._sum <= PROCESS_BYTES else SHARE_BYTES


_waiting_bytes = _WaitingBytes()
fork.reset_in_child(_waiting_bytes.reset)


class _Entry(NamedTuple):
    job: Job
    key: object
    size: int


class SerialQueue:
    """Jobs that run one at a time: whether one does, the ``key`` of that one, and those that wait."""

    __slots__ = ("busy", "key", "waiting", "waiting_bytes", "waiting_count")

    def __init__(self) -> None:
        self.busy = False
        self.key: object = None
        self.waiting: list[_Entry] | None = None  # short, and none as a rule: a deque would take ten times the memory
        self.waiting_count = 0  # here and beside this queue
        self.waiting_bytes = 0


class CallbackQueues:
    """The queues of one call. Any thread may call any method.

    ``full`` says that so many hooks wait that reading must pause. ``dropped`` counts notifications that never ran.
    """

    __slots__ = (
        "_concurrent",
        "_dropped_unreported",
        "_full",
        "_lock",
        "_name",
        "_overflow",
        "_room",
        "_warned",
        "dropped",
        "hooks",
        "notifications",
    )

    def __init__(self, name: str = "call -") -> None:
        """Make empty queues. ``name`` is what the log calls them by."""
        self._name = name
        # guards all below; held for moments, and no job runs and no line is logged under it
        self._lock = threading.Lock()
        self._room: threading.Condition | None = None  # made when it is first needed: most calls never do
        self._overflow: list[tuple[SerialQueue, _Entry]] = []
        self._concurrent = 0
        self._full = False
        self._warned: set[str] | None = None
        self.dropped = self._dropped_unreported = 0
        self.hooks = SerialQueue()
        self.notifications = SerialQueue()

    @property
    def backlog(self) -> int:
        """Jobs that wait."""
        return self.hooks.waiting_count + self.notifications.waiting_count

    @property
    def full(self) -> bool:
        """True if so many hooks wait that reading must pause."""
        return self._full and not self._has_room_again()

    def run(self, queue: SerialQueue, job: Job, key: object = None, size: int = 0) -> bool:
        """Run ``job``, and what has queued up behind it by then, on this thread; or leave it to another one.

        Args:
            queue: :attr:`hooks` or :attr:`notifications` of this object.
            job: What it raises is logged, and ends nothing; but a KeyboardInterrupt on the main thread is raised.
            key: Stands for all jobs that will take as long as this one; the code object of the callback.
            size: Bytes of the message that it is for. A notification that has a size may be dropped.
        Returns:
            False if it is left to another thread, or dropped.

        Blocks: as long as it runs.  Threads: any.
        """
        warning = ""
        with self._lock:
            waits = queue.busy
            if not waits:
                queue.busy = True
                queue.key = key
            else:
                warning = self._wait(queue, _Entry(job, key, size))
        if waits:
            self._warn(queue, warning)
            return False
        lease = current.lease
        if lease is None or lease.in_callback:
            self._run(queue, job)
        # from here on reading may be handed on: the job has its place, so nothing can overtake it
        elif not lease.run_callback(key, self._run, queue, job):
            pool.run(partial(self._run, queue, job))
            return False
        return True

    def _run(self, queue: SerialQueue, job: Job | None) -> None:
        while job is not None:
            try:
                job()
            except BaseException as exc:  # what waits in the queue goes on, whatever it is
                if is_ctrl_c(exc):
                    if (job := self._next(queue)) is not None:
                        pool.run(partial(self._run, queue, job))
                    raise
                log.error("%s: a callback failed", self._name, exc_info=exc)
            job = self._next(queue)

    def _next(self, queue: SerialQueue) -> Job | None:
        with self._lock:
            if queue.waiting:
                entry = queue.waiting.pop(0)
                self._forget(queue, entry)
                queue.key = entry.key
                return entry.job
            queue.busy = False
            queue.key = None
        if self._dropped_unreported:
            self._report_dropped()
        return None

    def run_concurrently(
        self, queue: SerialQueue, job: Job, key: object = None, size: int = 0, threads: ThreadPool = pool
    ) -> None:
        """Run ``job`` on a thread of its own, beside ``queue``; or have it wait while :data:`CONCURRENT` of them run.

        The arguments are those of :meth:`run`, and the pool that the thread is of. Never blocks.
        """
        warning = ""
        with self._lock:
            waits = self._concurrent >= CONCURRENT
            if not waits:
                self._concurrent += 1
            else:
                warning = self._wait(queue, _Entry(job, key, size), beside=True)
        if waits:
            self._warn(queue, warning)
        else:
            threads.run(partial(self._run_beside, job))

    def _run_beside(self, job: Job | None) -> None:
        while job is not None:
            try:
                job()
            except BaseException as exc:  # what waits goes on, whatever it is
                log.error("%s: a concurrent callback failed", self._name, exc_info=exc)
            with self._lock:
                if not self._overflow:
                    self._concurrent -= 1
                    return
                queue, entry = self._overflow.pop(0)
                self._forget(queue, entry)
            job = entry.job

    # -- what waits; these need the lock

    def _wait(self, queue: SerialQueue, entry: _Entry, *, beside: bool = False) -> str:
        """Have ``entry`` wait, or drop it. What is to be logged of that, if anything."""
        assert self._lock.locked()
        limit = _waiting_bytes.limit
        dropped = self.dropped
        if queue is self.notifications and entry.size:
            while _exceeds(queue, entry, limit) and self._drop_oldest(queue):
                pass
            if _exceeds(queue, entry, limit):
                self._count_dropped()
                return "dropped"
        if beside:
            self._overflow.append((queue, entry))
        elif queue.waiting is None:
            queue.waiting = [entry]
        else:
            queue.waiting.append(entry)
        queue.waiting_count += 1
        if entry.size:
            queue.waiting_bytes += entry.size
            _waiting_bytes.add(entry.size)
        if queue is self.hooks and (
            queue.waiting_count >= HIGH_WATER or (queue.waiting_bytes > limit and queue.waiting_count > 1)
        ):
            self._full = True
            return "full"
        return "dropped" if self.dropped > dropped else ""

    def _drop_oldest(self, queue: SerialQueue) -> bool:
        """Drop the oldest that may be dropped. False if there is none."""
        assert self._lock.locked()
        waiting = queue.waiting or []
        for index, entry in enumerate(waiting):
            if entry.size:
                del waiting[index]
                break
        else:
            for index, (kind, entry) in enumerate(self._overflow):
                if kind is queue and entry.size:
                    del self._overflow[index]
                    break
            else:
                return False
        self._forget(queue, entry)
        self._count_dropped()
        return True

    def _count_dropped(self) -> None:
        self.dropped += 1
        self._dropped_unreported += 1

    def _forget(self, queue: SerialQueue, entry: _Entry) -> None:
        """Count ``entry`` no longer: it runs, or never will."""
        assert self._lock.locked()
        queue.waiting_count -= 1
        if entry.size:
            queue.waiting_bytes -= entry.size
            _waiting_bytes.add(-entry.size)
        if self._full:
            self._see_if_full()

    def _see_if_full(self) -> None:
        assert self._lock.locked()
        hooks = self.hooks
        few = hooks.waiting_bytes <= _waiting_bytes.limit // 2 or hooks.waiting_count <= 1
        if hooks.waiting_count <= LOW_WATER and few:
            self._full = False
            if self._room is not None:
                self._room.notify_all()

    # -- these take it

    def _has_room_again(self) -> bool:
        with self._lock:
            self._see_if_full()  # other calls may have made room
            return not self._full

    def _warn(self, queue: SerialQueue, what: str) -> None:
        """Log that too much waits, if it does, and for which callback; once of each kind."""
        if not what:
            return
        with self._lock:
            self._warned = self._warned or set()
            if what in self._warned:
                return
            self._warned.add(what)
            count, size, key = queue.waiting_count, queue.waiting_bytes, queue.key
        log.warning(
            "%s: %s is busy, and %d hooks (%d bytes) wait: nothing is read until some of them have run"
            if what == "full"
            else "%s: %s is busy, and %d notifications (%d bytes) wait: the oldest are dropped",
            *(self._name, name_of(key), count, size),
        )

    def _report_dropped(self) -> None:
        with self._lock:
            dropped, self._dropped_unreported = self._dropped_unreported, 0
        if dropped:
            log.warning("%s: %d notifications were dropped", self._name, dropped)

    def wait_for_room(self, timeout: float = 1.0) -> None:
        """Wait until reading may go on, or ``timeout`` seconds have passed.

        Blocks: so long.  Threads: any.
        """
        with self._lock:
            if self._room is None:
                self._room = threading.Condition(self._lock)
            self._room.wait_for(lambda: not self._full, timeout)


def _exceeds(queue: SerialQueue, entry: _Entry, limit: int) -> bool:
    return queue.waiting_count >= HIGH_WATER or queue.waiting_bytes + entry.size > limit
