from __future__ import annotations

import subprocess
import sys
import textwrap
import threading
from time import monotonic

import pytest

from jambonz_sync.runtime.timers import TICK, ThreadPool, TimerThread
from tests.waiting import wait_for

DEADLINE = 15.0


class Held:
    """A reading thread in a callback."""

    def __init__(self, error: Exception | None = None) -> None:
        self.since = 0.0
        self.handed_over = threading.Event()
        self.error = error

    def hand_over(self) -> None:
        self.handed_over.set()
        if self.error is not None:
            raise self.error


# -- timers


def test_a_timer_fires_after_its_delay_on_the_thread_of_the_watcher() -> None:
    timers, fired, seen = TimerThread(), threading.Event(), []
    start = monotonic()
    timers.call_later(0.05, lambda: (seen.append((monotonic() - start, threading.current_thread().name)), fired.set()))
    assert fired.wait(DEADLINE)
    [(after, thread)] = seen
    assert after >= 0.05
    assert thread == "jambonz-sync-timers"


def test_timers_fire_in_the_order_of_their_deadlines() -> None:
    timers, seen, done = TimerThread(), [], threading.Event()
    timers.call_later(0.15, done.set)
    for delay, name in ((0.1, "c"), (0.02, "a"), (0.06, "b")):
        timers.call_later(delay, lambda name=name: seen.append(name))  # type: ignore[misc]
    assert done.wait(DEADLINE)
    assert seen == ["a", "b", "c"]


def test_only_a_timer_that_is_due_before_the_next_look_wakes_the_watcher() -> None:
    timers, fired = TimerThread(), threading.Event()
    first = timers.call_later(DEADLINE * 4, fired.set)
    wait_for(lambda: timers.asleep, "sleep")
    woken: list[int] = []
    timers._rouse = lambda: woken.append(len(timers._timers))  # type: ignore[method-assign]
    timers.call_later(DEADLINE * 5, fired.set)
    timers.call_later(DEADLINE * 3, fired.set)
    assert woken == [3]
    del timers._rouse
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


def test_an_earlier_timer_wakes_a_watcher_that_sleeps_for_a_later_one() -> None:
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
    timers, held = TimerThread(), Held()
    timers.enter(held)
    assert held.handed_over.wait(DEADLINE)
    assert timers.leave(held) is False


def test_a_quick_callback_keeps_its_reader() -> None:
    timers, held = TimerThread(), Held()
    timers.enter(held)
    left = timers.leave(held)  # the machine may have been slower than a tick in between
    assert left is not held.handed_over.is_set()


def test_a_hand_over_that_fails_is_logged_and_the_watcher_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    timers, bad, good = TimerThread(), Held(RuntimeError("no")), Held()
    timers.enter(bad)
    assert bad.handed_over.wait(DEADLINE)
    timers.enter(good)
    assert good.handed_over.wait(DEADLINE)
    wait_for(lambda: "reading could not be handed on" in caplog.text)


def test_the_watcher_sleeps_while_nothing_runs_and_wakes_for_the_next_callback() -> None:
    timers = TimerThread()
    for _ in range(5):
        held = Held()
        timers.enter(held)
        assert held.handed_over.wait(DEADLINE)
        wait_for(lambda: timers.asleep, "sleep")
    assert timers._thread is not None
    assert timers._thread.is_alive()


def test_no_callback_is_missed_on_the_verge_of_sleep() -> None:
    timers = TimerThread()
    pause = threading.Event()
    for i in range(60):
        held = Held()
        timers.enter(held)
        assert held.handed_over.wait(DEADLINE)
        pause.wait(TICK * (7 + i % 8) + 0.0003 * (i % 5))  # about as long as it takes to fall asleep


def test_a_watcher_that_could_not_start_tries_again(monkeypatch: pytest.MonkeyPatch) -> None:
    timers, done = TimerThread(), threading.Event()
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", _no_thread)
        with pytest.raises(RuntimeError):
            timers.call_later(0, done.set)
    timers.call_later(3600, lambda: None)
    assert done.wait(DEADLINE)


def _no_thread(thread: threading.Thread) -> None:
    raise RuntimeError("can't start new thread")


# -- spare threads


def test_a_spare_thread_is_used_again() -> None:
    pool, names, done = ThreadPool(), [], threading.Event()
    for _ in range(3):
        done.clear()
        pool.run(lambda: (names.append(threading.get_ident()), done.set()))
        assert done.wait(DEADLINE)
        wait_for(lambda: len(pool._idle) == 1, "the thread to be idle")
    assert len(set(names)) == 1


def test_work_never_waits_for_a_busy_thread() -> None:
    pool, together = ThreadPool(), threading.Barrier(9)
    for _ in range(8):
        pool.run(lambda: together.wait(DEADLINE))
    together.wait(DEADLINE)  # broken if one of them waited for another


def test_a_spare_thread_ends_when_it_has_been_idle_for_long() -> None:
    pool, threads, done = ThreadPool(keep=0.01), [], threading.Event()
    pool.run(lambda: (threads.append(threading.current_thread()), done.set()))
    assert done.wait(DEADLINE)
    threads[0].join(DEADLINE)
    assert not threads[0].is_alive()
    assert pool._idle == []


def test_no_work_is_lost_to_threads_that_are_about_to_end() -> None:
    pool, seen = ThreadPool(keep=0.0005), []
    pause = threading.Event()
    for i in range(300):
        pool.run(lambda i=i: seen.append(i))  # type: ignore[misc]
        pause.wait(0.0001 * (i % 9))
    wait_for(lambda: len(seen) == 300, "all work")


def test_work_that_fails_is_logged_and_its_thread_lives_on(caplog: pytest.LogCaptureFixture) -> None:
    pool = ThreadPool()
    pool.run(lambda: 1 / 0)
    wait_for(lambda: len(pool._idle) == 1, "the thread to be idle")
    assert "a thread of the pool failed" in caplog.text


def test_a_forked_child_keeps_time_and_has_spare_threads_of_its_own() -> None:
    script = """
        import os, threading, warnings
        warnings.simplefilter("ignore")
        from jambonz_sync.runtime import pool, timers

        def used():
            timer, work = threading.Event(), threading.Event()
            timers.call_later(0.001, timer.set)
            pool.run(work.set)
            return timer.wait(15) and work.wait(15)

        assert used()
        timers._lock.acquire(), pool._lock.acquire()  # as another thread may hold them
        child = os.fork()
        if child == 0:
            os._exit(0 if used() and timers._thread.is_alive() else 1)
        timers._lock.release(), pool._lock.release()
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert used()
        print("both")
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, timeout=50, check=False
    )
    assert done.stdout.strip() == "both", done.stderr
