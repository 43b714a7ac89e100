"""Service providers."""

from __future__ import annotations

from typing import Any

import pytest
import responses

from jambonz_sync.rest import JambonzClient

from ..as_the_server import service_provider
from ..fake_api import PROVIDER, SID, FakeApi
from ..mock_server import created, sent

HOOK = {"url": "https://a.example/r", "method": "GET"}


@pytest.mark.parametrize("hook", [HOOK, None])
def test_a_hook_of_a_service_provider_stays_as_it_is(
    api: FakeApi, client: JambonzClient, hook: dict[str, Any] | None
) -> None:
    row: dict[str, Any] = {"name": "x", "registration_hook": hook}
    service_provider(api, f"/ServiceProviders/{PROVIDER}", row)
    client.service_providers.update(PROVIDER, name="y")
    assert row == {"name": "y", "registration_hook": hook}


def test_a_hook_of_a_service_provider_is_replaced_and_taken_away(api: FakeApi, client: JambonzClient) -> None:
    row: dict[str, Any] = {"name": "x", "registration_hook": HOOK}
    service_provider(api, f"/ServiceProviders/{PROVIDER}", row)
    other = {"url": "https://a.example/s", "method": "POST"}
    client.service_providers.update(PROVIDER, registration_hook={**other, "webhook_sid": SID})
    assert row["registration_hook"] == other
    client.service_providers.update(PROVIDER, registration_hook=None)
    assert row == {"name": "x", "registration_hook": None}
    assert [request.method for request in api.requests] == ["PUT", "PUT"]


def test_a_new_service_provider_without_a_hook_has_none(server: responses.RequestsMock, own: JambonzClient) -> None:
    created(server, "/ServiceProviders")
    own.service_providers.create(name="x", registration_hook=None)  # null is a 500
    assert sent(server) == {"name": "x"}
    own.service_providers.create(name="x", registration_hook=HOOK)
    assert sent(server) == {"name": "x", "registration_hook": HOOK}
