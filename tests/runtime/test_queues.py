from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest

from jambonz_sync.runtime import CallbackQueues
from jambonz_sync.runtime.queues import (
    CONCURRENT,
    HIGH_WATER,
    LOW_WATER,
    MAX_BYTES,
    PROCESS_BYTES,
    SHARE_BYTES,
    SerialQueue,
)
from tests.runtime.feed import DEADLINE
from tests.waiting import wait_for


class Busy:
    """A thread that is busy in a queue until it is told to go on."""

    def __init__(
        self, queues: CallbackQueues, queue: SerialQueue, then: Callable[[], object] = bool, key: object = None
    ) -> None:
        self.go_on = threading.Event()
        self._inside = threading.Event()
        self._then = then
        self._key = key
        self.error: BaseException | None = None
        self.thread = threading.Thread(target=self._run, args=(queues, queue), daemon=True)
        self.thread.start()
        assert self._inside.wait(DEADLINE)

    def _run(self, queues: CallbackQueues, queue: SerialQueue) -> None:
        try:
            assert queues.run(queue, self._job, self._key)
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


def test_a_job_runs_at_once_where_its_queue_is_free() -> None:
    queues, threads = CallbackQueues(), []
    assert queues.run(queues.hooks, lambda: threads.append(threading.current_thread())) is True
    assert threads == [threading.current_thread()]


def test_jobs_of_a_busy_queue_wait_and_run_in_order_on_the_thread_that_is_busy_there() -> None:
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


def test_a_job_that_a_job_brings_to_its_own_queue_runs_after_it() -> None:
    queues, seen = CallbackQueues(), []

    def outer() -> None:
        assert queues.run(queues.hooks, lambda: seen.append("inner")) is False
        seen.append("outer")

    queues.run(queues.hooks, outer)
    assert seen == ["outer", "inner"]


def test_the_queues_do_not_wait_for_each_other() -> None:
    queues, seen = CallbackQueues(), []
    busy = Busy(queues, queues.hooks)
    assert queues.run(queues.notifications, lambda: seen.append(1)) is True
    assert seen == [1]
    busy.finish()


ERRORS = [ValueError, SystemExit, GeneratorExit, asyncio.CancelledError, KeyboardInterrupt]


@pytest.mark.parametrize("error", ERRORS)
def test_whatever_a_job_raises_its_thread_goes_on_and_so_does_its_queue(
    error: type[BaseException], caplog: pytest.LogCaptureFixture
) -> None:
    queues, seen = CallbackQueues("call abc"), []

    def fails() -> None:
        raise error("no")

    def on_a_thread_of_ours() -> None:
        seen.append(queues.run(queues.hooks, fails))
        seen.append(queues.run(queues.hooks, lambda: seen.append("next")))

    thread = threading.Thread(target=on_a_thread_of_ours)
    thread.start()
    thread.join(DEADLINE)
    assert seen == [True, "next", True]
    assert "call abc: a callback failed" in caplog.text


@pytest.mark.parametrize("error", ERRORS)
def test_what_waits_behind_a_job_that_raises_runs_all_the_same(error: type[BaseException]) -> None:
    queues, seen = CallbackQueues(), []

    def fails() -> None:
        raise error

    busy = Busy(queues, queues.hooks, fails)
    queues.run(queues.hooks, lambda: seen.append(1))
    queues.run(queues.hooks, lambda: seen.append(2))
    busy.finish()
    assert busy.error is None
    assert seen == [1, 2]
    assert not queues.hooks.busy


def test_ctrl_c_on_the_main_thread_is_raised_and_what_waits_runs_elsewhere() -> None:
    queues, seen = CallbackQueues(), []

    def interrupted() -> None:
        queues.run(queues.hooks, lambda: seen.append(threading.current_thread() is threading.main_thread()))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        queues.run(queues.hooks, interrupted)
    wait_for(lambda: not queues.hooks.busy, "the queue to be free")
    assert seen == [False]


def test_concurrent_jobs_run_beside_each_other_up_to_a_limit_and_the_rest_wait() -> None:
    queues, go_on, seen = CallbackQueues(), threading.Event(), []
    inside = threading.Semaphore(0)

    def job(i: int) -> None:
        inside.release()
        assert go_on.wait(DEADLINE)
        seen.append(i)

    for i in range(CONCURRENT + 3):
        queues.run_concurrently(queues.hooks, lambda i=i: job(i))  # type: ignore[misc]
    for _ in range(CONCURRENT):
        assert inside.acquire(timeout=DEADLINE)
    assert not inside.acquire(blocking=False)
    assert queues.backlog == 3
    go_on.set()
    wait_for(lambda: len(seen) == CONCURRENT + 3, "all of them")
    assert queues.backlog == 0


@pytest.mark.parametrize("error", [ValueError, SystemExit])
def test_a_concurrent_job_that_raises_makes_room_for_the_next(error: type[BaseException]) -> None:
    queues, go_on = CallbackQueues(), threading.Event()
    seen: list[int] = []

    def fails() -> None:
        assert go_on.wait(DEADLINE)
        raise error

    for _ in range(CONCURRENT):
        queues.run_concurrently(queues.hooks, fails)
    for i in range(5):
        queues.run_concurrently(queues.hooks, lambda i=i: seen.append(i))  # type: ignore[misc]
    go_on.set()
    wait_for(lambda: len(seen) == 5, "the others")


# -- what waits is bounded


def test_a_thousand_hooks_that_wait_are_full_and_half_of_them_are_room_again(caplog: pytest.LogCaptureFixture) -> None:
    queues, seen = CallbackQueues("call abc"), []
    queues.wait_for_room()  # there is room
    step, taken = threading.Semaphore(0), threading.Semaphore(0)

    def job() -> None:
        assert step.acquire(timeout=DEADLINE)
        seen.append(1)
        taken.release()

    busy = Busy(queues, queues.hooks, key=Busy.finish.__code__)
    for _ in range(HIGH_WATER - 1):
        queues.run(queues.hooks, job)
    assert not queues.full
    queues.run(queues.hooks, job)
    assert queues.full
    queues.wait_for_room(timeout=0.001)
    assert queues.full
    waiter = threading.Thread(target=queues.wait_for_room, args=(DEADLINE,))
    waiter.start()
    busy.go_on.set()
    for _ in range(HIGH_WATER - LOW_WATER - 2):
        step.release()
        assert taken.acquire(timeout=DEADLINE)
    assert queues.full
    for _ in range(20):
        step.release()
    waiter.join(DEADLINE)
    assert not waiter.is_alive()
    assert not queues.full
    for _ in range(HIGH_WATER):
        step.release()
    busy.finish()
    assert len(seen) == HIGH_WATER
    [line] = [record.message for record in caplog.records if "abc" in record.message]
    assert line.startswith("call abc: Busy.finish (")
    assert "is busy, and 1000 hooks (0 bytes) wait: nothing is read until some of them have run" in line


def test_of_more_than_a_thousand_notifications_the_oldest_are_dropped_and_the_log_names_the_call_and_the_callback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    queues, seen = CallbackQueues("call abc"), []
    busy = Busy(queues, queues.notifications, key=Busy.finish.__code__)
    for i in range(HIGH_WATER + 300):
        queues.run(queues.notifications, lambda i=i: seen.append(i), size=10)  # type: ignore[misc]
    assert not queues.full
    assert queues.dropped == 300
    busy.finish()
    assert seen == list(range(300, HIGH_WATER + 300))
    first, last = [record.message for record in caplog.records if "abc" in record.message]
    assert first.startswith("call abc: Busy.finish (")
    assert first.endswith("is busy, and 1000 notifications (10000 bytes) wait: the oldest are dropped")
    assert last == "call abc: 300 notifications were dropped"


def test_what_is_no_message_and_what_is_a_hook_is_never_dropped() -> None:
    queues, seen = CallbackQueues(), []
    busy, busy_too = Busy(queues, queues.notifications), Busy(queues, queues.hooks)
    queues.run(queues.notifications, lambda: seen.append("close"))
    for _ in range(HIGH_WATER + 5):
        queues.run(queues.notifications, bool, size=10)
    for i in range(HIGH_WATER + 5):
        queues.run(queues.hooks, lambda i=i: seen.append(i), size=10)  # type: ignore[misc]
    busy.finish()
    busy_too.finish()
    assert seen == ["close", *range(HIGH_WATER + 5)]
    assert queues.dropped == 6


def test_concurrent_notifications_that_wait_are_dropped_and_concurrent_hooks_are_not() -> None:
    queues, go_on, seen = CallbackQueues(), threading.Event(), []
    for _ in range(CONCURRENT):
        queues.run_concurrently(queues.hooks, lambda: go_on.wait(DEADLINE))
    for i in range(HIGH_WATER + 5):
        queues.run_concurrently(queues.notifications, lambda: seen.append("notification"), size=10)
        queues.run_concurrently(queues.hooks, lambda i=i: seen.append(i), size=10)  # type: ignore[misc]
    assert queues.dropped == 5
    go_on.set()
    wait_for(lambda: len(seen) == 2 * HIGH_WATER + 5, "all that was not dropped")
    assert sorted(number for number in seen if type(number) is int) == list(range(HIGH_WATER + 5))


def test_notifications_are_bounded_in_bytes_and_the_latest_stays() -> None:
    queues, seen = CallbackQueues(), []
    busy = Busy(queues, queues.notifications)
    for i in range(100):
        queues.run(queues.notifications, lambda i=i: seen.append(i), size=MAX_BYTES // 10)  # type: ignore[misc]
    queues.run(queues.notifications, lambda: seen.append("too large"), size=MAX_BYTES + 1)
    busy.finish()
    assert seen == []  # nothing would have made enough room for the last one, which went too
    busy = Busy(queues, queues.notifications)
    for i in range(100):
        queues.run(queues.notifications, lambda i=i: seen.append(i), size=MAX_BYTES // 10)  # type: ignore[misc]
    busy.finish()
    assert seen == list(range(90, 100))


def test_hooks_are_bounded_in_bytes_by_a_pause() -> None:
    queues = CallbackQueues()
    busy = Busy(queues, queues.hooks)
    queues.run(queues.hooks, bool, size=MAX_BYTES + 1)  # one is always taken
    assert not queues.full
    queues.run(queues.hooks, bool, size=1)
    assert queues.full
    busy.finish()
    assert not queues.full


def test_all_calls_together_are_bounded_and_a_call_that_has_little_waiting_keeps_it() -> None:
    small = CallbackQueues()
    seen: list[str] = []
    busy_small = Busy(small, small.notifications)
    small.run(small.notifications, lambda: seen.append("first"), size=1000)
    calls = [CallbackQueues() for _ in range(2 * PROCESS_BYTES // MAX_BYTES)]
    busy = [Busy(queues, queues.notifications) for queues in calls]
    for queues in calls:
        for _ in range(30):
            queues.run(queues.notifications, bool, size=MAX_BYTES // 20)
    small.run(small.notifications, lambda: seen.append("second"), size=1000)
    total = sum(queues.notifications.waiting_bytes for queues in calls)
    assert total <= PROCESS_BYTES + MAX_BYTES + len(calls) * SHARE_BYTES
    for each in (busy_small, *busy):
        each.finish()
    assert seen == ["first", "second"]


def test_a_call_that_paused_since_others_had_so_much_waiting_goes_on_when_they_have_not() -> None:
    calls = [CallbackQueues() for _ in range(2 + PROCESS_BYTES // MAX_BYTES)]
    busy = [Busy(queues, queues.notifications) for queues in calls]
    for queues in calls:
        for _ in range(20):
            queues.run(queues.notifications, bool, size=MAX_BYTES // 20)
    victim = CallbackQueues()
    in_hook = Busy(victim, victim.hooks)
    for _ in range(2):
        victim.run(victim.hooks, bool, size=SHARE_BYTES)
    assert victim.full
    for each in busy:
        each.finish()
    assert victim.hooks.waiting_count == 2
    assert not victim.full
    in_hook.finish()
