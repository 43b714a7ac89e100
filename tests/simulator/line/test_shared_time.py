"""The time of calls that meet."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jambonz_sync.simulator.engine.clock import Clock
from jambonz_sync.simulator.line.shared_time import SharedTime, TimeShare


def share(time: SharedTime, woken: list[TimeShare] | None = None, clock: Clock | None = None) -> TimeShare:
    def wake() -> None:
        if woken is not None:
            woken.append(made)

    made = TimeShare(time, clock or Clock(), wake, lambda: False)
    return made


def test_a_call_goes_on_only_when_the_others_want_to_go_on_to_a_later_time() -> None:
    time, woken = SharedTime(), list[TimeShare]()
    one, other = share(time, woken), share(time, woken)
    assert not one.may_go_on(5)  # the other one works
    assert not other.may_go_on(8)
    assert woken == [one]
    assert one.may_go_on(5)
    assert not other.may_go_on(8)
    one.rest()
    assert other.may_go_on(8)


def test_of_two_that_want_the_same_time_the_first_goes_first() -> None:
    time = SharedTime()
    one, other = share(time), share(time)
    assert not one.may_go_on(5)
    assert not other.may_go_on(5)
    assert one.may_go_on(5)
    assert not other.may_go_on(5)


def test_a_call_that_is_placed_later_begins_at_the_time_of_the_others() -> None:
    time, clock = SharedTime(), Clock()
    one = share(time)
    assert one.may_go_on(20)
    late = share(time, clock=clock)
    one.work()
    late.rest()
    assert one.may_go_on(25)
    late.catch_up(None)
    assert clock.now == 5
    late.catch_up(4.0)
    assert clock.now == 5


def test_a_call_that_rests_is_taken_along_up_to_what_is_due_in_it() -> None:
    time, clock = SharedTime(), Clock()
    one, resting = share(time), share(time, clock=clock)
    resting.rest()
    assert one.may_go_on(20)
    resting.catch_up(12.0)
    assert clock.now == 12


def test_a_call_whose_app_is_slow_lets_the_others_go_on_up_to_its_time() -> None:
    time, woken = SharedTime(), list[TimeShare]()
    slow, other = share(time, woken), share(time, woken)
    assert not other.may_go_on(3)
    assert slow.limit(10) == 3
    assert slow.limit(2) == 2
    slow.reached(3)
    assert woken == [other]
    assert other.may_go_on(3)
    assert not other.may_go_on(4)


def test_a_call_whose_slow_app_has_answered_is_waited_for_again() -> None:
    time = SharedTime()
    slow, other = share(time), share(time)
    slow.reached(3)
    assert other.may_go_on(3)
    slow.work()
    assert not other.may_go_on(3)
    slow.rest()
    assert other.may_go_on(3)


def test_a_call_that_has_something_to_look_at_is_waited_for() -> None:
    time, arrived = SharedTime(), [True]
    one = share(time)
    TimeShare(time, Clock(), lambda: None, lambda: bool(arrived)).rest()
    assert not one.may_go_on(1)
    assert one.others_go_on
    arrived.clear()
    assert one.may_go_on(1)
    assert not one.others_go_on


def test_the_others_go_on_without_a_call_that_has_ended() -> None:
    time, woken = SharedTime(), list[TimeShare]()
    one, other = share(time), share(time, woken)
    assert not other.may_go_on(3)
    one.end()
    one.end()
    assert woken
    assert other.may_go_on(3)


@given(st.lists(st.lists(st.floats(0, 100), max_size=8).map(sorted), min_size=1, max_size=4))
def test_whatever_the_calls_wait_for_it_happens_in_the_order_of_its_time(plans: list[list[float]]) -> None:
    time, happened = SharedTime(), list[float]()
    calls = [(share(time), list(plan)) for plan in plans]
    while any(plan for _, plan in calls):
        for each, plan in calls:
            if not plan:
                each.rest()
            elif each.may_go_on(plan[0]):
                happened.append(plan.pop(0))
    assert happened == sorted(happened)
