"""What a campaign does next, driven through a whole campaign by a clock that only the test moves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from heapq import heappop, heappush
from itertools import pairwise
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jambonz_sync.campaign import Attempt, CampaignError, Entry, Hours, Policy, Rate
from jambonz_sync.campaign.plan import Done, Follow, Place, Plan, Wait
from jambonz_sync.campaign.policy import as_event, next_state

START = datetime(2026, 11, 23, 12, 0, tzinfo=ZoneInfo("UTC")).timestamp()


def entries(count: int, **common: Any) -> list[Entry]:
    return [Entry(f"+4930{line:07}", line, **common) for line in range(1, count + 1)]


@dataclass
class Call:
    number: str
    arrived: float
    ends: float
    outcome: str
    attempt: Attempt


@dataclass
class World:
    """A server, a network and a clock of their own, which drive a plan to its end."""

    policy: Policy
    random: Random
    cases: Sequence[tuple[Entry, Sequence[Attempt]]]
    outcomes: tuple[str, ...] = ("completed", "busy", "no-answer", "failed")
    unanswered: float = 0.0  # share of requests that arrive and get no answer
    now: float = START
    log: list[Call] = field(default_factory=list)
    events: list[tuple[float, int, Any]] = field(default_factory=list)
    waits: int = 0

    def later(self, after: float, event: Any) -> None:
        heappush(self.events, (self.now + after, self.random.getrandbits(60), event))

    def run(self, *, last_claim: float | None = None, steps: int = 100_000) -> Plan:
        plan = Plan(self.policy, self.cases, last_claim=last_claim)
        ids = 1_000_000
        for _ in range(steps):
            step = plan.next_step(self.now)
            if isinstance(step, Place):
                number, ids = step.entry.number, ids + 1
                attempt = Attempt(ids, number, len(plan.attempts_of(number)) + 1, "claimed", self.now, self.now)
                plan.claimed(attempt)
                ends = self.now + self.random.uniform(0, 60)
                call = Call(number, self.now, ends, self.random.choice(self.outcomes), attempt)
                self.log.append(call)
                self.later(self.random.uniform(0, 3), call)
            elif isinstance(step, Follow):
                self.later(self.random.uniform(0, 3), step)
            elif isinstance(step, Done):
                return plan
            else:
                self.wait(plan, step)
        raise AssertionError("the campaign does not come to an end")

    def wait(self, plan: Plan, step: Wait) -> None:
        self.waits += 1
        if not self.events or step.until <= self.events[0][0]:
            assert self.now < step.until < float("inf"), "it waits for nothing"
            self.now = step.until
            return
        self.now, _, event = heappop(self.events)
        if isinstance(event, Follow):
            live = []
            for attempt in event.attempts:
                (call,) = (call for call in self.log if call.attempt.id == attempt.id)
                if call.ends <= self.now:
                    plan.changed(self.after(attempt, call.outcome), self.now)
                else:
                    live.append(attempt.number)
            assert plan.looked(live, self.now) == []
        elif self.random.random() < self.unanswered:
            plan.changed(self.after(event.attempt, "interrupted"), self.now)
        else:
            plan.changed(self.after(event.attempt, "accepted"), self.now)

    def after(self, attempt: Attempt, event: str) -> Attempt:
        return replace(attempt, state=next_state(attempt.state, as_event(event)), changed_at=self.now)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    count=st.integers(0, 40),
    rate=st.sampled_from([Rate(5), Rate(30, 60), Rate(100, 3600)]),
    limit=st.integers(1, 8),
    retry=st.frozensets(st.sampled_from(["busy", "no-answer", "failed"])),
    unanswered=st.sampled_from([0.0, 0.1]),
)
def test_the_log_of_the_server_keeps_every_limit(
    seed: int, count: int, rate: Rate, limit: int, retry: frozenset[str], unanswered: float
) -> None:
    policy = Policy(rate, limit, retry=retry, retry_after=300, max_attempts=3, max_errors=1000)
    world = World(policy, Random(seed), [(entry, []) for entry in entries(count)], unanswered=unanswered)
    plan = world.run()

    assert plan.finished == plan.total == count
    arrivals = [call.arrived for call in world.log]
    for earlier, later in pairwise(arrivals):
        assert later - earlier >= rate.interval - 1e-3
    known: Counter[str] = Counter()
    for call in world.log:
        state = next(a.state for a in plan.attempts_of(call.number) if a.id == call.attempt.id)
        if state != "unknown":  # nobody can count what nobody knows of
            known[call.number] += 1
            at_a_time = sum(
                other.arrived <= call.arrived < other.ends
                for other in world.log
                if any(a.id == other.attempt.id and a.state != "unknown" for a in plan.attempts_of(other.number))
            )
            assert at_a_time <= limit
    for entry in entries(count):
        attempts = plan.attempts_of(entry.number)
        assert len(attempts) == sum(call.number == entry.number for call in world.log)
        assert 1 <= len(attempts) <= (3 if retry else 1)
        for before, after in pairwise(attempts):
            assert before.state in retry
            assert after.claimed_at >= before.changed_at + 300
        last = attempts[-1].state
        assert last not in retry or len(attempts) == 3


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32), start=st.integers(0, 72 * 60))
def test_every_call_leaves_within_the_calling_hours_of_its_own_zone(seed: int, start: int) -> None:
    zones = [None, "America/Los_Angeles", "Asia/Tokyo"]
    numbers = [replace(entry, time_zone=zones[entry.line % 3]) for entry in entries(12)]
    policy = Policy(Rate(1), 2, Hours.parse("09:00-20:00"), "Europe/Berlin", frozenset({"busy"}), 3600, 4)
    world = World(policy, Random(seed), [(entry, []) for entry in numbers], now=START + start * 60)
    plan = world.run()
    assert plan.finished == 12
    for call in world.log:
        entry = next(entry for entry in numbers if entry.number == call.number)
        zone = ZoneInfo(entry.time_zone or "Europe/Berlin")
        assert 9 <= datetime.fromtimestamp(call.arrived, zone).hour < 20
    assert world.waits < 5000, "it is asked again and again while it can only wait"


def test_closed_hours_cost_one_wait_until_they_open() -> None:
    policy = Policy(Rate(5), hours=Hours.parse("09:00-20:00"), zone="UTC")
    midnight = START - 12 * 3600
    plan = Plan(policy, [(entry, []) for entry in entries(1000)])
    assert plan.next_step(midnight) == Wait(midnight + 9 * 3600)
    assert plan.next_step(midnight + 9 * 3600) == Place(entries(1)[0])


def test_numbers_are_called_in_the_order_of_the_list() -> None:
    world = World(Policy(Rate(1), 3), Random(1), [(entry, []) for entry in entries(9)])
    world.run()
    assert [call.number for call in world.log] == [entry.number for entry in entries(9)]


def test_the_pace_holds_over_a_restart() -> None:
    plan = Plan(Policy(Rate(1, 60)), [(entry, []) for entry in entries(1)], last_claim=START - 20)
    assert plan.next_step(START) == Wait(START + 40)


def test_a_call_of_an_earlier_run_takes_one_of_the_places() -> None:
    first, second = entries(2)
    old = Attempt(1, first.number, 1, "placed", START - 60, START - 59, "sid-1")
    plan = Plan(Policy(Rate(100), max_concurrent=1), [(first, [old]), (second, [])])
    assert plan.next_step(START) == Follow((old,))
    assert isinstance(plan.next_step(START), Wait)
    plan.changed(replace(old, state="completed", changed_at=START), START)
    plan.looked([], START)
    assert plan.next_step(START) == Place(second)


def test_an_excluded_number_is_not_called_but_its_open_call_is_followed() -> None:
    open_one, fresh = (replace(entry, excluded="do-not-call") for entry in entries(2))
    old = Attempt(1, open_one.number, 1, "placed", START - 60, START - 59, "sid-1")
    plan = Plan(Policy(retry=frozenset({"busy"}), retry_after=0), [(open_one, [old]), (fresh, [])])
    assert plan.next_step(START) == Follow((old,))
    plan.changed(replace(old, state="busy", changed_at=START), START)
    plan.looked([], START)
    assert plan.next_step(START + 1000) == Done()
    assert plan.finished == plan.total == 2


def test_a_claim_without_a_holder_is_an_error() -> None:
    (entry,) = entries(1)
    with pytest.raises(CampaignError, match="recover"):
        Plan(Policy(), [(entry, [Attempt(1, entry.number, 1, "claimed", START, START)])])


class Rig:
    """A plan whose every request is answered by the test."""

    def __init__(self, policy: Policy, count: int) -> None:
        self.plan = Plan(policy, [(entry, []) for entry in entries(count)])
        self.now = START
        self.ids = 0

    def place(self) -> Attempt:
        """Move the clock until a call leaves."""
        while not isinstance(step := self.plan.next_step(self.now), Place):
            if isinstance(step, Follow):
                self.plan.looked([attempt.number for attempt in step.attempts], self.now)
            else:
                assert isinstance(step, Wait), step
                self.now = step.until
        self.ids += 1
        number = step.entry.number
        attempt = Attempt(self.ids, number, len(self.plan.attempts_of(number)) + 1, "claimed", self.now, self.now)
        self.plan.claimed(attempt)
        return attempt

    def refuse(self, attempt: Attempt, *, retry_after: float | None = None, stop: bool = False) -> None:
        refused = replace(attempt, state="refused", changed_at=self.now, detail="480")
        self.plan.refused(refused, self.now, retry_after=retry_after, stop=stop)


def test_a_refused_call_is_tried_again_after_the_time_that_the_server_asks_for() -> None:
    rig = Rig(Policy(Rate(100)), 2)
    rig.refuse(rig.place(), retry_after=45.0)
    assert isinstance(rig.plan.next_step(START), Wait), "nothing else leaves meanwhile"
    again = {rig.place().number, rig.place().number}
    assert rig.now >= START + 45
    assert again == {entry.number for entry in entries(2)}


def test_failures_one_after_the_other_slow_down_and_then_stop_the_campaign() -> None:
    rig = Rig(Policy(Rate(100), max_errors=4), 9)
    left = []
    for _ in range(4):
        left.append(rig.place())
        rig.refuse(left[-1])
    pauses = [later.claimed_at - earlier.claimed_at for earlier, later in pairwise(left)]
    assert pauses == [1.0, 2.0, 4.0]
    assert rig.plan.next_step(rig.now) == Done("4 calls in a row could not be placed; the last one: 480")


def test_failures_that_were_on_their_way_together_count_once() -> None:
    rig = Rig(Policy(Rate(100), max_concurrent=8, max_errors=2), 9)
    for attempt in [rig.place() for _ in range(8)]:
        rig.refuse(attempt)
    assert rig.plan.stop_reason is None
    rig.refuse(rig.place())
    assert rig.plan.stop_reason is not None


def test_a_call_that_is_placed_ends_the_row_of_failures() -> None:
    rig = Rig(Policy(Rate(100), max_errors=2), 9)
    for _ in range(3):
        rig.refuse(rig.place())
        rig.plan.changed(replace(rig.place(), state="placed", call_sid="sid"), rig.now)
    assert rig.plan.stop_reason is None


def test_what_is_refused_for_every_number_stops_the_campaign_at_once() -> None:
    rig = Rig(Policy(), 9)
    rig.refuse(rig.place(), stop=True)
    assert rig.plan.next_step(rig.now) == Done("480")


def test_a_stop_lets_open_calls_be_followed_to_their_end() -> None:
    rig = Rig(Policy(Rate(100)), 9)
    placed = replace(rig.place(), state="placed", call_sid="sid")
    rig.plan.changed(placed, rig.now)
    rig.plan.stop("enough")
    while isinstance(step := rig.plan.next_step(rig.now), Wait):
        rig.now = step.until
    assert step == Follow((placed,))
    rig.plan.changed(replace(placed, state="completed"), rig.now)
    rig.plan.looked([], rig.now)
    assert rig.plan.next_step(rig.now) == Done("enough")


def test_calls_are_looked_at_less_and_less_often_while_nothing_moves() -> None:
    rig = Rig(Policy(Rate(100)), 1)
    rig.plan.changed(replace(rig.place(), state="placed", call_sid="sid"), rig.now)
    number, looks = entries(1)[0].number, []
    for _ in range(12):
        while isinstance(step := rig.plan.next_step(rig.now), Wait):
            rig.now = step.until
        assert isinstance(step, Follow)
        looks.append(rig.now)
        rig.plan.looked([number], rig.now)
    gaps = [later - earlier for earlier, later in pairwise(looks)]
    assert gaps == sorted(gaps)
    assert (gaps[0], gaps[-1]) == (2.0, 30.0)


def test_a_call_that_nothing_is_heard_of_is_given_up_after_the_time_for_that() -> None:
    rig = Rig(Policy(give_up_after=600), 1)
    placed = replace(rig.place(), state="placed", call_sid="sid")
    rig.plan.changed(placed, rig.now)
    assert rig.plan.looked([placed.number], rig.now + 5000) == []
    assert rig.plan.not_looked(rig.now + 5600, retry_after=300.0) == []
    assert rig.plan.next_step(rig.now + 5600 + 299) == Wait(rig.now + 5600 + 300)
    assert rig.plan.looked([], rig.now + 5601) == [placed]
