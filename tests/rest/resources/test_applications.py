"""Applications, and the variables that they declare."""

from __future__ import annotations

import json

import responses

from jambonz_sync.rest import JambonzClient
from jambonz_sync.rest.models import Hook

from ..as_the_server import applications
from ..fake_api import ACCOUNT, SID, FakeApi, reply
from ..mock_server import BASE, created, sent


def test_an_application_is_made_with_hooks_as_objects_and_verbs_as_text(
    server: responses.RequestsMock, own: JambonzClient
) -> None:
    created(server, "/Applications")
    hook = Hook(url="https://a.example/x", username="u", password="p")
    verbs = [{"verb": "say", "text": "hi"}]
    made = own.applications.create(
        name="x", call_hook=hook, call_status_hook="https://a.example/s", app_json=verbs, record_all_calls=True,
        speech_synthesis_label=None, extra={"brand_new": 1},
    )  # fmt: skip
    assert made == SID
    assert sent(server) == {
        "name": "x", "account_sid": ACCOUNT, "record_all_calls": True, "speech_synthesis_label": None, "brand_new": 1,
        "app_json": json.dumps(verbs),
        "call_hook": {"url": "https://a.example/x", "method": "POST", "username": "u", "password": "p"},
        "call_status_hook": {"url": "https://a.example/s", "method": "POST"},
    }  # fmt: skip


HOOK = {"url": "https://a.example/x", "method": "POST", "username": None, "password": None, "webhook_sid": SID}


def test_a_hook_that_was_read_can_be_sent_back(api: FakeApi, client: JambonzClient) -> None:
    row = {"name": "x", "call_hook": HOOK, "call_status_hook": HOOK, "record_all_calls": 0, "app_json": None}
    changed_in_place = applications(api, row)
    application = client.applications.get(SID)
    assert (application.record_all_calls, application.app_json) == (False, None)
    client.applications.update(SID, call_hook=application.call_hook or "")
    assert row["call_hook"] == {"url": "https://a.example/x", "method": "POST", "webhook_sid": "new-0"}
    client.applications.update(
        SID, call_hook={**HOOK, "url": "https://a.example/y"}, call_status_hook=application.call_status_hook or ""
    )
    assert row["call_hook"]["url"] == "https://a.example/y"
    assert changed_in_place == {}


def test_a_hook_for_messages_that_is_none_is_taken_away(api: FakeApi, client: JambonzClient) -> None:
    row = {"name": "x", "messaging_hook": HOOK, "messaging_hook_sid": SID}
    applications(api, row)
    client.applications.update(SID, messaging_hook=None)
    assert row["messaging_hook_sid"] is None
    api.on("POST", "/Applications", reply(201, {"sid": SID}))
    client.applications.create(name="x", call_hook=HOOK, call_status_hook=HOOK, messaging_hook=None)
    assert "messaging_hook" not in api.requests[-1].json


def test_the_variables_of_an_application_are_read(server: responses.RequestsMock, own: JambonzClient) -> None:
    declared = {"LANG": {"type": "string", "enum": ["de", "en"], "required": True}, "PIN": {"obscure": True}}
    server.get(f"{BASE}/AppEnv", json=declared, match=[responses.matchers.query_param_matcher({"url": "wss://a.example/x?y=1"})])  # fmt: skip  # noqa: E501
    found = own.app_env.get("wss://a.example/x?y=1")
    assert (found["LANG"].enum, found["LANG"].required, found["PIN"].obscure) == (("de", "en"), True, True)


def test_an_application_that_declares_nothing_has_no_variables(
    server: responses.RequestsMock, own: JambonzClient
) -> None:
    server.get(f"{BASE}/AppEnv", status=204)
    assert own.app_env.get("https://a.example") == {}
