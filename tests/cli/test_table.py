"""Tables fit the terminal, and nothing of them is cut off."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from click import unstyle
from hypothesis import given
from hypothesis import strategies as st

from jambonz_sync.cli.table import printable, table, width_of_text, without_password, wrap

SID = "0f0e0d0c-0000-4000-8000-00000000000a"


def lines(headers: tuple[str, ...], *rows: tuple[object, ...], width: int | None = None) -> list[str]:
    return unstyle(table(headers, rows, width)).splitlines()


def test_a_table_of_nothing_is_its_head() -> None:
    assert lines(("a", "b")) == ["a  b"]


def test_columns_are_as_wide_as_their_contents() -> None:
    assert lines(("a", "bcd"), ("long", 1), (None, True)) == ["a     bcd", "long  1", "-     yes"]


def test_cells_are_wrapped_where_the_terminal_is_narrow() -> None:
    assert lines(("sid", "message"), ("x1", "no connection to the app"), width=18) == [
        "sid  message",
        "x1   no connection",
        "     to the app",
    ]


def test_the_widest_columns_go_below_their_row_where_wrapping_does_not_do() -> None:
    assert lines(("sid", "to", "status"), (SID, "+15085551212", "busy"), width=44) == [
        "to            status",
        "+15085551212  busy",
        "    sid  0f0e0d0c-0000-4000-8000-00000000000",
        "         a",
    ]


def test_a_row_is_a_block_where_nothing_else_fits() -> None:
    assert lines(("one", "two", "three"), ("aaaaaaaaaa", "bbbbbbbbbb", "cccccccccc"), width=9) == [
        "one    aa", "       aa", "       aa", "       aa", "       aa",
        "two    bb", "       bb", "       bb", "       bb", "       bb",
        "three  cc", "       cc", "       cc", "       cc", "       cc",
    ]  # fmt: skip


def test_wide_and_joined_characters_are_counted_as_the_terminal_shows_them() -> None:
    assert (width_of_text("日本"), width_of_text("e\u0301"), width_of_text("abc")) == (4, 1, 3)
    assert lines(("name", "x"), ("日本", 1), ("ab", 2)) == ["name  x", "日本  1", "ab    2"]


def test_times_are_exact_in_a_pipe_and_short_at_a_terminal() -> None:
    time = datetime(2026, 11, 22, 10, 0, 0, 123_000, UTC)
    assert lines(("t",), (time,))[1] == "2026-11-22T10:00:00.123Z"
    assert lines(("t",), (time,), width=80)[1] == "2026-11-22 10:00:00Z"


def test_states_have_a_colour_and_titles_are_bold() -> None:
    styled = table(("status", "to"), [("busy", "busy")])
    assert styled == "\x1b[1mstatus\x1b[0m  \x1b[1mto\x1b[0m\n\x1b[33mbusy\x1b[0m    busy"


def test_text_of_callers_cannot_steer_the_terminal() -> None:
    assert lines(("from",), ("\x1b[31m+1\n508",))[1] == " [31m+1 508"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://ann:pw@x.example/a", "https://ann:***@x.example/a"),
        ("wss://ann:p:w@x.example", "wss://ann:***@x.example"),
        ("https://x.example/a@b", "https://x.example/a@b"),
        ("http://x.example:80/a@b", "http://x.example:80/a@b"),
        ("ann@example.com", "ann@example.com"),
    ],
)
def test_the_password_of_a_url_is_not_shown(text: str, shown: str) -> None:
    assert without_password(text) == shown


words = st.lists(st.text(alphabet="abc日é", min_size=1, max_size=9), min_size=1, max_size=6).map(" ".join)


@given(st.lists(st.tuples(words, words, words), min_size=1, max_size=3), st.integers(6, 60))
def test_no_line_is_too_wide_and_no_letter_is_lost(rows: list[tuple[str, str, str]], width: int) -> None:
    text = unstyle(table(("a", "b", "c"), rows, width))
    assert max(map(width_of_text, text.splitlines())) <= max(width, 10)
    for letter in "日é":
        assert text.count(letter) == sum(cell.count(letter) for row in rows for cell in row)


@given(words, st.integers(2, 30))
def test_wrapped_lines_hold_the_text_in_order(text: str, width: int) -> None:
    wrapped = wrap(text, width)
    assert all(width_of_text(line) <= width for line in wrapped)
    assert "".join(wrapped).replace(" ", "") == text.replace(" ", "")


@given(st.text())
def test_what_is_printable_has_no_control_characters(text: str) -> None:
    assert all(char.isprintable() for char in printable(text))
