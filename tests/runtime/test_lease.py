"""A callback that waits for messages of its own connection reads them itself."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from typing import Any

import pytest

from jambonz_sync.runtime import allow_handover, read_until
from tests.runtime.feed import DEADLINE, Served
from tests.waiting import wait_for


class Consumer:
    """A callback of a hook that takes what messages bring as they are handled, as an audio stream is iterated."""

    def __init__(self, served: Served, wanted: int, each: Callable[[int], object] = bool) -> None:
        self.served = served
        self.wanted = wanted
        self.each = each
        self.came = served.call.handled  # numbers of messages
        self.taken: list[int] = []
        self.fell_back = 0
        self.threads: set[int] = set()
        self.read_by: list[int] = []  # the threads that had read when it ended: another one may look in vain behind it
        self.next = served.message_count + 2
        served.hook(self)

    def ready(self) -> bool:
        return self.next in self.came

    def __call__(self) -> None:
        self.threads.add(threading.get_ident())
        while len(self.taken) < self.wanted:
            while not self.ready():
                if not read_until(self.ready):
                    self.fell_back += 1
                    wait_for(self.ready, f"message {self.next}")
            self.each(self.next)
            self.taken.append(self.next)
            self.next += 1
        self.read_by = list(self.served.feed.read_by)


def test_the_callback_and_the_reading_of_what_it_waits_for_share_one_thread() -> None:
    with Served() as served:
        consumer = Consumer(served, 20)
        wait_for(lambda: served.feed.readers, "the callback to read")
        came = len(served.feed.read_by) - 1
        for _ in range(20):
            served.notification()
        served.all_ran()
    assert consumer.taken == list(range(2, 22))
    if served.call.slow_callbacks == 0:  # a machine may stand still in a quick callback, too
        assert set(consumer.read_by[came:]) == consumer.threads
        assert consumer.fell_back == 0


def test_other_calls_are_read_while_a_callback_reads_for_itself() -> None:
    with Served() as served, Served() as other:
        consumer = Consumer(served, 1)
        wait_for(lambda: served.feed.readers, "the callback to read")
        other.hook()
        other.all_ran()
        assert not set(other.feed.read_by) & consumer.threads
        served.notification()
        served.all_ran()


def test_no_thread_but_that_of_a_callback_may_read() -> None:
    said: list[bool] = []
    assert read_until(bool) is False
    with Served() as served:
        served.feed.push(served.message("beside", lambda: said.append(read_until(bool))))
        served.all_ran()
    assert said == [False]


def test_what_came_along_with_the_message_that_ends_the_wait_is_handled_too() -> None:
    seen: list[list[int]] = []
    with Served() as served:

        def waits() -> None:
            assert read_until(lambda: 2 in served.call.handled)
            seen.append(list(served.call.handled))

        hook = served.message("hooks", waits)
        served.feed.push(hook, served.message("notifications", bool), served.message("notifications", bool))
        served.all_ran()
    assert seen == [[1, 2, 3]]


def test_a_callback_that_was_slow_takes_reading_back_when_it_waits() -> None:
    went_on = threading.Event()
    with Served() as served:
        consumer = Consumer(served, 3, each=lambda number: number > 2 or went_on.wait(DEADLINE))
        served.notification()  # taking it blocks, until another thread reads
        wait_for(lambda: served.call.slow_callbacks >= 1, "a hand-over")
        went_on.set()
        wait_for(lambda: served.feed.readers and served.feed.read_by[-1] in consumer.threads, "the callback to read")
        served.notification()
        served.notification()
        served.all_ran()
    assert consumer.taken == [2, 3, 4]
    assert served.feed.most_readers == 1


def test_a_callback_waits_as_usual_while_another_thread_is_just_reading() -> None:
    inside, go_on, said = threading.Event(), threading.Event(), []
    with Served() as served:

        def handled_slowly(message: Any) -> None:
            inside.set()
            assert go_on.wait(DEADLINE)
            handle(message)

        def waits() -> None:
            allow_handover()
            served.call.handle = handled_slowly  # type: ignore[method-assign]
            served.notification()
            assert inside.wait(DEADLINE)
            said.append(read_until(lambda: 2 in served.call.handled))
            go_on.set()

        handle = served.call.handle
        served.hook(waits)
        wait_for(lambda: said, "the callback")
        served.all_ran()
    assert said == [False]


def test_callbacks_that_block_do_not_hold_up_the_one_that_waits() -> None:
    freed = threading.Event()
    with Served() as served:
        consumer = Consumer(served, 4, each=lambda number: number < 5 or freed.set() is None)
        served.notification(lambda: freed.wait(DEADLINE))
        for _ in range(3):
            served.notification()
        served.all_ran()
    assert consumer.taken == [2, 3, 4, 5]
    assert served.call.ran["notifications"] == [2, 3, 4, 5]
    assert served.feed.most_readers == 1


def test_the_end_of_the_connection_ends_the_wait() -> None:
    said: list[bool] = []
    with Served() as served:
        served.hook(lambda: said.append(read_until(lambda: served.call.ended)))
        served.feed.end()
        served.all_ran()
    assert said == [True]
    assert len(served.call.ended) == 1


def test_who_is_told_of_the_end_may_wait_for_the_one_that_waits() -> None:
    ended = threading.Event()
    with Served() as served:
        queues = served.call.queues

        def over() -> None:
            served.call.ended.append(threading.get_ident())
            queues.run(queues.notifications, lambda: served.call.ended.append(ended.wait(DEADLINE)))

        def waits() -> None:
            assert read_until(lambda: served.call.ended)
            ended.set()

        served.call.over = over  # type: ignore[method-assign]
        served.hook(waits)
        served.feed.end()
        served.all_ran()
        wait_for(lambda: len(served.call.ended) == 2, "the end to be told")
    assert served.call.ended[1] is True


def test_the_end_may_come_while_another_thread_reads() -> None:
    said: list[bool] = []
    slow = threading.Event()
    with Served() as served:

        def waits() -> None:
            assert slow.wait(DEADLINE)
            said.append(read_until(lambda: False))

        served.hook(waits)
        wait_for(lambda: served.call.slow_callbacks == 1, "a hand-over")
        served.feed.end()
        wait_for(lambda: served.call.ended, "the end")
        slow.set()
        served.all_ran()
    assert said == [False]  # whoever waits for the end itself has to wait for what is told of it
    assert len(served.call.ended) == 1


def test_a_thread_that_reads_for_a_server_lets_no_callback_read() -> None:
    said: list[bool] = []
    with Served(alone=True) as served:
        served.hook(lambda: said.append(read_until(lambda: False)))
        served.all_ran()
    assert said == [False]


@pytest.mark.parametrize("seed", range(5))
def test_one_thread_reads_at_a_time_and_nothing_is_lost_or_overtaken(seed: int) -> None:
    chance = random.Random(seed)
    rests = [chance.choice((0.0, 0.0, 0.0, 0.004)) for _ in range(1000)]
    with Served() as served:
        consumer = Consumer(served, 300, each=lambda number: rests[number] and threading.Event().wait(rests[number]))
        pending: list[tuple[str, int, Callable[[], object]]] = []
        for _ in range(300):
            blocks = chance.random() < 0.2
            pending.append(served.message("notifications", (lambda: threading.Event().wait(0.004)) if blocks else bool))
            if chance.random() < 0.5:
                served.feed.push(*pending)
                pending.clear()
        served.feed.push(*pending)
        served.all_ran()
    assert consumer.taken == list(range(2, 302))
    assert served.call.handled == list(range(1, 302))
    assert served.feed.most_readers == 1
    assert not served.call.overlapped
