from __future__ import annotations

import errno
import random
import threading
from collections.abc import Callable
from itertools import pairwise
from time import sleep, thread_time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jambonz_sync.runtime import Reader, allow_handover, lease, pool, reactor
from tests.runtime.feed import DEADLINE, Call, Feed, Served
from tests.waiting import wait_for


def waits(event: threading.Event) -> Callable[[], None]:
    def job() -> None:
        assert event.wait(DEADLINE)

    return job


# -- who reads


def test_quick_callbacks_of_all_calls_run_on_one_thread() -> None:
    ran_on: list[int] = []
    calls = [Served() for _ in range(5)]
    for served in calls:
        served.__enter__()
    for _ in range(40):
        for served in calls:
            served.hook(lambda: ran_on.append(threading.get_ident()))
            served.all_ran()
    read_by = {thread for served in calls for thread in served.feed.read_by}
    for served in calls:
        served.__exit__(None)
    # a machine may stand still in a quick callback, so that another thread goes on; but not in most of them
    assert sum(before != after for before, after in pairwise(ran_on)) <= len(ran_on) / 10
    assert set(ran_on) <= read_by


def test_a_notification_is_seen_while_the_callback_of_a_hook_blocks() -> None:
    seen = threading.Event()
    with Served() as served:
        served.hook(waits(seen))  # nothing tells the reader that this blocks: the timers see it
        served.notification(seen.set)
        served.all_ran()
    assert served.call.ran == {"hooks": [1], "notifications": [2], "beside": []}
    assert served.call.slow_callbacks >= 1


def test_another_call_does_not_wait_for_a_callback_that_blocks() -> None:
    seen = threading.Event()
    with Served() as one, Served() as other:
        one.hook(waits(seen))
        other.hook(seen.set)
        one.all_ran()
        other.all_ran()


def test_a_callback_that_is_about_to_block_hands_reading_over_at_once() -> None:
    seen = threading.Event()
    held: list[int] = []

    with Served() as served:

        def blocks() -> None:
            allow_handover()
            held.append(served.call.slow_callbacks)  # by now, not when the timers look next
            assert seen.wait(DEADLINE)
            allow_handover()  # there is nothing more to hand over

        served.hook(blocks)
        served.notification(seen.set)
        served.all_ran()
    assert held == [1]


def test_about_to_block_does_nothing_on_a_thread_that_does_not_read() -> None:
    allow_handover()


def test_what_arrived_together_with_a_blocking_hook_is_not_held_up_by_it() -> None:
    seen = threading.Event()
    with Served() as served:
        served.feed.push(served.message("hooks", waits(seen)), served.message("notifications", seen.set))
        served.all_ran()


def test_a_thread_whose_callback_took_long_reads_no_more_and_goes_back_to_the_pool() -> None:
    seen, threads = threading.Event(), []
    with Served() as served:
        served.hook(lambda: (threads.append(threading.get_ident()), seen.wait(DEADLINE)))
        wait_for(lambda: served.call.slow_callbacks == 1, "a hand-over")
        served.notification()
        served.read_by_another_than(threads[0])
        seen.set()
        served.all_ran()
        came = len(served.feed.read_by)
        served.notification()
        served.all_ran()
        assert threads[0] not in served.feed.read_by[came:]


def test_a_thread_that_took_over_hands_over_as_well() -> None:
    done = threading.Event()
    with Served() as served:
        served.hook(waits(done))
        served.notification(waits(done))
        served.feed.push(served.message("beside", done.set))
        served.all_ran()
    assert served.call.slow_callbacks >= 2


def test_the_threads_return_to_the_pool() -> None:
    with Served() as served:
        for _ in range(10):
            seen = threading.Event()
            served.hook(waits(seen))
            served.notification(seen.set)
        served.all_ran()
    wait_for(lambda: pool.busy == 0, "idle threads")


def test_a_slow_write_outside_a_callback_holds_up_no_other_call_and_its_own_stays_in_order() -> None:
    seen = threading.Event()
    with Served() as slow, Served() as other:
        handle = slow.call.handle

        def first_is_slow(message: Any) -> None:
            if message[1] == 1:
                assert seen.wait(DEADLINE)
            handle(message)

        slow.call.handle = first_is_slow  # type: ignore[method-assign]
        slow.hook()
        wait_for(lambda: slow.feed.read_by, "the slow one to be read")
        slow.hook()
        other.hook(seen.set)
        slow.all_ran()
        other.all_ran()
    assert slow.call.handled == [1, 2]
    assert slow.feed.most_readers == 1


# -- what is known to block


def test_a_callback_that_held_its_reader_up_hands_over_before_it_begins_the_next_time() -> None:
    first, held = threading.Event(), []
    key = object()
    with Served() as served:
        queues = served.call.queues

        def handle(message: Any) -> None:
            _, number, job = message
            served.call.handled.append(number)
            queues.run(queues.hooks, lambda: served.call._run("hooks", number, job), key)

        served.call.handle = handle  # type: ignore[method-assign]
        served.hook(waits(first))
        wait_for(lambda: served.call.slow_callbacks == 1, "the timers to see it")
        first.set()
        served.all_ran()
        served.hook(lambda: (held.append(served.call.slow_callbacks), sleep(0.01)))
        served.all_ran()
        assert held == [2]
        while (
            key in lease._slow_callbacks
        ):  # until it has been quick often enough, which takes longer on a slow machine
            served.hook()
            served.all_ran()
        assert served.call.slow_callbacks >= 2 + lease.QUICK_RUNS_TO_TRUST


def test_what_blocks_is_not_remembered_without_bounds() -> None:
    seen = threading.Event()
    lease._slow_callbacks.update((object(), 1) for _ in range(lease.MAX_SLOW_CALLBACKS))
    with Served() as served:
        queues = served.call.queues
        served.call.handle = lambda message: queues.run(  # type: ignore[assignment, method-assign]
            queues.hooks, lambda: served.call._run("hooks", message[1], message[2]), "key"
        )
        served.hook(waits(seen))
        wait_for(lambda: "key" in lease._slow_callbacks, "a memory")
        seen.set()
        served.all_ran()
    assert len(lease._slow_callbacks) == 1
    lease._slow_callbacks.clear()


# -- a connection that needs a thread of its own


def test_where_connections_cannot_be_waited_for_together_the_home_thread_reads_and_runs_no_callbacks() -> None:
    threads: list[str] = []
    with Served(alone=True) as served:
        for _ in range(3):
            served.hook(lambda: threads.append(threading.current_thread().name))
        served.all_ran()
        assert set(served.feed.read_by) == {served.home.ident}
    assert threads == ["jambonz-sync-pool"] * 3
    assert served.call.ended == [served.home.ident]


def test_a_connection_that_the_system_cannot_wait_for_with_others_is_read_by_its_home_thread(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def cannot(channel: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(reactor, "add", cannot)
    with Served() as served:
        served.hook()
        served.all_ran()
        assert set(served.feed.read_by) == {served.home.ident}
    assert "has a thread of its own: [Errno 28]" in caplog.text


def test_a_home_thread_that_reads_pauses_while_a_thousand_callbacks_wait() -> None:
    seen = threading.Event()
    with Served(alone=True) as served:
        served.hook(waits(seen))
        wait_for(lambda: served.call.queues.hooks.busy, "the first callback")
        served.feed.push(*[served.message("hooks", bool) for _ in range(1000)])
        wait_for(lambda: served.call.full and served.feed.readers == 0, "a full backlog")
        seen.set()
        served.all_ran()
    check(served)


# -- the end


def test_the_end_is_told_once_while_a_callback_still_runs() -> None:
    told = threading.Event()
    with Served() as served:
        served.hook(waits(told))
        served.call.over = lambda: (served.call.ended.append("told"), told.set())  # type: ignore[method-assign]
        wait_for(lambda: served.call.slow_callbacks == 1, "a hand-over")
        served.feed.end()
        served.all_ran()
    assert served.call.ended == ["told"]


def test_the_end_is_told_once_though_what_it_is_told_to_takes_long() -> None:
    going_on = threading.Event()
    done = threading.Event()
    with Served() as served:

        def over() -> None:
            served.call.ended.append("told")
            served.call.queues.run(served.call.queues.notifications, lambda: going_on.wait(DEADLINE))
            done.set()

        served.call.over = over  # type: ignore[method-assign]
        served.feed.end()
        wait_for(lambda: served.call.inside or served.call.ended, "the end")
        threading.Event().wait(0.05)  # ten times what the timers would leave a reader
        going_on.set()
        assert done.wait(DEADLINE)
    assert served.call.ended == ["told"]


def test_the_home_thread_leaves_though_a_callback_for_the_end_never_does() -> None:
    never = threading.Event()
    with Served() as served:
        served.call.over = lambda: never.wait(DEADLINE)  # type: ignore[assignment, method-assign]
        served.feed.end()
        served.home.join(DEADLINE)
        assert not served.home.is_alive()
        never.set()


def test_a_sink_that_fails_ends_the_reading_of_its_connection_and_no_other(caplog: pytest.LogCaptureFixture) -> None:
    with Served() as bad, Served() as good:
        bad.feed.push("no message at all")
        bad.home.join(DEADLINE)
        assert not bad.home.is_alive()
        good.hook()
        good.all_ran()
    assert len(bad.call.ended) == 1
    assert "a connection could not be read on" in caplog.text


def test_a_sink_that_fails_ends_the_reading_on_a_home_thread_that_reads() -> None:
    feed, call = Feed(alone=True), Call()
    feed.push("no message at all")
    with pytest.raises(ValueError, match="unpack"):
        Reader(feed, call).serve()
    assert len(call.ended) == 1
    allow_handover()  # this thread reads no more: nothing is handed over
    feed.close()


def test_a_callback_that_ends_its_thread_ends_the_reading_of_no_other(caplog: pytest.LogCaptureFixture) -> None:
    seen = threading.Event()

    def leaves() -> None:
        allow_handover()
        assert seen.wait(DEADLINE)
        raise SystemExit

    with Served() as served:
        served.hook(leaves)
        served.notification(seen.set)
        served.all_ran()
        assert served.call.ended == []
        served.notification()
        served.all_ran()
    wait_for(lambda: served.call.ended, "the end")


def test_reading_goes_on_though_the_sink_fails_to_take_note_of_a_long_callback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    seen = threading.Event()
    with Served() as served:
        served.call.on_slow_callback = lambda: 1 / 0  # type: ignore[assignment, method-assign]
        served.hook(waits(seen))
        served.notification(seen.set)
        served.all_ran()
    wait_for(lambda: "a callback that goes on for long could not be noted" in caplog.text)


# -- back-pressure


def test_reading_pauses_while_a_thousand_callbacks_wait_and_goes_on_later() -> None:
    seen = threading.Event()
    with Served() as served:
        served.hook(waits(seen))
        served.feed.push(*[served.message("hooks", bool) for _ in range(999)])
        wait_for(lambda: served.call.queues.backlog == 999, "a backlog")
        served.hook()
        wait_for(lambda: served.call.full, "a full backlog")
        came = len(served.feed.read_by)
        served.hook()
        with Served() as other:  # the leader has come by, and left it alone
            other.hook()
            other.all_ran()
        assert len(served.feed.read_by) == came
        assert served.call.queues.backlog == 1000
        seen.set()
        served.all_ran()
    assert served.call.ran["hooks"] == sorted(served.call.ran["hooks"])
    assert served.call.queues.backlog == 0
    assert not served.call.full


def test_a_connection_that_closes_does_not_wait_for_room() -> None:
    seen = threading.Event()
    with Served() as served:
        served.hook(waits(seen))
        served.feed.push(*[served.message("hooks", bool) for _ in range(1000)])
        wait_for(lambda: served.call.full, "a full backlog")
        served.feed.end()
        wait_for(lambda: served.call.ended, "the end")
        seen.set()
        served.all_ran()


# -- whatever callbacks do


def check(served: Served) -> None:
    call = served.call
    assert call.handled == sorted(call.handled)
    assert call.ran["hooks"] == sorted(call.ran["hooks"])
    assert call.ran["notifications"] == sorted(call.ran["notifications"])
    assert sorted([n for ran in call.ran.values() for n in ran]) == call.handled
    assert not call.overlapped
    assert served.feed.most_readers <= 1
    assert call.queues.backlog == 0


BEHAVIOURS: dict[str, Callable[[], object]] = {
    "quick": bool,
    "yields": lambda: sleep(0),
    "blocks a little": lambda: sleep(0.001),
    "blocks": lambda: sleep(0.006),
    "says that it blocks": lambda: (allow_handover(), sleep(0.001)),
    "says so and does not": allow_handover,
}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["hooks", "hooks", "notifications", "notifications", "beside"]),
            st.sampled_from(sorted(BEHAVIOURS)),
            st.booleans(),
        ),
        max_size=40,
    )
)
def test_no_callback_is_lost_doubled_or_overtaken_however_long_they_take(plan: list[tuple[str, str, bool]]) -> None:
    with Served() as served:
        batch = []
        for queue, behaviour, push in plan:
            batch.append(served.message(queue, BEHAVIOURS[behaviour]))
            if push:
                served.feed.push(*batch)
                batch = []
        served.feed.push(*batch)
        served.all_ran()
    check(served)


@pytest.mark.parametrize("seed", range(4))
def test_thousands_of_hand_overs_lose_and_reorder_nothing(seed: int) -> None:
    chance = random.Random(seed)
    names = ["quick"] * 3 + ["yields", "says that it blocks", "says so and does not", "says so and does not"]
    with Served() as served:
        for _ in range(1500):
            queue = chance.choice(["hooks", "notifications"])
            served.feed.push(
                *[served.message(queue, BEHAVIOURS[chance.choice(names)]) for _ in range(chance.choice([1, 1, 1, 4]))]
            )
            most_under_way = chance.choice([0, 0, 1, 6])
            while served.message_count - served.call.count > most_under_way:
                sleep(0)
        served.all_ran()
    check(served)
    assert served.call.slow_callbacks > 100


def test_many_calls_hand_over_beside_each_other() -> None:
    calls = [Served() for _ in range(12)]
    chance = random.Random(7)
    for served in calls:
        served.__enter__()
    for _ in range(60):
        for served in calls:
            queue = chance.choice(["hooks", "notifications"])
            served.feed.push(served.message(queue, BEHAVIOURS[chance.choice(sorted(BEHAVIOURS))]))
    for served in calls:
        served.all_ran()
        served.__exit__(None)
        check(served)


def test_a_callback_that_computes_is_named_in_the_log_once(caplog: pytest.LogCaptureFixture) -> None:
    def computes() -> None:
        until = thread_time() + 2 * lease.COMPUTES
        while thread_time() < until:
            sum(range(100))

    def sleeps() -> None:
        sleep(2 * lease.COMPUTES)

    with Served() as served:
        queues = served.call.queues
        served.call.handle = lambda message: queues.run(  # type: ignore[assignment, method-assign]
            queues.hooks, lambda: served.call._run("hooks", message[1], message[2]), message[2].__code__
        )
        for job in (sleeps, computes) * 4:
            served.hook(job)
            served.all_ran()
    named = [record.message for record in caplog.records if "has computed for" in record.message]
    assert len(named) == 1
    assert "computes (" in named[0]
