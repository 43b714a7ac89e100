"""A client for an account keeps to it, although its key, an admin's here, sees and changes all there is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from jambonz_sync.rest import InvalidRequest, JambonzClient

from .as_the_server import Row, carriers, listed
from .fake_api import ACCOUNT, KEY, PROVIDER, SID, FakeApi, reply

OTHER = "0f0e0d0c-0000-4000-8000-00000000000b"
OTHERS_PROVIDER = "0f0e0d0c-0000-4000-8000-00000000000c"

ROWS: list[Row] = [
    {"name": "own", "account_sid": ACCOUNT, "service_provider_sid": PROVIDER},
    {"name": "other", "account_sid": OTHER, "service_provider_sid": PROVIDER},
    {"name": "shared", "account_sid": None, "service_provider_sid": PROVIDER},
    {"name": "stranger", "account_sid": None, "service_provider_sid": OTHERS_PROVIDER},
]


@pytest.fixture
def admin(api: FakeApi) -> JambonzClient:
    for path in ("/Clients", "/Users", "/Lcrs", "/MicrosoftTeamsTenants", "/Applications"):
        api.on("GET", path, listed(ROWS))
    api.on("GET", f"/Accounts/{ACCOUNT}/Applications", listed(ROWS, keep=lambda row: row["account_sid"] == ACCOUNT))
    api.on("GET", "/PhoneNumbers", listed(ROWS, by="account_sid"))
    api.on("GET", "/VoipCarriers", carriers(ROWS))
    api.on("GET", f"/Accounts/{ACCOUNT}/ApiKeys", reply(200, [{"api_key_sid": SID, "account_sid": ACCOUNT}]))
    return JambonzClient(api.url, api_key=KEY, timeout=20)


LISTED = ["applications", "phone_numbers", "clients", "users", "lcrs", "teams_tenants"]


def names(client: JambonzClient, resource: str) -> list[str]:
    return [item.to_dict().get("name") for item in getattr(client, resource).list()]


@pytest.mark.parametrize("resource", LISTED)
def test_only_what_belongs_to_the_account_is_listed(admin: JambonzClient, resource: str) -> None:
    assert names(admin.for_account(ACCOUNT), resource) == ["own"]
    assert len(names(admin, resource)) == len(ROWS)


@pytest.mark.parametrize("resource", ["phone_numbers", "clients"])
def test_only_what_belongs_to_the_account_is_listed_by_servers_that_ignore_the_query(
    api: FakeApi, admin: JambonzClient, resource: str
) -> None:
    api.on("GET", "/PhoneNumbers", listed(ROWS))
    assert names(JambonzClient(api.url, ACCOUNT, KEY, timeout=20), resource) == ["own"]


def test_an_account_sees_the_carriers_that_its_service_provider_shares(api: FakeApi, admin: JambonzClient) -> None:
    assert names(admin.for_account(ACCOUNT), "carriers") == ["own", "shared"]
    api.on("GET", "/VoipCarriers", listed(ROWS))
    assert "other" not in names(admin.for_account(ACCOUNT), "carriers")


@pytest.mark.parametrize("resource", ["users", "lcrs", "teams_tenants"])
def test_only_what_belongs_to_the_service_provider_is_listed(admin: JambonzClient, resource: str) -> None:
    assert "stranger" not in names(admin.for_service_provider(PROVIDER), resource)
    assert "shared" in names(admin.for_service_provider(PROVIDER), resource)


def test_the_numbers_of_a_service_provider_are_asked_for(api: FakeApi, admin: JambonzClient) -> None:
    list(admin.for_service_provider(PROVIDER).phone_numbers.list())
    assert ("service_provider_sid", PROVIDER) in api.requests[-1].query


def test_the_numbers_of_another_account_are_not_listed_by_name_either(api: FakeApi, admin: JambonzClient) -> None:
    assert [number.account_sid for number in admin.phone_numbers.list(account_sid=OTHER)] == [OTHER]
    with pytest.raises(InvalidRequest, match=rf"the client is for the account {ACCOUNT}: use for_account\(\)"):
        admin.for_account(ACCOUNT).phone_numbers.list(account_sid=OTHER)


#: what is changed or deleted, and what is read before: the path of each thing, and what leads to the next one
CHANGES: dict[str, tuple[Callable[[JambonzClient], Any], list[tuple[str, Row]]]] = {
    "applications.update": (lambda c: c.applications.update(SID, name="x"), [(f"/Applications/{SID}", {})]),
    "applications.delete": (lambda c: c.applications.delete(SID), [(f"/Applications/{SID}", {})]),
    "phone_numbers.update": (lambda c: c.phone_numbers.update(SID, application_sid=None),
                             [(f"/PhoneNumbers/{SID}", {})]),
    "phone_numbers.delete": (lambda c: c.phone_numbers.delete(SID), [(f"/PhoneNumbers/{SID}", {})]),
    "clients.update": (lambda c: c.clients.update(SID, username="x"), [(f"/Clients/{SID}", {})]),
    "clients.delete": (lambda c: c.clients.delete(SID), [(f"/Clients/{SID}", {})]),
    "carriers.update": (lambda c: c.carriers.update(SID, name="x"), [(f"/VoipCarriers/{SID}", {})]),
    "carriers.delete": (lambda c: c.carriers.delete(SID), [(f"/VoipCarriers/{SID}", {})]),
    "users.update": (lambda c: c.users.update(SID, is_view_only=False), [(f"/Users/{SID}", {})]),
    "users.delete": (lambda c: c.users.delete(SID), [(f"/Users/{SID}", {})]),
    "teams_tenants.update": (lambda c: c.teams_tenants.update(SID, tenant_fqdn="x"),
                             [(f"/MicrosoftTeamsTenants/{SID}", {})]),
    "teams_tenants.delete": (lambda c: c.teams_tenants.delete(SID), [(f"/MicrosoftTeamsTenants/{SID}", {})]),
    "lcrs.update": (lambda c: c.lcrs.update(SID, name="x"), [(f"/Lcrs/{SID}", {})]),
    "lcrs.delete": (lambda c: c.lcrs.delete(SID), [(f"/Lcrs/{SID}", {})]),
    "lcrs.add_routes": (lambda c: c.lcrs.add_routes(SID, [ROUTE]), [(f"/Lcrs/{SID}", {})]),
    "lcrs.update_routes": (lambda c: c.lcrs.update_routes(SID, [ROUTE]), [(f"/Lcrs/{SID}", {})]),
    "lcr_routes.create": (lambda c: c.lcr_routes.create(lcr_sid=SID, regex="1", priority=1), [(f"/Lcrs/{SID}", {})]),
    "lcr_routes.update": (lambda c: c.lcr_routes.update(SID, priority=1),
                          [(f"/LcrRoutes/{SID}", {"lcr_sid": KEY}), (f"/Lcrs/{KEY}", {})]),
    "lcr_routes.delete": (lambda c: c.lcr_routes.delete(SID),
                          [(f"/LcrRoutes/{SID}", {"lcr_sid": KEY}), (f"/Lcrs/{KEY}", {})]),
    "lcr_carrier_set_entries.create": (
        lambda c: c.lcr_carrier_set_entries.create(lcr_route_sid=SID, voip_carrier_sid=SID),
        [(f"/LcrRoutes/{SID}", {"lcr_sid": KEY}), (f"/Lcrs/{KEY}", {})]),
    "lcr_carrier_set_entries.update": (
        lambda c: c.lcr_carrier_set_entries.update(SID, workload=1),
        [(f"/LcrCarrierSetEntries/{SID}", {"lcr_route_sid": KEY}), (f"/LcrRoutes/{KEY}", {"lcr_sid": PROVIDER}),
         (f"/Lcrs/{PROVIDER}", {})]),
    "lcr_carrier_set_entries.delete": (
        lambda c: c.lcr_carrier_set_entries.delete(SID),
        [(f"/LcrCarrierSetEntries/{SID}", {"lcr_route_sid": KEY}), (f"/LcrRoutes/{KEY}", {"lcr_sid": PROVIDER}),
         (f"/Lcrs/{PROVIDER}", {})]),
    "sip_gateways.create": (
        lambda c: c.sip_gateways.create(voip_carrier_sid=SID, ipv4="10.0.0.1", inbound=True, outbound=True),
        [(f"/VoipCarriers/{SID}", {})]),
    "sip_gateways.update": (
        lambda c: c.sip_gateways.update(SID, port=1),
        [(f"/SipGateways/{SID}", {"voip_carrier_sid": KEY}), (f"/VoipCarriers/{KEY}", {})]),
    "sip_gateways.delete": (
        lambda c: c.sip_gateways.delete(SID),
        [(f"/SipGateways/{SID}", {"voip_carrier_sid": KEY}), (f"/VoipCarriers/{KEY}", {})]),
    "smpp_gateways.create": (lambda c: c.smpp_gateways.create(voip_carrier_sid=SID, ipv4="10.0.0.1"),
                             [(f"/VoipCarriers/{SID}", {})]),
    "smpp_gateways.update": (
        lambda c: c.smpp_gateways.update(SID, port=1),
        [(f"/SmppGateways/{SID}", {"voip_carrier_sid": KEY}), (f"/VoipCarriers/{KEY}", {})]),
    "smpp_gateways.delete": (
        lambda c: c.smpp_gateways.delete(SID),
        [(f"/SmppGateways/{SID}", {"voip_carrier_sid": KEY}), (f"/VoipCarriers/{KEY}", {})]),
    "speech_credentials.update": (lambda c: c.speech_credentials.update(SID, use_for_tts=True),
                                  [(f"/Accounts/{ACCOUNT}/SpeechCredentials/{SID}", {"vendor": "whisper",
                                                                                     "model_id": "m"})]),
    "speech_credentials.delete": (lambda c: c.speech_credentials.delete(SID),
                                  [(f"/Accounts/{ACCOUNT}/SpeechCredentials/{SID}", {})]),
    "google_custom_voices.create": (
        lambda c: c.google_custom_voices.create(speech_credential_sid=SID, name="x", model="y"),
        [(f"/Accounts/{ACCOUNT}/SpeechCredentials/{SID}", {})]),
    "google_custom_voices.update": (
        lambda c: c.google_custom_voices.update(SID, name="x"),
        [(f"/GoogleCustomVoices/{SID}", {"speech_credential_sid": KEY}),
         (f"/Accounts/{ACCOUNT}/SpeechCredentials/{KEY}", {})]),
    "google_custom_voices.delete": (
        lambda c: c.google_custom_voices.delete(SID),
        [(f"/GoogleCustomVoices/{SID}", {"speech_credential_sid": KEY}),
         (f"/Accounts/{ACCOUNT}/SpeechCredentials/{KEY}", {})]),
}  # fmt: skip

ROUTE = {"regex": "1", "priority": 1, "lcr_carrier_set_entries": [{"voip_carrier_sid": SID}]}


def serve(api: FakeApi, chain: list[tuple[str, Row]], owner: str | None) -> None:
    """Serve what is read before a change; the account is in the last of the chain."""
    for path, row in chain:
        api.on("GET", path, reply(200, {**row, "account_sid": owner} if path == chain[-1][0] else row))


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(("owner", "whose"), [(OTHER, f"of the account {OTHER}"), (None, "of no account")])
def test_what_does_not_belong_to_the_account_is_neither_changed_nor_deleted(
    api: FakeApi, admin: JambonzClient, change: str, owner: str | None, whose: str
) -> None:
    call, chain = CHANGES[change]
    serve(api, chain, owner)
    with pytest.raises(InvalidRequest, match=f"{chain[-1][0]} is {whose}, and the client is for {ACCOUNT}"):
        call(admin.for_account(ACCOUNT).with_options(max_retries=0))
    assert [(request.method, request.path) for request in api.requests] == [("GET", f"/v1{path}") for path, _ in chain]


@pytest.mark.parametrize("change", CHANGES)
def test_what_belongs_to_the_account_is_changed_and_deleted(api: FakeApi, admin: JambonzClient, change: str) -> None:
    call, chain = CHANGES[change]
    serve(api, chain, ACCOUNT)
    api.next(*[reply(200, {**row, "account_sid": ACCOUNT}) for _, row in chain], reply(201, {"sid": SID}))
    call(admin.for_account(ACCOUNT))
    assert [request.method for request in api.requests][:-1] == ["GET"] * len(chain)
    assert api.requests[-1].method in ("POST", "PUT", "DELETE")


@pytest.mark.parametrize(
    "resource",
    ["applications", "phone_numbers", "clients", "carriers", "users", "teams_tenants", "lcrs", "lcr_routes",
     "lcr_carrier_set_entries", "sip_gateways", "smpp_gateways", "speech_credentials", "google_custom_voices"],
)  # fmt: skip
def test_a_change_of_nothing_is_refused_before_anything_is_read(
    api: FakeApi, admin: JambonzClient, resource: str
) -> None:
    with pytest.raises(InvalidRequest, match="at least one field"):
        getattr(admin.for_account(ACCOUNT), resource).update(SID)
    assert api.requests == []


READ = {
    "applications": f"/Applications/{SID}",
    "phone_numbers": f"/PhoneNumbers/{SID}",
    "clients": f"/Clients/{SID}",
    "carriers": f"/VoipCarriers/{SID}",
    "users": f"/Users/{SID}",
    "teams_tenants": f"/MicrosoftTeamsTenants/{SID}",
    "lcrs": f"/Lcrs/{SID}",
    "speech_credentials": f"/Accounts/{ACCOUNT}/SpeechCredentials/{SID}",
}


@pytest.mark.parametrize("resource", READ)
def test_what_is_shared_is_read_and_what_is_anothers_is_not(api: FakeApi, admin: JambonzClient, resource: str) -> None:
    client = getattr(admin.for_account(ACCOUNT), resource)
    api.on("GET", READ[resource], reply(200, {"account_sid": None}))
    assert client.get(SID).account_sid is None
    api.on("GET", READ[resource], reply(200, {"account_sid": OTHER}))
    with pytest.raises(InvalidRequest, match=f"of the account {OTHER}"):
        client.get(SID)
    assert getattr(admin, resource).get(SID).account_sid == OTHER if resource != "speech_credentials" else True


def test_a_key_of_another_account_is_not_deleted(api: FakeApi, admin: JambonzClient) -> None:
    api.on("DELETE", f"/ApiKeys/{SID}", reply(204))
    admin.for_account(ACCOUNT).api_keys.delete(SID)
    with pytest.raises(InvalidRequest, match=f"{OTHER} is no key of the account {ACCOUNT}"):
        admin.for_account(ACCOUNT).api_keys.delete(OTHER)
    assert [request.method for request in api.requests] == ["GET", "DELETE", "GET"]


def test_the_client_of_a_key_of_an_account_reads_nothing_before(api: FakeApi, client: JambonzClient) -> None:
    api.on("DELETE", f"/PhoneNumbers/{SID}", reply(204))
    client.phone_numbers.delete(SID)
    client.with_options(max_retries=0).phone_numbers.delete(SID)
    client.for_account(ACCOUNT).for_service_provider(PROVIDER).phone_numbers.delete(SID)
    assert [request.method for request in api.requests] == ["DELETE"] * 3
