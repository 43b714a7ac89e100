"""Marks, and audio that is played as a whole: what is under way, and what became of it."""

from __future__ import annotations

import pytest

from jambonz_sync.protocol import audio as proto


def test_thirty_marks_may_be_under_way() -> None:
    marks = proto.Marks()
    for number in range(30):
        marks.sent(f"m{number}")
    with pytest.raises(proto.TooManyMarks, match="m30"):
        marks.sent("m30")
    assert marks.came("m0", "playout")
    marks.sent("m30")
    assert len(marks) == 30


def test_a_mark_is_settled_once_and_only_if_it_was_sent() -> None:
    marks = proto.Marks()
    marks.sent("a")
    marks.sent("a")
    assert marks.outcome("a") is None
    assert marks.came("a", "playout")
    assert marks.outcome("a") is None  # one more of that name is under way
    assert marks.came("a", "cleared")
    assert marks.outcome("a") == "cleared"
    assert not marks.came("a", "playout")
    assert not marks.came("b", "playout")
    assert not marks.came(None, None)
    assert not marks.came(["a"], "playout")


def test_marks_that_are_forgotten_are_cleared() -> None:
    marks = proto.Marks()
    marks.sent("a")
    marks.clear()
    assert len(marks) == 0
    assert marks.outcome("a") == "cleared"


def test_audio_is_known_while_it_plays_and_for_a_while_after() -> None:
    plays = proto.Plays()
    plays.sent("a")
    assert "a" in plays
    assert plays.result("a") is None
    assert plays.done("a", {"id": "a"})
    assert plays.result("a") == {"id": "a"}
    assert not plays.done("b", {})
    assert not plays.done(["a"], {})
    plays.sent("a")
    assert plays.result("a") is None  # it plays once more


def test_of_audio_the_last_hundred_are_known() -> None:
    plays = proto.Plays()
    for number in range(1000):
        plays.sent(str(number))
    assert [str(number) in plays for number in (0, 899, 900, 999)] == [False, False, True, True]
