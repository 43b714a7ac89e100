"""A callback that waits for messages of its own connection reads them itself."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable

import pytest

from jambonz_sync.callbacks import read_here, spares
from tests.callbacks.feed import DEADLINE, Served
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
        served.hook(self)
        self.next = served.message_count + 1

    def ready(self) -> bool:
        return self.next in self.came

    def __call__(self) -> None:
        while len(self.taken) < self.wanted:
            while not self.ready():
                if not read_here(self.ready):
                    self.fell_back += 1
                    wait_for(self.ready, f"message {self.next}")
            self.each(self.next)
            self.taken.append(self.next)
            self.next += 1


def test_the_callback_and_the_reading_of_what_it_waits_for_share_one_thread() -> None:
    with Served() as served:
        consumer = Consumer(served, 20)
        for _ in range(20):
            served.notification()
        served.all_ran()
    assert consumer.taken == list(range(2, 22))
    assert set(served.feed.read_by) == {"home"}
    assert (consumer.fell_back, served.call.times_held) == (0, 0)


def test_no_thread_but_that_of_a_callback_may_read() -> None:
    said: list[bool] = []
    assert read_here(bool) is False
    with Served() as served:
        served.feed.push(served.message("beside", lambda: said.append(read_here(bool))))
        served.all_ran()
    assert said == [False]


def test_the_message_that_ends_the_wait_is_the_last_that_is_read_in_it() -> None:
    seen: list[list[int]] = []
    with Served() as served:

        def waits() -> None:
            assert read_here(lambda: 2 in served.call.handled)
            seen.append(list(served.call.handled))

        hook = served.message("hooks", waits)
        served.feed.push(hook, served.message("notifications", bool), served.message("notifications", bool))
        served.all_ran()
    assert seen == [[1, 2]]


def test_a_callback_that_was_slow_takes_reading_back_when_it_waits() -> None:
    went_on = threading.Event()
    with Served() as served:
        consumer = Consumer(served, 3, each=lambda number: number > 2 or went_on.wait(DEADLINE))
        served.notification()  # taking it blocks, until a spare thread reads
        wait_for(lambda: served.feed.read_by[-1] not in ("home", ""), "a spare thread that reads")
        went_on.set()
        wait_for(lambda: served.reader._parked, "the callback to wait")
        served.notification()  # read by the spare thread, which gives reading back
        wait_for(lambda: served.feed.read_by[-1] == "home", "the home thread to read")
        served.notification()
        served.all_ran()
    assert consumer.taken == [2, 3, 4]
    assert (consumer.fell_back, served.feed.most_readers) == (0, 1)


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
    assert set(served.feed.read_by) == {"home"}


def test_a_job_waits_for_a_thread_where_the_system_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    real, refused = spares.run, threading.Event()

    def run(job: Callable[[], object]) -> None:
        if not refused.is_set():
            refused.set()
            raise RuntimeError("can't start new thread")
        real(job)

    with Served() as served:
        Consumer(served, 1)
        monkeypatch.setattr(spares, "run", run)
        served.notification()
        served.all_ran()
    assert refused.is_set()


def test_the_end_of_the_connection_ends_the_wait() -> None:
    said: list[bool] = []
    with Served() as served:
        served.hook(lambda: said.append(read_here(lambda: served.call.ended)))
        served.feed.end()
        served.all_ran()
    assert said == [True]
    assert served.call.ended == ["home"]


def test_who_is_told_of_the_end_may_wait_for_the_one_that_waits() -> None:
    ended = threading.Event()
    with Served() as served:
        lanes = served.call.lanes

        def over() -> None:
            served.call.ended.append(threading.current_thread().name)
            lanes.run(lanes.notifications, lambda: served.call.ended.append(str(ended.wait(DEADLINE))))

        def waits() -> None:
            assert read_here(lambda: served.call.ended)
            ended.set()

        served.call.over = over  # type: ignore[method-assign]
        served.hook(waits)
        served.feed.end()
        served.all_ran()
        wait_for(lambda: served.call.ended == ["home", "True"], "the end to be told")


def test_the_end_may_come_while_another_thread_reads() -> None:
    said: list[bool] = []
    slow = threading.Event()
    with Served() as served:

        def waits() -> None:
            assert slow.wait(DEADLINE)
            said.append(read_here(lambda: False))

        served.hook(waits)
        wait_for(lambda: served.call.times_held == 1, "a hand-over")
        slow.set()
        wait_for(lambda: served.reader._parked, "the callback to wait")
        served.feed.end()
        served.all_ran()
    assert said == [False]  # whoever waits for the end itself has to wait for what is told of it
    assert len(served.call.ended) == 1


def test_a_spare_thread_that_waits_lets_the_home_thread_read() -> None:
    first = threading.Event()
    said: list[bool] = []
    with Served() as served:
        served.hook(lambda: first.wait(DEADLINE))
        wait_for(lambda: served.feed.read_by[-1] != "home", "a spare thread that reads")

        def waits() -> None:
            first.set()
            wait_for(lambda: served.reader._parked, "the home thread to be back")
            said.append(read_here(lambda: 3 in served.call.handled))
            wait_for(lambda: 3 in served.call.handled, "the next message")

        served.notification(waits)
        wait_for(lambda: said, "the spare thread to give reading up")
        served.hook()
        served.all_ran()
    assert said == [False]
    assert served.feed.most_readers == 1


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
