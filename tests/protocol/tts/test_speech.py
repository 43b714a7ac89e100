"""How far the caller has heard, and where an utterance begins and ends: plain values and times."""

from __future__ import annotations

import pytest

from jambonz_sync.protocol.tts import Speech, Utterance
from jambonz_sync.protocol.tts.speech import PACE, SPOKEN_KEPT


def test_what_was_accepted_takes_its_length_to_be_spoken_and_follows_what_is_being_spoken() -> None:
    speech = Speech()
    speech.accepted(int(10 * PACE), 100.0)
    speech.accepted(int(5 * PACE), 103.0)
    assert speech.seconds_left(103.0) == 12.0
    assert speech.estimated
    assert speech.seconds_left(200.0) == 0.0


def test_a_report_corrects_the_estimate() -> None:
    speech = Speech()
    speech.accepted(int(10 * PACE), 100.0)
    speech.spoken("x" * int(8 * PACE), 101.0)
    assert speech.seconds_left(101.0) == 2.0
    speech.spoken("x" * int(8 * PACE), 102.0)
    assert speech.seconds_left(102.0) == 0.0
    assert not speech.estimated


def test_after_an_interruption_nothing_is_left_to_be_spoken() -> None:
    speech = Speech()
    speech.accepted(int(10 * PACE), 100.0)
    speech.silence(101.0)
    assert speech.seconds_left(101.0) == 0.0


def test_without_reports_the_spoken_part_of_a_text_is_estimated_by_its_length_up_to_a_word() -> None:
    text = "one two three four five six seven eight nine ten"
    speech = Speech()
    heard = speech.listen()
    speech.accepted(len(text), 100.0)
    assert speech.spoken_of(text, heard, 100.0) == ("", True)
    assert speech.spoken_of(text, heard, 101.0) == ("one two three ", True)
    speech.silence(100.0 + 13 / PACE)
    assert speech.spoken_of(text, heard, 200.0) == ("one two three", True)
    speech.accepted(1000, 200.0)  # another text, which is spoken after it
    assert speech.spoken_of(text, heard, 200.0) == ("one two three", True)


def test_all_of_a_text_that_nobody_has_silenced_is_spoken_when_its_time_is_over() -> None:
    speech = Speech()
    heard = speech.listen()
    speech.accepted(30, 100.0)
    assert speech.spoken_of("x" * 30, heard, 102.0) == ("x" * 30, True)


def test_what_jambonz_reports_takes_the_place_of_the_estimate() -> None:
    speech = Speech()
    heard = speech.listen()
    speech.accepted(30, 100.0)
    speech.spoken("reported ", 101.0)
    assert speech.spoken_of("x" * 30, heard, 101.0) == ("reported ", False)


def test_who_listens_gets_what_is_reported_meanwhile_and_nothing_else() -> None:
    speech = Speech()
    speech.spoken("before ", 1.0)
    first = speech.listen()
    speech.spoken("one ", 2.0)
    second = speech.listen()
    speech.spoken("two ", 3.0)
    speech.stop_listening(first)
    speech.spoken("three ", 4.0)
    assert (first.parts, second.parts) == (["one ", "two "], ["two ", "three "])


def test_a_peer_that_reports_without_an_end_fills_no_memory() -> None:
    speech = Speech()
    spoken = speech.listen()
    for _ in range(30):
        speech.spoken("x" * 100_000, 1.0)
    assert sum(map(len, spoken.parts)) == SPOKEN_KEPT
    assert len(spoken.parts) == 10


def test_an_utterance_that_was_cut_short_goes_on_in_a_later_turn_of_a_thread_that_knows() -> None:
    utterance = Utterance()
    assert utterance.takes_text(generation=0, turn=1)
    assert not utterance.takes_text(generation=1, turn=1)
    assert not utterance.takes_text(generation=1, turn=1)
    assert utterance.takes_text(generation=1, turn=2)


@pytest.mark.parametrize(("unspoken", "spoken"), [(0, "one two"), (3, "one "), (4, "one"), (5, ""), (7, ""), (99, "")])
def test_the_spoken_part_ends_with_a_word(unspoken: int, spoken: str) -> None:
    speech = Speech()
    heard = speech.listen()
    heard.silenced = unspoken
    assert speech.spoken_of("one two", heard, 0.0) == (spoken, True)


def test_what_was_silenced_first_counts() -> None:
    speech = Speech()
    heard = speech.listen()
    speech.accepted(30, 100.0)
    speech.silence(100.0)
    speech.silence(200.0)
    assert heard.silenced == 30
