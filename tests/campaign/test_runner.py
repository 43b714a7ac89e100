"""A campaign from beginning to end, with a telephone network in memory."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import pytest

from jambonz_sync.campaign import (
    AnsweredBy,
    Attempt,
    Campaign,
    CampaignError,
    CampaignLocked,
    Contact,
    Hours,
    InvalidNumbers,
    NumberList,
    Policy,
    Progress,
    Rate,
    Refused,
    Report,
)
from jambonz_sync.campaign.runner import Clock
from jambonz_sync.campaign.store import Store

ANN, BOB, EVE = "+15085551212", "+15085551213", "+15085551214"
FAST = Policy(Rate(1000))


class Network:
    """Answers ``place`` by ``answers`` (a call_sid if there is none), and every call has ended as ``outcomes`` say."""

    def __init__(self) -> None:
        self.placed: list[Contact] = []
        self.answers: dict[str, list[Callable[[], object]]] = {}
        self.outcomes: dict[str, list[str]] = {}
        self.status_errors: list[Exception] = []
        self._calls: dict[str, str] = {}

    def place(self, entry: Contact, application_sid: str) -> str:
        assert application_sid == "app"
        self.placed.append(entry)
        answers = self.answers.get(entry.number)
        if answers:
            answers.pop(0)()
        call_sid = f"sid-{len(self._calls) + 1}"
        self._calls[call_sid] = entry.number
        return call_sid

    def statuses(self, call_sids: Collection[str]) -> Mapping[str, str]:
        if self.status_errors:
            raise self.status_errors.pop()
        statuses = {}
        for call_sid in call_sids:
            outcomes = self.outcomes.get(self._calls[call_sid], [])
            statuses[call_sid] = outcomes.pop(0) if outcomes else "completed"
        return statuses

    @property
    def dialled(self) -> Counter[str]:
        return Counter(entry.number for entry in self.placed)


class JumpingClock(Clock):
    """Where the campaign waits and no request is on its way, it is later at once."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.now = now
        self.elapsed = 0.0
        #: set where a test keeps a request from being answered until it is later
        self.requests_hang = False

    def time(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.elapsed

    def wait(self, inbox: SimpleQueue[Any], seconds: float) -> Any:
        while True:
            pending = not self.requests_hang and any(
                thread.name == "campaign-request" for thread in threading.enumerate()
            )
            try:
                return inbox.get(timeout=0.002)
            except Empty:
                if not pending:
                    self.now += seconds
                    self.elapsed += seconds
                    raise


def raising(error: BaseException) -> Callable[[], object]:
    def answer() -> object:
        raise error

    return answer


@pytest.fixture
def network() -> Network:
    return Network()


@pytest.fixture
def clock() -> JumpingClock:
    return JumpingClock()


@pytest.fixture
def campaign(tmp_path: Path, network: Network, clock: JumpingClock) -> Callable[..., Campaign]:
    def make(numbers: Any = (ANN, BOB), **options: Any) -> Campaign:
        settings: dict[str, Any] = {
            "application_sid": "app",
            "from_": "+15085550000",
            "state": tmp_path / "calls.db",
            "policy": FAST,
            "clock": clock,
        }
        return Campaign(numbers, network, **{**settings, **options})

    return make


def outcomes(report: Report) -> dict[str, str]:
    return {row.number: row.outcome for row in report.numbers}


def test_every_number_is_called_once_and_reported(campaign: Callable[..., Campaign], network: Network) -> None:
    report = campaign([{"number": ANN, "name": "Ann"}, BOB]).run()
    assert network.dialled == {ANN: 1, BOB: 1}
    assert network.placed[0] == Contact(ANN, 1, None, "+15085550000", {"name": "Ann"})
    assert outcomes(report) == {ANN: "completed", BOB: "completed"}
    assert report.complete
    assert report.totals == {"completed": 2}


def test_a_campaign_that_is_run_again_calls_nobody_again(campaign: Callable[..., Campaign], network: Network) -> None:
    first = campaign().run()
    assert campaign().run() == first
    assert network.dialled == {ANN: 1, BOB: 1}


def test_busy_numbers_are_called_again_as_the_policy_says(campaign: Callable[..., Campaign], network: Network) -> None:
    network.outcomes = {ANN: ["busy", "no-answer", "completed"], BOB: ["busy"] * 9}
    policy = Policy(Rate(1000), retry=frozenset({"busy", "no-answer"}), retry_after=60, max_attempts=3)
    report = campaign(policy=policy).run()
    assert network.dialled == {ANN: 3, BOB: 3}
    assert outcomes(report) == {ANN: "completed", BOB: "busy"}
    assert [row.attempts for row in report.numbers] == [3, 3]
    assert report.complete


def test_a_call_is_followed_while_it_goes_on(campaign: Callable[..., Campaign], network: Network) -> None:
    network.outcomes = {ANN: ["ringing", "in-progress", "in-progress", "completed"], BOB: ["a-new-status", "failed"]}
    network.status_errors = [ConnectionError("reset")]
    assert outcomes(campaign().run()) == {ANN: "completed", BOB: "failed"}


def test_numbers_on_the_do_not_call_list_are_not_called(campaign: Callable[..., Campaign], network: Network) -> None:
    report = campaign(do_not_call=["+1 (508) 555-1212"]).run()
    assert network.dialled == {BOB: 1}
    assert outcomes(report) == {ANN: "do-not-call", BOB: "completed"}
    assert report.complete


def test_a_wrong_row_on_the_do_not_call_list_stops_everything(
    campaign: Callable[..., Campaign], network: Network
) -> None:
    with pytest.raises(InvalidNumbers, match="do-not-call list: 1 row cannot be used"):
        campaign(do_not_call=["508 555 1212"], skip_invalid=True)


def test_wrong_rows_stop_everything_unless_they_are_to_be_skipped(
    campaign: Callable[..., Campaign], network: Network
) -> None:
    with pytest.raises(InvalidNumbers):
        campaign(["12", ANN])
    report = campaign(["12", ANN], skip_invalid=True).run()
    assert outcomes(report) == {"12": "invalid", ANN: "completed"}
    assert not report.complete


def test_a_list_that_was_read_before_is_taken_as_it_is(campaign: Callable[..., Campaign], network: Network) -> None:
    assert outcomes(campaign(NumberList.from_rows([ANN])).run()) == {ANN: "completed"}


def test_a_number_that_comes_twice_is_called_once(campaign: Callable[..., Campaign], network: Network) -> None:
    report = campaign([ANN, "001 508 555 1212"]).run()
    assert network.dialled == {ANN: 1}
    assert [(row.number, row.line) for row in report.duplicates] == [(ANN, 2)]
    assert f"line 2: {ANN} is on line 1 too" in str(report)


def test_an_attempt_without_an_answer_is_unknown_and_not_repeated(
    campaign: Callable[..., Campaign], network: Network
) -> None:
    network.answers = {ANN: [raising(TimeoutError("no answer in 30 s"))]}
    everything = frozenset({"busy", "no-answer", "failed"})
    policy = Policy(Rate(1000), retry=everything, retry_after=0)
    for _ in range(3):
        report = campaign(policy=policy).run()
        assert outcomes(report) == {ANN: "unknown", BOB: "completed"}
        assert report.numbers[0].detail == "TimeoutError: no answer in 30 s"
        assert not report.complete
    assert network.dialled == {ANN: 1, BOB: 1}


def test_unknown_attempts_are_repeated_when_that_is_asked_for_and_once(
    campaign: Callable[..., Campaign], network: Network
) -> None:
    network.answers = {ANN: [raising(TimeoutError())] * 2}
    campaign().run()
    assert outcomes(campaign(retry_unknown=True).run())[ANN] == "unknown"
    assert network.dialled[ANN] == 2
    assert outcomes(campaign(retry_unknown=True).run())[ANN] == "completed"
    assert network.dialled == {ANN: 3, BOB: 1}


def test_a_call_that_the_server_knows_nothing_of_any_more_is_unknown(
    campaign: Callable[..., Campaign], network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "statuses", lambda call_sids: {})
    report = campaign([ANN], policy=Policy(Rate(1000), give_up_after=60)).run()
    assert outcomes(report) == {ANN: "unknown"}
    assert report.numbers[0].call_sid == "sid-1"


def test_a_refused_call_is_tried_again_when_it_may_be(campaign: Callable[..., Campaign], network: Network) -> None:
    network.answers = {ANN: [raising(Refused("480 no feature server", retry_after=5.0))] * 2}
    report = campaign().run()
    assert network.dialled == {ANN: 3, BOB: 1}
    assert outcomes(report) == {ANN: "completed", BOB: "completed"}
    assert report.numbers[0].attempts == 1


def test_a_number_that_is_refused_for_good_is_tried_again_by_the_next_run_only(
    campaign: Callable[..., Campaign], network: Network
) -> None:
    network.answers = {ANN: [raising(Refused("400 bad request"))]}
    assert outcomes(campaign().run()) == {ANN: "refused", BOB: "completed"}
    assert network.dialled[ANN] == 1
    assert outcomes(campaign().run()) == {ANN: "completed", BOB: "completed"}
    assert network.dialled == {ANN: 2, BOB: 1}


def test_a_wrong_key_stops_the_campaign_and_leaves_the_rest_waiting(
    campaign: Callable[..., Campaign], network: Network
) -> None:
    network.answers = {ANN: [raising(Refused("401 Unauthorized", stop=True))]}
    report = campaign(policy=Policy(Rate(1, 60), max_concurrent=1)).run()
    assert outcomes(report) == {ANN: "refused", BOB: "waiting"}
    assert report.stopped == "401 Unauthorized"
    assert not report.complete


def test_stop_lets_the_open_calls_end_and_the_next_run_goes_on(
    campaign: Callable[..., Campaign], network: Network
) -> None:
    network.outcomes = {ANN: ["ringing", "completed"]}
    first = campaign(policy=Policy(Rate(1, 60)))
    first.on("placed", lambda attempt: first.stop("enough for today", grace=1000.0))
    report = first.run()
    assert outcomes(report) == {ANN: "completed", BOB: "waiting"}
    assert report.stopped == "enough for today"
    assert outcomes(campaign().run()) == {ANN: "completed", BOB: "completed"}
    assert network.dialled == {ANN: 1, BOB: 1}


def test_a_stop_that_leaves_nothing_undone_is_none(campaign: Callable[..., Campaign], network: Network) -> None:
    last = campaign([ANN])
    last.on("placed", lambda attempt: last.stop(grace=1000.0))
    report = last.run()
    assert outcomes(report) == {ANN: "completed"}
    assert report.complete
    assert report.stopped is None


def test_a_call_that_outlasts_the_grace_is_followed_by_the_next_run(
    campaign: Callable[..., Campaign], network: Network
) -> None:
    network.outcomes = {ANN: ["in-progress"] * 5}
    first = campaign([ANN])
    first.on("placed", lambda attempt: first.stop(grace=0.0))
    report = first.run()
    assert outcomes(report) == {ANN: "placed"}
    assert report.numbers[0].call_sid == "sid-1"
    assert outcomes(campaign([ANN]).run()) == {ANN: "completed"}
    assert network.dialled == {ANN: 1}


def test_an_answer_that_comes_after_the_end_is_not_taken_for_one_of_the_next_run(
    campaign: Callable[..., Campaign], network: Network, clock: JumpingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, late, job = threading.Event(), threading.Event(), campaign([ANN])
    statuses = network.statuses

    def slow(call_sids: Collection[str]) -> Mapping[str, str]:
        if not asked.is_set():
            asked.set()
            job.stop(grace=0.0)
            late.wait(30)
        return statuses(call_sids)

    monkeypatch.setattr(network, "statuses", slow)
    clock.requests_hang = True
    assert outcomes(job.run()) == {ANN: "placed"}
    late.set()
    clock.requests_hang = False
    assert outcomes(job.run()) == {ANN: "completed"}
    assert network.dialled == {ANN: 1}


def test_stop_waits_for_the_answer_of_a_call_that_is_being_placed(
    campaign: Callable[..., Campaign], network: Network
) -> None:
    class LateClock(JumpingClock):
        """The answer comes an hour after the end of the grace."""

        def wait(self, inbox: SimpleQueue[Any], seconds: float) -> Any:
            if self.elapsed > 3600:
                answer.set()
                self.requests_hang = False
            return super().wait(inbox, seconds)

    answer, clock = threading.Event(), LateClock()
    clock.requests_hang = True
    network.answers = {ANN: [lambda: answer.wait(30)]}
    stopping = campaign([ANN], clock=clock)
    stopping.on("claimed", lambda attempt: stopping.stop(grace=0.0))
    assert outcomes(stopping.run()) == {ANN: "placed"}
    assert clock.elapsed > 3600


def test_listeners_hear_of_each_state_when_it_is_on_disk(campaign: Callable[..., Campaign]) -> None:
    heard: list[tuple[str, str, str | None]] = []
    job = campaign([ANN])
    job.on("change", lambda attempt: heard.append((attempt.number, attempt.state, attempt.call_sid)))
    completed: list[Attempt] = []
    assert job.on("completed")(completed.append) is not None
    job.run()
    assert heard == [(ANN, "claimed", None), (ANN, "placed", "sid-1"), (ANN, "completed", "sid-1")]
    assert [attempt.state for attempt in completed] == ["completed"]
    assert job.progress == Progress(1, 1, 0, {"completed": 1}, placed=1)


def test_a_listener_for_a_state_that_there_is_not_is_refused(campaign: Callable[..., Campaign]) -> None:
    job = campaign([ANN])
    for register in (lambda: job.on("placd", print), lambda: job.on("placd")):
        with pytest.raises(CampaignError) as caught:
            register()
        assert str(caught.value) == (
            "on(): no attempt comes to a state 'placd' (did you mean placed?); known: claimed, placed, refused, "
            "unknown, written-off, completed, machine, busy, no-answer, failed, change"
        )


def test_a_listener_that_fails_is_logged_with_the_call_and_changes_nothing(
    campaign: Callable[..., Campaign], caplog: pytest.LogCaptureFixture
) -> None:
    job = campaign([ANN])
    job.on("completed", lambda attempt: 1 / 0)
    with caplog.at_level(logging.ERROR, "jambonz_sync.campaign"):
        assert job.run().complete
    (record,) = caplog.records
    assert "sid-1" in record.getMessage()
    assert record.exc_info is not None


def test_a_second_run_on_the_same_state_is_refused_while_the_first_goes_on(campaign: Callable[..., Campaign]) -> None:
    first, refused = campaign(), []

    @first.on("placed")
    def second(attempt: Attempt) -> None:
        with pytest.raises(CampaignLocked):
            campaign().run()
        refused.append(attempt)

    assert first.run().complete
    assert len(refused) == 2


def test_a_state_file_that_cannot_be_written_ends_the_run_before_anything_is_dialled(
    campaign: Callable[..., Campaign], network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Store, number: str, now: float) -> Attempt:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Store, "claim", full)
    with pytest.raises(OSError, match="No space left"):
        campaign().run()
    assert network.placed == []


def test_a_dry_run_says_who_would_be_called_and_when_and_touches_nothing(
    campaign: Callable[..., Campaign], network: Network, tmp_path: Path
) -> None:
    numbers = [ANN, {"number": BOB, "time_zone": "Asia/Tokyo"}, EVE]
    policy = Policy(Rate(5), hours=Hours.parse("08:00-09:00"), zone="UTC")  # 1_800_000_000 is 08:00 there
    report = campaign(numbers, policy=policy, do_not_call=[EVE], clock=JumpingClock()).dry_run()
    assert [(row.number, row.outcome, row.detail) for row in report.numbers] == [
        (ANN, "waiting", "due now"),
        (BOB, "waiting", "from 2027-01-16 08:00 Asia/Tokyo"),
        (EVE, "do-not-call", None),
    ]
    assert network.placed == []
    assert list(tmp_path.iterdir()) == []


def test_a_dry_run_knows_what_has_been_done(campaign: Callable[..., Campaign], network: Network) -> None:
    network.answers = {ANN: [raising(TimeoutError())]}
    campaign().run()
    assert outcomes(campaign([ANN, BOB, EVE]).dry_run()) == {ANN: "unknown", BOB: "completed", EVE: "waiting"}
    assert outcomes(campaign([ANN, BOB, EVE], retry_unknown=True).dry_run())[ANN] == "waiting"
    assert outcomes(campaign().run()) == {ANN: "unknown", BOB: "completed"}


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"from_": None}, "line 1: .* has no calling number"),
        ({"policy": Policy(hours=Hours.parse("09:00-20:00"))}, "line 1: .* has no time zone"),
    ],
)
def test_what_a_row_lacks_is_said_before_anything_is_dialled(
    campaign: Callable[..., Campaign], options: dict[str, Any], reason: str
) -> None:
    with pytest.raises(CampaignError, match=reason):
        campaign(**options)


# -- clocks that are set ------------------------------------------------------------------------------------------


def test_a_clock_that_is_set_back_does_not_make_the_campaign_stand_still(
    campaign: Callable[..., Campaign], network: Network, clock: JumpingClock
) -> None:
    network.outcomes = {ANN: ["in-progress", "busy"]}
    policy = Policy(Rate(1), retry=frozenset({"busy"}), retry_after=60)
    job = campaign(policy=policy)

    @job.on("change")
    def set_back(attempt: Attempt) -> None:
        clock.now -= 3600

    assert outcomes(job.run()) == {ANN: "completed", BOB: "completed"}
    assert clock.elapsed < 120


def test_a_clock_that_is_set_forward_gives_up_no_call(
    campaign: Callable[..., Campaign], network: Network, clock: JumpingClock
) -> None:
    network.outcomes = {ANN: ["in-progress", "completed"]}
    network.status_errors = [ConnectionError("reset")]
    job = campaign([ANN])

    @job.on("placed")
    def set_forward(attempt: Attempt) -> None:
        clock.now += 86_400

    assert outcomes(job.run()) == {ANN: "completed"}


def test_a_clock_that_is_set_back_between_two_runs_costs_one_pause_at_most(
    campaign: Callable[..., Campaign], network: Network, clock: JumpingClock
) -> None:
    network.outcomes = {ANN: ["busy"]}
    policy = Policy(Rate(1), retry=frozenset({"busy"}), retry_after=60)
    first = campaign([ANN], policy=policy)
    first.on("busy", lambda attempt: first.stop())
    assert outcomes(first.run()) == {ANN: "waiting"}
    clock.now -= 86_400
    start = clock.elapsed
    assert campaign([ANN], policy=policy).dry_run().numbers[0].detail == "from 2027-01-14 08:01:02 UTC"
    assert outcomes(campaign([ANN], policy=policy).run()) == {ANN: "completed"}
    assert clock.elapsed - start < 120


# -- a system without threads ---------------------------------------------------------------------------------------


@pytest.fixture
def refuse_threads(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Make the system refuse the next threads of the campaign, as it does at a limit of the container."""
    start, refusals = threading.Thread.start, [0]

    def refusing(thread: threading.Thread) -> None:
        if thread.name == "campaign-request" and refusals[0] > 0:
            refusals[0] -= 1
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", refusing)

    def refuse(count: int) -> None:
        refusals[0] = count

    return refuse


def test_a_number_for_which_there_was_no_thread_is_called_later_and_never_unknown(
    campaign: Callable[..., Campaign], network: Network, refuse_threads: Callable[[int], None]
) -> None:
    refuse_threads(3)
    states: list[str] = []
    job = campaign()
    job.on("change", lambda attempt: states.append(attempt.state))
    report = job.run()
    assert outcomes(report) == {ANN: "completed", BOB: "completed"}
    assert report.complete
    assert network.dialled == {ANN: 1, BOB: 1}
    assert states.count("refused") == 3
    assert "unknown" not in states


def test_a_system_that_gives_no_thread_for_long_stops_the_campaign_and_the_next_run_goes_on(
    campaign: Callable[..., Campaign], network: Network, refuse_threads: Callable[[int], None]
) -> None:
    refuse_threads(1000)
    report = campaign(policy=Policy(Rate(1000), max_errors=3)).run()
    assert report.stopped == "3 calls in a row could not be placed; the last one: can't start new thread"
    refuse_threads(0)
    assert outcomes(campaign().run()) == {ANN: "completed", BOB: "completed"}
    assert network.dialled == {ANN: 1, BOB: 1}


def test_calls_are_followed_again_when_there_is_a_thread_again(
    campaign: Callable[..., Campaign], network: Network, refuse_threads: Callable[[int], None]
) -> None:
    network.outcomes = {ANN: ["in-progress", "completed"]}
    job = campaign([ANN])
    job.on("placed", lambda attempt: refuse_threads(2))
    assert outcomes(job.run()) == {ANN: "completed"}


def test_a_dialler_that_ends_its_thread_leaves_the_attempt_unknown_and_the_campaign_goes_on(
    campaign: Callable[..., Campaign], network: Network
) -> None:
    network.answers = {ANN: [raising(SystemExit(1))]}
    assert outcomes(campaign().run()) == {ANN: "unknown", BOB: "completed"}


@pytest.mark.parametrize("numbers", [[], ["12"]])
def test_a_list_without_a_number_is_an_error(campaign: Callable[..., Campaign], numbers: list[str]) -> None:
    with pytest.raises(CampaignError, match=r"numbers holds no (valid )?number to call"):
        campaign(numbers, skip_invalid=True)


def test_numbers_of_a_country_are_called_and_left_out_as_they_are_written_there(
    campaign: Callable[..., Campaign], network: Network
) -> None:
    campaign(["508 555 1212", "508 555 1213"], do_not_call=["(508) 555-1213"], country="US").run()
    assert network.dialled == {ANN: 1}


def test_progress_counts_outcomes_and_says_why_it_waits(campaign: Callable[..., Campaign], network: Network) -> None:
    network.outcomes = {ANN: ["busy"]}
    seen: list[Progress] = []
    job = campaign(policy=Policy(Rate(1000), max_concurrent=1))
    job.on("change", lambda attempt: seen.append(job.progress))
    assert job.progress == Progress(0, 2, 0)
    job.run()
    assert [(progress.finished, progress.open, progress.placed) for progress in seen] == [
        (0, 1, 0), (0, 1, 1), (1, 0, 1), (1, 1, 1), (1, 1, 2), (2, 0, 2)
    ]  # fmt: skip
    waits = [progress.waits.kind for progress in seen if progress.waits is not None]
    assert waits[0] == "calls"
    assert job.progress.outcomes == {"busy": 1, "completed": 1}


def test_a_campaign_that_is_stopped_says_so(campaign: Callable[..., Campaign]) -> None:
    job = campaign()
    job.on("claimed", lambda attempt: job.stop("enough"))
    job.run()
    assert (job.progress.stopped, job.progress.waits) == ("enough", None)


# -- answering machine detection


def answering(job: Campaign, who: AnsweredBy, when: str = "placed") -> None:
    """Have calls to ANN answered by ``who``, which is told when they come to a state."""

    @job.on(when)
    def tell(attempt: Attempt) -> None:
        if attempt.number == ANN and attempt.call_sid:
            job.answered_by(attempt.call_sid, who)


@pytest.mark.parametrize(("who", "outcome"), [("machine", "machine"), ("human", "completed")])
def test_who_has_answered_shows_in_the_outcome(
    campaign: Callable[..., Campaign], who: AnsweredBy, outcome: str
) -> None:
    job = campaign()
    answering(job, who)
    report = job.run()
    assert [(row.outcome, row.answered_by) for row in report.numbers] == [(outcome, who), ("completed", None)]
    assert report.complete
    assert job.progress.outcomes.get("machine", 0) == (who == "machine")


def test_a_result_that_comes_after_the_end_of_the_call_counts(
    campaign: Callable[..., Campaign], network: Network
) -> None:
    network.outcomes = {BOB: ["in-progress"] * 3}
    job = campaign()
    answering(job, "machine", when="completed")
    report = job.run()
    assert outcomes(report) == {ANN: "machine", BOB: "completed"}
    assert job.progress.outcomes == {"machine": 1, "completed": 1}


@pytest.mark.parametrize("when", ["placed", "completed"])
def test_numbers_that_a_machine_answered_are_called_again(
    campaign: Callable[..., Campaign], network: Network, when: str
) -> None:
    network.outcomes = {BOB: ["in-progress"] * 9}
    job = campaign(policy=Policy(Rate(1000), retry=frozenset({"machine"}), retry_after=0, max_attempts=2))
    answering(job, "machine", when)
    report = job.run()
    assert network.dialled == {ANN: 2, BOB: 1}
    assert [(row.outcome, row.attempts) for row in report.numbers] == [("machine", 2), ("completed", 1)]


def test_a_result_is_kept_over_a_restart(campaign: Callable[..., Campaign], network: Network) -> None:
    network.outcomes = {ANN: ["in-progress"] * 5}
    job = campaign([ANN])

    @job.on("placed")
    def tell(attempt: Attempt) -> None:
        job.answered_by(attempt.call_sid or "", "machine")
        job.stop(grace=0.0)

    assert outcomes(job.run()) == {ANN: "placed"}
    network.outcomes = {}
    assert outcomes(campaign([ANN]).run()) == {ANN: "machine"}


def test_a_result_that_is_faster_than_the_answer_to_the_request_counts(
    campaign: Callable[..., Campaign], network: Network
) -> None:
    job = campaign([ANN])
    network.answers = {ANN: [lambda: job.answered_by("sid-1", "machine")]}
    assert outcomes(job.run()) == {ANN: "machine"}


@pytest.mark.parametrize("when", ["claimed", "placed"])
def test_a_result_for_an_unknown_call_is_logged(
    campaign: Callable[..., Campaign], caplog: pytest.LogCaptureFixture, when: str
) -> None:
    job = campaign([ANN])
    job.on(when, lambda attempt: job.answered_by("stranger", "machine"))
    with caplog.at_level(logging.WARNING):
        assert outcomes(job.run()) == {ANN: "completed"}
    assert "call stranger, which a machine answered, is none of this campaign" in caplog.messages


def test_nobody_else_answers_a_call(campaign: Callable[..., Campaign]) -> None:
    with pytest.raises(CampaignError, match='by "human" or "machine", not by \'robot\''):
        campaign().answered_by("sid-1", "robot")  # type: ignore[arg-type]
