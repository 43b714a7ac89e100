"""Calls to the app, through a simulator of jambonz; and the campaign, with a stand-in for the network."""

from collections.abc import Collection
from pathlib import Path

import pytest
from jambonz_sync.campaign import Contact
from jambonz_sync.testing import PlaceCall

import campaign
from app import endpoint, greeting


@pytest.mark.parametrize(("key", "answer"), [("1", "See you then"), ("2", "another day")])
def test_somebody_who_presses_a_key(jambonz_call: PlaceCall, key: str, answer: str):
    call = jambonz_call(endpoint)
    call.heard("reminder of your appointment")
    call.presses(key)
    call.heard(answer)
    assert call.ended == "completed"


def test_an_answering_machine(jambonz_call: PlaceCall):
    call = jambonz_call(endpoint)
    call.is_silent()
    call.heard("Goodbye.")
    assert call.ended == "completed"


def test_the_greeting_has_the_name_and_the_time():
    assert greeting({"name": "Ann", "when": "on Monday"}).startswith("Hello Ann. This is a reminder")
    assert "on Monday" in greeting({"when": "on Monday"})


class Network:
    """Places no call: each is answered, and ends."""

    def __init__(self) -> None:
        self.called: list[str] = []

    def place(self, contact: Contact, application_sid: str) -> str:
        self.called.append(contact.number)
        return f"call-{len(self.called)}"

    def statuses(self, call_sids: Collection[str]) -> dict[str, str]:
        return dict.fromkeys(call_sids, "completed")


def test_each_number_is_called_once_however_often_it_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("APPLICATION_SID", "app-1")
    monkeypatch.setenv("CALLING_NUMBER", "+15085550000")
    monkeypatch.setenv("CALLING_HOURS", "00:00-24:00")
    network = Network()
    for _ in range(2):
        report = campaign.make(network, tmp_path / "calls.db").run()
    assert network.called == ["+15085550101", "+442071838750"]
    assert report.totals == {"completed": 2}
