"""Speech credentials, and synthesizing."""

from __future__ import annotations

import json

import responses

from jambonz_sync.rest import JambonzClient

from ..fake_api import ACCOUNT, SID
from ..mock_server import BASE, created, last, sent


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
