"""The live view of a campaign: its lines, and how fast it says it goes."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click import unstyle

from jambonz_sync.campaign import Attempt, Hours, Policy, Progress, Rate
from jambonz_sync.campaign.plan import Reason
from jambonz_sync.cli.live import LiveView, Speed, _cut, duration_text, reason_text, view_lines

BERLIN = "Europe/Berlin"
NOW = datetime(2026, 11, 27, 8, 0, tzinfo=ZoneInfo(BERLIN)).timestamp()
POLICY = Policy(Rate(5), max_concurrent=20, hours=Hours.parse("09:00-20:00"), zone=BERLIN)


def lines(progress: Progress, **options: Any) -> list[str]:
    settings: dict[str, Any] = {"now": NOW, "placed_per_second": None, "finished_per_second": None}
    errors = options.pop("errors", Counter())
    return [unstyle(line) for line in view_lines(progress, POLICY, errors, **{**settings, **options})]


def test_the_view_shows_outcomes_rate_and_time_left() -> None:
    progress = Progress(431, 1000, 12, {"completed": 380, "busy": 47, "machine": 4}, placed=440)
    assert lines(progress, placed_per_second=4.84, finished_per_second=4.5) == [
        "█████████████░░░░░░░░░░░░░░░░░  431/1,000  43%",
        "completed 380  busy 47  machine 4",
        "12 of 20 calls up  4.8/s of 5/s  about 2 min left",
    ]


def test_the_view_says_why_it_waits() -> None:
    progress = Progress(0, 3, 0, waits=Reason("hours", NOW + 3600, BERLIN))
    assert lines(progress, finished_per_second=2.0)[1:] == [
        "no outcome yet",
        "0 of 20 calls up",
        "waits for calling hours (09:00-20:00): they begin at 09:00 Europe/Berlin, in 1 h",
    ]


def test_a_campaign_that_was_stopped_says_so() -> None:
    assert lines(Progress(1, 3, 2, stopped="stopped by SIGINT"))[-1] == (
        "no more calls: stopped by SIGINT; open ones are followed, Ctrl-C ends that"
    )
    assert lines(Progress(1, 3, 0, stopped="enough"))[-1] == "no more calls: enough"


def test_equal_errors_are_one_line_and_the_rarest_are_left_to_the_report() -> None:
    errors = Counter({"a": 3, "b": 7, "c": 1, "d": 2, "e": 1})
    assert lines(Progress(9, 9, 0), errors=errors)[3:] == ["7 x b", "3 x a", "2 x d",
                                                           "and 2 more kinds of errors: see the report"]  # fmt: skip


def test_a_terminal_without_unicode_gets_a_bar_all_the_same() -> None:
    assert lines(Progress(1, 2, 0), unicode=False)[0] == "#" * 15 + "-" * 15 + "  1/2  50%"


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        (Reason("calls"), "waits for a call to end: 20 are up"),
        (Reason("requests"), "waits for answers of the API"),
        (Reason("end"), "waits for the last calls to end"),
        (Reason("rate", NOW + 0.2), None),
        (Reason("rate", NOW + 30), "waits for the next call at a rate of 5/s: at 08:00:30 Europe/Berlin, in 30 s"),
        (Reason("retry", NOW + 900), "waits for the next retry: it is due at 08:15 Europe/Berlin, in 15 min"),
        (Reason("pause", NOW + 0.5), "waits after failures until 08:00:00 Europe/Berlin, in 0 s"),
        (Reason("hours", NOW + 3600, "Asia/Tokyo"),
         "waits for calling hours (09:00-20:00): they begin at 17:00 Asia/Tokyo, in 1 h"),
        (Reason("hours", NOW + 86400 + 3600, BERLIN),
         "waits for calling hours (09:00-20:00): they begin at Sat 28 Nov 09:00 Europe/Berlin, in 1 d 1 h"),
    ],
)  # fmt: skip
def test_each_reason_is_told_with_its_time_in_the_zone_of_the_list(reason: Reason, text: str | None) -> None:
    assert reason_text(reason, POLICY, NOW) == text


def test_a_list_without_a_zone_has_the_times_of_the_machine() -> None:
    text = reason_text(Reason("retry", NOW + 900), Policy(), NOW)
    assert text == f"waits for the next retry: it is due at {datetime.fromtimestamp(NOW + 900):%H:%M}, in 15 min"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (59, "59 s"), (90, "2 min"), (3599, "1 h"), (3600, "1 h"), (12_000, "3 h 20 min"), (86400, "1 d"),
     (100_000, "1 d 3 h")],
)  # fmt: skip
def test_durations_are_told_for_people(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


def test_speed_is_that_of_the_last_minute() -> None:
    speed = Speed()
    assert speed.per_second is None
    for second in range(3):
        speed.add(second, second * 10)
    assert speed.per_second is None, "too little is known"
    for second in range(3, 300):
        speed.add(second, 30)
    assert speed.per_second == 0
    for second in range(300, 361):
        speed.add(second, 30 + (second - 300) * 2)
    assert speed.per_second == pytest.approx(2.0, rel=0.05)


@pytest.mark.parametrize(("per_second", "shown"), [(4.84, "4.8/s"), (0.5, "30.0/min"), (0.01, "36.0/h")])
def test_a_slow_rate_is_told_in_a_larger_unit(per_second: float, shown: str) -> None:
    assert f"{shown} of 5/s" in lines(Progress(0, 9, 0), placed_per_second=per_second)[2]


def test_warnings_of_attempts_are_counted_by_what_is_equal_in_them() -> None:
    view = LiveView(lambda: Progress(0, 2, 0), POLICY)
    logger = logging.getLogger("tests.live")
    logger.addHandler(view)
    try:
        for number in ("+15085551212", "+15085551213"):
            detail = "ApiError: POST /Accounts/0f0e/Calls: 500 no"
            logger.warning("%s", Attempt(1, number, 1, "unknown", 0.0, 0.0, detail=detail))
        logger.warning("the status is not known: %s", "503")
        logger.info("nothing")
    finally:
        logger.removeHandler(view)
    assert view._errors == {"unknown: ApiError: 500 no": 2, "the status is not known: 503": 1}


def test_a_line_that_is_too_long_is_cut_and_not_wrapped() -> None:
    assert _cut("a" * 20, 10) == "aaaaaaa..."
    assert _cut("日" * 20, 10) == "日日日..."
    assert _cut("\x1b[31mabc\x1b[0m", 3) == "\x1b[31mabc\x1b[0m"
