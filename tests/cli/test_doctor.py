"""``jambonz-sync doctor``: its findings, and that it goes on where it can."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from jambonz_sync.cli.doctor import _NO_ACCOUNT, examine
from jambonz_sync.rest import JambonzClient
from tests.cli.running import parsed, run
from tests.rest.fake_api import ACCOUNT, KEY, Act, FakeApi, reply


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeApi]:
    """An API server, and the settings that lead to it."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with FakeApi() as server:
        monkeypatch.setenv("JAMBONZ_BASE_URL", server.url)
        monkeypatch.setenv("JAMBONZ_ACCOUNT_SID", ACCOUNT)
        monkeypatch.setenv("JAMBONZ_API_KEY", KEY)
        yield server


def healthy(api: FakeApi, scope: str = "account") -> None:
    limit = {"RateLimit-Limit": "600", "RateLimit-Remaining": "590", "RateLimit-Reset": "60"}
    api.on("GET", "/health", reply(200, text=b"OK"))
    api.on("GET", "/ServiceProviders", reply(200, [] if scope == "account" else [{"name": "sp"}]))
    api.on("GET", "/SystemInformation", reply(200, {}) if scope == "admin" else reply(403, {"status": "fail"}))
    api.on("GET", f"/Accounts/{ACCOUNT}", reply(200, {"name": "acme", "is_active": 1}))
    api.on("GET", f"/Accounts/{ACCOUNT}/CallCount", reply(200, {"inbound": 1, "outbound": 2}, limit))
    api.on("POST", f"/Accounts/{ACCOUNT}/Calls", reply(400, {"msg": "missing from parameter"}))
    api.on("POST", f"/Accounts/{_NO_ACCOUNT}/Calls", reply(403, {"msg": "insufficient permissions"}))


@pytest.mark.parametrize(
    ("scope", "detail"),
    [
        ("account", "of an account: its own account"),
        ("service provider", "of a service provider: its own accounts; cannot place calls or send messages"),
        ("admin", "of an admin: everything; places calls for any account"),
    ],
)
def test_the_doctor_finds_everything_well(server: FakeApi, scope: str, detail: str) -> None:
    healthy(server, scope)
    checks = {check["check"]: check for check in parsed("doctor")}
    assert checks["key"]["detail"] == detail
    assert checks["account"]["detail"] == "acme"
    assert checks["calls"]["detail"] == "1 in, 2 out right now"
    assert checks["rate limit"]["detail"] == "590 of 600 requests left for the next 60 s"
    assert ("placing calls" in checks) == (scope == "service provider")
    assert checks["feature server"] == {"check": "feature server", "result": "ok", "detail": "there is one"}
    assert "failed" not in run("doctor").stdout


def test_the_doctor_dials_nobody(server: FakeApi) -> None:
    healthy(server)
    run("doctor")
    assert [(request.path, request.json) for request in server.requests if request.method != "GET"] == [
        (f"/v1/Accounts/{ACCOUNT}/Calls", {})
    ]


@pytest.mark.parametrize(
    ("answer", "code", "says"),
    [
        (
            reply(480, {"msg": "no available feature servers"}),
            1,
            "failed   none is there: no call can be placed or taken",
        ),
        (reply(403, {"msg": "insufficient permissions"}), 0, "ok       there is one"),
        (reply(500, {"msg": "redis is down"}), 0, "warning  nobody can tell: POST /Accounts/"),
        (reply(201, {"sid": ACCOUNT}), 0, "warning  nobody can tell: the API took a request"),
    ],
)
def test_the_doctor_says_whether_a_feature_server_is_there(server: FakeApi, answer: Act, code: int, says: str) -> None:
    healthy(server)
    server.on("GET", f"/Accounts/{ACCOUNT}", reply(200, {"name": "acme", "is_active": 0}))
    server.on("POST", f"/Accounts/{ACCOUNT}/Calls", answer)
    result = run("doctor")
    assert result.exit_code == code
    [line] = [line for line in result.stdout.splitlines() if line.startswith("feature server")]
    assert " ".join(says.split()) in " ".join(line.split())


def test_the_doctor_finds_a_feature_server_without_an_account(server: FakeApi, monkeypatch: pytest.MonkeyPatch) -> None:
    healthy(server, "service provider")
    monkeypatch.delenv("JAMBONZ_ACCOUNT_SID")
    result = run("doctor")
    assert (result.exit_code, "feature server  ok" in result.stdout) == (0, True)
    server.on("POST", f"/Accounts/{_NO_ACCOUNT}/Calls", reply(480, {"msg": "none"}))
    assert "none is there" in run("doctor").stdout


def test_the_doctor_finds_a_wrong_key(server: FakeApi) -> None:
    healthy(server)
    server.on("GET", "/ServiceProviders", reply(401, text=b"Unauthorized"))
    result = run("doctor")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1] == "key       failed  the server does not know it (401)"


def test_the_doctor_finds_a_wrong_account(server: FakeApi) -> None:
    healthy(server)
    server.on("GET", f"/Accounts/{ACCOUNT}", reply(403, {"status": "fail", "message": "insufficient"}))
    result = run("doctor")
    assert result.exit_code == 1
    assert f"account         failed  {ACCOUNT} is not there for this key (403)" in result.stdout


def test_the_doctor_misses_an_account(server: FakeApi, monkeypatch: pytest.MonkeyPatch) -> None:
    healthy(server)
    monkeypatch.delenv("JAMBONZ_ACCOUNT_SID")
    result = run("doctor")
    assert result.exit_code == 1
    assert "none is set: pass --account-sid or set JAMBONZ_ACCOUNT_SID" in result.stdout


def test_the_doctor_finds_nobody_there() -> None:
    result = run("doctor", "--base-url", "http://127.0.0.1:1", "--api-key-file", "-", stdin=KEY)
    assert result.exit_code == 1
    assert "Connection refused" in result.stdout


def test_the_doctor_finds_that_it_is_not_the_api(server: FakeApi) -> None:
    server.on("GET", "/ServiceProviders", reply(200, text=b"<html>Welcome</html>"))
    result = run("doctor")
    assert result.exit_code == 1
    assert "answers, but has no /health" in result.stdout


def test_the_doctor_goes_on_where_it_can(server: FakeApi) -> None:
    healthy(server)
    limit = {"RateLimit-Limit": "600", "RateLimit-Remaining": "5", "RateLimit-Reset": "60"}
    server.on("GET", "/ServiceProviders", reply(200, [], limit))
    server.on("GET", f"/Accounts/{ACCOUNT}", reply(200, {"name": "acme", "is_active": 0}))
    server.on("GET", f"/Accounts/{ACCOUNT}/CallCount", reply(500, {"msg": "redis is down"}))
    result = run("doctor")
    assert result.exit_code == 1
    assert "account         warning  acme is not active" in result.stdout
    assert "calls           failed" in result.stdout
    assert "rate limit      warning  5 of 600 requests left" in result.stdout


@pytest.mark.parametrize(
    ("url", "result"),
    [
        ("http://api.example.invalid/v1", "warning"),
        ("https://api.example.invalid/v1", "ok"),
        ("http://127.0.0.1:1", "ok"),
    ],
)
def test_the_doctor_warns_of_a_key_that_travels_in_clear(url: str, result: str) -> None:
    with JambonzClient(url, ACCOUNT, KEY) as client:
        check = next(examine(client))
    assert (check.check, check.result) == ("settings", result)
    assert url in check.detail
