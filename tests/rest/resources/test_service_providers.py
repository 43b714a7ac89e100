"""Service providers."""

from __future__ import annotations

import responses

from jambonz_sync.rest import JambonzClient

from ..fake_api import PROVIDER
from ..mock_server import BASE, sent


def test_a_hook_of_a_service_provider_is_sent_back_for_the_server_clears_it_otherwise(
    server: responses.RequestsMock, provider: JambonzClient
) -> None:
    path = f"{BASE}/ServiceProviders/{PROVIDER}"
    server.get(path, json={"name": "x", "registration_hook": {"url": "https://a.example/r", "method": "GET"}})
    server.put(path, status=204)
    provider.service_providers.update(name="y")
    assert sent(server) == {"name": "y", "registration_hook": {"url": "https://a.example/r", "method": "GET"}}
    provider.service_providers.update(registration_hook=None)
    assert sent(server) == {"registration_hook": None}
