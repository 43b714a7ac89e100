"""Custom voices of Google."""

from __future__ import annotations

import io

import responses

from jambonz_sync.rest import JambonzClient

from ..fake_api import SID
from ..mock_server import BASE, last


def test_a_cloning_key_is_uploaded_as_a_form(server: responses.RequestsMock, own: JambonzClient) -> None:
    server.post(f"{BASE}/GoogleCustomVoices/{SID}/VoiceCloningKey", status=204)
    own.google_custom_voices.upload_cloning_key(SID, io.BytesIO(b"the key"))
    request = last(server)
    assert request.headers["Content-Type"].startswith("multipart/form-data; boundary=")
    assert b"the key" in request.body
