"""Calls to the app, through a simulator of jambonz."""

import pytest
from jambonz_sync.simulator import Scenario
from jambonz_sync.testing import PlaceCall

from app import endpoint


def test_a_caller_who_presses_a_key(jambonz_call: PlaceCall):
    call = jambonz_call(endpoint)
    call.heard("Welcome!")
    call.presses("1")
    call.heard("nine to five")
    assert call.ended == "completed"


def test_a_caller_who_speaks_and_is_put_through(jambonz_call: PlaceCall):
    call = jambonz_call(endpoint, env={"SUPPORT": "+15085550199"})
    call.says("support please")
    call.heard("One moment")
    assert call.started("dial")["target"] == [{"type": "phone", "number": "+15085550199"}]
    assert call.ended == "completed"


@pytest.mark.parametrize("callee", ["busy", "no-answer"])
def test_support_that_is_not_there(jambonz_call: PlaceCall, callee: str):
    call = jambonz_call(endpoint, scenario=Scenario(callees=(callee,)))
    call.presses("2")
    call.heard("We will call you back")
    assert call.ended == "completed"


def test_a_caller_who_is_not_understood(jambonz_call: PlaceCall):
    call = jambonz_call(endpoint)
    for _ in range(3):
        call.says("something else")
    call.heard("Please call again later")
    assert call.ended == "completed"
