"""The guards of the resources, and what each makes of its arguments and answers. No socket would add to these."""

from __future__ import annotations

import datetime
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import responses

from jambonz_sync.rest import ApiConnectionError, InvalidAnswer, InvalidRequest, JambonzClient, NotFound, ServerError
from jambonz_sync.rest.models.accounts import Hook

from .. import fake_api
from ..fake_api import ACCOUNT, KEY, PROVIDER, SID, FakeApi, reply

URL = "https://api.example.com"
BASE = f"{URL}/v1"


@pytest.fixture
def server() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def own(server: responses.RequestsMock) -> JambonzClient:
    return JambonzClient(URL, ACCOUNT, KEY)


@pytest.fixture
def provider(server: responses.RequestsMock) -> JambonzClient:
    return JambonzClient(URL, api_key=KEY, service_provider_sid=PROVIDER)


def last(server: responses.RequestsMock) -> Any:
    return server.calls[-1].request


def sent(server: responses.RequestsMock) -> Any:
    return json.loads(last(server).body)


def created(server: responses.RequestsMock, path: str) -> None:
    server.post(BASE + path, json={"sid": SID}, status=201)


def test_an_application_is_made_with_hooks_as_objects_and_verbs_as_text(
    server: responses.RequestsMock, own: JambonzClient
) -> None:
    created(server, "/Applications")
    hook = Hook(url="https://a.example/x", username="u", password="p")
    verbs = [{"verb": "say", "text": "hi"}]
    made = own.applications.create(
        name="x", call_hook=hook, call_status_hook="https://a.example/s", app_json=verbs, record_all_calls=True,
        speech_synthesis_label=None, extra={"brand_new": 1},
    )  # fmt: skip
    assert made == SID
    assert sent(server) == {
        "name": "x", "account_sid": ACCOUNT, "record_all_calls": True, "speech_synthesis_label": None, "brand_new": 1,
        "app_json": json.dumps(verbs),
        "call_hook": {"url": "https://a.example/x", "method": "POST", "username": "u", "password": "p"},
        "call_status_hook": {"url": "https://a.example/s", "method": "POST"},
    }  # fmt: skip


def test_a_hook_that_was_read_can_be_sent_back(server: responses.RequestsMock, own: JambonzClient) -> None:
    hook = {"url": "https://a.example/x", "method": "POST", "username": None, "password": None, "webhook_sid": SID}
    path = f"{BASE}/Applications/{SID}"
    server.get(path, json={"name": "x", "call_hook": hook, "record_all_calls": 0, "app_json": None})
    server.put(path, status=204)
    application = own.applications.get(SID)
    assert (application.record_all_calls, application.app_json) == (False, None)
    own.applications.update(SID, call_hook=application.call_hook or "", name="y")
    assert sent(server)["call_hook"] == {"url": "https://a.example/x", "method": "POST", "webhook_sid": SID}


BAD: list[tuple[str, dict[str, Any], str]] = [
    ("applications.create", {"name": "x", "call_hook": "/x", "call_status_hook": "https://a"}, "call_hook is a full"),
    ("applications.create", {"name": "x", "call_hook": "https://a", "call_status_hook": "https://a", "nme": 1},
     "unknown field 'nme'"),
    ("applications.update", {"application_sid": SID}, "an update needs at least one field"),
    ("applications.update", {"application_sid": SID, "call_status_hook": "https://a"}, "send both"),
    ("applications.update", {"application_sid": SID, "app_json": "[{"}, "app_json is no JSON"),
    ("applications.update", {"application_sid": SID, "app_json": "{}"}, "app_json holds a list"),
    ("applications.update", {"application_sid": SID, "speech_recogniser_vendor": "x"}, "mean 'speech_recognizer_vend"),
    ("app_env.get", {"url": "a.example"}, "url is a full"),
    ("accounts.create", {}, "an account needs a name"),
    ("accounts.update", {"record_format": "ogg"}, "record_format is one of mp3, wav"),
    ("accounts.update", {"bucket_credential": {"vendor": "aws_s3", "name": "x"}}, "needs region, access_key_id"),
    ("accounts.test_bucket", {"credential": {"vendor": "aws"}}, "did you mean 'aws_s3'"),
    ("accounts.set_sip_realm", {"realm": "example.com"}, "sub.domain.tld"),
    ("limits.set", {"category": "devices", "quantity": 1}, "did you mean 'device'"),
    ("limits.delete", {"category": None}, "category is one of"),
    ("phone_numbers.create", {"number": "abc"}, "number is text of digits"),
    ("phone_numbers.create", {"number": 1508}, "number is text of digits"),
    ("phone_numbers.update", {"phone_number_sid": SID}, "at least one field"),
    ("carriers.create", {"name": "x", "requires_register": True, "register_username": "u"}, "and register_password"),
    ("carriers.create", {"name": "x", "register_sip_realm": ""}, "None where there is none"),
    ("carriers.create", {"name": "x", "dtmf_type": "rfc4733"}, "dtmf_type is one of rfc2833"),
    ("carriers.create", {"name": "x", "sip_proxy": "y"}, "unknown field 'sip_proxy'"),
    ("sip_gateways.create", {"voip_carrier_sid": SID, "ipv4": "1.2.3.4", "inbound": False, "outbound": True,
                             "netmask": 24}, "only outbound is 32"),
    ("sip_gateways.update", {"sip_gateway_sid": SID, "inbound": True}, "inbound=True needs ipv4"),
    ("sip_gateways.update", {"sip_gateway_sid": SID, "protocol": "sctp"}, "protocol is one of udp"),
    ("speech_credentials.create", {"vendor": "elevenlabs", "use_for_tts": True, "use_for_stt": False},
     "elevenlabs needs api_key, model_id"),
    ("speech_credentials.create", {"vendor": "googel", "use_for_tts": True, "use_for_stt": True}, "mean 'google'"),
    ("speech_credentials.create", {"vendor": "custom:", "use_for_tts": True, "use_for_stt": True}, "unknown speech"),
    ("speech_credentials.create", {"vendor": "cartesia", "use_for_tts": True, "use_for_stt": True, "api_key": "k"},
     "needs model_id, stt_model_id"),
    ("speech_credentials.create", {"vendor": "microsoft", "use_for_tts": True, "use_for_stt": True, "region": "x"},
     "needs api_key"),
    ("speech_credentials.create", {"vendor": "deepgram", "use_for_tts": True, "use_for_stt": True}, "needs api_key"),
    ("speech_credentials.update", {"speech_credential_sid": SID, "use_for_tts": True, "use_for_stt": True,
                                   "api_key": "new"}, "api_key cannot be changed; delete the credential"),
    ("tts.synthesize", {"text": "", "speech_credential_sid": SID, "language": "x", "voice": "y"}, "needs text"),
    ("recent_calls.list", {"days": 3, "start": "2026-01-01"}, "not both"),
    ("recent_calls.list", {"days": 0}, "days is a number from 1"),
    ("recent_calls.list", {"filter": "a/b"}, "letters, digits and dashes"),
    ("recent_calls.list", {"filter": "+"}, "letters, digits and dashes"),
    ("recent_calls.list", {"page_size": 501}, "page_size is from 1 to 500"),
    ("recent_calls.list", {"end": 7}, "end is a date, a time, or text of one"),
    ("recent_calls.sip_trace", {"sip_callid": ".."}, "sip_callid must be given"),
    ("recent_calls.download_recording", {"call_sid": SID, "target": "x", "day": "2026-01-01"}, "day is a date"),
    ("recent_calls.delete_recording", {"call_sid": SID, "day": datetime.date(2026, 1, 1), "format": "ogg"}, "mp3"),
    ("users.create", {"name": "x", "email": "y", "initial_password": ""}, "the server crashes without"),
    ("users.update", {"user_sid": SID, "new_password": "x"}, "go together"),
    ("users.update", {"user_sid": SID, "old_password": "x", "new_password": "y", "name": "z"}, "at once"),
    ("clients.update", {"client_sid": SID, "password": "hXXXXXX"}, "masked"),
    ("lcr_routes.create", {"lcr_sid": SID, "regex": "1" * 33, "priority": 1}, "1 to 32 characters"),
    ("lcrs.add_routes", {"lcr_sid": SID, "routes": []}, "at least one route"),
    ("lcrs.add_routes", {"lcr_sid": SID, "routes": [{"regex": "1", "priority": 1}]}, "lcr_carrier_set_entries"),
    ("lcrs.add_routes", {"lcr_sid": SID, "routes": [{"regex": "1", "lcr_carrier_set_entries": [{}]}]}, "a priority"),
    ("messages.create", {"from_": "1", "to": "2"}, "needs text or media"),
    ("conferences.start_listen", {"name": "x", "url": "https://a.example"}, "ws:// or wss://"),
    ("conferences.stop_listen", {"name": ""}, "name must be given"),
    ("system.available", {"type": "name", "value": "x"}, "type is one of email"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "arguments", "says"), BAD)
def test_what_the_server_refuses_without_a_word_is_refused_here(
    server: responses.RequestsMock, own: JambonzClient, method: str, arguments: dict[str, Any], says: str
) -> None:
    resource, _, name = method.partition(".")
    with pytest.raises(InvalidRequest, match=says):
        getattr(getattr(own, resource), name)(**arguments)
    assert len(server.calls) == 0


def test_the_variables_of_an_application_are_read(server: responses.RequestsMock, own: JambonzClient) -> None:
    declared = {"LANG": {"type": "string", "enum": ["de", "en"], "required": True}, "PIN": {"obscure": True}}
    server.get(f"{BASE}/AppEnv", json=declared, match=[responses.matchers.query_param_matcher({"url": "wss://a.example/x?y=1"})])  # fmt: skip  # noqa: E501
    found = own.app_env.get("wss://a.example/x?y=1")
    assert (found["LANG"].enum, found["LANG"].required, found["PIN"].obscure) == (("de", "en"), True, True)


def test_an_application_that_declares_nothing_has_no_variables(
    server: responses.RequestsMock, own: JambonzClient
) -> None:
    server.get(f"{BASE}/AppEnv", status=204)
    assert own.app_env.get("https://a.example") == {}


def test_what_belongs_to_an_account_says_so_for_a_key_of_a_service_provider_needs_it(
    server: responses.RequestsMock, own: JambonzClient
) -> None:
    for path in ("/PhoneNumbers", "/Clients", "/VoipCarriers", f"/Accounts/{ACCOUNT}/SpeechCredentials"):
        created(server, path)
    own.phone_numbers.create(number="+1508")
    own.clients.create(username="joe")
    own.carriers.create(name="x")
    own.speech_credentials.create("custom:mine", use_for_tts=True, use_for_stt=False, auth_token="t")
    assert [json.loads(call.request.body or "")["account_sid"] for call in server.calls] == [ACCOUNT] * 4


def test_the_carriers_of_a_service_provider_are_below_it(
    server: responses.RequestsMock, provider: JambonzClient
) -> None:
    created(server, f"/ServiceProviders/{PROVIDER}/VoipCarriers")
    server.get(f"{BASE}/ServiceProviders/{PROVIDER}/VoipCarriers", json={"total": 1, "data": [{"name": "x"}]})
    provider.carriers.create(name="x")
    assert "account_sid" not in sent(server)
    assert [carrier.name for carrier in provider.carriers.list()] == ["x"]


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


def test_the_webhook_secret_is_replaced_on_request_only(server: responses.RequestsMock, own: JambonzClient) -> None:
    server.get(f"{BASE}/Accounts/{ACCOUNT}/WebhookSecret", json={"webhook_secret": "wh"})
    assert own.accounts.webhook_secret() == "wh"
    assert "regenerate" not in last(server).url
    assert own.accounts.regenerate_webhook_secret() == "wh"
    assert last(server).url.endswith("?regenerate=true")


def test_speech_is_returned_as_it_comes(server: responses.RequestsMock, own: JambonzClient) -> None:
    server.post(f"{BASE}/Accounts/{ACCOUNT}/TtsCache/Synthesize", body=b"RIFF", content_type="audio/mpeg")
    assert own.tts.synthesize("hi", speech_credential_sid=SID, language="en", voice="v", encoding_mp3=False) == b"RIFF"
    assert sent(server)["encodingMp3"] is False


def test_a_cloning_key_is_uploaded_as_a_form(server: responses.RequestsMock, own: JambonzClient) -> None:
    server.post(f"{BASE}/GoogleCustomVoices/{SID}/VoiceCloningKey", status=204)
    own.google_custom_voices.upload_cloning_key(SID, io.BytesIO(b"the key"))
    request = last(server)
    assert request.headers["Content-Type"].startswith("multipart/form-data; boundary=")
    assert b"the key" in request.body


def test_rooms_and_forks_of_newer_servers(server: responses.RequestsMock, own: JambonzClient) -> None:
    base = f"{BASE}/Accounts/{ACCOUNT}/Conferences"
    server.get(f"{base}?expand=participants", json=[{"name": "r", "duration": 7, "members": [{"call_sid": SID}]}])
    server.post(f"{base}/r%2F1/listen", json={"botMemberId": 3, "botId": "b"}, status=201)
    [room] = own.conferences.participants()
    assert (room.name, room.members[0]["call_sid"]) == ("r", SID)
    fork = own.conferences.start_listen(
        "r/1", "wss://a.example/x", sample_rate=16000, username="u", password="p", metadata={"a": 1}
    )
    assert (fork.bot_member_id, fork.bot_id) == (3, "b")
    assert sent(server) == {
        "url": "wss://a.example/x", "sampleRate": 16000, "metadata": {"a": 1},
        "wsAuth": {"username": "u", "password": "p"},
    }  # fmt: skip


def test_registered_users_are_models(server: responses.RequestsMock, own: JambonzClient) -> None:
    user = {"name": "joe", "contact": None, "expiryTime": 0, "registered_status": "inactive"}
    server.get(f"{BASE}/Accounts/{ACCOUNT}/RegisteredSipUsers", json=["joe@x.example"])
    server.get(f"{BASE}/Accounts/{ACCOUNT}/RegisteredSipUsers/joe%40x", json=user)
    assert list(own.accounts.registered_user_names()) == ["joe@x.example"]
    found = own.accounts.registered_user("joe@x")
    assert (found.expires, found.registered_status) == (0, "inactive")


@pytest.mark.parametrize(
    ("call", "path", "text", "says"),
    [
        (lambda c: c.accounts.webhook_secret(), "WebhookSecret", "{}", "without a webhook_secret"),
        (lambda c: c.accounts.registered_users(), "RegisteredSipUsers", '["joe"]', "no list of users"),
        (lambda c: c.recent_calls.trace("t"), "RecentCalls/trace/t", "<html>", "the answer is not JSON"),
    ],
)
def test_an_answer_of_another_kind_is_an_error(
    server: responses.RequestsMock, own: JambonzClient, call: Any, path: str, text: str, says: str
) -> None:
    for method in ("GET", "POST"):
        server.add(method, f"{BASE}/Accounts/{ACCOUNT}/{path}", body=text)
    with pytest.raises(InvalidAnswer, match=says):
        call(own)


def test_what_a_service_provider_makes_says_so(server: responses.RequestsMock, provider: JambonzClient) -> None:
    created(server, "/Lcrs")
    created(server, "/Accounts")
    provider.lcrs.create(name="x")
    assert sent(server) == {"name": "x", "service_provider_sid": PROVIDER}
    provider.accounts.create(name="x", queue_event_hook="https://a.example/q", registration_hook=None)
    assert sent(server) == {
        "name": "x", "service_provider_sid": PROVIDER, "registration_hook": None,
        "queue_event_hook": {"url": "https://a.example/q", "method": "POST"},
    }  # fmt: skip
    with pytest.raises(InvalidRequest, match="a tenant needs an account_sid"):
        provider.teams_tenants.create(service_provider_sid=PROVIDER, tenant_fqdn="x.example.com")
    with pytest.raises(InvalidRequest, match="at least one field"):
        provider.service_providers.update()


# What was


@pytest.mark.parametrize(
    ("given", "sent_"),
    [
        ({"days": 7}, {"days": "7"}),
        ({"filter": "+1508"}, {"filter": "1508"}),
        ({"answered": False, "direction": "inbound", "trunk": "t"},
         {"answered": "false", "direction": "inbound", "trunk": "t"}),
        ({"start": "2026-01-02T03:04:05+01:00"}, {"start": "2026-01-02T02:04:05.000Z"}),
        ({"end": datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)}, {"end": "2026-01-02T03:04:05.000Z"}),
    ],
)  # fmt: skip
def test_recent_calls_are_filtered(
    server: responses.RequestsMock, own: JambonzClient, given: dict[str, Any], sent_: dict[str, str]
) -> None:
    server.get(
        f"{BASE}/Accounts/{ACCOUNT}/RecentCalls",
        json={"total": 1, "page": "1", "page_size": "100", "data": [{"sip_callid": "a@b", "answered": True}]},
        match=[responses.matchers.query_param_matcher({**sent_, "page": "1", "count": "100"})],
    )
    [call] = own.recent_calls.list(**given)
    assert (call.sip_callid, call.answered) == ("a@b", True)


def test_a_day_is_a_whole_local_day(server: responses.RequestsMock, own: JambonzClient) -> None:
    server.get(f"{BASE}/Accounts/{ACCOUNT}/Alerts", json={"total": 0, "data": []})
    assert list(own.alerts.list(start=datetime.date(2026, 1, 2), end="2026-01-02")) == []
    query = last(server).params
    start, end = (datetime.datetime.fromisoformat(query[name]) for name in ("start", "end"))
    assert start == datetime.datetime(2026, 1, 2).astimezone()
    assert datetime.timedelta(hours=23) < end - start < datetime.timedelta(hours=24)


def test_call_ids_are_encoded_for_they_hold_anything(server: responses.RequestsMock, own: JambonzClient) -> None:
    base = f"{BASE}/Accounts/{ACCOUNT}/RecentCalls"
    server.get(f"{base}/a%2Fb%40c", json={"total": 0})
    server.get(f"{base}/trace/t", json={"resourceSpans": []})
    server.get(f"{base}/{SID}/logs?logGroupName=g", json=["line"])
    assert own.recent_calls.sip_trace("a/b@c") == {"total": 0}
    assert own.recent_calls.trace("t") == {"resourceSpans": []}
    assert own.recent_calls.logs(SID, log_group="g") == ("line",)


def test_a_capture_is_written_to_an_open_file_with_progress(server: responses.RequestsMock, own: JambonzClient) -> None:
    server.get(f"{BASE}/Accounts/{ACCOUNT}/RecentCalls/a%40b/invite/pcap", body=b"x" * 100_000)
    target, seen = io.BytesIO(), list[tuple[int, int | None]]()
    size = own.recent_calls.download_pcap("a@b", target, progress=lambda done, total: seen.append((done, total)))
    assert (size, target.getvalue()) == (100_000, b"x" * 100_000)
    assert [done for done, _ in seen] == [65_536, 100_000]


DAY = datetime.date(2026, 3, 7)


def test_a_recording_that_breaks_off_leaves_no_file(api: FakeApi, client: JambonzClient, tmp_path: Path) -> None:
    target = tmp_path / "call.mp3"
    target.write_bytes(b"old")
    for act in (
        fake_api.send_and_close(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"),
        fake_api.send_and_close(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"),
    ):
        api.next(act)
        with pytest.raises(ApiConnectionError):
            client.recent_calls.download_recording(SID, target, day=DAY)
        assert [path.name for path in tmp_path.iterdir()] == ["call.mp3"]
        assert target.read_bytes() == b"old"
    api.next(reply(404, text=b"Not Found"))
    with pytest.raises(NotFound):
        client.recent_calls.download_recording(SID, target, day=DAY)
    api.next(reply(200, text=b"new"))
    assert client.recent_calls.download_recording(SID, target, day=DAY) == 3
    assert target.read_bytes() == b"new"


def test_a_recording_may_take_longer_than_the_time_out_as_long_as_it_comes(
    api: FakeApi, client: JambonzClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr("jambonz_sync.rest.http.adapter.monotonic", lambda: now[0])

    def slowly(visit: fake_api.Visit) -> None:
        visit.sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n")
        for _ in range(6):
            api.stopping.wait(0.05)  # so that it comes in pieces
            now[0] += 100.0
            visit.sock.sendall(b"x")

    api.next(slowly)
    assert client.with_options(timeout=20).recent_calls.download_recording(SID, io.BytesIO(), day=DAY) == 6


def test_a_recording_that_stops_coming_is_given_up(api: FakeApi, client: JambonzClient) -> None:
    def stop(visit: fake_api.Visit) -> None:
        visit.sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nx")
        visit.wait_for_the_client_to_leave()

    api.next(stop)
    with pytest.raises(TimeoutError, match=r"no answer within 0\.3 s"):
        client.with_options(timeout=(20, 0.3)).recent_calls.download_recording(SID, io.BytesIO(), day=DAY)


def test_a_refusal_that_drips_does_not_hold_a_download(api: FakeApi, client: JambonzClient) -> None:
    api.next(fake_api.drip(b"HTTP/1.1 500 Oh\r\nContent-Length: 100000\r\n\r\n"))
    with pytest.raises(ServerError):
        client.with_options(timeout=(20, 0.5)).recent_calls.download_recording(SID, io.BytesIO(), day=DAY)
    api.next(fake_api.drip(b"HTTP/1.1 200 OK\r\nX-Long: ", b"x"))
    with pytest.raises(TimeoutError):
        client.with_options(timeout=(20, 0.5)).recent_calls.download_recording(SID, io.BytesIO(), day=DAY)
