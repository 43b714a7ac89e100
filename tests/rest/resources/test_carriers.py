"""Carriers."""

from __future__ import annotations

import responses

from jambonz_sync.rest import JambonzClient

from ..fake_api import PROVIDER
from ..mock_server import BASE, created, sent


def test_the_carriers_of_a_service_provider_are_below_it(
    server: responses.RequestsMock, provider: JambonzClient
) -> None:
    created(server, f"/ServiceProviders/{PROVIDER}/VoipCarriers")
    server.get(f"{BASE}/ServiceProviders/{PROVIDER}/VoipCarriers", json={"total": 1, "data": [{"name": "x"}]})
    provider.carriers.create(name="x")
    assert "account_sid" not in sent(server)
    assert [carrier.name for carrier in provider.carriers.list()] == ["x"]
