"""Keys of the API."""

from __future__ import annotations

import responses

from jambonz_sync.rest import JambonzClient

from ..fake_api import ACCOUNT, PROVIDER, SID
from ..mock_server import BASE, sent


def test_a_new_key_shows_its_token_only_where_it_is_asked_for(
    server: responses.RequestsMock, own: JambonzClient, provider: JambonzClient
) -> None:
    server.post(f"{BASE}/ApiKeys", json={"sid": SID, "token": "s3cret"}, status=201)
    key = own.api_keys.create()
    assert (key.sid, key.token) == (SID, "s3cret")
    assert "s3cret" not in repr(key)
    assert sent(server) == {"account_sid": ACCOUNT}
    provider.api_keys.create(expires_at="2027-01-01T00:00:00.000Z")
    assert sent(server) == {"service_provider_sid": PROVIDER, "expires_at": "2027-01-01T00:00:00.000Z"}
