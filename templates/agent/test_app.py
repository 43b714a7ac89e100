"""Calls to the app, through a simulator of jambonz. The test is the model, and the caller."""

import pytest
from jambonz_sync.testing import PlaceCall

from app import endpoint

ENV = {"OPENAI_API_KEY": "k"}


def test_an_order_is_looked_up(jambonz_call: PlaceCall):
    call = jambonz_call(endpoint, env=ENV)
    model = call.model()
    model.says("Acme, how can I help?")
    call.heard("how can I help")
    call.says("Where is order A-17?")
    model.heard("A-17")
    model.calls_tool("look_up_order", number="A-17").returns(contains="arrives on Tuesday")
    model.says("It arrives on Tuesday.")
    model.ends()
    call.heard("Thank you for calling")
    assert call.ended == "completed"


@pytest.mark.parametrize(("number", "answer"), [("b-4", "is being prepared"), ("Z", "no such order")])
def test_the_tool(jambonz_call: PlaceCall, number: str, answer: str):
    call = jambonz_call(endpoint, env=ENV)
    call.tool_call("look_up_order", number=number).returns(contains=answer)
    call.hangs_up()


def test_the_caller_is_put_through_to_a_person(jambonz_call: PlaceCall):
    call = jambonz_call(endpoint, env=ENV | {"OPERATOR": "+15085550199"})
    call.says("transfer call a person")  # a model that the test does not script calls the tool that it hears of
    call.heard("putting you through")
    call.dialled.answers()
    call.dialled.hangs_up(after=60)
    assert call.ended == "completed"
    assert call.dialled[0].number == "+15085550199"
    call.not_heard("nobody can take your call", timeout=0)


def test_a_caller_whom_nobody_can_take_is_told_so(jambonz_call: PlaceCall):
    call = jambonz_call(endpoint, env=ENV)
    call.dialled.is_busy()
    call.says("transfer call a person")
    call.heard("nobody can take your call")
    assert call.ended == "completed"
