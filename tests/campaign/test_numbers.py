"""Lists of numbers: what is read, what is refused, and that each number is there once."""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jambonz_sync.campaign import (
    BadRow,
    CampaignError,
    Contact,
    Duplicate,
    InvalidNumber,
    InvalidNumbers,
    NumberList,
    normalise,
    write_bad_rows,
)
from jambonz_sync.campaign.errors import lines_text


def listed(tmp_path: Path, text: str | bytes) -> NumberList:
    path = tmp_path / "numbers.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return NumberList.read(path)


@pytest.mark.parametrize(
    "text",
    [
        "+49301234567",
        "+49 (30) 123-45 67",
        "0049 30 1234567",
        "\ufeff+49\u00a030\u20111234567",
        " +49.30/1234567 ",
    ],
)
def test_a_number_is_brought_into_one_form(text: str) -> None:
    assert normalise(text) == "+49301234567"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is empty"),
        (" - ", "is empty"),
        ("12", "has no country code: write it as"),
        ("030 1234567", "has no country code, and looks like a number as it is dialled within a country"),
        ("15085551212", "has no country code, and looks like a number of the US or Canada"),
        ("011 49 30 1234567", "has no country code, and looks like a number as the US dials it abroad"),
        ("447911123456", "has no country code, and looks like a number whose plus is missing"),
        ("+49 (0)30 1234567", r"has a \(0\) in it"),
        ("+4930", "is not 7 to 15 digits"),
        ("+1234567890123456", "is not 7 to 15 digits"),
        ("+0301234567", "is not 7 to 15 digits"),
        ("+49 30 CALL NOW", "is no phone number"),
        ("+4930123456\u0667", "is no phone number"),
        ("sip:joe@example.com", "is no phone number"),
        ("4.9301E+11", "is no phone number"),
    ],
)
def test_what_is_no_number_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        normalise(text)


@settings(deadline=None)
@given(st.text(max_size=30))
def test_whatever_is_taken_is_e164_and_stays_as_it_is(text: str) -> None:
    try:
        number = normalise(text)
    except ValueError:
        return
    assert number[0] == "+"
    assert number[1:].isascii()
    assert number[1:].isdigit()
    assert normalise(number) == number


def test_columns_that_are_not_known_are_variables_of_the_call(tmp_path: Path) -> None:
    numbers = listed(tmp_path, "Number,name,time_zone,from\n+15085551212,Ann,America/New_York,+15085550000\n")
    assert numbers.contacts == [
        Contact("+15085551212", 2, "America/New_York", "+15085550000", {"name": "Ann"}),
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_columns_may_be_parted_by_commas_semicolons_or_tabs(tmp_path: Path, separator: str) -> None:
    text = "phone,name,city\r\n+15085551212,Ann,Paris\r\n".replace(",", separator)
    assert listed(tmp_path, text).contacts == [Contact("+15085551212", 2, variables={"name": "Ann", "city": "Paris"})]


def test_a_file_with_a_byte_order_mark_and_quotes_is_read(tmp_path: Path) -> None:
    numbers = listed(tmp_path, '\ufeffnumber,note\n"+1 508 555 1212","one, two\nthree"\n+15085551213,x\n')
    assert [(entry.number, entry.variables["note"]) for entry in numbers.contacts] == [
        ("+15085551212", "one, two\nthree"),
        ("+15085551213", "x"),
    ]


def test_a_file_of_bare_numbers_needs_no_line_of_names(tmp_path: Path) -> None:
    assert [(e.number, e.line) for e in listed(tmp_path, "+15085551212\n\n+15085551213\n").contacts] == [
        ("+15085551212", 1),
        ("+15085551213", 3),
    ]


def test_every_wrong_row_is_named_with_its_line(tmp_path: Path) -> None:
    numbers = listed(
        tmp_path, "number,time_zone\n+15085551212,\n12,\n+15085551213,Mars/Base\n+15085551214,UTC,stray\n+15085551215\n"
    )
    assert [entry.number for entry in numbers.contacts] == ["+15085551212", "+15085551215"]
    assert [row.line for row in numbers.bad_rows] == [3, 4, 5]
    with pytest.raises(InvalidNumbers, match=r"3 rows cannot be used:\n  line 3: '12' has no country code") as caught:
        numbers.require_valid()
    assert caught.value.rows[0] == BadRow(3, "12", "has no country code: write it as +49301234567")


def test_a_number_that_comes_twice_is_there_once_and_reported(tmp_path: Path) -> None:
    numbers = listed(tmp_path, "number,name\n+1 508 555 1212,Ann\n+15085551213,Bob\n0015085551212,Ann again\n")
    assert [(entry.number, entry.variables["name"]) for entry in numbers.contacts] == [
        ("+15085551212", "Ann"),
        ("+15085551213", "Bob"),
    ]
    assert numbers.duplicates == [Duplicate(number="+15085551212", line=4, first_line=2)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("name,city\nAnn,Paris\n", "names no column 'number'"),
        ("030 1234\n", "names no column 'number'"),
        ("number,name,name\n+15085551212,a,b\n", "names the column 'name' twice"),
        (b"number\n\xff\xfe\n", "no CSV file in UTF-8"),
        ('number\n"+15085551212\n', "no CSV file in UTF-8"),
    ],
)
def test_a_file_that_is_no_list_is_refused(tmp_path: Path, text: str | bytes, reason: str) -> None:
    with pytest.raises(CampaignError, match=reason):
        listed(tmp_path, text)


def test_an_empty_file_is_an_empty_list(tmp_path: Path) -> None:
    assert listed(tmp_path, "").contacts == []


def test_rows_may_be_strings_mappings_and_entries() -> None:
    numbers = NumberList.from_rows(
        ["+1 508 555 1212", {"to": "+15085551213", "age": 7, "city": None}, Contact("+15085551214")]
    )
    assert numbers.contacts == [
        Contact("+15085551212", 1),
        Contact("+15085551213", 2, variables={"age": "7", "city": ""}),
        Contact("+15085551214", 3),
    ]


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_whatever_the_file_holds_no_line_is_dropped_without_a_word(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.mktemp("any") / "numbers.csv"
    path.write_bytes(b"number\n" + data)
    try:
        numbers = NumberList.read(path)
    except CampaignError:
        return
    reported = len(numbers.contacts) + len(numbers.duplicates) + len(numbers.bad_rows)
    text = data.decode("utf-8")
    if '"' not in text:
        assert reported == sum(bool(line.replace(",", "").strip()) for line in re.split("[\r\n]", text))


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("508 555-1212", "US", "+15085551212"),
        ("(508) 555-1212", "us", "+15085551212"),
        ("1 508 555 1212", "US", "+15085551212"),
        ("030 1234567", "DE", "+49301234567"),
        ("07911 123456", "GB", "+447911123456"),
        ("+49 30 1234567", "US", "+49301234567"),
        ("0049 30 1234567", "US", "+49301234567"),
    ],
)
def test_a_number_of_a_country_is_read_as_it_is_dialled_there(text: str, country: str, number: str) -> None:
    assert normalise(text, country) == number
    numbers = NumberList.from_rows([text], country=country)
    assert [contact.number for contact in numbers.require_valid().contacts] == [number]


@pytest.mark.parametrize(
    ("text", "country", "reason"),
    [
        ("12", "US", "is too short for a number of US"),
        ("555-1212", "US", "has no area code, and is too short for a number of US"),
        ("212555123456789", "US", "is too long for a number of US"),
        ("CALL ME", "US", "is no phone number"),
    ],
)
def test_what_is_no_number_of_the_country_is_refused(text: str, country: str, reason: str) -> None:
    with pytest.raises(InvalidNumber, match=reason):
        normalise(text, country)


@pytest.mark.parametrize(("country", "says"), [("UK", "did you mean GB?"), ("Germany", "'Germany' is no country"),
                                               ("XX", "write two letters, such as US")])  # fmt: skip
def test_a_country_that_there_is_not_is_refused(country: str, says: str) -> None:
    with pytest.raises(CampaignError, match=re.escape(says)):
        NumberList(country=country)


def test_a_country_needs_a_library_that_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "phonenumbers", None)  # importing it raises ImportError
    with pytest.raises(CampaignError, match=r"pip install 'jambonz-sync\[campaign\]'"):
        NumberList(country="US")
    assert normalise("+15085551212") == "+15085551212"


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("5085551212", "+15085551212"),
        ("(508) 555-1212", "+15085551212"),
        ("1-508-555-1212", "+15085551212"),
        ("011 49 30 1234567", "+49301234567"),
        ("447911123456", "+447911123456"),
        ("+49 (0)30 1234567", "+49301234567"),
        ("tel:+15085551212", "+15085551212"),
        ("sip:+15085551212@example.com", "+15085551212"),
        ("+15O8555l212", "+15085551212"),
        ("+1 508 555 1212 ext 5", "+15085551212"),
        ("508 555 1212 x77", "+15085551212"),
        ("030 1234567", None),
        ("12", None),
        ("+4930", None),
        ("CALL ME", None),
        ("", None),
        ("4.9301E+11", None),
    ],
)
def test_a_wrong_number_comes_with_the_one_that_was_most_likely_meant(text: str, suggestion: str | None) -> None:
    with pytest.raises(InvalidNumber) as caught:
        normalise(text)
    assert caught.value.suggestion == suggestion
    assert (f"did you mean {suggestion}?" in str(caught.value)) == (suggestion is not None)


@given(st.text(alphabet="0123456789+-() xeElO#.,;:", max_size=24))
def test_whatever_is_suggested_can_be_called(text: str) -> None:
    try:
        normalise(text)
    except InvalidNumber as error:
        suggestion = error.suggestion
    else:
        return
    assert suggestion is None or normalise(suggestion) == suggestion


@given(st.text(alphabet="0123456789+-() ", max_size=24), st.sampled_from(["US", "DE", "GB", "IT"]))
def test_whatever_is_read_in_a_country_is_e164(text: str, country: str) -> None:
    try:
        number = normalise(text, country)
    except InvalidNumber:
        return
    assert normalise(number) == number


def test_rows_with_the_same_mistake_are_one_line_of_the_error(tmp_path: Path) -> None:
    text = "number\n5085551212\n5085551213\n5085551214\nx\n5085551216\n"
    with pytest.raises(InvalidNumbers) as caught:
        listed(tmp_path, text).require_valid()
    assert str(caught.value).splitlines()[1:] == [
        "  line 2: '5085551212' has no country code, and looks like a number of the US or Canada"
        " (did you mean +15085551212?)",
        "    and 3 rows like it: lines 3-4, 6",
        "  line 5: 'x' is no phone number",
        "  to read numbers without a country code, pass country",
    ]
    assert len(caught.value.rows) == 5


def test_all_wrong_rows_are_written_to_a_file_that_a_spreadsheet_may_open(tmp_path: Path) -> None:
    numbers = listed(tmp_path, "number\n5085551212\n=1+1\n+15085551212\n")
    write_bad_rows(tmp_path / "bad.csv", numbers.bad_rows)
    with (tmp_path / "bad.csv").open(newline="") as file:
        assert list(csv.reader(file)) == [
            ["line", "text", "reason", "suggestion"],
            ["2", "5085551212", "has no country code, and looks like a number of the US or Canada", "+15085551212"],
            ["3", "'=1+1", "is no phone number", ""],
        ]


@pytest.mark.parametrize(
    ("lines", "text"),
    [([3], "line 3"), ([3, 4], "lines 3-4"), ([9, 3, 4, 5, 7], "lines 3-5, 7, 9"),
     (range(1, 40, 2), "lines 1, 3, 5, 7, 9, 11, 13, 15 ...")],
)  # fmt: skip
def test_line_numbers_are_written_as_ranges(lines: list[int], text: str) -> None:
    assert lines_text(lines) == text
