"""Users are placed where they belong."""

from __future__ import annotations

import pytest
import responses

from jambonz_sync.rest import InvalidRequest, JambonzClient

from ..fake_api import ACCOUNT, PROVIDER, SID
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
