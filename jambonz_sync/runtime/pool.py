"""Threads for work that may block: callbacks that take long, requests, deadlines whose keeping may take a while.

A job runs at once on an idle thread, or on a new one. Where there is neither, because the pool has :data:`LIMIT`
threads or the system starts no more, it waits, in order, for a thread that becomes free; the log says so once, and what
the threads are busy with.

Two kinds of jobs do not wait behind those. Deadlines are *urgent*: while connections are open, :data:`RESERVE` idle
threads are kept that run nothing else. And who reads all connections *claims* an idle thread to succeed it before it
runs a callback (:mod:`.lease`), so that reading goes on however many callbacks block.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections import Counter, deque
from collections.abc import Callable
from functools import partial
from time import monotonic
from types import CodeType, FrameType

from .._application import is_of_application
from . import fork
from .handlers import name_of
from .timers import Timer, timers

__all__ = ["CONVERSATIONS", "LIMIT", "RESERVE", "ThreadPool", "conversations", "pool"]

log = logging.getLogger("jambonz_sync.runtime")

#: threads of the pool at most: each that blocks costs some 50 KiB, and a turn of the interpreter when it wakes
LIMIT = 1000
#: threads of calls that are written top to bottom, at most: each has one for as long as it lasts
CONVERSATIONS = 10_000
#: idle threads that are kept for urgent jobs while connections are open
RESERVE = 2
#: seconds that an idle thread is kept: starting one costs more than a short call does
KEEP = 10.0
#: seconds between two attempts to start a thread, where the system has none
_RETRY_START = 0.1
#: seconds between two lines of the log that say that jobs wait
_REPORT_EVERY = 60.0

Job = Callable[[], object]


class _Worker:
    """One thread of the pool. Who takes it out of the list of idle ones may set ``job``, then releases ``wake``.

    ``first`` is the job that it begins with, apart from those: a thread that is started idle may be given one before it
    has begun to wait.
    """

    __slots__ = ("first", "ident", "job", "wake")

    def __init__(self, first: Job | None) -> None:
        self.first = first
        self.job: Job | None = None
        self.ident = 0
        self.wake = threading.Lock()
        self.wake.acquire()


class ThreadPool:
    """Threads that are kept for a while after their last job. Any thread may call any method; none blocks."""

    def __init__(self, keep: float = KEEP, limit: int = LIMIT, name: str = "jambonz-sync-pool") -> None:
        self._keep = keep
        self._limit = limit
        self._name = name
        self.reset()

    def reset(self) -> None:
        """Forget everything: in a forked child the threads are gone, and one of them may have held the lock."""
        # guards all below; held for moments, never while a thread starts, a job runs or a line is logged
        self._lock = threading.Lock()
        self._workers: set[_Worker] = set()  # all threads, and those that are being started
        self._idle: list[_Worker] = []  # never fewer than ``_claimed``
        self._claimed = 0
        self._reserve = 0
        self._urgent: deque[Job] = deque()  # jobs that wait for a thread
        self._waiting: deque[Job] = deque()
        self._refused: BaseException | None = None  # by which the system said that it has no thread
        self._no_start_before = 0.0  # when to try again
        self._retrying = False
        self._reported = False
        self._report_next = 0.0

    @property
    def busy(self) -> int:
        """Threads that do something."""
        with self._lock:
            return len(self._workers) - len(self._idle)

    @property
    def waiting(self) -> int:
        """Jobs that wait for a thread."""
        with self._lock:
            return len(self._waiting) + len(self._urgent)

    def run(self, job: Job, *, urgent: bool = False) -> None:
        """Run ``job`` on a thread of the pool: at once, or as soon as there is one.

        Args:
            job: May block. An error that it raises is logged.
            urgent: It goes before all jobs that are not, and may have a thread of the reserve.
        """
        with self._lock:
            worker = self._take_idle(urgent)
            starts = worker is None and self._may_start()
            if starts:
                worker = _Worker(job)
                self._workers.add(worker)
            elif worker is None:
                self._queue(job, urgent)
        if worker is None:
            self._report()
        elif not starts:
            worker.job = job
            worker.wake.release()
        elif not self._start(worker):
            with self._lock:
                self._queue(job, urgent)
            self._report()
            self._dispatch()

    def run_later(self, delay: float, job: Job, what: str) -> Timer:
        """Run ``job`` on a thread of the pool in ``delay`` seconds, as an urgent one.

        Args:
            delay: Seconds from now.
            job: May block.
            what: The end of a sentence for the log, should it fail: "could not ...".
        Returns:
            The timer. It can be cancelled until the job begins.
        """
        timer = Timer(job)
        timers.call_later(delay, partial(self.run, partial(_fire, timer, what), urgent=True))
        return timer

    # -- threads that are kept for what must not wait

    def keep_reserve(self) -> bool:
        """Keep :data:`RESERVE` idle threads for urgent jobs. False, and none are kept, where the system has no more."""
        with self._lock:
            self._reserve = RESERVE
            missing = self._claimed + self._reserve - len(self._idle)
        for _ in range(missing):
            if not self._start_idle():
                self.release_reserve()
                return False
        return True

    def release_reserve(self) -> None:
        """Keep no threads for urgent jobs any more."""
        with self._lock:
            self._reserve = 0
        self._dispatch()

    def claim(self) -> bool:
        """Have an idle thread set aside for :meth:`run_claimed`. False where there is none and none can be started."""
        while True:
            with self._lock:
                if len(self._idle) > self._claimed + self._reserve:
                    self._claimed += 1
                    return True
            if not self._start_idle():
                return False

    def release_claim(self) -> None:
        """Give back what :meth:`claim` set aside."""
        with self._lock:
            self._claimed -= 1
        self._dispatch()

    def run_claimed(self, job: Job) -> None:
        """Run ``job`` at once on the thread that :meth:`claim` set aside."""
        with self._lock:
            self._claimed -= 1
            worker = self._idle.pop()
        worker.job = job
        worker.wake.release()

    # -- these need the lock

    def _take_idle(self, urgent: bool) -> _Worker | None:
        assert self._lock.locked()
        spoken_for = self._claimed if urgent else self._claimed + self._reserve
        return self._idle.pop() if len(self._idle) > spoken_for else None

    def _may_start(self) -> bool:
        assert self._lock.locked()
        return len(self._workers) < self._limit and (self._refused is None or monotonic() >= self._no_start_before)

    def _queue(self, job: Job, urgent: bool) -> None:
        assert self._lock.locked()
        (self._urgent if urgent else self._waiting).append(job)

    def _next_job(self) -> Job | None:
        """The job for a thread that has become free; None if it is to be idle."""
        assert self._lock.locked()
        if self._urgent:
            return self._urgent.popleft()
        if not self._waiting:
            self._reported = False
        elif len(self._idle) >= self._claimed + self._reserve:
            return self._waiting.popleft()
        return None

    # -- these take it

    def _start(self, worker: _Worker) -> bool:
        """Start the thread of a worker that is counted already; count it no longer if that cannot be."""
        try:
            threading.Thread(target=self._work, args=(worker,), name=self._name, daemon=True).start()
        except (RuntimeError, MemoryError) as exc:
            with self._lock:
                self._workers.discard(worker)
                self._refused, self._no_start_before = exc, monotonic() + _RETRY_START
            return False
        self._refused = None
        return True

    def _start_idle(self) -> bool:
        """Start a thread that has nothing to do."""
        with self._lock:
            if not self._may_start():
                return False
            worker = _Worker(None)
            self._workers.add(worker)
        if not self._start(worker):
            return False
        with self._lock:
            self._idle.append(worker)
        return True

    def _dispatch(self) -> None:
        """Give jobs that wait to threads that are idle, or start some; try again later where the system has none."""
        while True:
            with self._lock:
                urgent = bool(self._urgent)
                line = self._urgent or self._waiting
                if not line:
                    return
                worker = self._take_idle(urgent)
                starts = worker is None
                if worker is None:
                    if len(self._workers) >= self._limit:
                        return  # whoever becomes free takes them
                    if not self._may_start():
                        break
                    worker = _Worker(line[0])
                    self._workers.add(worker)
                job = line.popleft()
            if not starts:
                worker.job = job
                worker.wake.release()
            elif not self._start(worker):
                with self._lock:
                    line.appendleft(job)
                break
        with self._lock:
            if self._retrying:
                return
            self._retrying = True
        timers.call_later(_RETRY_START, self._retry)

    def _retry(self) -> None:
        with self._lock:
            self._retrying = False
        self._dispatch()

    def _report(self) -> None:
        """Say that jobs wait for a thread: once, until none does any more."""
        now = monotonic()
        with self._lock:
            if self._reported or now < self._report_next:
                return
            self._reported, self._report_next = True, now + _REPORT_EVERY
            busy = {worker.ident for worker in self._workers} - {worker.ident for worker in self._idle}
            has_limit = len(self._workers) >= self._limit
        why = "the pool has no more threads" if has_limit else f"the system has no more threads ({self._refused})"
        log.warning(
            "%s: callbacks wait until one of the %d ends that are busy, with %s", why, len(busy), _occupation(busy)
        )

    def _work(self, me: _Worker) -> None:
        me.ident = threading.get_ident()
        job, me.first = me.first, None
        while True:
            if job is None:
                if not self._wait_for_job(me):
                    return
                job, me.job = me.job, None
            try:
                assert job is not None
                job()
            except BaseException:  # sys.exit() in a callback, for one, does not end a thread of ours
                log.exception("a job of the pool failed")
            job = None  # it may be large, and the next one far away
            if timers.start_failed:
                timers.start()
            with self._lock:
                job = self._next_job()
                if job is None:
                    self._idle.append(me)

    def _wait_for_job(self, me: _Worker) -> bool:
        """Block until there is one. False if the thread is to end, since it was not needed for long."""
        while not me.wake.acquire(timeout=self._keep):
            with self._lock:
                if len(self._idle) > self._claimed + self._reserve and me in self._idle:
                    self._idle.remove(me)
                    self._workers.discard(me)
                    return False
        return True


def _fire(timer: Timer, what: str) -> None:
    try:
        timer.fire()
    except BaseException:
        log.exception("could not %s", what)


def _occupation(idents: set[int]) -> str:
    """The functions that run on some threads, the most frequent first."""
    frames = sys._current_frames()
    codes = Counter(
        _function_of_application(frames[ident]) for ident in idents & frames.keys() - {threading.get_ident()}
    )
    names = [f"{name_of(code)} on {count}" for code, count in codes.most_common(3)]
    return ", ".join(names) or "nothing that can be seen"


def _function_of_application(frame: FrameType) -> CodeType:
    """The outermost function on a thread that is the application's, and of no library; else the innermost one."""
    code = frame.f_code
    outer: FrameType | None = frame
    while outer is not None:
        if is_of_application(outer.f_code.co_filename):
            code = outer.f_code
        outer = outer.f_back
    return code


pool = ThreadPool()
fork.reset_in_child(pool.reset)
#: threads apart from the others, so that calls that wait keep none from callbacks
conversations = ThreadPool(limit=CONVERSATIONS, name="jambonz-sync-call")
fork.reset_in_child(conversations.reset)
