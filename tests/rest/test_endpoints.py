"""Each method sends what its class declares, from which the table in the documentation is made."""

from __future__ import annotations

import datetime
import importlib.util
import inspect
import io
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jambonz_sync.rest import JambonzClient

from .fake_api import ACCOUNT, KEY, PROVIDER, SID, FakeApi, Visit, reply

spec = importlib.util.spec_from_file_location("endpoints", Path(__file__).parents[2] / "docs" / "_ext" / "endpoints.py")
assert spec is not None
assert spec.loader is not None
declared = importlib.util.module_from_spec(spec)
sys.modules[spec.name] = declared
spec.loader.exec_module(declared)

HOOK = "https://example.com/hook"
DAY = datetime.date(2026, 3, 7)
ROUTE = {"regex": "^1508", "priority": 1, "lcr_carrier_set_entries": [{"voip_carrier_sid": SID}]}

#: how to call each method that wants arguments
CALLS: dict[str, dict[str, Any]] = {
    "calls.create": {"from_": "1", "to": "2", "application_sid": SID},
    "calls.update": {"call_sid": SID, "mute_status": "mute"},
    "calls.redirect": {"call_sid": SID, "call_hook": "/next"},
    "calls.tag": {"call_sid": SID, "data": {"a": 1}},
    "calls.whisper": {"call_sid": SID, "verbs": {"verb": "say", "text": "hi"}},
    "calls.dtmf": {"call_sid": SID, "digit": "5"},
    "calls.dub": {"call_sid": SID, "action": "addTrack", "track": "x"},
    "calls.boost_audio": {"call_sid": SID, "gain": 3},
    "calls.media_path": {"call_sid": SID, "path": "no-media"},
    "calls.listen": {"call_sid": SID, "status": "pause"},
    "calls.transcribe": {"call_sid": SID, "status": "pause"},
    "calls.record": {"call_sid": SID, "action": "start"},
    "calls.conference_participant": {"call_sid": SID, "action": "mute"},
    "calls.sip_request": {"call_sid": SID, "method": "INFO", "content_type": "text/plain", "content": "x"},
    "calls.noise_isolation": {"call_sid": SID, "status": "enable"},
    "calls.agent_update": {"call_sid": SID, "type": "generate_reply"},
    "calls.transfer": {"call_sid": SID, "data": {}},
    "calls.room_say": {"call_sid": SID, "text": "hi"},
    "calls.room_play": {"call_sid": SID, "url": HOOK},
    "calls.llm_status": {"call_sid": SID, "status": "stop"},
    "conferences.start_listen": {"name": "a/b", "url": "wss://example.com/x"},
    "messages.create": {"from_": "1", "to": "2", "text": "hi"},
    "applications.create": {"name": "x", "call_hook": HOOK, "call_status_hook": HOOK},
    "applications.update": {"application_sid": SID, "name": "x"},
    "app_env.get": {"url": HOOK},
    "accounts.create": {"name": "x"},
    "accounts.get": {"account_sid": SID},
    "accounts.update": {"account_sid": SID, "name": "x"},
    "accounts.set_sip_realm": {"realm": "a.example.com"},
    "accounts.test_bucket": {"credential": {"vendor": "none"}},
    "limits.set": {"category": "device", "quantity": 1},
    "limits.delete": {"category": "device"},
    "phone_numbers.create": {"number": "15085551212"},
    "phone_numbers.update": {"phone_number_sid": SID, "application_sid": None},
    "carriers.create": {"name": "x"},
    "carriers.update": {"voip_carrier_sid": SID, "name": "x"},
    "sip_gateways.create": {"voip_carrier_sid": SID, "ipv4": "10.0.0.1", "inbound": True, "outbound": True},
    "sip_gateways.update": {"sip_gateway_sid": SID, "port": 5060},
    "smpp_gateways.create": {"voip_carrier_sid": SID, "ipv4": "10.0.0.1"},
    "smpp_gateways.update": {"smpp_gateway_sid": SID, "port": 2775},
    "sbcs.create": {"ipv4": "10.0.0.1"},
    "speech_credentials.create": {"vendor": "aws", "use_for_tts": True, "use_for_stt": False},
    "speech_credentials.update": {"speech_credential_sid": SID, "use_for_tts": True, "use_for_stt": False},
    "speech_credentials.supported": {"vendor": "google"},
    "tts.synthesize": {"text": "hi", "speech_credential_sid": SID, "language": "en-US", "voice": "x"},
    "google_custom_voices.create": {"speech_credential_sid": SID, "name": "x", "model": "y"},
    "google_custom_voices.update": {"google_custom_voice_sid": SID, "name": "x"},
    "google_custom_voices.upload_cloning_key": {"google_custom_voice_sid": SID, "file": io.BytesIO(b"key")},
    "recent_calls.sip_trace": {"sip_callid": "a@b/c"},
    "recent_calls.download_pcap": {"sip_callid": "a@b/c", "target": io.BytesIO()},
    "recent_calls.trace": {"trace_id": "abc"},
    "recent_calls.download_recording": {"call_sid": SID, "target": io.BytesIO(), "day": DAY},
    "recent_calls.delete_recording": {"call_sid": SID, "day": DAY},
    "users.create": {"name": "x", "email": "x@example.com", "initial_password": "secret12", "account_sid": ACCOUNT,
                     "service_provider_sid": PROVIDER},
    "users.update": {"user_sid": SID, "name": "x", "is_view_only": False},
    "clients.create": {"username": "joe"},
    "clients.update": {"client_sid": SID, "username": "ann"},
    "lcrs.create": {"name": "x"},
    "lcrs.update": {"lcr_sid": SID, "name": "x"},
    "lcrs.add_routes": {"lcr_sid": SID, "routes": [ROUTE]},
    "lcrs.update_routes": {"lcr_sid": SID, "routes": [ROUTE]},
    "lcr_routes.create": {"lcr_sid": SID, "regex": "^1", "priority": 1},
    "lcr_routes.update": {"lcr_route_sid": SID, "priority": 2},
    "lcr_carrier_set_entries.create": {"lcr_route_sid": SID, "voip_carrier_sid": SID},
    "lcr_carrier_set_entries.update": {"lcr_carrier_set_entry_sid": SID, "workload": 1},
    "service_providers.create": {"name": "x"},
    "service_providers.update": {"service_provider_sid": SID, "name": "x", "registration_hook": None},
    "teams_tenants.create": {"service_provider_sid": SID, "tenant_fqdn": "x.example.com"},
    "teams_tenants.update": {"ms_teams_tenant_sid": SID, "tenant_fqdn": "x.example.com"},
    "smpps.create": {"ipv4": "10.0.0.1"},
    "system.update_information": {"log_level": "info"},
    "system.update_password_settings": {"require_digit": True},
    "system.available": {"type": "email", "value": "x@example.com"},
}  # fmt: skip


#: method of the client -> the endpoint that its class declares
TABLE = {endpoint.method: endpoint for endpoint in declared.endpoints()}
METHODS: dict[str, Callable[..., Any]] = {
    f"{attribute}.{name}": getattr(cls, name)
    for attribute, cls in declared.resource_classes().items()
    for name in declared.methods(cls)
}


def test_each_method_is_declared() -> None:
    assert TABLE.keys() == METHODS.keys()
    assert CALLS.keys() <= METHODS.keys()
    assert len(METHODS) > 150


def arguments(method: str) -> dict[str, Any]:
    """How to call a method: those that are not in the list want a sid or a name, if anything."""
    given = dict(CALLS.get(method, {}))
    for parameter in [*inspect.signature(METHODS[method]).parameters.values()][1:]:
        if parameter.default is parameter.empty and parameter.kind is parameter.POSITIONAL_OR_KEYWORD:
            given.setdefault(parameter.name, SID)
    return given


@pytest.mark.parametrize("method", METHODS)
def test_a_method_sends_what_is_declared(api: FakeApi, method: str) -> None:
    answer = {"sid": SID, "user_sid": SID, "token": "t", "webhook_secret": "s", "a": {"type": "string"}, "user": {}}
    answer["call_status"] = "completed"
    returns = str(inspect.signature(METHODS[method]).return_annotation)
    is_list = "Listing" in returns or "Sequence" in returns

    def act(visit: Visit) -> None:
        asks_for_owner = visit.request.method == "GET" and visit.request.path.endswith("/ServiceProviders")
        reply(200, [] if is_list or asks_for_owner else answer)(visit)

    api.next(act, act)
    with JambonzClient(api.url, ACCOUNT, KEY, service_provider_sid=PROVIDER, timeout=20) as client:
        resource, _, name = method.partition(".")
        result = getattr(getattr(client, resource), name)(**arguments(method))
        if "Listing" in returns:
            assert list(result) == []
    *before, request = api.requests
    # What is to be changed is read before, and to whom the key belongs.
    assert {(read.method, read.path) for read in before} <= {("GET", request.path), ("GET", "/v1/ServiceProviders")}
    scope = f"/Accounts/{ACCOUNT}"
    pattern = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(TABLE[method].path.replace("{scope}", scope)))
    assert request.method == TABLE[method].http
    assert re.fullmatch("/health" if method == "system.health" else f"/v1{pattern}", request.path)
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.headers["user-agent"].startswith("jambonz-sync/")


@pytest.mark.parametrize("method", [name for name, endpoint in TABLE.items() if endpoint.path.startswith("{scope}")])
def test_what_exists_below_both_is_the_service_providers_for_a_client_without_an_account(
    api: FakeApi, method: str
) -> None:
    api.next(*[reply(200, {"sid": SID, "token": "t", "data": []})] * 2)
    with JambonzClient(api.url, api_key=KEY, service_provider_sid=PROVIDER, timeout=20) as client:
        resource, _, name = method.partition(".")
        result = getattr(getattr(client, resource), name)(**arguments(method))
        if name == "list":
            assert list(result) == []
    assert api.requests[0].path.startswith(f"/v1/ServiceProviders/{PROVIDER}/")


@pytest.mark.parametrize("method", METHODS)
def test_a_method_says_what_it_does_and_what_its_arguments_mean(method: str) -> None:
    text = inspect.getdoc(METHODS[method]) or ""
    parameters = [*inspect.signature(METHODS[method]).parameters][1:]
    described = re.findall(r"^    (\w+): ", text.partition("Args:\n")[2].partition("\n\n")[0], re.MULTILINE)
    assert set(parameters) <= set(described)
    returns = inspect.signature(METHODS[method]).return_annotation
    assert ("Returns:\n" in text) == (returns != "None")
    assert text.partition("\n")[0].endswith(".")
