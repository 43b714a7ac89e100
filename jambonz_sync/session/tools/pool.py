"""Threads for tools: a bounded number, shared by all calls of the process, and more for tools that hang."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from itertools import count
from typing import Final

from ...runtime import fork

__all__ = ["THREADS", "WAITING", "WORKERS", "ToolPool", "shared_pool"]

log = logging.getLogger("jambonz_sync.session")

#: tools that run at once, in this process, besides those that are out of time
WORKERS: Final = 16
#: threads in all: so many tools that are out of time may still be running while ``WORKERS`` others run
THREADS: Final = 64
#: tool calls that wait for a thread; further ones are refused
WAITING: Final = 256

Job = Callable[[], None]


class ToolPool:
    """Threads, started as they are needed.

    There are ``workers`` of them, and one more for each that is stuck in a job that was given up. They end with the
    process, or when a stuck one comes back to find its place taken. Any thread may call any method; none blocks.

    Args:
        workers: Jobs that run at once, besides those that were given up.
        threads: Threads in all.
        waiting: Jobs that may wait for a thread.
    """

    def __init__(self, workers: int = WORKERS, threads: int = THREADS, waiting: int = WAITING) -> None:
        self._workers = workers
        self._most_threads = threads
        self._most_waiting = waiting
        self._numbers = count(1)
        self.reset()

    def reset(self) -> None:
        """Begin anew, in a forked child: threads and jobs are the parent's, and one may have held the lock."""
        self._has_job = threading.Condition()  # guards all below; held for moments, and while a thread starts
        self._jobs: deque[Job] = deque()  # that no thread has taken
        self._threads = 0
        self._idle = 0
        self._running: set[Job] = set()
        self._stuck: set[Job] = set()  # those of the running ones that were given up
        self._reported = False  # the log has it that the system has no thread

    @property
    def threads(self) -> int:
        """Threads that there are."""
        with self._has_job:
            return self._threads

    @property
    def stuck(self) -> int:
        """Threads in jobs that were given up."""
        with self._has_job:
            return len(self._stuck)

    def run(self, job: Job) -> bool:
        """Have ``job`` run on a thread.

        Args:
            job: May block.
        Returns:
            False if too many wait, or the system has no thread for it.
        """
        with self._has_job:
            if len(self._jobs) >= self._most_waiting:
                return False
            self._jobs.append(job)
            self._start_if_needed()
            if not self._threads:  # nobody would ever take it
                self._jobs.pop()
                return False
            self._has_job.notify()
        return True

    def give_up(self, job: Job) -> None:
        """Count on the thread of a job no more, if it is running: another one takes its place.

        Args:
            job: That was given to :meth:`run`.
        """
        with self._has_job:
            if job in self._running:
                self._stuck.add(job)
                self._start_if_needed()

    def _start_if_needed(self) -> None:
        """Start a thread if a job needs one and there may be one more. Wants the lock held."""
        if len(self._jobs) <= self._idle:
            return
        if self._threads >= self._most_threads or self._threads - len(self._stuck) >= self._workers:
            return
        try:
            threading.Thread(target=self._work, name=f"jambonz-sync-tool-{next(self._numbers)}", daemon=True).start()
        except RuntimeError as exc:  # the next job tries again
            if not self._reported:
                self._reported = True
                log.error("tools have %d threads, and the system has no more: %s", self._threads, exc)
            return
        self._threads += 1
        self._reported = False

    def _work(self) -> None:
        while True:
            job = self._next_job()
            try:
                job()
            except BaseException:  # the thread is one of few, and there is nobody above it
                log.exception("a thread of tools has failed, and goes on")
            if not self._done(job):
                return

    def _next_job(self) -> Job:
        with self._has_job:
            while not self._jobs:
                self._idle += 1
                self._has_job.wait()
                self._idle -= 1
            job = self._jobs.popleft()
            self._running.add(job)
            return job

    def _done(self, job: Job) -> bool:
        """Note that ``job`` has ended. False if its thread is to end, since another one has taken its place."""
        with self._has_job:
            self._running.discard(job)
            self._stuck.discard(job)
            if self._threads - len(self._stuck) <= self._workers:
                return True
            self._threads -= 1
            return False


#: the pool of this process
shared_pool = ToolPool()
fork.reset_in_child(shared_pool.reset)
