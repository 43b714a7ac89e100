"""Accounts, their secret and their registered users."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import responses

from jambonz_sync.rest import InvalidRequest, JambonzClient, models
from jambonz_sync.rest.models import Hook

from ..fake_api import ACCOUNT, SID
from ..mock_server import BASE, last, sent


def test_the_webhook_secret_is_replaced_on_request_only(server: responses.RequestsMock, own: JambonzClient) -> None:
    server.get(f"{BASE}/Accounts/{ACCOUNT}/WebhookSecret", json={"webhook_secret": "wh"})
    assert own.accounts.webhook_secret() == "wh"
    assert "regenerate" not in last(server).url
    assert own.accounts.regenerate_webhook_secret() == "wh"
    assert last(server).url.endswith("?regenerate=true")


def test_hooks_of_another_object_can_be_given_to_an_account(server: responses.RequestsMock, own: JambonzClient) -> None:
    server.put(f"{BASE}/Accounts/{ACCOUNT}", status=204)
    hook = Hook(url="https://a.example/x", webhook_sid=SID)  # with a webhook_sid the server answers 400
    own.accounts.update(registration_hook=hook, queue_event_hook={"url": "https://a.example/q", "webhook_sid": SID})
    assert sent(server) == {
        "registration_hook": {"url": "https://a.example/x", "method": "POST"},
        "queue_event_hook": {"url": "https://a.example/q", "method": "POST"},
    }


def test_registered_users_are_models(server: responses.RequestsMock, own: JambonzClient) -> None:
    user = {"name": "joe", "contact": None, "expiryTime": 0, "registered_status": "inactive"}
    server.get(f"{BASE}/Accounts/{ACCOUNT}/RegisteredSipUsers", json=["joe@x.example"])
    server.get(f"{BASE}/Accounts/{ACCOUNT}/RegisteredSipUsers/joe", json=user)
    assert list(own.accounts.registered_user_names()) == ["joe@x.example"]
    found = own.accounts.registered_user("joe")
    assert (found.expires, found.expires_at, found.registered_status) == (0, None, "inactive")


@pytest.mark.parametrize(
    ("sent", "at"),
    [
        (1_795_341_600_000, datetime(2026, 11, 22, 10, tzinfo=UTC)),
        ("1795341600000", datetime(2026, 11, 22, 10, tzinfo=UTC)),
        (None, None),
        (10**30, None),
        ("soon", None),
    ],
)
def test_the_end_of_a_registration_is_a_time(sent: Any, at: datetime | None) -> None:
    assert models.RegisteredUser.from_dict({"expiryTime": sent}).expires_at == at


def test_registered_users_are_found_by_the_names_that_are_listed(
    server: responses.RequestsMock, own: JambonzClient
) -> None:
    base = f"{BASE}/Accounts/{ACCOUNT}/RegisteredSipUsers"
    server.get(base, json=["joe@x.example", "a/b@x.example"])
    server.get(f"{base}/joe", json={"name": "joe"})
    server.get(f"{base}/a%2Fb", json={"name": "a/b"})
    server.post(base, json=[])
    names = list(own.accounts.registered_user_names())
    assert [own.accounts.registered_user(name).name for name in names] == ["joe", "a/b"]
    own.accounts.registered_users([*names, "ann"])
    assert sent(server) == ["joe", "a/b", "ann"]
    with pytest.raises(InvalidRequest, match="name must be given"):
        own.accounts.registered_user("@x.example")
    with pytest.raises(InvalidRequest, match="names is a list of names, not text"):
        own.accounts.registered_users("joe")


def test_a_bucket_that_cannot_be_used_does_not_raise(server: responses.RequestsMock, own: JambonzClient) -> None:
    path = f"{BASE}/Accounts/{ACCOUNT}/BucketCredentialTest"
    server.post(path, json={"status": "failed", "reason": "no such bucket"})
    tried = own.accounts.test_bucket({"vendor": "google", "name": "b", "service_key": "{}"})
    assert (tried.ok, tried.reason) == (False, "no such bucket")
