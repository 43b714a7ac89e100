"""The work of an application is counted while there is any, and not while its threads wait."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jambonz_sync.runtime import queues
from jambonz_sync.runtime.counted import make_queues
from jambonz_sync.runtime.work import (
    Condition,
    ConnectionWork,
    Limit,
    Rest,
    Work,
    begin_rest,
    current_work,
    resting_threads,
)
from tests.waiting import in_thread, wait_for


def counted() -> tuple[Work, list[int]]:
    """Work, and a list that gets an entry each time that all is done."""
    work, done = Work(), list[int]()
    work.on_done = lambda: done.append(work.count)
    return work, done


def test_a_job_counts_from_when_it_is_made_until_it_has_run() -> None:
    work, done = counted()
    seen: list[Any] = []
    job = work.job(lambda: seen.extend((work.count, current_work(), work.running)))
    assert work.count == 1
    assert done == []
    job()
    assert seen[:2] == [1, work]
    assert work.count == 0
    assert done == [0]
    assert current_work() is None
    assert work.running == {}


def test_a_job_that_raises_counts_no_more() -> None:
    work, done = counted()

    def fails() -> None:
        raise LookupError

    thread, outcome = in_thread(work.job(fails))
    thread.join(10)
    assert isinstance(outcome[0], LookupError)
    assert work.count == 0
    assert done == [0]


def test_a_thread_that_waits_is_not_at_work_and_is_again_before_it_wakes() -> None:
    work, done = counted()
    condition, ready = Condition(), list[str]()

    def waits() -> None:
        with condition:
            condition.wait_for(lambda: ready, 10)

    thread, _ = in_thread(work.job(waits))
    wait_for(lambda: not work.count, "the wait")
    assert work.running == {}
    assert done == [0]
    with condition:
        ready.append("now")
        condition.notify_all()
        assert work.count == 1
        assert list(work.running) == [thread.ident]
    thread.join(10)
    assert work.count == 0


def test_a_wait_whose_time_is_up_is_work_again() -> None:
    work, _ = counted()
    seen: list[int] = []

    def waits() -> None:
        condition = Condition()
        with condition:
            assert not condition.wait(0.001)
        seen.append(work.count)

    work.job(waits)()
    assert seen == [1]


def test_of_several_that_wait_as_many_are_at_work_as_are_notified() -> None:
    work, _ = counted()
    condition, turns = Condition(), list[int]()

    def waits() -> None:
        with condition:
            condition.wait_for(lambda: turns, 10)
            turns.pop()

    threads = [in_thread(work.job(waits))[0] for _ in range(3)]
    wait_for(lambda: not work.count, "the waits")
    for left in (2, 1, 0):
        with condition:
            turns.append(left)
            condition.notify()
            assert work.count == 1
        wait_for(lambda: not work.count, "the next one")
    for thread in threads:
        thread.join(10)


def test_who_waits_in_a_callback_that_a_message_has_called_for_leaves_nothing_to_do() -> None:
    work, _ = counted()
    connection = ConnectionWork(work)
    connection.attach()
    connection.sent()
    condition, ready = Condition(), list[str]()

    def handles(message: object) -> None:
        def callback() -> None:
            with condition:
                condition.wait_for(lambda: ready, 10)

        work.job(callback)()

    thread, _ = in_thread(lambda: connection.handle(handles, "a message"))
    wait_for(lambda: not work.count, "the wait")
    with condition:
        ready.append("now")
        condition.notify_all()
        assert work.count == 2
    thread.join(10)
    assert work.count == 0


def test_a_rest_that_is_ended_before_it_begins_is_none() -> None:
    work, _ = counted()

    def rests() -> None:
        rest = begin_rest()
        assert rest is not None
        rest.end()
        rest.begin()
        assert work.count == 1
        rest.end()
        assert work.count == 1

    work.job(rests)()
    assert work.count == 0


class KeptTime:
    """A clock that stands still, and work whose waits end by it."""

    def __init__(self) -> None:
        self.now = 0.0
        self.work, _ = counted()
        self.work.keep_time(lambda: self.now)

    def waiting(self, wait: Callable[[Condition], object]) -> list[Any]:
        """Have a thread that is counted wait, and return where its result will be."""
        condition, outcome = Condition(work=self.work), list[Any]()

        def waits() -> None:
            with condition:
                outcome.append(wait(condition))

        count = self.work.next_limit
        in_thread(self.work.job(waits))
        wait_for(lambda: not self.work.count and self.work.next_limit != count, "the wait")
        return outcome


def test_a_limit_passes_by_the_clock_of_whoever_keeps_the_time() -> None:
    time = KeptTime()
    later = time.waiting(lambda condition: condition.wait(60))
    sooner = time.waiting(lambda condition: condition.wait_for(list, 20))
    assert time.work.next_limit == Limit(pytest.approx(20.0), patient=False)
    time.now = 20.001
    time.work.end_rest()
    wait_for(lambda: sooner == [[]], "the end of the wait")
    assert later == []
    assert time.work.next_limit == Limit(pytest.approx(60.0), patient=False)
    time.work.end_rest()
    wait_for(lambda: later == [False], "the end of the other one")
    wait_for(lambda: not time.work.count, "its work")
    assert time.work.next_limit is None
    time.work.end_rest()
    assert time.work.count == 0


def test_a_wait_that_ends_before_its_limit_has_none_any_more() -> None:
    time = KeptTime()
    ready = list[str]()
    condition = Condition(work=time.work)

    def waits() -> None:
        with condition:
            ready.append(str(condition.wait_for(lambda: ready, 60)))

    thread, _ = in_thread(time.work.job(waits))
    wait_for(lambda: time.work.next_limit is not None and not time.work.count, "the wait")
    with condition:
        ready.append("now")
        condition.notify()
    thread.join(10)
    assert ready == ["now", "['now']"]
    assert time.work.next_limit is None


def test_waits_go_on_by_the_clock_of_this_machine_when_nobody_keeps_the_time_any_more() -> None:
    time = KeptTime()
    outcome = time.waiting(lambda condition: (condition.wait(3600), condition.wait(0.001)))
    time.work.leave_time()
    wait_for(lambda: len(outcome) == 1, "both waits")
    assert outcome == [(True, False)]
    assert time.work.limit(Rest(), 1) is False


def test_a_thread_of_the_application_is_known_to_wait() -> None:
    counted()
    condition, ready = Condition(), list[str]()

    def waits() -> None:
        with condition:
            condition.wait_for(lambda: ready, 10)

    thread, _ = in_thread(waits)
    wait_for(lambda: thread.ident in resting_threads, "the wait")
    with condition:
        ready.append("now")
        condition.notify_all()
        assert thread.ident not in resting_threads
    thread.join(10)


def test_notifications_that_are_dropped_count_no_more() -> None:
    work, _ = counted()
    calls = make_queues("call x", ConnectionWork(work))
    gate = threading.Event()
    thread, _ = in_thread(lambda: calls.run(calls.notifications, lambda: gate.wait(10)))
    wait_for(lambda: calls.notifications.busy, "the callback that blocks")
    for _ in range(queues.HIGH_WATER + 10):
        calls.run(calls.notifications, bool, size=1)
    assert calls.dropped == 10
    assert work.count == 1 + queues.HIGH_WATER
    gate.set()
    thread.join(10)
    assert work.count == 0


#: what happens to a connection, by name; ``handle`` by the application, the others as they are
STEPS: dict[str, Callable[[ConnectionWork], object]] = {
    "sent": ConnectionWork.sent,
    "handle": lambda connection: connection.handle(bool, "message"),
    "queued": lambda connection: connection.queued(2),
    "unqueued": lambda connection: connection.unqueued(1),
    "taken": ConnectionWork.taken,
    "closing": ConnectionWork.closing,
    "over": ConnectionWork.over,
    "lost": ConnectionWork.lost,
}


@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=30), st.booleans())
def test_whatever_happens_to_a_connection_nothing_is_left_when_both_sides_know_its_end(
    steps: list[str], attached: bool
) -> None:
    work, _ = counted()
    connection = ConnectionWork(work)
    if attached:
        connection.attach()
    for step in steps:
        STEPS[step](connection)
        assert work.count >= 0
    connection.over()
    connection.lost()
    assert work.count == 0


def test_what_comes_to_an_end_is_on_its_way_until_the_other_side_knows() -> None:
    work, done = counted()
    connection = ConnectionWork(work)
    connection.attach()
    connection.closing()
    connection.closing()
    assert work.count == 1
    connection.lost()
    assert work.count == 0
    assert done == [0]
    connection.queued(1)
    assert work.count == 0
    connection.sent()
    assert work.count == 1
    connection.over()
    assert work.count == 0
    connection.sent()
    assert work.count == 0


def test_what_an_application_does_that_says_nothing_is_not_counted() -> None:
    work, _ = counted()
    ConnectionWork(work).sent()
    assert work.count == 0
    assert Rest().ended is False
