from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from jambonz_sync.runtime import CallbackQueues, pool
from jambonz_sync.runtime.queues import CONCURRENT, HIGH_WATER, LOW_WATER, SerialQueue
from tests.runtime.feed import DEADLINE
from tests.waiting import wait_for


class Busy:
    """A thread that is busy in a queue until it is told to go on."""

    def __init__(self, queues: CallbackQueues, queue: SerialQueue, then: Callable[[], object] = bool) -> None:
        self.go_on = threading.Event()
        self._inside = threading.Event()
        self._then = then
        self.error: BaseException | None = None
        self.thread = threading.Thread(target=self._run, args=(queues, queue), daemon=True)
        self.thread.start()
        assert self._inside.wait(DEADLINE)

    def _run(self, queues: CallbackQueues, queue: SerialQueue) -> None:
        try:
            assert queues.run(queue, self._job)
        except BaseException as exc:
            self.error = exc

    def _job(self) -> None:
        self._inside.set()
        assert self.go_on.wait(DEADLINE)
        self._then()

    def finish(self) -> None:
        self.go_on.set()
        self.thread.join(DEADLINE)
        assert not self.thread.is_alive()


def test_a_job_runs_at_once_where_its_lane_is_free() -> None:
    queues, threads = CallbackQueues(), []
    assert queues.run(queues.hooks, lambda: threads.append(threading.current_thread())) is True
    assert threads == [threading.current_thread()]


def test_jobs_of_a_busy_lane_wait_and_run_in_order_on_the_thread_that_is_busy_there() -> None:
    queues, seen = CallbackQueues(), []
    busy = Busy(queues, queues.hooks)
    for i in range(5):
        assert queues.run(queues.hooks, lambda i=i: seen.append((i, threading.current_thread()))) is False  # type: ignore[misc]
    assert seen == []
    assert queues.backlog == 5
    busy.finish()
    assert seen == [(i, busy.thread) for i in range(5)]
    assert queues.backlog == 0
    assert queues.run(queues.hooks, bool) is True


def test_a_job_that_a_job_brings_to_its_own_lane_runs_after_it() -> None:
    queues, seen = CallbackQueues(), []

    def outer() -> None:
        assert queues.run(queues.hooks, lambda: seen.append("inner")) is False
        seen.append("outer")

    queues.run(queues.hooks, outer)
    assert seen == ["outer", "inner"]


def test_the_lanes_do_not_wait_for_each_other() -> None:
    queues, seen = CallbackQueues(), []
    busy = Busy(queues, queues.hooks)
    assert queues.run(queues.notifications, lambda: seen.append(1)) is True
    assert seen == [1]
    busy.finish()


@pytest.mark.parametrize("error", [ValueError, SystemExit, KeyboardInterrupt])
def test_a_job_that_raises_leaves_its_lane_free(error: type[BaseException]) -> None:
    queues = CallbackQueues()

    def fails() -> None:
        raise error("no")

    with pytest.raises(error):
        queues.run(queues.hooks, fails)
    seen: list[int] = []
    assert queues.run(queues.hooks, lambda: seen.append(1)) is True
    assert seen == [1]


def test_what_waits_behind_a_job_that_raises_runs_all_the_same() -> None:
    queues, seen, done = CallbackQueues(), [], threading.Event()

    def fails() -> None:
        raise SystemExit

    busy = Busy(queues, queues.hooks, fails)
    queues.run(queues.hooks, lambda: seen.append(1))
    queues.run(queues.hooks, lambda: (seen.append(2), done.set()))
    busy.finish()
    assert isinstance(busy.error, SystemExit)
    assert done.wait(DEADLINE)
    assert seen == [1, 2]
    wait_for(lambda: not queues.hooks.busy, "the queue to be free")


def test_concurrent_jobs_run_beside_each_other_up_to_a_limit_and_the_rest_wait() -> None:
    queues, go_on, seen = CallbackQueues(), threading.Event(), []
    inside = threading.Semaphore(0)

    def job(i: int) -> None:
        inside.release()
        assert go_on.wait(DEADLINE)
        seen.append(i)

    for i in range(CONCURRENT + 3):
        queues.beside(lambda i=i: job(i))  # type: ignore[misc]
    for _ in range(CONCURRENT):
        assert inside.acquire(timeout=DEADLINE)
    assert not inside.acquire(blocking=False)
    assert queues.backlog == 3
    go_on.set()
    wait_for(lambda: len(seen) == CONCURRENT + 3, "all of them")
    wait_for(lambda: queues._concurrent == 0, "their end")
    assert queues.backlog == 0


@pytest.mark.parametrize("error", [ValueError, SystemExit])
def test_a_concurrent_job_that_raises_makes_room_for_the_next(error: type[BaseException]) -> None:
    queues, go_on = CallbackQueues(), threading.Event()
    seen: list[int] = []

    def fails() -> None:
        assert go_on.wait(DEADLINE)
        raise error

    for _ in range(CONCURRENT):
        queues.beside(fails)
    for i in range(5):
        queues.beside(lambda i=i: seen.append(i))  # type: ignore[misc]
    go_on.set()
    wait_for(lambda: len(seen) == 5, "the others")
    wait_for(lambda: queues._concurrent == 0, "the end of all")


def test_a_concurrent_job_that_finds_no_thread_takes_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    queues = CallbackQueues()

    def no_thread(job: object) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(pool, "run", no_thread)
        with pytest.raises(RuntimeError):
            queues.beside(bool)
    assert queues._concurrent == 0


def test_the_lanes_are_full_at_a_thousand_waiting_jobs_and_have_room_again_at_half() -> None:
    queues, seen = CallbackQueues(), []
    queues.wait_for_room()  # there is room
    step, taken = threading.Semaphore(0), threading.Semaphore(0)

    def job() -> None:
        assert step.acquire(timeout=DEADLINE)
        seen.append(1)
        taken.release()

    busy = Busy(queues, queues.notifications)
    for _ in range(HIGH_WATER - 1):
        queues.run(queues.notifications, job)
    assert not queues.full
    queues.run(queues.notifications, job)
    assert queues.full
    queues.wait_for_room(timeout=0.001)
    assert queues.full
    waiter = threading.Thread(target=queues.wait_for_room, args=(DEADLINE,))
    waiter.start()
    busy.go_on.set()
    for left in range(HIGH_WATER - 1, -1, -1):
        if left == 100:
            break
        step.release()
        assert taken.acquire(timeout=DEADLINE)
        assert queues.full is (queues.backlog > LOW_WATER) or queues.backlog in (LOW_WATER, LOW_WATER + 1)
    waiter.join(DEADLINE)
    assert not waiter.is_alive()
    assert not queues.full
    for _ in range(200):
        step.release()
    busy.finish()
    assert len(seen) == HIGH_WATER
