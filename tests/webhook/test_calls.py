"""The event that a view gets."""

from __future__ import annotations

from typing import Any

import pytest

from jambonz_sync import WebhookResponse
from jambonz_sync.events import ActionHook
from jambonz_sync.webhook import IncomingCall

from .test_views import FIRST, GREETING, HEARD, client_of


def test_a_first_webhook_arrives_as_an_incoming_call() -> None:
    seen: list[Any] = []
    client_of(seen.append).post("/hook", json=FIRST)
    (call,) = seen
    assert type(call) is IncomingCall
    assert (call.call_sid, call.from_, call["to"], call.direction) == ("CA1", "+1508", "+1617", "inbound")


@pytest.mark.parametrize("extra", [{"sip": {"headers": {}}}, {"defaults": {}}, {"env_vars": {}}])
def test_what_only_a_first_webhook_carries_makes_it_an_incoming_call(extra: dict[str, Any]) -> None:
    seen: list[Any] = []
    client_of(seen.append).post("/hook", json={**FIRST, "a_new_field": 1, **extra})
    assert type(seen[0]) is IncomingCall


def test_a_later_webhook_arrives_as_an_action_hook() -> None:
    seen: list[Any] = []
    client_of(seen.append).post("/hook", json=HEARD)
    assert type(seen[0]) is ActionHook
    assert (seen[0].transcript, seen[0].digits, seen[0]["speech"]) == ("sales", None, HEARD["speech"])


def test_an_incoming_call_has_the_fields_of_later_hooks_so_that_one_view_serves_both() -> None:
    def view(call: IncomingCall) -> WebhookResponse:
        return WebhookResponse().say(text=f"You pressed {call.digits}" if call.digits else "Press a key")

    client = client_of(view)
    assert client.post("/hook", json=FIRST).json == [{"verb": "say", "text": "Press a key"}]
    pressed = client.post("/hook", json={**FIRST, "digits": "5", "reason": "dtmfDetected"})
    assert pressed.json == [{"verb": "say", "text": "You pressed 5"}]


def test_variables_of_the_application_are_typed_and_have_defaults() -> None:
    declared = {**GREETING, "TRIES": {"type": "number", "description": "n", "default": 3}}

    def view(call: IncomingCall) -> WebhookResponse:
        return WebhookResponse().say(text=f"{call.env('GREETING')} {call.env['TRIES'] + 1} {call.env.get('NEW')}")

    client = client_of(view, env_vars=declared)
    assert client.post("/hook", json=FIRST).json == [{"verb": "say", "text": "Hello! 4 None"}]
    given = {**FIRST, "env_vars": {"GREETING": "Hey", "TRIES": "7", "NEW": "x"}}
    assert client.post("/hook", json=given).json == [{"verb": "say", "text": "Hey 8 x"}]


def test_a_wrong_value_of_a_variable_does_not_cost_the_call(caplog: pytest.LogCaptureFixture) -> None:
    declared = {"TRIES": {"type": "number", "description": "n", "default": 3}}
    client = client_of(lambda call: {"verb": "say", "text": str(call.env("TRIES"))}, env_vars=declared)
    answer = client.post("/hook", json={**FIRST, "env_vars": {"TRIES": "many"}})
    assert answer.json == [{"verb": "say", "text": "3"}]
    assert "call CA1: TRIES: expected a number" in caplog.text


@pytest.mark.parametrize(
    ("url", "hook"),
    [
        ("/event", "/event?call_sid=CA%201"),
        ("/event?of=agent", "/event?of=agent&call_sid=CA%201"),
        ("https://a.example/event#rc=2&rp=5xx", "https://a.example/event?call_sid=CA%201#rc=2&rp=5xx"),
    ],
)
def test_the_url_of_a_hook_tells_of_its_call(url: str, hook: str) -> None:
    for event in (IncomingCall({"call_sid": "CA 1"}), ActionHook({"call_sid": "CA 1"})):
        assert event.hook_url(url) == hook


def test_an_event_without_a_call_has_no_hooks() -> None:
    with pytest.raises(ValueError, match="hook_url: this ActionHook has no call_sid"):
        ActionHook({"message_sid": "SM1"}).hook_url("/event")


TURN = {"type": "user_transcript", "transcript": "hello"}


def test_a_hook_that_names_no_call_has_that_of_its_url() -> None:
    seen: list[Any] = []
    client = client_of(seen.append)
    assert client.post(IncomingCall(FIRST).hook_url("/hook"), json=TURN).status_code == 200
    (event,) = seen
    assert type(event) is ActionHook
    assert (event.call_sid, event["call_sid"], event.transcript) == ("CA1", "CA1", "hello")


def test_the_call_that_jambonz_names_counts_more_than_that_of_the_url() -> None:
    seen: list[Any] = []
    assert client_of(seen.append).post("/hook?call_sid=CA9", json=HEARD).status_code == 200
    assert seen[0].call_sid == HEARD["call_sid"]


def test_what_is_no_call_in_a_url_is_refused() -> None:
    client = client_of(lambda event: None)
    assert client.post("/hook?call_sid=CA%0Acall", json=TURN).status_code == 400


def test_a_failing_view_of_such_a_hook_is_logged_with_its_call(caplog: pytest.LogCaptureFixture) -> None:
    assert client_of(lambda event: 1 / 0).post("/hook?call_sid=CA1", json=TURN).status_code == 500
    assert "call CA1: the view of /hook failed" in caplog.text
