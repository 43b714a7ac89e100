"""What all resources do with their arguments and answers. No socket would add to these."""

from __future__ import annotations

import datetime
import json
import re
from typing import Any

import pytest
import responses

from jambonz_sync.rest import InvalidAnswer, InvalidRequest, JambonzClient

from .fake_api import ACCOUNT, PROVIDER, SID
from .mock_server import BASE, created, sent

BAD: list[tuple[str, dict[str, Any], str]] = [
    ("applications.create", {"name": "x", "call_hook": "/x", "call_status_hook": "https://a"}, "call_hook is a full"),
    ("applications.create", {"name": "x", "call_hook": "https://a", "call_status_hook": "https://a", "nme": 1},
     "unknown field 'nme'"),
    ("applications.update", {"application_sid": SID}, "an update needs at least one field"),
    ("applications.update", {"application_sid": SID, "call_status_hook": "https://a"}, "send both"),
    ("applications.update", {"application_sid": SID, "app_json": "[{"}, "app_json is no JSON"),
    ("applications.update", {"application_sid": SID, "app_json": "{}"}, "app_json holds a list"),
    ("applications.update", {"application_sid": SID, "speech_recogniser_vendor": "x"}, "mean 'speech_recognizer_vend"),
    ("app_env.get", {"url": "a.example"}, "url is a full"),
    ("accounts.create", {}, "an account needs a name"),
    ("accounts.update", {"record_format": "ogg"}, "record_format: expected one of mp3, wav"),
    ("accounts.update", {"plan_type": "Free"}, "plan_type: expected one of trial, free, paid, got 'Free'"),
    ("carriers.update", {"voip_carrier_sid": SID, "trunk_type": "ip"}, "trunk_type: expected one of static_ip"),
    ("google_custom_voices.update", {"google_custom_voice_sid": SID, "reported_usage": "DAILY"}, "usage: expected"),
    ("accounts.update", {"bucket_credential": {"vendor": "aws_s3", "name": "x"}}, "needs region, access_key_id"),
    ("accounts.test_bucket", {"credential": {"vendor": "aws"}}, "did you mean aws_s3"),
    ("accounts.set_sip_realm", {"realm": "example.com"}, "sub.domain.tld"),
    ("limits.set", {"category": "devices", "quantity": 1}, "did you mean device"),
    ("limits.delete", {"category": None}, "category: expected one of"),
    ("phone_numbers.create", {"number": "abc"}, "number is text of digits"),
    ("phone_numbers.create", {"number": 1508}, "number is text of digits"),
    ("phone_numbers.update", {"phone_number_sid": SID}, "at least one field"),
    ("carriers.create", {"name": "x", "requires_register": True, "register_username": "u"}, "and register_password"),
    ("carriers.create", {"name": "x", "register_sip_realm": ""}, "None where there is none"),
    ("carriers.create", {"name": "x", "dtmf_type": "rfc4733"}, "dtmf_type: expected one of rfc2833"),
    ("carriers.create", {"name": "x", "sip_proxy": "y"}, "unknown field 'sip_proxy'"),
    ("carriers.create", {"name": "x", "extra": [("sip_proxy", "y")]}, "extra is an object of fields, not list"),
    ("sip_gateways.create", {"voip_carrier_sid": SID, "ipv4": "1.2.3.4", "inbound": False, "outbound": True,
                             "netmask": 24}, "only outbound is 32"),
    ("sip_gateways.update", {"sip_gateway_sid": SID, "inbound": True}, "inbound=True needs ipv4"),
    ("sip_gateways.update", {"sip_gateway_sid": SID, "protocol": "sctp"}, "protocol: expected one of udp"),
    ("speech_credentials.create", {"vendor": "elevenlabs", "use_for_tts": True, "use_for_stt": False},
     "elevenlabs needs api_key, model_id"),
    ("speech_credentials.create", {"vendor": "googel", "use_for_tts": True, "use_for_stt": True}, "mean 'google'"),
    ("speech_credentials.create", {"vendor": "custom:", "use_for_tts": True, "use_for_stt": True}, "unknown speech"),
    ("speech_credentials.create", {"vendor": "cartesia", "use_for_tts": True, "use_for_stt": True, "api_key": "k"},
     "needs model_id, stt_model_id"),
    ("speech_credentials.create", {"vendor": "microsoft", "use_for_tts": True, "use_for_stt": True, "region": "x"},
     "needs api_key"),
    ("speech_credentials.create", {"vendor": "deepgram", "use_for_tts": True, "use_for_stt": True}, "needs api_key"),
    ("speech_credentials.update", {"speech_credential_sid": SID, "use_for_tts": True, "use_for_stt": True,
                                   "api_key": "new"}, "api_key cannot be changed; delete the credential"),
    ("tts.synthesize", {"text": "", "speech_credential_sid": SID, "language": "x", "voice": "y"}, "needs text"),
    ("recent_calls.list", {"days": 3, "start": "2026-01-01"}, "not both"),
    ("recent_calls.list", {"days": 0}, "days is a number from 1"),
    ("recent_calls.list", {"filter": "a/b"}, "letters, digits and dashes"),
    ("recent_calls.list", {"filter": "+"}, "letters, digits and dashes"),
    ("recent_calls.list", {"page_size": 501}, "page_size is from 1 to 500"),
    ("recent_calls.list", {"end": 7}, "end is a date, a time, or text of one"),
    ("recent_calls.sip_trace", {"sip_callid": ".."}, "sip_callid must be given"),
    ("recent_calls.download_recording", {"call_sid": SID, "target": "x", "day": "2026-01-01"}, "day is a date"),
    ("recent_calls.delete_recording", {"call_sid": SID, "day": datetime.date(2026, 1, 1), "format": "ogg"}, "mp3"),
    ("users.create", {"name": "x", "email": "y", "initial_password": ""}, "the server crashes without"),
    ("users.update", {"user_sid": SID, "new_password": "x"}, "go together"),
    ("users.update", {"user_sid": SID, "old_password": "x", "new_password": "y", "name": "z"}, "at once"),
    ("clients.update", {"client_sid": SID, "password": "hXXXXXX"}, "masked"),
    ("lcr_routes.create", {"lcr_sid": SID, "regex": "1" * 33, "priority": 1}, "1 to 32 characters"),
    ("lcrs.add_routes", {"lcr_sid": SID, "routes": []}, "at least one route"),
    ("lcrs.add_routes", {"lcr_sid": SID, "routes": [{"regex": "1", "priority": 1}]}, "lcr_carrier_set_entries"),
    ("lcrs.add_routes", {"lcr_sid": SID, "routes": [{"regex": "1", "lcr_carrier_set_entries": [{}]}]}, "a priority"),
    ("messages.create", {"from_": "1", "to": "2"}, "needs text or media"),
    ("conferences.start_listen", {"name": "x", "url": "https://a.example"}, "ws:// or wss://"),
    ("conferences.stop_listen", {"name": ""}, "name must be given"),
    ("system.update_information", {}, "at least one field: the server ends its process"),
    ("system.update_information", {"log_level": "trace"}, "log_level: expected one of info, debug"),
    ("system.update_information", {"domain_nam": "x"}, "did you mean 'domain_name'"),
    ("system.update_information", {"extra": {"newer": 1}}, "unknown field 'extra'"),
    ("system.update_information", {"domain_name": "x" * 256}, "domain_name has up to 255 characters, not 256"),
    ("system.update_information", {"sip_domain_name": 7}, "sip_domain_name is text"),
    ("system.update_password_settings", {}, "at least one field"),
    ("system.update_password_settings", {"min_password_length": 7}, "a number from 8 to 20, not 7"),
    ("system.update_password_settings", {"min_password_length": True}, "a number from 8 to 20"),
    ("smpps.create", {"ipv4": "10.0.0.1", "prot": 1}, "did you mean 'port'"),
    ("system.available", {"type": "name", "value": "x"}, "type: expected one of email"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "arguments", "says"), BAD)
def test_what_the_server_refuses_without_a_word_is_refused_here(
    server: responses.RequestsMock, own: JambonzClient, method: str, arguments: dict[str, Any], says: str
) -> None:
    resource, _, name = method.partition(".")
    with pytest.raises(InvalidRequest, match=says):
        getattr(getattr(own, resource), name)(**arguments)
    assert len(server.calls) == 0


def test_fields_newer_than_this_release_are_sent_as_they_are_and_none_are_none(
    server: responses.RequestsMock, own: JambonzClient
) -> None:
    server.add("PUT", re.compile(".*/Applications/.*"), status=204)
    own.applications.update(SID, name="x", extra={"newer": 1})
    own.applications.update(SID, name="x", extra=None)  # type: ignore[arg-type]
    assert [json.loads(call.request.body) for call in server.calls] == [{"name": "x", "newer": 1}, {"name": "x"}]


def test_what_belongs_to_an_account_says_so_for_a_key_of_a_service_provider_needs_it(
    server: responses.RequestsMock, own: JambonzClient
) -> None:
    for path in ("/PhoneNumbers", "/Clients", "/VoipCarriers", f"/Accounts/{ACCOUNT}/SpeechCredentials"):
        created(server, path)
    server.get(f"{BASE}/ServiceProviders", json=[])
    own.phone_numbers.create(number="+1508")
    own.clients.create(username="joe")
    own.carriers.create(name="x")
    own.speech_credentials.create("custom:mine", use_for_tts=True, use_for_stt=False, auth_token="t")
    bodies = [json.loads(call.request.body) for call in server.calls if call.request.body]
    assert [body["account_sid"] for body in bodies] == [ACCOUNT] * 4


@pytest.mark.parametrize(
    ("call", "path", "text", "says"),
    [
        (lambda c: c.accounts.webhook_secret(), "WebhookSecret", "{}", "without a webhook_secret"),
        (lambda c: c.accounts.registered_users(), "RegisteredSipUsers", '["joe"]', "no list of users"),
        (lambda c: c.recent_calls.trace("t"), "RecentCalls/trace/t", "<html>", "the answer is not JSON"),
    ],
)
def test_an_answer_of_another_kind_is_an_error(
    server: responses.RequestsMock, own: JambonzClient, call: Any, path: str, text: str, says: str
) -> None:
    for method in ("GET", "POST"):
        server.add(method, f"{BASE}/Accounts/{ACCOUNT}/{path}", body=text)
    with pytest.raises(InvalidAnswer, match=says):
        call(own)


def test_what_a_service_provider_makes_says_so(server: responses.RequestsMock, provider: JambonzClient) -> None:
    created(server, "/Lcrs")
    created(server, "/Accounts")
    provider.lcrs.create(name="x")
    assert sent(server) == {"name": "x", "service_provider_sid": PROVIDER}
    provider.accounts.create(name="x", queue_event_hook="https://a.example/q", registration_hook=None)
    assert sent(server) == {
        "name": "x", "service_provider_sid": PROVIDER, "registration_hook": None,
        "queue_event_hook": {"url": "https://a.example/q", "method": "POST"},
    }  # fmt: skip
    with pytest.raises(InvalidRequest, match="a tenant needs an account_sid"):
        provider.teams_tenants.create(service_provider_sid=PROVIDER, tenant_fqdn="x.example.com")
    with pytest.raises(InvalidRequest, match="at least one field"):
        provider.service_providers.update()
