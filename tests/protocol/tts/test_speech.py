"""How far the caller has heard, and where an utterance begins and ends: plain values and times."""

from __future__ import annotations

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
    speech.silence()
    assert speech.seconds_left(100.0) == 0.0


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
