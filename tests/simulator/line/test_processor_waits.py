"""An app is not slow because its threads wait for a processor."""

from __future__ import annotations

import threading

from jambonz_sync.runtime.processor import WaitingThreads
from jambonz_sync.simulator.line.processor_waits import ProcessorWaits
from tests.waiting import wait_for


class Machine:
    """Two threads: how long they have waited in all, and what each has used of a processor if it is ready to run."""

    def __init__(self) -> None:
        self.waited = {1: 0.0, 2: 0.0}
        self.ready: dict[int, int] = {}
        self.waits = ProcessorWaits(lambda: [1, 2], self.waited.__getitem__, WaitingThreads(self.ready.get))


def test_nothing_is_known_at_the_first_look() -> None:
    machine = Machine()
    assert machine.waits.look(10.0)
    assert not machine.waits.look(10.1)


def test_a_thread_that_has_waited_says_that_the_machine_is_busy() -> None:
    machine = Machine()
    machine.waits.look(10.0)
    machine.waited[2] = 0.05
    assert machine.waits.look(10.1)
    machine.waited[2] += 0.001
    assert not machine.waits.look(10.2)


def test_a_thread_that_still_waits_says_so_and_one_that_computes_does_not() -> None:
    machine = Machine()
    machine.waits.look(10.0)
    machine.ready[1] = 7
    assert machine.waits.look(10.1)
    assert machine.waits.look(10.2)
    machine.ready[1] = 8
    assert not machine.waits.look(10.3)


def test_threads_of_this_process_that_do_nothing_wait_for_no_processor() -> None:
    waits = ProcessorWaits()
    now = iter(range(1, 1_000_000))
    with_nothing_to_do = threading.Event()
    thread = threading.Thread(target=with_nothing_to_do.wait)
    thread.start()
    wait_for(lambda: not waits.look(float(next(now))), "a look that finds nothing")
    with_nothing_to_do.set()
    thread.join(10)
