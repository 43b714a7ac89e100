"""Users are placed where they belong, and keep the rights that they have."""

from __future__ import annotations

from typing import Any

import pytest
import responses

from jambonz_sync.rest import InvalidAnswer, InvalidRequest, JambonzClient

from ..as_the_server import user
from ..fake_api import ACCOUNT, PROVIDER, SID, FakeApi, reply
from ..mock_server import BASE, sent


def test_a_user_gets_the_service_provider_of_the_account_for_without_one_it_would_be_an_admin(
    server: responses.RequestsMock, own: JambonzClient
) -> None:
    server.post(f"{BASE}/Users", json={"user_sid": SID}, status=201)
    server.get(f"{BASE}/Accounts/{ACCOUNT}", json={"service_provider_sid": PROVIDER})
    made = own.users.create(name="x", email="x@example.com", initial_password="secret12", is_view_only=True)
    assert made == SID
    assert sent(server) == {
        "name": "x", "email": "x@example.com", "initial_password": "secret12", "is_view_only": True,
        "account_sid": ACCOUNT, "service_provider_sid": PROVIDER,
    }  # fmt: skip


def test_a_user_who_would_be_an_admin_of_the_whole_system_is_not_made(
    server: responses.RequestsMock, own: JambonzClient
) -> None:
    server.get(f"{BASE}/Accounts/{ACCOUNT}", json={"service_provider_sid": None})
    with pytest.raises(InvalidRequest, match="logs in as an admin of the whole system"):
        own.users.create(name="x", email="x@example.com", initial_password="secret12")


def test_a_user_of_a_service_provider_is_one(server: responses.RequestsMock, provider: JambonzClient) -> None:
    server.post(f"{BASE}/Users", json={"user_sid": SID}, status=201)
    provider.users.create(name="x", email="x@example.com", initial_password="secret12")
    assert sent(server)["service_provider_sid"] == PROVIDER
    assert "account_sid" not in sent(server)


@pytest.mark.parametrize("is_view_only", [True, False])
def test_a_user_who_may_only_look_still_may_not_write_after_a_change(
    api: FakeApi, client: JambonzClient, is_view_only: bool
) -> None:
    row: dict[str, Any] = {"name": "x", "is_view_only": is_view_only}
    user(api, row)
    client.users.update(SID, name="y")
    assert row == {"name": "y", "is_view_only": is_view_only}


@pytest.mark.parametrize("flag", ["is_active", "force_change"])
def test_a_flag_of_a_user_is_cleared_alone(api: FakeApi, client: JambonzClient, flag: str) -> None:
    row: dict[str, Any] = {"name": "x", "is_active": 1, "force_change": 1, "is_view_only": True}
    user(api, row)
    client.users.update(SID, **{flag: False})  # type: ignore[misc]
    assert (row[flag], row["is_view_only"]) == (False, True)


def test_a_user_is_not_read_where_it_is_said_whether_it_may_write(api: FakeApi, client: JambonzClient) -> None:
    row: dict[str, Any] = {"name": "x", "is_view_only": True}
    user(api, row)
    client.users.update(SID, is_view_only=False)
    assert row["is_view_only"] is False
    assert [request.method for request in api.requests] == ["PUT"]


def test_a_server_that_knows_no_users_who_may_only_look_is_told_of_none(api: FakeApi, client: JambonzClient) -> None:
    api.on("GET", f"/Users/{SID}", reply(200, {"name": "x"}))
    api.on("PUT", f"/Users/{SID}", reply(204))
    client.users.update(SID, name="y")
    assert api.requests[-1].json == {"name": "y"}


ME: dict[str, Any] = {
    "user": {
        "user_sid": SID, "name": "joe", "email": "joe@example.com", "is_active": 1, "force_change": False,
        "account_sid": ACCOUNT, "service_provider_sid": PROVIDER, "scope": "read-write", "provider": "local",
    },
    "account": {"account_sid": ACCOUNT, "name": "acme", "webhook_secret": "s3cret"},
    "sp": {"service_provider_sid": PROVIDER, "name": "wholesale"},
}  # fmt: skip
NOBODY = {"account_sid": None, "name": None}


def test_the_user_who_is_logged_in_is_read_with_account_and_service_provider(
    api: FakeApi, client: JambonzClient
) -> None:
    api.on("GET", "/Users/me", reply(200, ME))
    me = client.users.me()
    assert (me.user_sid, me.name, me.email, me.is_active) == (SID, "joe", "joe@example.com", True)
    assert (me.account_sid, me.account_name) == (ACCOUNT, "acme")
    assert (me.service_provider_sid, me.service_provider_name) == (PROVIDER, "wholesale")
    assert me.scope == "account"
    assert me.extra == {"provider": "local"}


def test_on_a_hosted_system_the_sid_of_the_account_is_in_the_account_only(api: FakeApi, client: JambonzClient) -> None:
    row = {name: value for name, value in ME["user"].items() if name not in ("account_sid", "service_provider_sid")}
    api.on(
        "GET", "/Users/me", reply(200, {"user": row, "account": {**ME["account"], "service_provider_sid": PROVIDER}})
    )
    me = client.users.me()
    assert (me.account_sid, me.service_provider_sid, me.scope) == (ACCOUNT, PROVIDER, "account")


def test_an_answer_without_a_user_is_an_error(api: FakeApi, client: JambonzClient) -> None:
    api.on("GET", "/Users/me", reply(200, {"account": {}}))
    with pytest.raises(InvalidAnswer, match="without a user"):
        client.users.me()


@pytest.mark.parametrize(("sp_sid", "scope"), [(PROVIDER, "service_provider"), (None, "admin")])
def test_a_user_without_account_is_one_of_a_service_provider_or_an_admin(
    api: FakeApi, client: JambonzClient, sp_sid: str | None, scope: str
) -> None:
    row = {**ME["user"], "account_sid": None, "service_provider_sid": sp_sid}
    api.on("GET", "/Users/me", reply(200, {"user": row, "account": NOBODY, "sp": {"name": None}}))
    api.on("GET", f"/Users/{SID}", reply(200, row))
    assert (client.users.me().scope, client.users.get(SID).scope) == (scope, scope)
    assert client.users.me().account_name is None
