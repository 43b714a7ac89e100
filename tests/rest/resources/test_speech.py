"""Speech credentials, and synthesizing."""

from __future__ import annotations

import json
from typing import Any

import pytest
import responses

from jambonz_sync.rest import Forbidden, InvalidAnswer, InvalidRequest, JambonzClient
from jambonz_sync.rest.models import SpeechCredential

from ..fake_api import ACCOUNT, SID, FakeApi, reply
from ..mock_server import BASE, created, last, sent
from ..speech_server import HIDDEN, TAKEN, WHOLE, speech_credential

PATH = f"/Accounts/{ACCOUNT}/SpeechCredentials/{SID}"


def not_shown(vendor: str) -> dict[str, Any]:
    """What has to be given to an update, because the server does not show it."""
    return {name: WHOLE[vendor][name] for name in [HIDDEN.get(vendor)] if name}


@pytest.mark.parametrize("vendor", WHOLE)
def test_a_credential_is_still_whole_after_its_use_was_changed(
    api: FakeApi, client: JambonzClient, vendor: str
) -> None:
    row = speech_credential(api, PATH, vendor)
    client.speech_credentials.update(SID, use_for_tts=True, **not_shown(vendor))
    assert row == {"use_for_tts": True, "use_for_stt": 1, "credential": WHOLE[vendor]}
    assert [request.method for request in api.requests] == ["GET", "PUT"]


@pytest.mark.parametrize("vendor", WHOLE)
def test_nothing_secret_is_sent_back(api: FakeApi, client: JambonzClient, vendor: str) -> None:
    speech_credential(api, PATH, vendor)
    client.speech_credentials.update(SID, use_for_stt=False, **not_shown(vendor))
    assert api.requests[-1].json.keys() <= TAKEN | {"use_for_tts", "use_for_stt"}
    assert b"XX" not in api.requests[-1].body


@pytest.mark.parametrize(("vendor", "field"), [(v, name) for v in WHOLE for name in WHOLE[v] if name in TAKEN])
def test_a_field_of_a_credential_is_changed_and_the_others_stay(
    api: FakeApi, client: JambonzClient, vendor: str, field: str
) -> None:
    row = speech_credential(api, PATH, vendor)
    client.speech_credentials.update(SID, **{**not_shown(vendor), field: "new"})  # type: ignore[arg-type]
    assert row == {"use_for_tts": 0, "use_for_stt": 1, "credential": {**WHOLE[vendor], field: "new"}}


@pytest.mark.parametrize("vendor", HIDDEN)
def test_what_the_server_does_not_show_has_to_be_given_for_it_would_be_cleared(
    api: FakeApi, client: JambonzClient, vendor: str
) -> None:
    row = speech_credential(api, PATH, vendor)
    with pytest.raises(
        InvalidRequest, match=f"does not show {HIDDEN[vendor]} of {vendor}, and would clear it"
    ) as caught:
        client.speech_credentials.update(SID, use_for_tts=True)
    assert caught.value.field == HIDDEN[vendor]
    client.speech_credentials.update(SID, **{HIDDEN[vendor]: None})  # type: ignore[arg-type]
    assert row["credential"] == {name: value for name, value in WHOLE[vendor].items() if name != HIDDEN[vendor]}


@pytest.mark.parametrize(
    ("vendor", "field"),
    [
        ("elevenlabs", "model_id"),
        ("playht", "voice_engine"),
        ("nvidia", "riva_server_uri"),
        ("verbio", "engine_version"),
    ],
)
def test_what_a_vendor_needs_cannot_be_cleared_for_the_server_would_say_yes_and_change_nothing(
    api: FakeApi, client: JambonzClient, vendor: str, field: str
) -> None:
    speech_credential(api, PATH, vendor)
    with pytest.raises(InvalidRequest, match=f"a credential for {vendor} needs {field}"):
        client.speech_credentials.update(SID, **{field: None})  # type: ignore[arg-type]


def test_a_vendor_newer_than_this_release_is_not_judged(api: FakeApi, client: JambonzClient) -> None:
    api.on("GET", PATH, reply(200, {"vendor": "gradium", "use_for_tts": 1, "use_for_stt": None, "region": "eu"}))
    api.on("PUT", PATH, reply(204))
    client.speech_credentials.update(SID, use_for_tts=False, extra={"brand_new": 1})
    assert api.requests[-1].json == {"use_for_tts": False, "use_for_stt": None, "region": "eu", "brand_new": 1}


@pytest.mark.parametrize("field", ["label", "account_sid", "api_key", "user_id", "instance_id", "service_key"])
def test_what_the_server_would_ignore_is_refused(
    server: responses.RequestsMock, own: JambonzClient, field: str
) -> None:
    with pytest.raises(InvalidRequest, match=f"{field} cannot be changed; delete the credential and create") as caught:
        own.speech_credentials.update(SID, use_for_tts=True, **{field: "x"})  # type: ignore[arg-type]
    assert caught.value.field == field
    assert len(server.calls) == 0


def test_a_credential_of_another_account_is_not_changed_although_the_server_would_change_its_use(
    api: FakeApi, client: JambonzClient
) -> None:
    api.on("GET", PATH, reply(403, {"msg": "Insufficient privileges"}))
    api.on("PUT", PATH, reply(204))
    with pytest.raises(Forbidden):
        client.speech_credentials.update(SID, use_for_tts=False)
    api.on("GET", PATH, reply(200, []))
    with pytest.raises(InvalidAnswer, match="no SpeechCredential"):
        client.speech_credentials.update(SID, use_for_tts=False)
    assert {request.method for request in api.requests} == {"GET"}


def test_the_fields_of_a_vendor_are_read(api: FakeApi, client: JambonzClient) -> None:
    speech_credential(api, PATH, "microsoft")
    credential = client.speech_credentials.get(SID)
    assert (credential.region, credential.use_custom_tts, credential.api_key) == (
        "westeurope",
        True,
        "kkkkkk" + "X" * 14,
    )
    assert credential.extra == {}
    assert "kkkkkk" not in repr(SpeechCredential(api_key="kkkkkk", service_key="kkkkkk", auth_token="kkkkkk"))


def test_a_google_key_may_be_given_as_the_object_that_it_is(server: responses.RequestsMock, own: JambonzClient) -> None:
    created(server, f"/Accounts/{ACCOUNT}/SpeechCredentials")
    key = {"client_email": "a@b", "private_key": "x"}
    own.speech_credentials.create("google", use_for_tts=True, use_for_stt=True, service_key=key)
    assert json.loads(sent(server)["service_key"]) == key


def test_languages_and_test_results_are_models(server: responses.RequestsMock, own: JambonzClient) -> None:
    base = f"{BASE}/Accounts/{ACCOUNT}/SpeechCredentials"
    voices = [{"value": "en-US", "name": "English", "voices": [{"value": "v", "name": "V"}]}]
    server.get(f"{base}/speech/supportedLanguagesAndVoices", json={"tts": voices, "sttModels": [{"value": "m"}]})
    server.get(f"{base}/{SID}/test", json={"tts": {"status": "fail", "reason": "401"}, "stt": {"status": "not tested"}})
    found = own.speech_credentials.supported("google", create_new=True)
    assert (found.tts[0].voices[0].value, found.stt, found.stt_models[0].value) == ("v", (), "m")
    assert "create_new=true" in last(server).url
    tested = own.speech_credentials.test(SID)
    assert (tested.ok, tested.tts and tested.tts.reason) == (False, "401")


def test_speech_is_returned_as_it_comes(server: responses.RequestsMock, own: JambonzClient) -> None:
    server.post(f"{BASE}/Accounts/{ACCOUNT}/TtsCache/Synthesize", body=b"RIFF", content_type="audio/mpeg")
    assert own.tts.synthesize("hi", speech_credential_sid=SID, language="en", voice="v", encoding_mp3=False) == b"RIFF"
    assert sent(server)["encodingMp3"] is False
