"""Custom voices of Google."""

from __future__ import annotations

import io
from urllib.parse import parse_qsl, urlsplit

import pytest
import responses

from jambonz_sync.rest import ConfigurationError, JambonzClient

from ..fake_api import ACCOUNT, PROVIDER, SID
from ..mock_server import BASE, URL, last


def test_the_voices_of_an_account_or_of_a_service_provider_are_listed(
    server: responses.RequestsMock, own: JambonzClient, provider: JambonzClient
) -> None:
    server.get(f"{BASE}/GoogleCustomVoices", json=[{"name": "x"}])  # without one of the two it is a 400
    queries = []
    for client in (own, provider):
        assert [voice.name for voice in client.google_custom_voices.list(label="y")] == ["x"]
        queries.append(dict(parse_qsl(urlsplit(last(server).url).query)))
    assert queries == [{"label": "y", "account_sid": ACCOUNT}, {"label": "y", "service_provider_sid": PROVIDER}]
    list(provider.google_custom_voices.list(speech_credential_sid=SID))
    assert last(server).url.endswith(f"?speech_credential_sid={SID}")
    with pytest.raises(ConfigurationError):
        JambonzClient(URL, api_key="k").google_custom_voices.list()


def test_a_cloning_key_is_uploaded_as_a_form(server: responses.RequestsMock, own: JambonzClient) -> None:
    server.post(f"{BASE}/GoogleCustomVoices/{SID}/VoiceCloningKey", status=204)
    own.google_custom_voices.upload_cloning_key(SID, io.BytesIO(b"the key"))
    request = last(server)
    assert request.headers["Content-Type"].startswith("multipart/form-data; boundary=")
    assert b"the key" in request.body
