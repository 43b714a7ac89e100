from __future__ import annotations

import sys
import threading
from time import monotonic, sleep

import pytest

from jambonz_sync.runtime.processor import WaitingThreads
from jambonz_sync.runtime.timers import TICK, TimerThread
from tests.waiting import wait_for

DEADLINE = 15.0


class Lease:
    """A reading thread in a callback."""

    def __init__(self, error: Exception | None = None) -> None:
        self.since = 0.0
        self.native_id = threading.get_native_id()
        self.handed_over = threading.Event()
        self.error = error

    def hand_over(self) -> None:
        self.handed_over.set()
        if self.error is not None:
            raise self.error


# -- timers


def test_a_timer_fires_after_its_delay_on_the_thread_of_the_timers() -> None:
    timers, fired, seen = TimerThread(), threading.Event(), []
    start = monotonic()
    timers.call_later(0.05, lambda: (seen.append((monotonic() - start, threading.current_thread().name)), fired.set()))
    assert fired.wait(DEADLINE)
    [(after, thread)] = seen
    assert after >= 0.05
    assert thread == "jambonz-sync-timers"


def test_timers_fire_in_the_order_of_their_deadlines() -> None:
    timers, seen, done = TimerThread(), [], threading.Event()
    timers.call_later(0.6, done.set)
    for delay, name in ((0.5, "c"), (0.3, "a"), (0.4, "b")):
        timers.call_later(delay, lambda name=name: seen.append(name))  # type: ignore[misc]
    assert done.wait(DEADLINE)
    assert seen == ["a", "b", "c"]


def test_only_a_timer_that_is_due_before_the_next_look_wakes_the_thread() -> None:
    timers, fired = TimerThread(), threading.Event()
    first = timers.call_later(DEADLINE * 4, fired.set)
    wait_for(lambda: timers.asleep, "sleep")
    woken: list[int] = []
    timers._wake_up = lambda: woken.append(len(timers._heap))  # type: ignore[method-assign]
    timers.call_later(DEADLINE * 5, fired.set)
    timers.call_later(DEADLINE * 3, fired.set)
    assert woken == [3]
    del timers._wake_up
    timers.call_later(0.01, fired.set)
    assert fired.wait(DEADLINE)
    first.cancel()


def test_timers_of_one_deadline_fire_in_the_order_in_which_they_were_set(monkeypatch: pytest.MonkeyPatch) -> None:
    timers, seen, done = TimerThread(), [], threading.Event()
    monkeypatch.setattr(sys.modules[TimerThread.__module__], "monotonic", lambda: 1.0)
    for i in range(20):
        timers.call_later(0, lambda i=i: seen.append(i))  # type: ignore[misc]
    timers.call_later(0, done.set)
    assert done.wait(DEADLINE)
    assert seen == list(range(20))


def test_a_cancelled_timer_does_not_fire_and_lets_go_of_what_it_would_call() -> None:
    timers, seen, done = TimerThread(), [], threading.Event()
    timer = timers.call_later(0.01, lambda: seen.append("cancelled"))
    timer.cancel()
    timer.cancel()
    assert timer._call is None
    timers.call_later(0.02, done.set)
    assert done.wait(DEADLINE)
    timer.fire()
    assert seen == []


def test_a_timer_that_fails_is_logged_and_the_others_fire(caplog: pytest.LogCaptureFixture) -> None:
    timers, done = TimerThread(), threading.Event()
    timers.call_later(0, lambda: 1 / 0)
    timers.call_later(0.01, done.set)
    assert done.wait(DEADLINE)
    assert [record.message for record in caplog.records] == ["a deadline could not be kept"]
    assert caplog.records[0].exc_info is not None


def test_a_timer_may_set_another() -> None:
    timers, done = TimerThread(), threading.Event()
    timers.call_later(0, lambda: timers.call_later(0, done.set))
    assert done.wait(DEADLINE)


def test_an_earlier_timer_wakes_a_thread_that_sleeps_for_a_later_one() -> None:
    timers, done = TimerThread(), threading.Event()
    timers.call_later(3600, lambda: None)
    wait_for(lambda: timers.asleep, "sleep")
    timers.call_later(0, done.set)
    assert done.wait(DEADLINE)


def test_timers_set_by_many_threads_all_fire() -> None:
    timers, seen = TimerThread(), []
    start = threading.Barrier(8)

    def set_many() -> None:
        start.wait(DEADLINE)
        for i in range(200):
            timers.call_later(i % 5 * 0.001, lambda: seen.append(1))

    threads = [threading.Thread(target=set_many) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(DEADLINE)
    wait_for(lambda: len(seen) == 1600, "all timers")


# -- callbacks that hold a reader


def test_a_callback_that_holds_its_reader_is_handed_over_and_leaving_says_so() -> None:
    timers, lease = TimerThread(), Lease()
    timers.watch(lease)
    assert lease.handed_over.wait(DEADLINE)
    assert timers.unwatch(lease) is False


def test_a_quick_callback_keeps_its_reader() -> None:
    timers, kept, later = TimerThread(), [], threading.Event()
    for _ in range(300):
        lease = Lease()
        timers.watch(lease)
        sleep(TICK / 8)
        if timers.unwatch(lease):
            kept.append(lease)
        else:
            assert lease.handed_over.wait(DEADLINE)
    assert len(kept) >= 270  # a machine may stand still in a quick callback, but not in most
    timers.call_later(20 * TICK, later.set)
    assert later.wait(DEADLINE)
    assert not any(lease.handed_over.is_set() for lease in kept)  # nor afterwards


def test_a_callback_whose_thread_waits_for_a_processor_keeps_its_reader() -> None:
    timers, lease = TimerThread(), Lease()
    use: list[int | None] = [7]
    timers._waiting_threads = WaitingThreads(lambda native_id: use[0])
    timers.watch(lease)
    later = threading.Event()
    timers.call_later(20 * TICK, later.set)
    assert later.wait(DEADLINE)
    assert not lease.handed_over.is_set()
    use[0] = None
    assert lease.handed_over.wait(DEADLINE)


def test_the_time_by_which_the_timers_are_late_is_not_the_callbacks() -> None:
    timers, lease = TimerThread(), Lease()
    timers._waiting_threads = WaitingThreads(lambda native_id: None)
    lease.since = 10.0
    timers.running[lease] = True
    timers._revoke(10.0 + 3 * TICK, 2 * TICK)
    assert not lease.handed_over.is_set()
    timers._revoke(10.0 + 3 * TICK, 0.0)
    assert lease.handed_over.is_set()


def test_a_hand_over_that_fails_is_logged_and_the_thread_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    timers, bad, good = TimerThread(), Lease(RuntimeError("no")), Lease()
    timers.watch(bad)
    assert bad.handed_over.wait(DEADLINE)
    timers.watch(good)
    assert good.handed_over.wait(DEADLINE)
    wait_for(lambda: "reading could not be handed on" in caplog.text)


def test_the_thread_sleeps_while_nothing_runs_and_wakes_for_the_next_callback() -> None:
    timers = TimerThread()
    for _ in range(5):
        lease = Lease()
        timers.watch(lease)
        assert lease.handed_over.wait(DEADLINE)
        wait_for(lambda: timers.asleep, "sleep")
    assert timers._thread is not None
    assert timers._thread.is_alive()


def test_no_callback_is_missed_on_the_verge_of_sleep() -> None:
    timers = TimerThread()
    pause = threading.Event()
    for i in range(60):
        lease = Lease()
        timers.watch(lease)
        assert lease.handed_over.wait(DEADLINE)
        pause.wait(TICK * (7 + i % 8) + 0.0003 * (i % 5))  # about as long as it takes to fall asleep


def test_a_thread_that_could_not_start_is_started_by_the_next_one_who_needs_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    timers, fired, lease = TimerThread(), threading.Event(), Lease()
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", no_thread)
        for _ in range(50):
            timers.call_later(0, bool)
        timers.call_later(0, fired.set)
        assert not timers.start()
    assert [record.message for record in caplog.records] == [
        "deadlines are late until a thread can be started for them: can't start new thread"
    ]

    def is_seen_to() -> bool:
        timers.watch(lease)
        return timers.unwatch(lease) and fired.is_set()

    wait_for(is_seen_to, "a callback, and the timer with it")


@pytest.mark.parametrize("error", [ValueError, SystemExit, KeyboardInterrupt])
def test_whatever_a_timer_raises_the_next_one_fires(error: type[BaseException]) -> None:
    timers, fired = TimerThread(), threading.Event()

    def fails() -> None:
        raise error

    timers.call_later(0, fails)
    timers.call_later(0.001, fired.set)
    assert fired.wait(DEADLINE)


def no_thread(thread: threading.Thread) -> None:
    raise RuntimeError("can't start new thread")
