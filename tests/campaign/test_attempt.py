"""The states of an attempt: a table that leads from claim to outcome and never back."""

from __future__ import annotations

from typing import get_args

import pytest

from jambonz_sync.campaign import Attempt
from jambonz_sync.campaign.attempt import TRANSITIONS, AttemptEvent, AttemptState, next_state, parse_event, parse_state


def test_the_table_names_every_state_and_leads_to_no_other() -> None:
    assert set(TRANSITIONS) == set(get_args(AttemptState))
    assert {event for row in TRANSITIONS.values() for event in row} == set(get_args(AttemptEvent))
    assert {state for row in TRANSITIONS.values() for state in row.values()} == set(get_args(AttemptState)) - {
        "claimed"
    }


@pytest.mark.parametrize("state", get_args(AttemptState))
def test_what_the_table_does_not_have_is_an_error(state: AttemptState) -> None:
    for event in set(get_args(AttemptEvent)) - set(TRANSITIONS[state]):
        with pytest.raises(ValueError, match=f"an attempt that is {state} cannot become {event}"):
            next_state(state, event)


def test_no_state_leads_back_to_a_claim_so_an_attempt_is_dialled_once() -> None:
    for state in get_args(AttemptState):
        seen: set[AttemptState] = set()
        ahead: list[AttemptState] = list(TRANSITIONS[state].values())
        while ahead:
            following = ahead.pop()
            assert following != state
            if following not in seen:
                seen.add(following)
                ahead.extend(TRANSITIONS[following].values())


@pytest.mark.parametrize("text", ["", "Completed", "ringing"])
def test_no_other_word_is_read_as_a_state_or_an_event(text: str) -> None:
    with pytest.raises(ValueError, match="is no state of an attempt"):
        parse_state(text)
    with pytest.raises(ValueError, match="is no event of an attempt"):
        parse_event(text)


def test_an_attempt_reads_as_one_line_whatever_the_server_sent() -> None:
    attempt = Attempt(1, "+15085551212", 2, "unknown", 0.0, 0.0, "sid\n1", "no answer\x1b[31m")
    assert str(attempt) == "+15085551212 attempt 2: unknown (call_sid sid 1): no answer [31m"
    assert str(Attempt(1, "+15085551212", 1, "claimed", 0.0, 0.0)) == "+15085551212 attempt 1: claimed"
