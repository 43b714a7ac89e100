"""Commands for what an account is made of: lists, changes, and no secrets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import parsed, run
from tests.rest.fake_api import ACCOUNT, KEY, SID, FakeApi, reply

OTHER = "0f0e0d0c-0000-4000-8000-00000000000c"
CREDENTIALS = f"/Accounts/{ACCOUNT}/SpeechCredentials"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeApi]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with FakeApi() as server:
        monkeypatch.setenv("JAMBONZ_BASE_URL", server.url)
        monkeypatch.setenv("JAMBONZ_ACCOUNT_SID", ACCOUNT)
        monkeypatch.setenv("JAMBONZ_API_KEY", KEY)
        yield server


def page(*items: dict[str, Any]) -> Any:
    return reply(200, {"total": len(items), "page": 1, "page_size": 100, "data": list(items)})


def sent(server: FakeApi) -> tuple[str, str]:
    request = server.requests[-1]
    return request.method, request.path.removeprefix("/v1")


def test_alerts_are_listed(server: FakeApi) -> None:
    alert = {
        "time": "2026-11-22T10:00:00.123456789Z",
        "alert_type": "tts-failure",
        "message": "no\x1b[31m",
        "vendor": "x",
    }
    server.on("GET", f"/Accounts/{ACCOUNT}/Alerts", page(alert))
    result = run("alerts", "--days", "2", "--type", "tts-failure", "--limit", "5")
    assert "tts-failure  no [31m  x       -" in result.stdout
    query = dict(server.requests[-1].query)
    assert (query["days"], query["alert_type"], query["count"]) == ("2", "tts-failure", "5")
    assert parsed("alerts")[0]["message"] == "no\x1b[31m"


def test_phone_numbers_are_listed_added_assigned_and_deleted(server: FakeApi) -> None:
    number = {"phone_number_sid": SID, "number": "15085551212", "account_sid": ACCOUNT, "application_sid": OTHER}
    server.on("GET", "/PhoneNumbers", page(number))
    assert f"15085551212  {SID}  {OTHER}  -" in run("phone-numbers", "list", "--filter", "+1508").stdout
    assert dict(server.requests[-1].query)["filter"] == "1508"
    server.on("GET", f"/PhoneNumbers/{SID}", reply(200, number))
    assert parsed("phone-numbers", "get", SID)["number"] == "15085551212"
    server.next(reply(201, {"sid": SID}))
    assert run("phone-numbers", "create", "--number", "+1508", "--application-sid", OTHER).stdout == f"{SID}\n"
    assert server.requests[-1].json == {"number": "+1508", "application_sid": OTHER, "account_sid": ACCOUNT}
    server.next(reply(204), reply(204), reply(204))
    assert run("phone-numbers", "assign", SID, "--application-sid", OTHER).stdout == f"leads to {OTHER}\n"
    assert run("phone-numbers", "assign", SID, "--none").stdout == "leads to no application\n"
    assert server.requests[-1].json == {"application_sid": None}
    assert run("phone-numbers", "assign", SID).exit_code == 2
    assert run("phone-numbers", "delete", SID).stdout == "deleted\n"
    assert sent(server) == ("DELETE", f"/PhoneNumbers/{SID}")


def test_carriers_and_their_gateways_are_listed_and_made(server: FakeApi, tmp_path: Path) -> None:
    carrier = {
        "voip_carrier_sid": SID,
        "name": "acme",
        "account_sid": ACCOUNT,
        "is_active": 1,
        "register_password": "hush",
    }
    server.on("GET", "/VoipCarriers", page(carrier))
    assert f"{SID}  acme  yes     -           -         no" in run("carriers", "list").stdout
    server.on("GET", f"/VoipCarriers/{SID}", reply(200, carrier))
    for output in (
        run("carriers", "get", SID),
        run("carriers", "get", SID, "--json"),
        run("carriers", "list", "--json"),
    ):
        assert ("hush" in output.output, "***" in output.output) == (False, True)
    server.on("GET", "/SipGateways", reply(200, [{"sip_gateway_sid": SID, "ipv4": "10.0.0.1", "port": 5060}]))
    assert "10.0.0.1" in run("carriers", "gateways", SID).stdout
    (tmp_path / "fields").write_text('{"register_password": "hush", "tech_prefix": "9"}')
    server.on("GET", "/ServiceProviders", reply(200, []))
    server.on("POST", "/VoipCarriers", reply(201, {"sid": SID}))
    assert run("carriers", "create", "--name", "b", "--fields", str(tmp_path / "fields")).stdout == f"{SID}\n"
    assert server.requests[-1].json["register_password"] == "hush"
    server.next(reply(204))
    assert run("carriers", "delete", SID).stdout == "deleted\n"


def test_speech_credentials_are_listed_tested_and_made_and_their_secrets_are_no_arguments(server: FakeApi) -> None:
    credential = {"speech_credential_sid": SID, "vendor": "deepgram", "api_key": "k3y", "use_for_stt": 1}
    server.on("GET", CREDENTIALS, reply(200, [credential]))
    server.on("GET", f"{CREDENTIALS}/{SID}", reply(200, credential))
    assert f"{SID}  deepgram  -      -    yes  -       yes" in run("speech-credentials", "list").stdout
    assert (
        "k3y" not in run("speech-credentials", "get", SID).output + run("speech-credentials", "list", "--json").output
    )
    server.next(reply(200, {"tts": {"status": "ok"}, "stt": {"status": "fail", "reason": "revoked"}}))
    result = run("speech-credentials", "test", SID)
    assert (result.exit_code, "stt  fail    revoked" in result.stdout) == (1, True)
    server.next(reply(200, {"stt": {"status": "ok"}}))
    assert parsed("speech-credentials", "test", SID)["stt"]["status"] == "ok"
    server.next(reply(201, {"sid": SID}))
    made = run("speech-credentials", "create", "deepgram", "--no-tts", "--label", "eu", "--fields", "-",
               stdin='{"api_key": "k3y"}')  # fmt: skip
    assert made.stdout == f"{SID}\n"
    body = server.requests[-1].json
    assert (body["api_key"], body["use_for_tts"], body["use_for_stt"], body["label"]) == ("k3y", False, True, "eu")
    server.next(reply(204))
    assert run("speech-credentials", "delete", SID).stdout == "deleted\n"


def test_applications_are_shown_and_deleted(server: FakeApi) -> None:
    hook = {"url": "https://ann:pass-word@app.example/", "method": "POST", "password": "pass-word"}
    application = {"application_sid": SID, "name": "ivr", "call_hook": hook, "env_vars": {"TOKEN": "top-secret"}}
    server.on("GET", f"/Applications/{SID}", reply(200, application))
    for output in (run("applications", "get", SID).stdout, run("applications", "get", SID, "--json").stdout):
        assert "https://ann:***@app.example/" in output
        assert "pass-word" not in output
        assert "top-secret" not in output
    server.next(reply(204))
    assert run("applications", "delete", SID).stdout == "deleted\n"


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ("{", "is a file of JSON, and this is none"),
        ("[1]", "is a file with one object of JSON"),
        ('{"api_kee": "x"}', "api_kee"),
        ("{}", "deepgramflux needs api_key"),
    ],
)
def test_fields_that_cannot_be_are_wrong_usage(server: FakeApi, fields: str, says: str) -> None:
    result = run("speech-credentials", "create", "deepgramflux", "--fields", "-", stdin=fields)
    assert (result.exit_code, says in result.stderr) == (2, True), result.stderr
    assert server.requests == []


def test_fields_and_key_do_not_both_come_from_standard_input(server: FakeApi) -> None:
    result = run("carriers", "create", "--name", "x", "--api-key-file", "-", "--fields", "-", stdin=json.dumps({}))
    assert (result.exit_code, "standard input" in result.stderr) == (2, True)
