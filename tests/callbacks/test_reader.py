from __future__ import annotations

import random
import threading
from collections.abc import Callable
from time import sleep

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jambonz_sync.callbacks import about_to_block, spares
from jambonz_sync.callbacks.reader import Reader
from tests.callbacks.feed import DEADLINE, Call, Feed, Served
from tests.waiting import wait_for


def waits(event: threading.Event) -> Callable[[], None]:
    def job() -> None:
        assert event.wait(DEADLINE)

    return job


# -- who reads


def test_quick_callbacks_run_on_the_thread_that_reads() -> None:
    threads: list[str] = []
    with Served() as served:
        served.hook(lambda: threads.append(threading.current_thread().name))
        served.all_ran()
    assert threads == ["home"]
    assert served.feed.read_by == ["home"] * len(served.feed.read_by)


def test_a_notification_is_seen_while_the_callback_of_a_hook_blocks() -> None:
    seen = threading.Event()
    with Served() as served:
        served.hook(waits(seen))  # nothing tells the reader that this blocks: the watcher sees it
        served.notification(seen.set)
        served.all_ran()
    assert served.call.ran == {"hooks": [1], "notifications": [2], "beside": []}
    assert served.call.times_held == 1


def test_a_callback_that_is_about_to_block_hands_reading_over_at_once() -> None:
    seen = threading.Event()
    held: list[int] = []

    with Served() as served:

        def blocks() -> None:
            about_to_block()
            held.append(served.call.times_held)  # by now, not when the watcher looks next
            assert seen.wait(DEADLINE)
            about_to_block()  # there is nothing more to hand over

        served.hook(blocks)
        served.notification(seen.set)
        served.all_ran()
    assert held == [1]
    assert served.call.times_held == 1


def test_about_to_block_does_nothing_on_a_thread_that_does_not_read() -> None:
    about_to_block()


def test_what_arrived_together_with_a_blocking_hook_is_not_held_up_by_it() -> None:
    seen = threading.Event()
    with Served() as served:
        served.feed.push(served.message("hooks", waits(seen)), served.message("notifications", seen.set))
        served.all_ran()


def test_the_home_thread_gets_reading_back() -> None:
    seen = threading.Event()
    with Served() as served:
        served.hook(waits(seen))
        wait_for(lambda: len(served.feed.read_by) > 1 and served.feed.read_by[-1] != "home", "another reader")
        seen.set()
        wait_for(lambda: served.reader._parked, "the home thread to be back")
        served.notification()  # the last that the spare thread handles
        wait_for(lambda: served.feed.read_by[-1] == "home", "the home thread to read")
        on: list[str] = []
        served.hook(lambda: on.append(threading.current_thread().name))
        served.all_ran()
    assert on == ["home"]


def test_a_spare_thread_whose_own_callback_blocks_hands_reading_on_too() -> None:
    done = threading.Event()
    with Served() as served:
        served.hook(waits(done))
        served.notification(waits(done))
        served.feed.push(served.message("beside", done.set))
        served.all_ran()
    assert len(set(served.feed.read_by)) >= 1
    assert served.call.times_held >= 2


def test_a_spare_thread_that_is_held_gives_reading_to_the_parked_home_thread() -> None:
    first, second = threading.Event(), threading.Event()
    with Served() as served:
        served.hook(waits(first))
        wait_for(lambda: len(served.feed.read_by) > 1, "another reader")
        first.set()
        wait_for(lambda: served.reader._parked, "the home thread to be back")
        on: list[str] = []
        served.hook(lambda: (on.append(threading.current_thread().name), second.wait(DEADLINE)))
        served.notification(lambda: (on.append(threading.current_thread().name), second.set()))
        served.all_ran()
    assert on[0] != "home"
    assert on[1] == "home"


def test_the_threads_return_to_the_pool() -> None:
    with Served() as served:
        for _ in range(10):
            seen = threading.Event()
            served.hook(waits(seen))
            served.notification(seen.set)
        served.all_ran()
    wait_for(lambda: not [t for t in threading.enumerate() if t.name == "home"], "the home thread to end")
    mine = [t for t in threading.enumerate() if t.name == "jambonz-sync-spare"]
    wait_for(lambda: len(spares._idle) >= len([t for t in mine if t.is_alive()]), "idle threads")


# -- the end


def test_the_end_is_told_once_while_a_callback_still_runs() -> None:
    told = threading.Event()
    with Served() as served:
        served.hook(waits(told))
        served.call.over = lambda: (served.call.ended.append("told"), told.set())  # type: ignore[method-assign]
        wait_for(lambda: served.call.times_held == 1, "a hand-over")
        served.feed.end()
        served.all_ran()
    assert served.call.ended == ["told"]


def test_the_end_is_told_once_though_what_it_is_told_to_takes_long() -> None:
    going_on = threading.Event()
    done = threading.Event()
    with Served() as served:

        def over() -> None:
            served.call.ended.append("told")
            served.call.lanes.run(served.call.lanes.notifications, lambda: going_on.wait(DEADLINE))
            done.set()

        served.call.over = over  # type: ignore[method-assign]
        served.feed.end()
        wait_for(lambda: served.call.inside or served.call.ended, "the end")
        threading.Event().wait(0.05)  # ten times what the watcher would leave a reader
        going_on.set()
        assert done.wait(DEADLINE)
    assert served.call.ended == ["told"]


def test_the_home_thread_leaves_though_a_callback_for_the_end_never_does() -> None:
    never = threading.Event()
    seen = threading.Event()
    with Served() as served:
        served.call.over = lambda: never.wait(DEADLINE)  # type: ignore[assignment, method-assign]
        served.hook(waits(seen))
        wait_for(lambda: len(served.feed.read_by) > 1, "another reader")
        seen.set()
        wait_for(lambda: served.reader._parked, "the home thread to be back")
        served.feed.end()
        served.home.join(DEADLINE)
        assert not served.home.is_alive()
        never.set()


def test_a_sink_that_fails_ends_the_reading_on_a_spare_thread_too() -> None:
    seen = threading.Event()
    served = Served()
    with served:
        served.hook(waits(seen))
        wait_for(lambda: len(served.feed.read_by) > 1, "another reader")
        seen.set()
        wait_for(lambda: served.reader._parked, "the home thread to be back")
        served.feed.push("no message at all")
        served.home.join(DEADLINE)
        assert not served.home.is_alive()
    assert len(served.call.ended) == 1


def test_a_sink_that_fails_ends_the_reading_on_the_home_thread() -> None:
    feed, call = Feed(), Call()
    feed.push("no message at all")
    with pytest.raises(ValueError, match="unpack"):
        Reader(feed, call).serve()
    assert len(call.ended) == 1
    about_to_block()  # this thread reads no more: nothing is handed on


def test_a_callback_that_ends_its_thread_ends_the_reading_of_no_other() -> None:
    seen = threading.Event()

    def leaves() -> None:
        about_to_block()
        assert seen.wait(DEADLINE)
        raise SystemExit

    with Served() as served:
        served.hook(leaves)
        served.notification(seen.set)
        served.home.join(DEADLINE)
        assert not served.home.is_alive()
        assert served.call.ended == []
        served.notification()
        served.all_ran()
    wait_for(lambda: served.call.ended, "the end")


def test_reading_goes_on_when_there_is_a_thread_for_it_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    refused = threading.Event()
    run = spares.run

    def no_thread(job: Callable[[], object]) -> None:
        if not refused.is_set():
            refused.set()
            raise RuntimeError("can't start new thread")
        run(job)

    monkeypatch.setattr(spares, "run", no_thread)
    seen = threading.Event()
    with Served() as served:
        served.hook(waits(seen))
        served.notification(seen.set)
        served.all_ran()
    assert refused.is_set()
    wait_for(lambda: "no thread to read on with: can't start new thread" in caplog.text)


def test_reading_goes_on_though_the_sink_fails_to_take_note_of_a_long_callback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    seen = threading.Event()
    with Served() as served:
        served.call.held = lambda: 1 / 0  # type: ignore[assignment, method-assign]
        served.hook(waits(seen))
        served.notification(seen.set)
        served.all_ran()
    wait_for(lambda: "reading could not be handed on" in caplog.text)


# -- back-pressure


def test_reading_pauses_while_a_thousand_callbacks_wait_and_goes_on_later() -> None:
    seen = threading.Event()
    with Served() as served:
        served.hook(waits(seen))
        served.feed.push(*[served.message("hooks", bool) for _ in range(999)])
        wait_for(lambda: served.call.lanes.backlog == 999 and served.feed.readers == 1, "a backlog")
        served.hook()
        wait_for(lambda: served.call.full, "a full backlog")
        served.hook()
        assert served.feed.readers == 0
        assert served.call.lanes.backlog == 1000
        seen.set()
        served.all_ran()
    assert served.call.ran["hooks"] == sorted(served.call.ran["hooks"])
    assert served.call.lanes.backlog == 0
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
    assert call.lanes.backlog == 0


BEHAVIOURS: dict[str, Callable[[], object]] = {
    "quick": bool,
    "yields": lambda: sleep(0),
    "blocks a little": lambda: sleep(0.001),
    "blocks": lambda: sleep(0.006),
    "says that it blocks": lambda: (about_to_block(), sleep(0.001)),
    "says so and does not": about_to_block,
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
        for lane, behaviour, push in plan:
            batch.append(served.message(lane, BEHAVIOURS[behaviour]))
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
            lane = chance.choice(["hooks", "notifications"])
            served.feed.push(
                *[served.message(lane, BEHAVIOURS[chance.choice(names)]) for _ in range(chance.choice([1, 1, 1, 4]))]
            )
            most_under_way = chance.choice([0, 0, 1, 6])
            while served.message_count - served.call.count > most_under_way:
                sleep(0)
        served.all_ran()
    check(served)
    assert served.call.times_held > 100


def test_many_calls_hand_over_beside_each_other() -> None:
    calls = [Served() for _ in range(12)]
    chance = random.Random(7)
    for served in calls:
        served.__enter__()
    for _ in range(60):
        for served in calls:
            lane = chance.choice(["hooks", "notifications"])
            served.feed.push(served.message(lane, BEHAVIOURS[chance.choice(sorted(BEHAVIOURS))]))
    for served in calls:
        served.all_ran()
        served.__exit__(None)
        check(served)
