from __future__ import annotations

import sys
import threading
from collections.abc import Iterator

import pytest

from jambonz_sync.runtime.processor import WaitingThreads, processor_use
from tests.waiting import wait_for

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of a thread in /proc")


class Threads:
    """What the system says of threads: the processor time of those that could run."""

    def __init__(self, **use: int | None) -> None:
        self.use = use

    def __call__(self, native_id: int) -> int | None:
        return self.use[f"t{native_id}"]


def test_a_thread_that_could_run_and_does_not_waits_for_a_processor() -> None:
    threads = Threads(t1=7)
    waiting = WaitingThreads(threads)
    assert waiting.look([1]) == {1}  # at first sight it may
    assert waiting.look([1]) == {1}
    threads.use["t1"] = 8
    assert waiting.look([1]) == set()


def test_a_thread_that_waits_for_something_else_does_not_wait_for_a_processor() -> None:
    assert WaitingThreads(Threads(t1=None, t2=3)).look([1, 2]) == {2}


def test_a_thread_that_was_not_late_meanwhile_is_seen_for_the_first_time() -> None:
    threads = Threads(t1=7, t2=0)
    waiting = WaitingThreads(threads)
    waiting.look([1])
    waiting.look([2])
    threads.use["t1"] = 9
    assert waiting.look([1, 2]) == {1, 2}


@pytest.fixture
def stop() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


@linux
def test_a_thread_that_sleeps_uses_no_processor_and_one_that_computes_more_and_more(stop: threading.Event) -> None:
    sleeps = threading.Thread(target=stop.wait, daemon=True)
    sleeps.start()
    wait_for(lambda: processor_use(sleeps.native_id or 0) is None, "a thread that sleeps")
    mine = threading.get_native_id()
    first = processor_use(mine)
    assert first is not None
    wait_for(lambda: (processor_use(mine) or 0) > first, "processor time")


def test_where_there_is_no_such_thread_nothing_is_known_of_it() -> None:
    assert processor_use(0) is None
