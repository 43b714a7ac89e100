"""The order of one call's callbacks: one at a time in each queue, in the order of arrival.

A call has two queues, one for hooks and one for notifications, so that an interruption is seen while the
callback of a hook is busy. A job runs at once on the thread that brings it if its queue is free; else it waits
in the queue, and whoever runs there takes it next. Callbacks registered as concurrent run beside the queues.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

from .lease import enter_callback, leave_callback, waits_here
from .timers import pool, run_surely

Job = Callable[[], None]

#: jobs that may wait in all queues of a call before reading pauses, and where it goes on
HIGH_WATER, LOW_WATER = 1000, 500
#: concurrent callbacks of one call that run at the same time; more of them wait
CONCURRENT = 64


class SerialQueue:
    __slots__ = ("busy", "waiting")

    def __init__(self) -> None:
        self.busy = False
        self.waiting: list[Job] = []  # short, and empty as a rule: a deque would take ten times the memory


class CallbackQueues:
    """The queues of one call. A job must not raise. Any thread may call any method."""

    __slots__ = ("_concurrent", "_lock", "_overflow", "_room", "backlog", "full", "hooks", "notifications")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._room: threading.Condition | None = None  # made when it is first needed: most calls never do
        self._overflow: list[Job] = []
        self._concurrent = 0
        self.backlog = 0
        self.full = False
        self.hooks = SerialQueue()
        self.notifications = SerialQueue()

    def run(self, queue: SerialQueue, job: Job, key: object = None) -> bool:
        """Run ``job``, and what has queued up behind it by then, on this thread; or leave it to another (False): the
        one that is busy in ``queue``, or a spare one where this thread reads for itself. ``key`` stands for all jobs
        that will take as long as this one."""
        with self._lock:
            if queue.busy:
                queue.waiting.append(job)
                self._more()
                return False
            queue.busy = True
        if waits_here():
            run_surely(partial(self._run, queue, job), "run a callback")
            return False
        # from here on reading may be handed on: the job has its place, so nothing can overtake it
        lease = enter_callback(key)
        try:
            self._run(queue, job)
        finally:
            if lease is not None:
                leave_callback(lease)
        return True

    def _run(self, queue: SerialQueue, job: Job | None) -> None:
        while job is not None:
            try:
                job()
            except BaseException:  # this thread is on its way out; what waits in the queue goes on without it
                if (job := self._next(queue)) is not None:
                    pool.run(partial(self._run, queue, job))
                raise
            job = self._next(queue)

    def _next(self, queue: SerialQueue) -> Job | None:
        with self._lock:
            if not queue.waiting:
                queue.busy = False
                return None
            self._less()
            return queue.waiting.pop(0)

    def beside(self, job: Job) -> None:
        """Run ``job`` on a thread of its own, or queue it while :data:`CONCURRENT` of them run."""
        with self._lock:
            if self._concurrent >= CONCURRENT:
                self._overflow.append(job)
                self._more()
                return
            self._concurrent += 1
        try:
            pool.run(partial(self._beside, job))
        except RuntimeError:  # the system has no thread for it
            with self._lock:
                self._concurrent -= 1
            raise

    def _beside(self, job: Job | None) -> None:
        while job is not None:
            try:
                job()
            except BaseException:
                if (job := self._next_beside()) is not None:
                    pool.run(partial(self._beside, job))
                raise
            job = self._next_beside()

    def _next_beside(self) -> Job | None:
        with self._lock:
            if not self._overflow:
                self._concurrent -= 1
                return None
            self._less()
            return self._overflow.pop(0)

    def _more(self) -> None:
        self.backlog += 1
        if self.backlog >= HIGH_WATER:
            self.full = True

    def _less(self) -> None:
        self.backlog -= 1
        if self.full and self.backlog <= LOW_WATER:
            self.full = False
            if self._room is not None:
                self._room.notify_all()

    def wait_for_room(self, timeout: float = 1.0) -> None:
        """Block until there is room again, or ``timeout`` seconds have passed."""
        with self._lock:
            if self._room is None:
                self._room = threading.Condition(self._lock)
            self._room.wait_for(lambda: not self.full, timeout)
