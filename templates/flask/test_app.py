"""Calls to the app, through a simulator of jambonz, and requests to its pages."""

from jambonz_sync.testing import PlaceCall

from app import app


def test_what_the_caller_says_is_repeated(jambonz_call: PlaceCall):
    call = jambonz_call(app, path="/voice/incoming", status_hook="/voice/status")
    call.heard("Say something")
    call.says("hello")
    call.heard("You said: hello")
    assert call.ended == "completed"


def test_a_caller_who_says_nothing(jambonz_call: PlaceCall):
    call = jambonz_call(app, path="/voice/incoming")
    call.is_silent()
    call.heard("Goodbye!")
    assert call.ended == "completed"


def test_the_page_beside_the_calls():
    assert "ended" in app.test_client().get("/").get_json()
