"""The steps of a campaign, driven through a whole campaign by a clock that only the test moves."""

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

from jambonz_sync.campaign import Attempt, CampaignError, Contact, Hours, Policy, Rate
from jambonz_sync.campaign.attempt import next_state, parse_event
from jambonz_sync.campaign.plan import Done, Follow, Place, Plan, Reason, Step, Wait

#: the time of day at which every plan of these tests is made, and the monotonic clock at that moment: nothing in common
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=ZoneInfo("UTC")).timestamp()
START = 5000.0


def contacts(count: int, **common: Any) -> list[Contact]:
    return [Contact(f"+4930{line:07}", line, **common) for line in range(1, count + 1)]


def new_plan(policy: Policy, histories: Sequence[tuple[Contact, Sequence[Attempt]]], **options: Any) -> Plan:
    return Plan(policy, histories, **{"now": START, "wall": NOON, **options})


@dataclass
class Call:
    number: str
    arrived: float
    ends: float
    outcome: str
    attempt: Attempt


@dataclass
class Scenario:
    """A server, a network and two clocks of its own, which drive a plan to its end."""

    policy: Policy
    random: Random
    histories: Sequence[tuple[Contact, Sequence[Attempt]]]
    outcomes: tuple[str, ...] = ("completed", "busy", "no-answer", "failed")
    unanswered: float = 0.0  # share of requests that arrive and get no answer
    noon: float = NOON  # the time of day at START
    now: float = START
    log: list[Call] = field(default_factory=list)
    events: list[tuple[float, int, Any]] = field(default_factory=list)
    waits: int = 0

    def later(self, after: float, event: Any) -> None:
        heappush(self.events, (self.now + after, self.random.getrandbits(60), event))

    @property
    def wall(self) -> float:
        return self.noon + self.now - START

    def run(self, *, steps: int = 100_000) -> Plan:
        plan = Plan(self.policy, self.histories, now=self.now, wall=self.wall)
        ids = 1_000_000
        for _ in range(steps):
            step = plan.next_step(self.now, self.wall)
            if isinstance(step, Place):
                number, ids = step.contact.number, ids + 1
                attempt = Attempt(ids, number, len(plan.attempts_of(number)) + 1, "claimed", self.wall, self.wall)
                plan.claimed(attempt, self.now)
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
            assert plan.followed(live, self.now) == []
        elif self.random.random() < self.unanswered:
            plan.changed(self.after(event.attempt, "interrupted"), self.now)
        else:
            plan.changed(self.after(event.attempt, "accepted"), self.now)

    def after(self, attempt: Attempt, event: str) -> Attempt:
        return replace(attempt, state=next_state(attempt.state, parse_event(event)), changed_at=self.wall)


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
    scenario = Scenario(policy, Random(seed), [(contact, []) for contact in contacts(count)], unanswered=unanswered)
    plan = scenario.run()

    assert plan.finished == plan.total == count
    arrivals = [call.arrived for call in scenario.log]
    for earlier, later in pairwise(arrivals):
        assert later - earlier >= rate.interval - 1e-3
    known: Counter[str] = Counter()
    for call in scenario.log:
        state = next(a.state for a in plan.attempts_of(call.number) if a.id == call.attempt.id)
        if state != "unknown":  # nobody can count what nobody knows of
            known[call.number] += 1
            at_a_time = sum(
                other.arrived <= call.arrived < other.ends
                for other in scenario.log
                if any(a.id == other.attempt.id and a.state != "unknown" for a in plan.attempts_of(other.number))
            )
            assert at_a_time <= limit
    for contact in contacts(count):
        attempts = plan.attempts_of(contact.number)
        assert len(attempts) == sum(call.number == contact.number for call in scenario.log)
        assert 1 <= len(attempts) <= (3 if retry else 1)
        for before, after in pairwise(attempts):
            assert before.state in retry
            assert after.claimed_at >= before.changed_at + 300 - 1e-3
        last = attempts[-1].state
        assert last not in retry or len(attempts) == 3


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32), start=st.integers(0, 72 * 60))
def test_every_call_leaves_within_the_calling_hours_of_its_own_zone(seed: int, start: int) -> None:
    zones = [None, "America/Los_Angeles", "Asia/Tokyo"]
    numbers = [replace(contact, time_zone=zones[contact.line % 3]) for contact in contacts(12)]
    policy = Policy(Rate(1), 2, Hours.parse("09:00-20:00"), "Europe/Berlin", frozenset({"busy"}), 3600, 4)
    scenario = Scenario(policy, Random(seed), [(contact, []) for contact in numbers], noon=NOON + start * 60)
    plan = scenario.run()
    assert plan.finished == 12
    for call in scenario.log:
        contact = next(contact for contact in numbers if contact.number == call.number)
        zone = ZoneInfo(contact.time_zone or "Europe/Berlin")
        assert 9 <= datetime.fromtimestamp(call.attempt.claimed_at, zone).hour < 20
    assert scenario.waits < 5000, "it is asked again and again while it can only wait"


def test_closed_hours_cost_one_wait_until_they_open() -> None:
    policy = Policy(Rate(5), hours=Hours.parse("09:00-20:00"), zone="UTC")
    midnight = NOON - 12 * 3600
    plan = new_plan(policy, [(contact, []) for contact in contacts(1000)], wall=midnight)
    assert plan.next_step(START, midnight) == Wait(START + 9 * 3600)
    assert plan.next_step(START + 9 * 3600, midnight + 9 * 3600) == Place(contacts(1)[0])


def test_numbers_are_called_in_the_order_of_the_list() -> None:
    scenario = Scenario(Policy(Rate(1), 3), Random(1), [(contact, []) for contact in contacts(9)])
    scenario.run()
    assert [call.number for call in scenario.log] == [contact.number for contact in contacts(9)]


def test_the_pace_holds_over_a_restart() -> None:
    plan = new_plan(Policy(Rate(1, 60)), [(contact, []) for contact in contacts(1)], last_claim=NOON - 20)
    assert plan.next_step(START, NOON) == Wait(START + 40)


def test_a_call_of_an_earlier_run_takes_one_of_the_places() -> None:
    first, second = contacts(2)
    old = Attempt(1, first.number, 1, "placed", NOON - 60, NOON - 59, "sid-1")
    plan = new_plan(Policy(Rate(100), max_concurrent=1), [(first, [old]), (second, [])])
    assert plan.next_step(START, NOON) == Follow((old,))
    assert isinstance(plan.next_step(START, NOON), Wait)
    plan.changed(replace(old, state="completed", changed_at=NOON), START)
    plan.followed([], START)
    assert plan.next_step(START, NOON) == Place(second)


def test_an_excluded_number_is_not_called_but_its_open_call_is_followed() -> None:
    open_contact, fresh = (replace(contact, excluded="do-not-call") for contact in contacts(2))
    old = Attempt(1, open_contact.number, 1, "placed", NOON - 60, NOON - 59, "sid-1")
    plan = new_plan(Policy(retry=frozenset({"busy"}), retry_after=0), [(open_contact, [old]), (fresh, [])])
    assert plan.next_step(START, NOON) == Follow((old,))
    plan.changed(replace(old, state="busy", changed_at=NOON), START)
    plan.followed([], START)
    assert plan.next_step(START + 1000, NOON + 1000) == Done()
    assert plan.finished == plan.total == 2


def test_a_claim_without_a_holder_is_an_error() -> None:
    (contact,) = contacts(1)
    with pytest.raises(CampaignError, match="recover"):
        new_plan(Policy(), [(contact, [Attempt(1, contact.number, 1, "claimed", NOON, NOON)])])


class Rig:
    """A plan whose every request is answered by the test."""

    def __init__(self, policy: Policy, count: int) -> None:
        self.plan = new_plan(policy, [(contact, []) for contact in contacts(count)])
        self.now = START
        self.ids = 0

    @property
    def wall(self) -> float:
        return NOON + self.now - START

    def next_step(self) -> Step:
        return self.plan.next_step(self.now, self.wall)

    def place(self) -> Attempt:
        """Move the clock until a call leaves."""
        while not isinstance(step := self.next_step(), Place):
            if isinstance(step, Follow):
                self.plan.followed([attempt.number for attempt in step.attempts], self.now)
            else:
                assert isinstance(step, Wait), step
                self.now = step.until
        self.ids += 1
        number = step.contact.number
        attempt = Attempt(self.ids, number, len(self.plan.attempts_of(number)) + 1, "claimed", self.wall, self.wall)
        self.plan.claimed(attempt, self.now)
        return attempt

    def refuse(self, attempt: Attempt, *, retry_after: float | None = None, stop: bool = False) -> None:
        refused = replace(attempt, state="refused", changed_at=self.wall, detail="480")
        self.plan.refused(refused, self.now, retry_after=retry_after, stop=stop)


def test_a_refused_call_is_tried_again_after_the_time_that_the_server_asks_for() -> None:
    rig = Rig(Policy(Rate(100)), 2)
    rig.refuse(rig.place(), retry_after=45.0)
    assert isinstance(rig.next_step(), Wait), "nothing else leaves meanwhile"
    again = {rig.place().number, rig.place().number}
    assert rig.now >= START + 45
    assert again == {contact.number for contact in contacts(2)}


def test_failures_one_after_the_other_slow_down_and_then_stop_the_campaign() -> None:
    rig = Rig(Policy(Rate(100), max_errors=4), 9)
    attempts = []
    for _ in range(4):
        attempts.append(rig.place())
        rig.refuse(attempts[-1])
    pauses = [later.claimed_at - earlier.claimed_at for earlier, later in pairwise(attempts)]
    assert pauses == [1.0, 2.0, 4.0]
    assert rig.next_step() == Done("4 calls in a row could not be placed; the last one: 480")


def test_failures_that_were_on_their_way_together_are_counted_each_and_lengthen_the_pause_once() -> None:
    rig = Rig(Policy(Rate(100), max_concurrent=8, max_errors=10), 20)
    for attempt in [rig.place() for _ in range(8)]:
        rig.refuse(attempt)
    assert rig.plan.stop_reason is None
    paused_at = rig.wall
    ninth = rig.place()
    assert ninth.claimed_at - paused_at == 1.0
    rig.refuse(ninth)
    rig.refuse(rig.place())
    assert rig.plan.stop_reason == "10 calls in a row could not be placed; the last one: 480"


def test_a_call_that_is_placed_ends_the_row_of_failures() -> None:
    rig = Rig(Policy(Rate(100), max_errors=2), 9)
    for _ in range(3):
        rig.refuse(rig.place())
        rig.plan.changed(replace(rig.place(), state="placed", call_sid="sid"), rig.now)
    assert rig.plan.stop_reason is None


def test_what_is_refused_for_every_number_stops_the_campaign_at_once() -> None:
    rig = Rig(Policy(), 9)
    rig.refuse(rig.place(), stop=True)
    assert rig.next_step() == Done("480")


def test_a_stop_lets_open_calls_be_followed_to_their_end() -> None:
    rig = Rig(Policy(Rate(100)), 9)
    placed = replace(rig.place(), state="placed", call_sid="sid")
    rig.plan.changed(placed, rig.now)
    rig.plan.stop("enough")
    while isinstance(step := rig.next_step(), Wait):
        rig.now = step.until
    assert step == Follow((placed,))
    rig.plan.changed(replace(placed, state="completed"), rig.now)
    rig.plan.followed([], rig.now)
    assert rig.next_step() == Done("enough")


def test_calls_are_looked_at_less_and_less_often_while_nothing_moves() -> None:
    rig = Rig(Policy(Rate(100)), 1)
    rig.plan.changed(replace(rig.place(), state="placed", call_sid="sid"), rig.now)
    number, looks = contacts(1)[0].number, []
    for _ in range(12):
        while isinstance(step := rig.next_step(), Wait):
            rig.now = step.until
        assert isinstance(step, Follow)
        looks.append(rig.now)
        rig.plan.followed([number], rig.now)
    gaps = [later - earlier for earlier, later in pairwise(looks)]
    assert gaps == sorted(gaps)
    assert (gaps[0], gaps[-1]) == (2.0, 30.0)


def test_a_call_that_nothing_is_heard_of_is_given_up_after_the_time_for_that() -> None:
    rig = Rig(Policy(give_up_after=600), 1)
    placed = replace(rig.place(), state="placed", call_sid="sid")
    rig.plan.changed(placed, rig.now)
    assert rig.plan.followed([placed.number], START + 5000) == []
    assert rig.plan.follow_failed(START + 5600, retry_after=300.0) == []
    rig.now += 5600 + 299
    assert rig.next_step() == Wait(START + 5600 + 300)
    assert rig.plan.followed([], START + 5601) == [placed]


# -- clocks that are set -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", [-3600, 86_400], ids=["back", "forward"])
def test_a_clock_that_is_set_moves_no_pause_no_retry_and_no_question(by: float) -> None:
    policy = Policy(Rate(1), retry=frozenset({"busy"}), retry_after=900, give_up_after=600)

    def steps_of_campaign(set_by: float) -> list[tuple[float, type[Step]]]:
        rig = Rig(policy, 2)
        placed = replace(rig.place(), state="placed", call_sid="sid")
        rig.plan.changed(placed, rig.now)
        steps: list[tuple[float, type[Step]]] = []
        is_up = True
        while not isinstance(step := rig.plan.next_step(rig.now, rig.wall + set_by), Done):
            steps.append((rig.now, type(step)))
            if isinstance(step, Place):
                claim = Attempt(9, step.contact.number, 9, "claimed", rig.wall + set_by, rig.wall + set_by)
                rig.plan.claimed(claim, rig.now)
                refused = replace(claim, state="refused", detail="480")
                rig.plan.refused(refused, rig.now, retry_after=None, stop=False)
            elif isinstance(step, Follow):
                if is_up:
                    assert rig.plan.followed([placed.number], rig.now) == []
                else:
                    rig.plan.changed(replace(placed, state="busy", changed_at=rig.wall + set_by), rig.now)
                    assert rig.plan.followed([], rig.now) == []
                is_up = False
            else:
                rig.now = step.until
        assert rig.now == START + 2 + 2 + 900, "the first look, the second, and then the retry"
        return steps

    assert steps_of_campaign(set_by=by) == steps_of_campaign(set_by=0)


@pytest.mark.parametrize(("age", "wait"), [(100, 800), (0, 900), (-3600, 900), (5000, 0)])
def test_after_a_restart_a_retry_is_due_by_the_age_of_the_last_call_which_is_never_below_zero(
    age: float, wait: float
) -> None:
    (contact,) = contacts(1)
    busy = Attempt(1, contact.number, 1, "busy", NOON - age - 60, NOON - age, "sid-1")
    policy = Policy(Rate(1), retry=frozenset({"busy"}), retry_after=900)
    plan = new_plan(policy, [(contact, [busy])])
    assert plan.next_step(START, NOON) == (Wait(START + wait) if wait else Place(contact))


def test_a_last_call_in_the_future_costs_one_interval_at_most() -> None:
    plan = new_plan(Policy(Rate(1, 60)), [(contact, []) for contact in contacts(1)], last_claim=NOON + 3600)
    assert plan.next_step(START, NOON) == Wait(START + 60)


def test_a_call_of_an_earlier_run_is_not_given_up_before_the_server_has_answered() -> None:
    (contact,) = contacts(1)
    old = Attempt(1, contact.number, 1, "placed", NOON - 86_400, NOON - 86_400, "sid-1")
    plan = new_plan(Policy(give_up_after=600), [(contact, [old])])
    assert plan.next_step(START, NOON) == Follow((old,))
    assert plan.follow_failed(START + 599, retry_after=None) == []
    assert plan.follow_failed(START + 601, retry_after=None) == [old], "but not for ever"
    assert plan.followed([], START + 601) == [old]


def test_hours_that_a_clock_is_set_into_are_open_and_those_that_it_is_set_out_of_are_closed() -> None:
    policy = Policy(Rate(5), hours=Hours.parse("09:00-20:00"), zone="UTC")
    midnight = NOON - 12 * 3600
    plan = new_plan(policy, [(contact, []) for contact in contacts(3)], wall=midnight)
    assert plan.next_step(START, midnight) == Wait(START + 9 * 3600)
    assert plan.next_step(START + 30, NOON) == Place(contacts(3)[0])
    plan.claimed(Attempt(1, contacts(3)[0].number, 1, "claimed", NOON, NOON), START + 30)
    assert plan.next_step(START + 60, midnight - 3600) == Wait(START + 60 + 10 * 3600)
    assert plan.next_step(START + 90, midnight - 4 * 3600 - 60) == Place(contacts(3)[1])


def test_a_thousand_failures_in_a_row_are_a_minute_apart() -> None:
    rig = Rig(Policy(Rate(100), max_errors=2000), 1)
    for _ in range(1100):
        rig.refuse(rig.place(), retry_after=0.0)
    before = rig.now
    rig.refuse(rig.place(), retry_after=0.0)
    assert rig.now - before == 60.0
    assert rig.plan.stop_reason is None


def reason(plan: Plan, now: float, wall: float) -> Reason:
    step = plan.next_step(now, wall)
    assert isinstance(step, Wait)
    assert step.reason is not None
    return step.reason


def test_a_plan_says_why_it_waits() -> None:
    rig = Rig(Policy(Rate(1, 60), max_concurrent=2), 9)
    first = rig.place()
    assert reason(rig.plan, rig.now, rig.wall) == Reason("rate", rig.wall + 60)
    rig.place()
    assert reason(rig.plan, rig.now, rig.wall) == Reason("calls")
    rig.refuse(first)
    assert reason(rig.plan, rig.now, rig.wall).kind in ("rate", "pause")


def test_a_plan_waits_for_answers_of_the_api() -> None:
    rig = Rig(Policy(Rate(1000), max_concurrent=99), 40)
    for _ in range(16):
        rig.place()
    assert reason(rig.plan, rig.now, rig.wall) == Reason("requests")


def test_a_plan_waits_after_failures() -> None:
    rig = Rig(Policy(Rate(1000)), 9)
    rig.refuse(rig.place())
    assert reason(rig.plan, rig.now, rig.wall) == Reason("pause", rig.wall + 1)


def test_a_plan_waits_for_hours_in_the_zone_of_the_list() -> None:
    midnight = NOON - 12 * 3600
    policy = Policy(hours=Hours.parse("09:00-17:00"), zone="UTC")
    plan = Plan(policy, [(contact, []) for contact in contacts(2)], now=START, wall=midnight)
    assert reason(plan, START, midnight) == Reason("hours", midnight + 9 * 3600, "UTC")


def test_a_plan_waits_for_a_retry_and_then_for_the_end_of_calls() -> None:
    rig = Rig(Policy(Rate(1000), retry=frozenset({"busy"}), retry_after=300), 1)
    placed = replace(rig.place(), state="placed", call_sid="sid")
    rig.plan.changed(placed, rig.now)
    assert reason(rig.plan, rig.now, rig.wall) == Reason("end")
    rig.plan.changed(replace(placed, state="busy"), rig.now)
    assert reason(rig.plan, rig.now, rig.wall) == Reason("retry", rig.wall + 300)


def test_outcomes_are_counted_as_numbers_are_finished() -> None:
    rig = Rig(Policy(Rate(1000)), 3)
    rig.refuse(rig.place(), retry_after=None)
    for state in ("completed", "busy"):
        placed = replace(rig.place(), state="placed", call_sid="sid")
        rig.plan.changed(placed, rig.now)
        rig.plan.changed(replace(placed, state=state), rig.now)  # type: ignore[arg-type]
    assert rig.plan.outcomes == {"refused": 1, "completed": 1, "busy": 1}
    assert (rig.plan.finished, rig.plan.placed) == (3, 2)
