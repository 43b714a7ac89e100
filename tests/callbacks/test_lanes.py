from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from jambonz_sync.callbacks import Lanes, spares
from jambonz_sync.callbacks.lanes import BACKLOG, CONCURRENT, ROOM, Lane
from tests.callbacks.feed import DEADLINE
from tests.waiting import wait_for


class Busy:
    """A thread that is busy in a lane until it is told to go on."""

    def __init__(self, lanes: Lanes, lane: Lane, then: Callable[[], object] = bool) -> None:
        self.go_on = threading.Event()
        self._inside = threading.Event()
        self._then = then
        self.error: BaseException | None = None
        self.thread = threading.Thread(target=self._run, args=(lanes, lane), daemon=True)
        self.thread.start()
        assert self._inside.wait(DEADLINE)

    def _run(self, lanes: Lanes, lane: Lane) -> None:
        try:
            assert lanes.run(lane, self._job)
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
    lanes, threads = Lanes(), []
    assert lanes.run(lanes.hooks, lambda: threads.append(threading.current_thread())) is True
    assert threads == [threading.current_thread()]


def test_jobs_of_a_busy_lane_wait_and_run_in_order_on_the_thread_that_is_busy_there() -> None:
    lanes, seen = Lanes(), []
    busy = Busy(lanes, lanes.hooks)
    for i in range(5):
        assert lanes.run(lanes.hooks, lambda i=i: seen.append((i, threading.current_thread()))) is False  # type: ignore[misc]
    assert seen == []
    assert lanes.backlog == 5
    busy.finish()
    assert seen == [(i, busy.thread) for i in range(5)]
    assert lanes.backlog == 0
    assert lanes.run(lanes.hooks, bool) is True


def test_a_job_that_a_job_brings_to_its_own_lane_runs_after_it() -> None:
    lanes, seen = Lanes(), []

    def outer() -> None:
        assert lanes.run(lanes.hooks, lambda: seen.append("inner")) is False
        seen.append("outer")

    lanes.run(lanes.hooks, outer)
    assert seen == ["outer", "inner"]


def test_the_lanes_do_not_wait_for_each_other() -> None:
    lanes, seen = Lanes(), []
    busy = Busy(lanes, lanes.hooks)
    assert lanes.run(lanes.notifications, lambda: seen.append(1)) is True
    assert seen == [1]
    busy.finish()


@pytest.mark.parametrize("error", [ValueError, SystemExit, KeyboardInterrupt])
def test_a_job_that_raises_leaves_its_lane_free(error: type[BaseException]) -> None:
    lanes = Lanes()

    def fails() -> None:
        raise error("no")

    with pytest.raises(error):
        lanes.run(lanes.hooks, fails)
    seen: list[int] = []
    assert lanes.run(lanes.hooks, lambda: seen.append(1)) is True
    assert seen == [1]


def test_what_waits_behind_a_job_that_raises_runs_all_the_same() -> None:
    lanes, seen, done = Lanes(), [], threading.Event()

    def fails() -> None:
        raise SystemExit

    busy = Busy(lanes, lanes.hooks, fails)
    lanes.run(lanes.hooks, lambda: seen.append(1))
    lanes.run(lanes.hooks, lambda: (seen.append(2), done.set()))
    busy.finish()
    assert isinstance(busy.error, SystemExit)
    assert done.wait(DEADLINE)
    assert seen == [1, 2]
    wait_for(lambda: not lanes.hooks.busy, "the lane to be free")


def test_concurrent_jobs_run_beside_each_other_up_to_a_limit_and_the_rest_wait() -> None:
    lanes, go_on, seen = Lanes(), threading.Event(), []
    inside = threading.Semaphore(0)

    def job(i: int) -> None:
        inside.release()
        assert go_on.wait(DEADLINE)
        seen.append(i)

    for i in range(CONCURRENT + 3):
        lanes.beside(lambda i=i: job(i))  # type: ignore[misc]
    for _ in range(CONCURRENT):
        assert inside.acquire(timeout=DEADLINE)
    assert not inside.acquire(blocking=False)
    assert lanes.backlog == 3
    go_on.set()
    wait_for(lambda: len(seen) == CONCURRENT + 3, "all of them")
    wait_for(lambda: lanes._concurrent == 0, "their end")
    assert lanes.backlog == 0


@pytest.mark.parametrize("error", [ValueError, SystemExit])
def test_a_concurrent_job_that_raises_makes_room_for_the_next(error: type[BaseException]) -> None:
    lanes, go_on = Lanes(), threading.Event()
    seen: list[int] = []

    def fails() -> None:
        assert go_on.wait(DEADLINE)
        raise error

    for _ in range(CONCURRENT):
        lanes.beside(fails)
    for i in range(5):
        lanes.beside(lambda i=i: seen.append(i))  # type: ignore[misc]
    go_on.set()
    wait_for(lambda: len(seen) == 5, "the others")
    wait_for(lambda: lanes._concurrent == 0, "the end of all")


def test_a_concurrent_job_that_finds_no_thread_takes_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    lanes = Lanes()

    def no_thread(job: object) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(spares, "run", no_thread)
        with pytest.raises(RuntimeError):
            lanes.beside(bool)
    assert lanes._concurrent == 0


def test_the_lanes_are_full_at_a_thousand_waiting_jobs_and_have_room_again_at_half() -> None:
    lanes, seen = Lanes(), []
    lanes.wait_for_room()  # there is room
    step, taken = threading.Semaphore(0), threading.Semaphore(0)

    def job() -> None:
        assert step.acquire(timeout=DEADLINE)
        seen.append(1)
        taken.release()

    busy = Busy(lanes, lanes.notifications)
    for _ in range(BACKLOG - 1):
        lanes.run(lanes.notifications, job)
    assert not lanes.full
    lanes.run(lanes.notifications, job)
    assert lanes.full
    lanes.wait_for_room(timeout=0.001)
    assert lanes.full
    waiter = threading.Thread(target=lanes.wait_for_room, args=(DEADLINE,))
    waiter.start()
    busy.go_on.set()
    for left in range(BACKLOG - 1, -1, -1):
        if left == 100:
            break
        step.release()
        assert taken.acquire(timeout=DEADLINE)
        assert lanes.full is (lanes.backlog > ROOM) or lanes.backlog in (ROOM, ROOM + 1)
    waiter.join(DEADLINE)
    assert not waiter.is_alive()
    assert not lanes.full
    for _ in range(200):
        step.release()
    busy.finish()
    assert len(seen) == BACKLOG
