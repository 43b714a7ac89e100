"""Rates, calling hours and retries, as plain values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jambonz_sync.campaign import Attempt, CampaignError, Hours, Policy, Rate
from jambonz_sync.campaign.attempt import AttemptState
from jambonz_sync.campaign.policy import Pace, parse_seconds, time_zone

ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "UTC"]


def at(text: str, zone: str, fold: int = 0) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp()


def attempt(state: AttemptState, n: int = 1, changed_at: float = 0.0) -> Attempt:
    return Attempt(n, "+4930123456", n, state, 0.0, changed_at)


class TestRate:
    @pytest.mark.parametrize(
        ("text", "interval"), [("5/s", 0.2), ("30/min", 2.0), ("30/m", 2.0), ("100/h", 36.0), (" 0.5 / sec ", 2.0)]
    )
    def test_a_rate_is_read(self, text: str, interval: float) -> None:
        assert Rate.parse(text).interval == pytest.approx(interval)

    @pytest.mark.parametrize("text", ["5", "0/s", "-1/s", "5/day", "", "1e3/s", "nan/s"])
    def test_what_is_no_rate_is_refused(self, text: str) -> None:
        with pytest.raises(CampaignError):
            Rate.parse(text)

    def test_a_rate_reads_as_it_was_written(self) -> None:
        assert [str(Rate.parse(text)) for text in ("5/s", "30/min", "0.5/h")] == ["5/s", "30/min", "0.5/h"]

    @settings(deadline=None)
    @given(interval=st.floats(0.01, 100), asked=st.lists(st.floats(0, 10), max_size=60), window=st.floats(0.01, 500))
    def test_no_window_holds_more_calls_than_the_rate_allows(
        self, interval: float, asked: list[float], window: float
    ) -> None:
        pace, now = Pace(interval), 0.0
        calls: list[float] = []
        for wait in asked:
            now = pace.earliest(now + wait)
            pace = pace.after(now)
            calls.append(now)
        for start in calls:
            inside = sum(start <= call < start + window for call in calls)
            assert inside <= window / interval + 1 + 1e-6


class TestHours:
    @pytest.mark.parametrize("text", ["9-20", "09:00", "25:00-26:00", "09:60-10:00", "09:00-09:00", "24:00-01:00", ""])
    def test_what_are_no_hours_is_refused(self, text: str) -> None:
        with pytest.raises(CampaignError):
            Hours.parse(text)

    def test_hours_read_as_they_were_written(self) -> None:
        assert str(Hours.parse("9:00-20:00")) == "09:00-20:00"
        assert str(Hours.parse("00:00-24:00")) == "00:00-24:00"

    def test_hours_are_open_to_nobody_whose_time_zone_is_not_known(self) -> None:
        policy = Policy(hours=Hours.parse("09:00-20:00"))
        assert policy.next_open(at("2026-07-01T08:00", "UTC"), "UTC") == at("2026-07-01T09:00", "UTC")
        with pytest.raises(CampaignError, match="calling hours need a time zone"):
            policy.next_open(0.0, None)

    def test_the_first_minute_is_within_and_the_last_is_not(self) -> None:
        hours, berlin = Hours.parse("09:00-20:00"), ZoneInfo("Europe/Berlin")
        assert not hours.are_open(at("2026-07-01T08:59:59", "Europe/Berlin"), berlin)
        assert hours.are_open(at("2026-07-01T09:00", "Europe/Berlin"), berlin)
        assert hours.are_open(at("2026-07-01T19:59:59", "Europe/Berlin"), berlin)
        assert not hours.are_open(at("2026-07-01T20:00", "Europe/Berlin"), berlin)

    def test_a_night_goes_over_midnight(self) -> None:
        hours, zone = Hours.parse("20:00-02:00"), ZoneInfo("UTC")
        open_at = [hour for hour in range(24) if hours.are_open(at(f"2026-07-01T{hour:02}:30", "UTC"), zone)]
        assert open_at == [0, 1, 20, 21, 22, 23]

    def test_nine_in_the_morning_stays_nine_when_the_clocks_change(self) -> None:
        hours, berlin = Hours.parse("09:00-20:00"), ZoneInfo("Europe/Berlin")
        for evening, morning, night in (("2026-03-28", "2026-03-29", 12), ("2026-10-24", "2026-10-25", 14)):
            closed = at(f"{evening}T20:00", "Europe/Berlin")
            opens = hours.next_open(closed, berlin)
            assert opens == at(f"{morning}T09:00", "Europe/Berlin")
            assert opens - closed == night * 3600

    def test_hours_that_begin_in_the_hour_that_is_left_out_begin_after_it(self) -> None:
        opens = Hours.parse("02:30-05:00").next_open(at("2026-03-29T01:00", "Europe/Berlin"), ZoneInfo("Europe/Berlin"))
        assert opens == at("2026-03-29T03:00", "Europe/Berlin")

    def test_hours_in_the_hour_that_comes_twice_come_twice(self) -> None:
        hours, berlin = Hours.parse("02:15-02:45"), ZoneInfo("Europe/Berlin")
        first = hours.next_open(at("2026-10-25T01:00", "Europe/Berlin"), berlin)
        second = hours.next_open(first + 30 * 60, berlin)
        assert second - first == 3600

    def test_a_day_that_never_was_is_passed_over(self) -> None:
        opens = Hours.parse("09:00-10:00").next_open(at("2011-12-29T12:00", "Pacific/Apia"), ZoneInfo("Pacific/Apia"))
        assert opens == at("2011-12-31T09:00", "Pacific/Apia")

    @settings(deadline=None)
    @given(
        opens=st.integers(0, 24 * 60 - 1),
        closes=st.integers(1, 24 * 60),
        zone=st.sampled_from(ZONES),
        moment=st.datetimes(datetime(1990, 1, 1), datetime(2037, 1, 1)),
    )
    @example(opens=150, closes=300, zone="Europe/Berlin", moment=datetime(2026, 3, 29, 0, 30))
    @example(opens=135, closes=165, zone="Europe/Berlin", moment=datetime(2026, 10, 25, 0, 50))
    @example(opens=100, closes=130, zone="Australia/Lord_Howe", moment=datetime(2026, 4, 4, 14, 45))
    @example(opens=540, closes=600, zone="Pacific/Apia", moment=datetime(2011, 12, 30, 3, 0))
    def test_the_next_opening_is_within_the_hours_and_no_minute_before_it_is(
        self, opens: int, closes: int, zone: str, moment: datetime
    ) -> None:
        if opens == closes:
            return
        hours, place = Hours(opens, closes), ZoneInfo(zone)
        now = moment.replace(tzinfo=UTC).timestamp()
        opening = hours.next_open(now, place)
        assert now <= opening <= now + timedelta(days=3).total_seconds()
        on_the_wall = datetime.fromtimestamp(opening, UTC).astimezone(place).strftime("%H:%M")
        begin, end = str(hours).split("-")
        assert begin <= on_the_wall < end if begin < end else (on_the_wall >= begin or on_the_wall < end)
        if opening > now:
            for minute in range(int(now // 60), int(opening // 60)):
                before = datetime.fromtimestamp(max(now, minute * 60), UTC).astimezone(place).strftime("%H:%M")
                assert not (begin <= before < end) if begin < end else (end <= before < begin)

    @pytest.mark.parametrize("name", ["Mars/Base", "", "../etc/passwd", "/etc/passwd", "Europe"])
    def test_what_is_no_time_zone_is_refused(self, name: str) -> None:
        with pytest.raises(CampaignError, match="no time zone"):
            time_zone(name)


class TestRetries:
    policy = Policy(retry=frozenset({"busy", "no-answer"}), retry_after=900, max_attempts=3)

    def test_a_number_without_attempts_is_due(self) -> None:
        assert self.policy.standing([]).kind == "due"

    @pytest.mark.parametrize("state", ["claimed", "placed"])
    def test_an_open_attempt_keeps_the_number_from_being_called(self, state: AttemptState) -> None:
        assert self.policy.standing([attempt(state)]).kind == "open"

    def test_a_busy_number_is_due_again_after_the_pause(self) -> None:
        standing = self.policy.standing([attempt("busy", changed_at=100.0)])
        assert (standing.kind, standing.delay) == ("due", 900.0)

    def test_the_last_attempt_is_the_last(self) -> None:
        assert self.policy.standing([attempt("busy", n) for n in (1, 2)]).kind == "due"
        assert self.policy.standing([attempt("busy", n) for n in (1, 2, 3)]).kind == "done"

    @pytest.mark.parametrize("state", ["completed", "failed", "unknown"])
    def test_what_the_policy_does_not_retry_is_done(self, state: AttemptState) -> None:
        assert self.policy.standing([attempt(state)]).kind == "done"

    def test_refused_and_written_off_attempts_use_up_none(self) -> None:
        before = [attempt("refused", 1), attempt("written-off", 2), attempt("busy", 3), attempt("refused", 4)]
        assert self.policy.standing(before).kind == "due"
        assert self.policy.standing([*before, attempt("busy", 5)]).kind == "due"
        assert self.policy.standing([*before, attempt("busy", 5), attempt("busy", 6)]).kind == "done"

    @pytest.mark.parametrize(
        "wrong",
        [
            {"max_concurrent": 0},
            {"max_attempts": 0},
            {"max_errors": 0},
            {"retry_after": -1},
            {"retry_after": float("nan")},
            {"retry": frozenset({"completed"})},
            {"retry": frozenset({"unknown"})},
            {"zone": "Nowhere"},
        ],
    )
    def test_rules_that_make_no_sense_are_refused(self, wrong: dict[str, object]) -> None:
        with pytest.raises(CampaignError):
            Policy(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "seconds"), [("90", 90), ("90s", 90), ("15m", 900), ("1h30m", 5400), ("2d", 172_800), ("0.5", 0.5)]
)
def test_a_duration_is_read(text: str, seconds: float) -> None:
    assert parse_seconds(text) == seconds


@pytest.mark.parametrize("text", ["", "m", "1w", "-5s", "15 m", "m15"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(CampaignError):
        parse_seconds(text)
