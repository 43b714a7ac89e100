"""The clock of a call, and what runs on it side by side."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from jambonz_sync.simulator.engine.clock import Clock
from jambonz_sync.simulator.engine.flow import Flow, Future, Killed, first_of, sleep


def flow(steps: Generator[Any, Any, Any]) -> Flow:
    return Flow(steps, lambda wait: wait).start()


@given(st.lists(st.floats(0, 1000)))
def test_events_happen_in_the_order_of_their_times_and_those_of_one_time_as_they_were_made(times: list[float]) -> None:
    clock, happened = Clock(), list[tuple[float, int]]()
    for number, at in enumerate(times):
        clock.call_later(at, lambda at=at, number=number: happened.append((at, number)))
    clock.advance(1000)
    assert happened == sorted((at, number) for number, at in enumerate(times))
    assert clock.now == 1000


def test_an_event_that_is_cancelled_does_not_happen() -> None:
    clock, happened = Clock(), list[str]()
    timer = clock.call_later(1, lambda: happened.append("never"))
    clock.call_later(0.5, timer.cancel)
    clock.advance(2)
    assert (happened, timer.pending, clock.next_timer) == ([], False, None)


def test_a_time_out_for_the_caller_is_told_of_when_it_passes() -> None:
    clock, told = Clock(), list[float]()
    clock.on_patience_over = lambda: told.append(clock.now)
    clock.call_later(1, lambda: None)
    clock.call_later(2, lambda: None, patient=True)
    clock.advance(3)
    assert told == [2]


def test_a_flow_waits_and_returns() -> None:
    clock = Clock()

    def steps() -> Generator[Future, Any, str]:
        yield sleep(clock, 2)
        yield first_of(sleep(clock, 9), sleep(clock, 1))
        return "done"

    running = flow(steps())
    clock.advance(2.9)
    assert not running.done
    clock.advance(3)
    assert running.value == "done"


def test_a_flow_that_is_killed_stops_where_it_waits_and_what_it_waited_for_wakes_nobody() -> None:
    clock, seen = Clock(), list[str]()

    def steps() -> Generator[Future, Any, None]:
        try:
            yield sleep(clock, 1)
            seen.append("never")
        except Killed:
            yield sleep(clock, 5)
            seen.append("after the kill")

    running = flow(steps())
    running.kill()
    clock.advance(3)
    assert seen == []
    clock.advance(5)
    assert (seen, running.done) == (["after the kill"], True)


def test_a_flow_may_kill_itself_and_stops_at_its_next_wait() -> None:
    clock, seen = Clock(), list[str]()
    running: list[Flow] = []

    def steps() -> Generator[Future, Any, None]:
        yield sleep(clock, 1)
        running[0].kill()
        seen.append("still here")
        yield sleep(clock, 1)
        seen.append("never")

    running.append(flow(steps()))
    clock.advance(5)
    assert (seen, running[0].done) == (["still here"], True)


def test_an_error_is_thrown_into_the_flow_that_waits_for_it() -> None:
    failing, seen = Future(), list[str]()

    def steps() -> Generator[Future, Any, None]:
        try:
            yield failing
        except ValueError as error:
            seen.append(str(error))

    flow(steps())
    failing.fail(ValueError("no"))
    assert seen == ["no"]


def test_a_future_that_is_cancelled_lets_nobody_go_on() -> None:
    waited = Future()

    def steps() -> Generator[Future, Any, None]:
        yield waited

    running = flow(steps())
    waited.cancel()
    waited.set(1)
    assert not running.done
