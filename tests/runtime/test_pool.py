from __future__ import annotations

import logging
import subprocess
import sys
import textwrap
import threading
import weakref
from collections.abc import Callable
from functools import partial

import pytest

from jambonz_sync.runtime.pool import RESERVE, ThreadPool
from jambonz_sync.runtime.timers import timers
from tests.waiting import wait_for

DEADLINE = 15.0


class Blocked:
    """Jobs that block in a pool until they are released."""

    def __init__(self, pool: ThreadPool, count: int) -> None:
        self.release = threading.Event()
        self._inside = threading.Semaphore(0)
        for _ in range(count):
            pool.run(self.blocks)
        for _ in range(count):
            assert self._inside.acquire(timeout=DEADLINE)

    def blocks(self) -> None:
        self._inside.release()
        assert self.release.wait(DEADLINE)


def no_thread(thread: threading.Thread) -> None:
    raise RuntimeError("can't start new thread")


@pytest.fixture
def no_more_threads(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    return lambda: monkeypatch.setattr(threading.Thread, "start", no_thread)


def waits_said(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.message for record in caplog.records if "callbacks wait until one of" in record.message]


# -- threads


def test_a_thread_that_has_a_job_before_it_has_begun_to_wait_runs_that_and_all_that_follow(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    begins = threading.Event()

    class LateThread(threading.Thread):
        def run(self) -> None:
            assert begins.wait(DEADLINE)
            super().run()

    pool, ran = ThreadPool(), []
    monkeypatch.setattr(threading, "Thread", LateThread)
    assert pool.claim()
    pool.run_claimed(lambda: ran.append("first"))
    begins.set()
    wait_for(lambda: pool.busy == 0, "the first job to end")
    inside, leave = threading.Barrier(3, timeout=DEADLINE), threading.Event()
    for _ in range(2):  # at the same time, each on a thread of its own
        pool.run(lambda: (inside.wait(), leave.wait(DEADLINE)))
    inside.wait()
    leave.set()
    wait_for(lambda: pool.busy == 0, "the others to end")
    assert ran == ["first"]
    assert caplog.messages == []


def test_nothing_keeps_a_job_that_has_run() -> None:
    pool = ThreadPool(keep=4 * DEADLINE)
    for starts_thread in (True, False):
        job = threading.Event()  # anything that a weak reference can be had of
        ran, kept = threading.Event(), weakref.ref(job)
        pool.run(partial(lambda job, ran: (job.set(), ran.set()), job, ran))
        del job
        assert ran.wait(DEADLINE)
        wait_for(lambda: kept() is None, f"the end of the job ({starts_thread})")  # noqa: B023
        wait_for(lambda: pool.busy == 0, "the thread to be idle")


def test_a_thread_is_used_again() -> None:
    pool, idents, done = ThreadPool(), [], threading.Event()
    for _ in range(3):
        done.clear()
        pool.run(lambda: (idents.append(threading.get_ident()), done.set()))
        assert done.wait(DEADLINE)
        wait_for(lambda: pool.busy == 0, "the thread to be idle")
    assert len(set(idents)) == 1


def test_work_never_waits_for_a_busy_thread() -> None:
    pool, together = ThreadPool(), threading.Barrier(9)
    for _ in range(8):
        pool.run(lambda: together.wait(DEADLINE))
    together.wait(DEADLINE)  # broken if one of them waited for another


def test_a_thread_ends_when_it_has_been_idle_for_long() -> None:
    pool, threads, done = ThreadPool(keep=0.01), [], threading.Event()
    pool.run(lambda: (threads.append(threading.current_thread()), done.set()))
    assert done.wait(DEADLINE)
    threads[0].join(DEADLINE)
    assert not threads[0].is_alive()


def test_no_work_is_lost_to_threads_that_are_about_to_end() -> None:
    pool, seen = ThreadPool(keep=0.0005), []
    pause = threading.Event()
    for i in range(300):
        pool.run(lambda i=i: seen.append(i))  # type: ignore[misc]
        pause.wait(0.0001 * (i % 9))
    wait_for(lambda: len(seen) == 300, "all work")


@pytest.mark.parametrize("error", [ValueError, SystemExit, KeyboardInterrupt, GeneratorExit])
def test_work_that_fails_is_logged_and_its_thread_lives_on(
    error: type[BaseException], caplog: pytest.LogCaptureFixture
) -> None:
    pool, idents = ThreadPool(), []

    def fails() -> None:
        idents.append(threading.get_ident())
        raise error

    pool.run(fails)
    wait_for(lambda: idents and pool.busy == 0, "the thread to be idle")
    assert "a job of the pool failed" in caplog.text
    pool.run(lambda: idents.append(threading.get_ident()))
    wait_for(lambda: len(idents) == 2, "the next job")
    assert len(set(idents)) == 1


# -- where there are no more


def test_beyond_the_limit_jobs_wait_in_order_and_the_log_says_so_once_and_what_keeps_the_threads(
    caplog: pytest.LogCaptureFixture,
) -> None:
    pool, ran = ThreadPool(limit=4), []
    blocked = Blocked(pool, 4)
    before = threading.active_count()
    for i in range(50):
        pool.run(lambda i=i: ran.append(i))  # type: ignore[misc]
    assert pool.waiting == 50
    assert threading.active_count() <= before
    assert ran == []
    blocked.release.set()
    wait_for(lambda: len(ran) == 50, "all of them")
    [line] = waits_said(caplog)
    assert line.startswith(
        "the pool has no more threads: callbacks wait until one of the 4 ends that are busy, with Blocked.blocks ("
    )
    assert "test_pool.py:" in line
    assert line.endswith(" on 4")


def test_jobs_that_wait_run_in_order_where_one_thread_takes_them() -> None:
    pool, ran = ThreadPool(limit=1), []
    blocked = Blocked(pool, 1)
    for i in range(50):
        pool.run(lambda i=i: ran.append(i))  # type: ignore[misc]
    blocked.release.set()
    wait_for(lambda: len(ran) == 50, "all of them")
    assert ran == list(range(50))


def test_a_job_for_which_the_system_has_no_thread_runs_when_a_busy_one_is_free(
    no_more_threads: Callable[[], None], caplog: pytest.LogCaptureFixture
) -> None:
    pool, ran = ThreadPool(), []
    blocked = Blocked(pool, 2)
    no_more_threads()
    for i in range(20):
        pool.run(lambda i=i: ran.append(i))  # type: ignore[misc]
    assert pool.waiting == 20
    blocked.release.set()
    wait_for(lambda: len(ran) == 20, "all of them")
    assert pool.waiting == 0
    [line] = waits_said(caplog)
    assert line.startswith(
        "the system has no more threads (can't start new thread): callbacks wait until one of the 2 ends"
    )


def test_a_job_for_which_the_system_has_no_thread_runs_when_it_has_one_again(monkeypatch: pytest.MonkeyPatch) -> None:
    pool, ran = ThreadPool(), threading.Event()
    wait_for(timers.start, "the thread of the timers")
    blocked = Blocked(pool, 1)
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", no_thread)
        pool.run(ran.set)
    assert ran.wait(DEADLINE)  # though nobody asks the pool for anything more
    blocked.release.set()


def test_a_pool_is_reported_again_when_it_is_exhausted_anew_but_not_each_moment(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = ThreadPool(limit=1)
    now = [1000.0]
    monkeypatch.setattr(sys.modules[ThreadPool.__module__], "monotonic", lambda: now[0])
    for lines in (1, 1, 2):
        blocked = Blocked(pool, 1)
        pool.run(bool)
        assert len(waits_said(caplog)) == lines
        blocked.release.set()
        wait_for(lambda: not pool.busy and not pool.waiting, "the end")
        now[0] += 40


# -- what must not wait


def test_urgent_jobs_have_threads_though_all_others_are_busy_and_the_system_has_no_more(
    no_more_threads: Callable[[], None],
) -> None:
    pool, kept = ThreadPool(), []
    assert pool.keep_reserve()
    Blocked(pool, 3)  # they block to the end
    no_more_threads()
    pool.run(lambda: kept.append("never"))
    for i in range(100):
        pool.run(lambda i=i: kept.append(i), urgent=True)  # type: ignore[misc]
    wait_for(lambda: len(kept) == 100, "all urgent jobs")
    assert sorted(kept) == list(range(100))  # type: ignore[type-var]


def test_a_deadline_is_kept_though_all_threads_are_busy_and_the_system_has_no_more(
    no_more_threads: Callable[[], None],
) -> None:
    pool, kept = ThreadPool(), threading.Event()
    assert pool.keep_reserve()
    Blocked(pool, 2)
    wait_for(timers.start, "the thread of the timers")
    no_more_threads()
    pool.run_later(0.01, kept.set, "see it kept")
    assert kept.wait(DEADLINE)


def test_a_deadline_is_kept_in_the_end_though_no_thread_could_be_started_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pool, kept, refused = ThreadPool(), threading.Event(), threading.Event()
    start = threading.Thread.start

    def refuse_once(thread: threading.Thread) -> None:
        if thread.name == "jambonz-sync-pool" and not refused.is_set():
            refused.set()
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", refuse_once)
    pool.run_later(0, kept.set, "see it kept")
    assert kept.wait(DEADLINE)
    assert refused.is_set()


def test_a_deadline_that_was_set_while_no_thread_kept_time_is_kept_when_a_job_ends_that_was_running() -> None:
    script = """
        import threading
        from jambonz_sync.runtime import pool, timers
        begun, kept, go_on = threading.Event(), threading.Event(), threading.Event()
        pool.run(lambda: (begun.set(), go_on.wait(15)))
        assert begun.wait(15)
        start = threading.Thread.start
        threading.Thread.start = lambda thread: (_ for _ in ()).throw(RuntimeError("can't start new thread"))
        timers.call_later(0.01, kept.set)
        threading.Thread.start = start
        assert not kept.wait(0.2)
        go_on.set()
        assert kept.wait(15)
        print("kept")
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, timeout=50, check=False
    )
    assert done.stdout.strip() == "kept", done.stderr


def test_a_deadline_that_is_cancelled_is_not_kept_even_if_its_job_waits_for_a_thread() -> None:
    pool, kept = ThreadPool(limit=1), []
    blocked = Blocked(pool, 1)
    timer = pool.run_later(0, lambda: kept.append("cancelled"), "see it kept")
    wait_for(lambda: pool.waiting, "the job to wait")
    timer.cancel()
    pool.run(lambda: kept.append("next"))
    blocked.release.set()
    wait_for(lambda: kept, "the next job")
    assert kept == ["next"]


def test_a_deadline_that_fails_says_what_it_was_for(caplog: pytest.LogCaptureFixture) -> None:
    pool = ThreadPool()
    pool.run_later(0, lambda: 1 / 0, "see to it")
    wait_for(lambda: "could not see to it" in caplog.text)


def test_an_urgent_job_goes_before_those_that_wait() -> None:
    pool, ran = ThreadPool(limit=1), []
    blocked = Blocked(pool, 1)
    pool.run(lambda: ran.append("ordinary"))
    pool.run(lambda: ran.append("urgent"), urgent=True)
    blocked.release.set()
    wait_for(lambda: len(ran) == 2, "both")
    assert ran == ["urgent", "ordinary"]


def test_a_thread_that_is_claimed_is_there_when_all_others_are_busy(no_more_threads: Callable[[], None]) -> None:
    pool, ran = ThreadPool(), threading.Event()
    assert pool.claim()
    Blocked(pool, 2)
    no_more_threads()
    pool.run(bool)
    pool.run(bool, urgent=True)
    assert pool.waiting == 2
    pool.run_claimed(ran.set)
    assert ran.wait(DEADLINE)
    wait_for(lambda: not pool.waiting, "what waited, since the claim is used up")


def test_a_claim_that_is_given_back_serves_jobs_that_wait(no_more_threads: Callable[[], None]) -> None:
    pool, ran = ThreadPool(), threading.Event()
    assert pool.claim()
    no_more_threads()
    pool.run(ran.set)
    assert pool.waiting == 1
    pool.release_claim()
    assert ran.wait(DEADLINE)


def test_nothing_can_be_claimed_or_kept_where_the_system_has_no_threads(no_more_threads: Callable[[], None]) -> None:
    no_more_threads()
    assert not ThreadPool().claim()
    pool = ThreadPool()
    assert not pool.keep_reserve()
    assert pool.busy == 0


def test_threads_that_are_kept_do_not_end_until_they_are_released() -> None:
    pool = ThreadPool(keep=0.01)
    before = set(threading.enumerate())
    assert pool.keep_reserve()
    assert pool.claim()
    kept = set(threading.enumerate()) - before
    threading.Event().wait(0.1)
    assert len([thread for thread in kept if thread.is_alive()]) == RESERVE + 1
    pool.release_claim()
    pool.release_reserve()
    for thread in kept:
        thread.join(DEADLINE)
        assert not thread.is_alive()


def test_the_package_says_nothing_of_a_pool_that_suffices(caplog: pytest.LogCaptureFixture) -> None:
    pool = ThreadPool(limit=9)
    with caplog.at_level(logging.INFO):
        blocked = Blocked(pool, 9)
        blocked.release.set()
        wait_for(lambda: not pool.busy)
    assert caplog.records == []


def test_a_forked_child_keeps_time_and_has_threads_of_its_own() -> None:
    script = """
        import os, threading, warnings
        warnings.simplefilter("ignore")
        from jambonz_sync.runtime import pool, timers

        def used():
            timer, work, late = threading.Event(), threading.Event(), threading.Event()
            timers.call_later(0.001, timer.set)
            pool.run(work.set)
            pool.run_later(0.001, late.set, "set it")
            return timer.wait(15) and work.wait(15) and late.wait(15)

        assert used()
        timers._lock.acquire(), pool._lock.acquire()  # as another thread may hold them
        child = os.fork()
        if child == 0:
            os._exit(0 if used() else 1)
        timers._lock.release(), pool._lock.release()
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert used()
        print("both")
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, timeout=50, check=False
    )
    assert done.stdout.strip() == "both", done.stderr
