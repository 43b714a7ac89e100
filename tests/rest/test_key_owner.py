"""What is made for an account says whose it is, as the key wants it said."""

from __future__ import annotations

from typing import Any

import pytest

from jambonz_sync.rest import InvalidRequest, JambonzClient

from .fake_api import ACCOUNT, PROVIDER, SID, FakeApi, reply

OTHERS_PROVIDER = "0f0e0d0c-0000-4000-8000-00000000000c"
OWN = {"service_provider_sid": PROVIDER, "name": "own"}
NOT_AN_ADMIN = reply(403, {"status": "fail", "message": "insufficient privileges"})


def key_of(api: FakeApi, owner: str) -> None:
    """Answer as the server does to the key, or to the token of a login, of an owner."""
    every = [OWN, {"service_provider_sid": OTHERS_PROVIDER, "name": "other"}]
    seen = {
        "account": [],
        "login of an account": [OWN],
        "service provider": [OWN],
        "login of a service provider": [OWN],
    }
    api.on("GET", "/ServiceProviders", reply(200, seen.get(owner, every)))
    api.on("GET", "/SystemInformation", reply(200, {}) if owner == "admin" else NOT_AN_ADMIN)
    api.on("GET", f"/Accounts/{ACCOUNT}", reply(200, {"service_provider_sid": PROVIDER}))
    api.on("GET", "/Users/me", reply(403, text=b"Forbidden"))
    if "login" in owner:
        account = ACCOUNT if "account" in owner else None
        api.on("GET", "/Users/me", reply(200, {"user": {"account_sid": account, "service_provider_sid": PROVIDER}}))
    for path in ("/VoipCarriers", "/Lcrs", f"/Accounts/{ACCOUNT}/PredefinedCarriers/{SID}",
                 f"/ServiceProviders/{PROVIDER}/PredefinedCarriers/{SID}"):  # fmt: skip
        api.on("POST", path, reply(201, {"sid": SID}))
    api.on("PUT", f"/ServiceProviders/{PROVIDER}/VoipCarriers/{SID}", reply(204))


OF_ACCOUNTS = ["account", "login of an account"]
OF_PROVIDERS = ["service provider", "login of a service provider"]


def changes(api: FakeApi) -> list[tuple[str, str, Any]]:
    return [(r.method, r.path.removeprefix("/v1"), r.json) for r in api.requests if r.method != "GET"]


@pytest.mark.parametrize("owner", [*OF_PROVIDERS, "admin"])
def test_a_carrier_that_is_made_with_anothers_key_is_no_orphan(api: FakeApi, client: JambonzClient, owner: str) -> None:
    key_of(api, owner)
    assert client.carriers.create(name="x") == SID
    client.carriers.create(name="y")
    body = {"account_sid": ACCOUNT, "service_provider_sid": PROVIDER}
    assert changes(api) == [("POST", "/VoipCarriers", {"name": name, **body}) for name in ("x", "y")]
    assert len([r for r in api.requests if r.path.endswith("/ServiceProviders")]) == 1  # asked once


def test_an_older_server_that_does_not_know_what_is_asked_has_no_admins_key(
    api: FakeApi, client: JambonzClient
) -> None:
    key_of(api, "service provider")
    api.on("GET", "/SystemInformation", reply(404, text=b"<html></html>"))
    client.carriers.create(name="x")
    assert changes(api)[0][2]["service_provider_sid"] == PROVIDER


def test_an_application_is_given_to_a_carrier_with_the_account_that_the_server_asks_for(
    api: FakeApi, client: JambonzClient
) -> None:
    api.on("GET", f"/VoipCarriers/{SID}", reply(200, {"account_sid": ACCOUNT}))
    api.on("PUT", f"/VoipCarriers/{SID}", reply(204))
    client.for_account(ACCOUNT).carriers.update(SID, application_sid=SID)
    client.for_account(ACCOUNT).carriers.update(SID, application_sid=None)
    client.carriers.update(SID, application_sid=SID)  # the account's own key names its account by itself
    assert [body for _, _, body in changes(api)] == [
        {"application_sid": SID, "account_sid": ACCOUNT}, {"application_sid": None}, {"application_sid": SID},
    ]  # fmt: skip


@pytest.mark.parametrize("owner", OF_ACCOUNTS)
def test_a_carrier_that_an_account_makes_itself_has_no_service_provider_for_it_could_have_no_smpp_gateways(
    api: FakeApi, client: JambonzClient, owner: str
) -> None:
    key_of(api, owner)
    client.carriers.create(name="x")
    assert changes(api) == [("POST", "/VoipCarriers", {"name": "x", "account_sid": ACCOUNT})]


def test_a_carrier_of_a_service_provider_that_is_named_is_made_without_asking(
    api: FakeApi, client: JambonzClient
) -> None:
    key_of(api, "admin")
    client.carriers.create(name="x", service_provider_sid=OTHERS_PROVIDER)
    assert api.requests[0].json == {"name": "x", "account_sid": ACCOUNT, "service_provider_sid": OTHERS_PROVIDER}


@pytest.mark.parametrize("owner", [*OF_PROVIDERS, "admin"])
def test_a_carrier_from_a_template_is_handed_to_the_account(api: FakeApi, client: JambonzClient, owner: str) -> None:
    key_of(api, owner)
    assert client.predefined_carriers.add(SID) == SID
    assert changes(api) == [
        ("POST", f"/ServiceProviders/{PROVIDER}/PredefinedCarriers/{SID}", {}),
        ("PUT", f"/ServiceProviders/{PROVIDER}/VoipCarriers/{SID}", {"account_sid": ACCOUNT}),
    ]


@pytest.mark.parametrize("owner", OF_ACCOUNTS)
def test_a_carrier_from_a_template_is_made_below_the_account_with_its_own_key(
    api: FakeApi, client: JambonzClient, owner: str
) -> None:
    key_of(api, owner)
    assert client.predefined_carriers.add(SID) == SID
    assert changes(api) == [("POST", f"/Accounts/{ACCOUNT}/PredefinedCarriers/{SID}", {})]


@pytest.mark.parametrize("owner", OF_PROVIDERS)
def test_a_routing_that_would_be_that_of_all_accounts_is_not_made(
    api: FakeApi, client: JambonzClient, owner: str
) -> None:
    key_of(api, owner)
    with pytest.raises(InvalidRequest, match="the routing of the whole service provider"):
        client.lcrs.create(name="x")
    assert changes(api) == []
    client.for_service_provider(PROVIDER).lcrs.create(name="x")
    assert changes(api) == [("POST", "/Lcrs", {"name": "x", "service_provider_sid": PROVIDER})]


@pytest.mark.parametrize("owner", [*OF_ACCOUNTS, "admin"])
def test_a_routing_of_an_account_is_made_with_its_own_key_and_an_admins(
    api: FakeApi, client: JambonzClient, owner: str
) -> None:
    key_of(api, owner)
    client.lcrs.create(name="x")
    assert changes(api) == [("POST", "/Lcrs", {"name": "x", "account_sid": ACCOUNT})]


@pytest.mark.parametrize(
    ("owner", "kind"),
    [
        ("account", "account"),
        ("login of an account", "account"),
        ("service provider", "service_provider"),
        ("login of a service provider", "service_provider"),
        ("admin", "admin"),
    ],
)
def test_a_client_finds_whose_key_it_has(api: FakeApi, client: JambonzClient, owner: str, kind: str) -> None:
    key_of(api, owner)
    assert client.find_key_owner().kind == kind
