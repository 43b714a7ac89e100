"""The report of a campaign: counted, written for spreadsheets and for programs, and safe to open and to print."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from jambonz_sync.campaign import Attempt, BadRow, CampaignError, Contact, NumberList, Policy, Report, Row

ANN, BOB = "+15085551212", "+15085551213"
BUSY = Attempt(1, BOB, 1, "busy", 1_800_000_000.0, 1_800_000_001.5, "sid-1")


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_report_has_every_number_and_every_wrong_row_in_the_order_of_the_list() -> None:
    report = Report.from_histories(
        Policy(),
        [(Contact(ANN, 1), []), (Contact(BOB, 3), [BUSY])],
        bad_rows=[BadRow(2, "12", "has no country code")],
        stopped="enough",
    )
    assert [(row.number, row.outcome, row.attempts, row.at, row.detail) for row in report.numbers] == [
        (ANN, "waiting", 0, None, None),
        ("12", "invalid", 0, None, "has no country code"),
        (BOB, "busy", 1, "2027-01-15T08:00:01.500Z", None),
    ]
    assert report.totals == {"waiting": 1, "invalid": 1, "busy": 1}
    assert (report.complete, report.stopped) == (False, "enough")


def test_a_claim_that_is_still_open_counts_as_unknown_because_its_call_may_have_been_placed() -> None:
    claimed = Attempt(1, ANN, 1, "claimed", 1_800_000_000.0, 1_800_000_000.0)
    report = Report.from_histories(Policy(), [(Contact(ANN, 1), [claimed])])
    assert report.totals == {"unknown": 1}
    assert not report.complete


def test_a_csv_file_has_a_line_for_each_number(tmp_path: Path) -> None:
    report = Report.from_histories(Policy(), [(Contact(ANN, 2), []), (Contact(BOB, 3), [BUSY])])
    report.write(tmp_path / "report.csv")
    lines = (tmp_path / "report.csv").read_text().splitlines()
    assert lines[0] == "number,line,outcome,attempts,call_sid,answered_by,at,detail"
    assert lines[1] == f"{ANN},2,waiting,0,,,,"
    assert lines[2] == f"{BOB},3,busy,1,sid-1,,2027-01-15T08:00:01.500Z,"


def test_a_json_file_is_read_back_as_the_same_report(tmp_path: Path) -> None:
    report = Report.from_rows([Row(number="=1+1", outcome="invalid", detail="\t@x"), Row(number=ANN)])
    report.write(tmp_path / "report.json")
    text = (tmp_path / "report.json").read_text()
    assert json.loads(text)["totals"] == {"invalid": 1, "waiting": 1}
    assert Report.from_json(text) == report


def test_a_report_has_no_other_form(tmp_path: Path) -> None:
    with pytest.raises(CampaignError, match=r"a \.csv or a \.json file"):
        Report().write(tmp_path / "report.xlsx")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ('=HYPERLINK("http://evil.example")', '\'=HYPERLINK("http://evil.example")'),
        ("+1+cmd|' /C calc'!A0", "'+1+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r'=1"),
        ("\n=1", "'\n'=1"),
        ("\uff1d1", "'\uff1d1"),
        ("x;=1", "x;'=1"),  # a spreadsheet in German takes the semicolon for the end of a cell
        ("x\n=1", "x\n'=1"),
        ("+1508555121x", "'+1508555121x"),
        ("+15085551212 +1", "'+15085551212 +1"),
        ("500 - no = sign @ all", "500 - no = sign @ all"),
        ("", ""),
    ],
)
def test_no_cell_of_a_csv_file_is_a_formula(tmp_path: Path, text: str, cell: str) -> None:
    Report.from_rows([Row(number=text, call_sid=text, detail=text)]).write(tmp_path / "report.csv")
    (row,) = read(tmp_path / "report.csv")
    assert (row["number"], row["call_sid"], row["detail"]) == (cell, cell, cell)


def test_phone_numbers_are_written_as_they_are_so_that_a_report_can_be_read_as_a_list(tmp_path: Path) -> None:
    Report.from_rows([Row(number=ANN), Row(number=BOB), Row(number="=1", outcome="invalid")]).write(
        tmp_path / "report.csv"
    )
    numbers = NumberList.read(tmp_path / "report.csv")
    assert [contact.number for contact in numbers.contacts] == [ANN, BOB]
    assert [bad.text for bad in numbers.bad_rows] == ["'=1"]


def test_a_printed_report_names_what_is_to_be_looked_into_without_control_characters() -> None:
    report = Report.from_rows(
        [
            Row(number=ANN, line=1, outcome="unknown", detail="no answer\x1b[31m\nline 9: all is well"),
            Row(number="\x1b]0;x\x07", line=2, outcome="invalid", detail="is no phone number"),
            Row(number=BOB, line=3, outcome="busy"),
        ],
        stopped="stopped\x1b[0m",
    )
    assert str(report).splitlines() == [
        "       1  unknown",
        "       1  invalid",
        "       1  busy",
        f"line 1: {ANN} unknown: no answer [31m line 9: all is well",
        "line 2:  ]0;x  invalid: is no phone number",
        "stopped: stopped [0m",
    ]


@pytest.mark.parametrize(
    ("zone", "policy", "at"),
    [
        (None, Policy(), "2027-01-15T08:00:01.500Z"),
        (None, Policy(zone="Europe/Berlin"), "2027-01-15T09:00:01.500+01:00"),
        ("Asia/Tokyo", Policy(zone="Europe/Berlin"), "2027-01-15T17:00:01.500+09:00"),
    ],
)
def test_times_are_told_in_the_zone_of_the_number(zone: str | None, policy: Policy, at: str) -> None:
    report = Report.from_histories(policy, [(Contact(BOB, 1, zone), [BUSY])])
    assert report.numbers[0].at == at


def test_equal_errors_are_one_line() -> None:
    rows = [Row(number=f"+1508555{line:04}", line=line, outcome="refused", detail="400 barred") for line in range(2, 9)]
    rows += [Row(number=ANN, line=12, outcome="refused", detail="400 barred")]
    rows += [Row(number=BOB, line=20, outcome="unknown", detail="500")]
    assert str(Report.from_rows(rows)).splitlines() == [
        "       8  refused",
        "       1  unknown",
        "8 numbers refused: 400 barred (lines 2-8, 12)",
        f"line 20: {BOB} unknown: 500",
    ]
