"""Applications, and the variables that they declare."""

from __future__ import annotations

import json

import responses

from jambonz_sync.rest import JambonzClient
from jambonz_sync.rest.models import Hook

from ..fake_api import ACCOUNT, SID
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


def test_a_hook_that_was_read_can_be_sent_back(server: responses.RequestsMock, own: JambonzClient) -> None:
    hook = {"url": "https://a.example/x", "method": "POST", "username": None, "password": None, "webhook_sid": SID}
    path = f"{BASE}/Applications/{SID}"
    server.get(path, json={"name": "x", "call_hook": hook, "record_all_calls": 0, "app_json": None})
    server.put(path, status=204)
    application = own.applications.get(SID)
    assert (application.record_all_calls, application.app_json) == (False, None)
    own.applications.update(SID, call_hook=application.call_hook or "", name="y")
    assert sent(server)["call_hook"] == {"url": "https://a.example/x", "method": "POST", "webhook_sid": SID}


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
