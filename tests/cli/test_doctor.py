"""``jambonz-sync doctor``: its findings, and that it goes on where it can."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from email.utils import formatdate

import pytest
from click.testing import Result

from jambonz_sync.cli.checks.hooks import HookAddress, check_hook
from jambonz_sync.cli.checks.server import NO_ACCOUNT, check_clock, check_url
from tests.cli.running import parsed, run
from tests.rest.fake_api import ACCOUNT, KEY, SID, Act, FakeApi, reply

SECRET = "wh_0123456789"
OTHER = "0f0e0d0c-0000-4000-8000-00000000000c"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeApi]:
    """An API server, and the settings that lead to it."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with FakeApi() as server:
        monkeypatch.setenv("JAMBONZ_BASE_URL", server.url)
        monkeypatch.setenv("JAMBONZ_ACCOUNT_SID", ACCOUNT)
        monkeypatch.setenv("JAMBONZ_API_KEY", KEY)
        monkeypatch.delenv("JAMBONZ_SIGNING_SECRET", raising=False)
        yield server


def look(*args: str) -> Result:
    """What the doctor prints; never a secret."""
    result = run("doctor", *args)
    assert SECRET not in result.output
    return result


def found(check: str) -> list[tuple[str, str, str | None]]:
    """The results of the checks of that name, each with its detail and advice."""
    checks = json.loads(look("--json").stdout)
    return [(each["result"], each["detail"], each["advice"]) for each in checks if each["check"] == check]


def healthy(api: FakeApi, scope: str = "account") -> None:
    limit = {"RateLimit-Limit": "600", "RateLimit-Remaining": "590", "RateLimit-Reset": "60"}
    api.on("GET", "/health", reply(200, text=b"OK"))
    api.on("GET", "/ServiceProviders", reply(200, [] if scope == "account" else [{"name": "sp"}]))
    api.on("GET", "/SystemInformation", reply(200, {}) if scope == "admin" else reply(403, {"status": "fail"}))
    api.on("GET", f"/Accounts/{ACCOUNT}", reply(200, {"name": "Acme", "is_active": 1}))
    api.on("GET", f"/Accounts/{ACCOUNT}/CallCount", reply(200, {"inbound": 1, "outbound": 2}, limit))
    api.on("POST", f"/Accounts/{ACCOUNT}/Calls", reply(400, {"msg": "missing from parameter"}))
    api.on("POST", f"/Accounts/{NO_ACCOUNT}/Calls", reply(403, {"msg": "insufficient permissions"}))
    api.on("GET", f"/Accounts/{ACCOUNT}/WebhookSecret", reply(200, {"webhook_secret": SECRET}))
    credential = {"vendor": "google", "account_sid": ACCOUNT, "use_for_tts": 1, "use_for_stt": 1}
    speech(api, {"speech_credential_sid": SID, **credential})
    api.on("GET", f"/Accounts/{ACCOUNT}/SpeechCredentials/{SID}/test", reply(200, {"tts": {"status": "ok"}}))
    hooks(api, f"{api.url}/hook")
    api.on("OPTIONS", "/hook", reply(200, {}))


def speech(api: FakeApi, *credentials: dict[str, object]) -> None:
    api.on("GET", f"/Accounts/{ACCOUNT}/SpeechCredentials", reply(200, list(credentials)))


def hooks(api: FakeApi, *urls: str, **fields: str) -> None:
    applications = [
        {"application_sid": SID, "name": "ivr", "account_sid": ACCOUNT, "call_hook": {"url": url, **fields}}
        for url in urls
    ]
    answer = {"total": len(urls), "page": 1, "page_size": 100, "data": applications}
    api.on("GET", f"/Accounts/{ACCOUNT}/Applications", reply(200, answer))


@pytest.mark.parametrize(
    ("scope", "whose", "rights"),
    [
        ("account", "of an account", ("ok", "its own account", None)),
        (
            "service provider",
            "of a service provider",
            (
                "warning",
                "its own accounts; cannot place calls or send messages",
                "to place calls use a key of the account",
            ),
        ),
        ("admin", "of an admin", ("ok", "everything; places calls for any account", None)),
    ],
)  # fmt: skip
def test_the_doctor_finds_everything_well(
    server: FakeApi, scope: str, whose: str, rights: tuple[str, str, str | None]
) -> None:
    healthy(server, scope)
    checks = {check["check"]: check for check in parsed("doctor")}
    assert checks["key"]["detail"] == whose
    assert tuple(checks["scope"][name] for name in ("result", "detail", "advice")) == rights
    assert checks["account"]["detail"] == "Acme"
    assert checks["calls"]["detail"] == "1 in, 2 out right now"
    assert checks["rate limit"]["detail"] == "590 of 600 requests left for the next 60 s"
    assert checks["feature server"] == {
        "check": "feature server", "result": "ok", "detail": "there is one", "advice": None
    }  # fmt: skip
    assert {
        "server",
        "clock",
        "webhook secret",
        "speech",
        "hook",
        "python",
        "worker class",
        "threads",
        "open files",
    } <= (checks.keys())
    assert "✗" not in look().stdout


def test_the_doctor_dials_nobody(server: FakeApi) -> None:
    healthy(server)
    run("doctor")
    assert [
        (request.path, request.json) for request in server.requests if request.method not in ("GET", "OPTIONS")
    ] == [(f"/v1/Accounts/{ACCOUNT}/Calls", {})]


@pytest.mark.parametrize(
    ("answer", "code", "result", "says"),
    [
        (
            reply(480, {"msg": "no available feature servers"}),
            1,
            "failed",
            "none is there: no call can be placed or taken",
        ),
        (reply(403, {"msg": "insufficient permissions"}), 0, "ok", "there is one"),
        (reply(500, {"msg": "redis is down"}), 0, "warning", "nobody can tell: the API answers 500 redis is down"),
        (reply(201, {"sid": ACCOUNT}), 0, "warning", "nobody can tell: the API took a request"),
    ],
)
def test_the_doctor_says_whether_a_feature_server_is_there(
    server: FakeApi, answer: Act, code: int, result: str, says: str
) -> None:
    healthy(server)
    server.on("POST", f"/Accounts/{ACCOUNT}/Calls", answer)
    [(was, detail, _)] = found("feature server")
    assert (was, detail.startswith(says), look().exit_code) == (result, True, code)


def test_the_doctor_finds_a_feature_server_without_an_account(server: FakeApi, monkeypatch: pytest.MonkeyPatch) -> None:
    healthy(server, "service provider")
    monkeypatch.delenv("JAMBONZ_ACCOUNT_SID")
    assert found("feature server") == [("ok", "there is one", None)]
    server.on("POST", f"/Accounts/{NO_ACCOUNT}/Calls", reply(480, {"msg": "none"}))
    assert "none is there" in look().stdout


def test_what_is_missing_among_the_settings_does_not_end_the_other_checks(
    server: FakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JAMBONZ_API_KEY")
    result = look()
    assert result.exit_code == 1
    assert "settings       no API key: pass --api-key-file or set JAMBONZ_API_KEY" in result.stdout
    assert "open files" in result.stdout
    assert server.requests == []


def test_the_doctor_finds_a_wrong_key(server: FakeApi) -> None:
    healthy(server)
    server.on("GET", "/ServiceProviders", reply(401, text=b"Unauthorized"))
    assert look().exit_code == 1
    [(result, detail, advice)] = found("key")
    assert (result, detail) == ("failed", "the server does not know it (401)")
    assert advice is not None
    assert "make a key in the portal" in advice


def test_the_doctor_finds_a_wrong_account(server: FakeApi) -> None:
    healthy(server)
    server.on("GET", f"/Accounts/{ACCOUNT}", reply(403, {"status": "fail", "message": "insufficient"}))
    assert look().exit_code == 1
    [(result, detail, _)] = found("account")
    assert (result, detail) == ("failed", f"{ACCOUNT} is not there for this key (403)")


def test_the_doctor_misses_an_account(server: FakeApi, monkeypatch: pytest.MonkeyPatch) -> None:
    healthy(server)
    monkeypatch.delenv("JAMBONZ_ACCOUNT_SID")
    assert look().exit_code == 1
    advice = "set JAMBONZ_ACCOUNT_SID, or --account-sid: the portal shows it"
    assert found("account") == [("failed", "none is set", advice)]


def test_the_doctor_finds_nobody_there_and_says_where_to_look() -> None:
    result = run("doctor", "--base-url", "http://127.0.0.1:1", "--api-key-file", "-", stdin=KEY)
    assert result.exit_code == 1
    assert "Connection refused" in result.stdout
    assert "→ look at JAMBONZ_BASE_URL" in result.stdout
    assert "- key            the server cannot be asked" in result.stdout


def test_the_doctor_finds_that_it_is_not_the_api(server: FakeApi) -> None:
    server.on("GET", "/ServiceProviders", reply(200, text=b"<html>Welcome</html>"))
    result = look()
    assert result.exit_code == 1
    assert "it answers, but has no /health" in result.stdout


def test_the_doctor_goes_on_where_it_can(server: FakeApi) -> None:
    healthy(server)
    limit = {"RateLimit-Limit": "600", "RateLimit-Remaining": "5", "RateLimit-Reset": "60"}
    server.on("GET", "/ServiceProviders", reply(200, [], limit))
    server.on("GET", f"/Accounts/{ACCOUNT}", reply(200, {"name": "Acme", "is_active": 0}))
    server.on("GET", f"/Accounts/{ACCOUNT}/CallCount", reply(500, {"msg": "redis is down"}))
    server.on("GET", f"/Accounts/{ACCOUNT}/WebhookSecret", reply(403, text=b"Forbidden"))
    server.on("GET", f"/Accounts/{ACCOUNT}/SpeechCredentials", reply(500, {"msg": "database"}))
    server.on("GET", f"/Accounts/{ACCOUNT}/Applications", reply(500, {"msg": "database"}))
    result = look()
    assert result.exit_code == 1
    for line in (
        "✗ account        Acme is not active",
        "✗ calls          GET ",
        "! webhook secret cannot be read with this key (403)",
        "! speech         the credentials cannot be listed: GET ",
        "! hook           the applications cannot be listed: GET ",
        "! rate limit     5 of 600 requests left",
        "2 failed, 4 warnings",
    ):
        assert line in result.stdout


def test_the_doctor_warns_of_a_key_that_travels_in_clear() -> None:
    assert check_url("http://api.example.invalid/v1").result == "warning"
    assert check_url("https://api.example.invalid/v1").result == "ok"
    assert check_url("http://127.0.0.1:1").result == "ok"


# -- clock and secret


@pytest.mark.parametrize(
    ("off", "result", "says"),
    [(0, "ok", "as that"), (-60, "warning", "ahead of"), (60, "warning", "behind"), (900, "failed", "signatures")],
)
def test_the_clock_is_compared_with_that_of_the_server(server: FakeApi, off: float, result: str, says: str) -> None:
    healthy(server)
    server.on("GET", "/ServiceProviders", reply(200, [], {"Date": formatdate(time.time() + off, usegmt=True)}))
    [(was, detail, _)] = found("clock")
    assert (was, says in detail) == (result, True)


@pytest.mark.parametrize("date", [None, "yesterday"])
def test_a_server_without_a_clock_is_not_compared(date: str | None) -> None:
    assert check_clock(date, 0.0, 1.0).result == "skipped"


def test_a_slow_answer_does_not_make_a_clock_wrong() -> None:
    now = 1_800_000_000.0
    assert check_clock(formatdate(now, usegmt=True), now - 9, now + 9).result == "ok"


@pytest.mark.parametrize(
    ("own", "secret", "result", "says"),
    [
        (None, SECRET, "ok", "is not set here"),
        (SECRET, SECRET, "ok", "JAMBONZ_SIGNING_SECRET is that of the account"),
        ("other", SECRET, "failed", "is not that of the account: its webhooks are refused"),
    ],
)
def test_the_webhook_secret_is_compared_and_never_shown(
    server: FakeApi, monkeypatch: pytest.MonkeyPatch, own: str | None, secret: str, result: str, says: str
) -> None:
    healthy(server)
    if own is not None:
        monkeypatch.setenv("JAMBONZ_SIGNING_SECRET", own)
    [(was, detail, _)] = found("webhook secret")
    assert (was, says in detail) == (result, True)


# -- speech


def test_each_speech_credential_is_tested(server: FakeApi) -> None:
    healthy(server)
    speech(
        server,
        {"speech_credential_sid": SID, "vendor": "google", "account_sid": ACCOUNT, "use_for_tts": 1},
        {"speech_credential_sid": OTHER, "vendor": "aws", "label": "eu", "account_sid": ACCOUNT, "use_for_stt": 1},
        {"speech_credential_sid": ACCOUNT, "vendor": "nuance", "account_sid": None, "use_for_stt": 1},
        {"speech_credential_sid": KEY, "vendor": "wellsaid", "account_sid": ACCOUNT},
    )
    tests = {"tts": {"status": "not tested"}, "stt": {"status": "fail", "reason": "key revoked"}}
    server.on("GET", f"/Accounts/{ACCOUNT}/SpeechCredentials/{OTHER}/test", reply(200, tests))
    server.on("GET", f"/Accounts/{ACCOUNT}/SpeechCredentials/{ACCOUNT}/test", reply(403, text=b"Forbidden"))
    results = found("speech")
    assert [(result, detail) for result, detail, _ in results] == [
        ("ok", "google: tts ok"),
        ("failed", "aws (eu): stt fail: key revoked"),
        ("skipped", "nuance is shared by the service provider: this key cannot test it"),
        ("warning", "wellsaid is used neither to speak nor to hear"),
    ]


def test_no_speech_credentials_are_a_warning_and_need_not_be_tested(server: FakeApi) -> None:
    healthy(server)
    look("--no-speech")
    assert not any(request.path.endswith("/test") for request in server.requests)
    speech(server)
    [(result, detail, _)] = found("speech")
    assert (result, detail) == ("warning", "no credentials: calls can neither speak nor listen")


# -- hooks


@pytest.mark.parametrize(
    ("answer", "result", "says"),
    [
        (reply(200, {}), "ok", ": 200"),
        (reply(204), "ok", ": 204"),
        (reply(405), "ok", ": 405"),
        (reply(401), "failed", ": 401, it wants other credentials"),
        (reply(404), "failed", ": 404, nothing is at that path"),
        (reply(500), "failed", ": 500"),
        (
            reply(302, headers={"Location": "https://elsewhere.example/"}),
            "failed",
            ": 302 to https://elsewhere.example/",
        ),
    ],
)
@pytest.mark.parametrize("scheme", ["http", "ws"])
def test_hooks_are_asked_by_options(server: FakeApi, answer: Act, result: str, says: str, scheme: str) -> None:
    healthy(server)
    url = f"{server.url.replace('http', scheme)}/hook"
    hooks(server, url, username="ann", password="hook-password")
    server.on("OPTIONS", "/hook", answer)
    [(was, detail, advice)] = found("hook")
    assert (was, detail) == (result, f"ivr: {url}{says}")
    assert (advice is None) == (result == "ok")
    [asked] = [request for request in server.requests if request.method == "OPTIONS"]
    assert asked.headers["authorization"] == "Basic YW5uOmhvb2stcGFzc3dvcmQ="


def test_a_hook_is_asked_once_and_its_password_is_not_shown(server: FakeApi) -> None:
    healthy(server)
    url = f"{server.url}/hook".replace("//", "//ann:pass-word@")
    hooks(server, url, url)
    [(result, detail, _)] = found("hook")
    assert (result, "//ann:***@" in detail, "pass-word" in detail) == ("ok", True, False)


def test_a_hook_that_jambonz_reaches_need_not_be_reached_from_here(server: FakeApi) -> None:
    healthy(server)
    hooks(server, "https://127.0.0.1:1/hook")
    assert found("hook")[0][:2] == ("failed", "ivr: https://127.0.0.1:1/hook: Connection refused")
    server.on("GET", "/AppEnv", reply(200, {"GREETING": {"type": "string"}}))
    [(result, detail, _)] = found("hook")
    assert (result, "jambonz gets its environment variables" in detail) == ("ok", True)


def test_a_hook_of_this_machine_is_not_seen_by_a_jambonz_elsewhere() -> None:
    hook = HookAddress("http://localhost:3000/")
    check = check_hook("ivr", hook, 5, lambda url: False, jambonz_is_local=False)
    assert (check.result, check.detail) == (
        "warning", "ivr: http://localhost:3000/ is an address of this machine, or of a network like it"
    )  # fmt: skip
    assert check_hook("ivr", hook, 5, lambda url: True, jambonz_is_local=False).result == "ok"


def test_an_account_without_applications_is_told_to_make_one(server: FakeApi) -> None:
    healthy(server)
    hooks(server)
    assert found("hook")[0][:2] == ("warning", "no applications")
