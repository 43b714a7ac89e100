"""The commands of the REST API: what they print, what they send, and what they exit with."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import jambonz_sync
from jambonz_sync.cli.connection import _PHRASES
from jambonz_sync.cli.rest_output import Progress
from tests.cli.running import parsed, run

from .fake_api import ACCOUNT, KEY, SID, FakeApi, reply

CALL = {"call_sid": SID, "direction": "outbound", "from": "+1508", "to": "joe", "call_status": "in-progress"}


@pytest.fixture
def settings(api: FakeApi, monkeypatch: pytest.MonkeyPatch) -> FakeApi:
    monkeypatch.setenv("JAMBONZ_BASE_URL", api.url)
    monkeypatch.setenv("JAMBONZ_ACCOUNT_SID", ACCOUNT)
    monkeypatch.setenv("JAMBONZ_API_KEY", KEY)
    return api


def test_a_call_is_created_and_its_sid_is_all_that_is_printed(settings: FakeApi) -> None:
    settings.next(reply(201, {"sid": SID, "callId": "x"}))
    result = run("calls", "create", "--from", "+1508", "--to", "sip:joe@example.com", "--application-sid", SID,
                 "--tag", "order=7", "--header", "X-A=b=c", "--timeout", "30")  # fmt: skip
    assert (result.exit_code, result.stdout) == (0, f"{SID}\n")
    body = settings.requests[0].json
    assert body["to"] == {"type": "sip", "sipUri": "sip:joe@example.com"}
    assert (body["tag"], body["headers"], body["timeout"]) == ({"order": "7"}, {"X-A": "b=c"}, 30)
    settings.next(reply(201, {"sid": SID, "callId": "x"}))
    made = parsed("calls", "create", "--from", "1", "--to", "2", "--application-sid", SID)
    assert made == {"sid": SID, "call_id": "x"}


def test_a_call_can_run_a_hook_with_speech(settings: FakeApi) -> None:
    settings.next(reply(201, {"sid": SID}))
    speech = ("--speech-synthesis", "google", "en-US", "en-US-Standard-C", "--speech-recognizer", "google", "en-US")
    run("calls", "create", "--from", "1", "--to", "2", "--call-hook", "https://a.example/x", *speech)
    body = settings.requests[0].json
    assert body["call_hook"] == {"url": "https://a.example/x", "method": "POST"}
    assert body["speech_synthesis_voice"] == "en-US-Standard-C"
    assert body["speech_recognizer_language"] == "en-US"


def test_calls_are_listed_in_aligned_columns(settings: FakeApi) -> None:
    evil = {**CALL, "call_sid": "b", "from": "\x1b[31m+1\n508", "duration": 7}
    settings.next(reply(200, [CALL, evil]))
    lines = run("calls", "list", "--status", "in-progress").stdout.splitlines()
    assert lines == [
        "call_sid                              direction  from         to   status       sip  sec",
        f"{SID}  outbound   +1508        joe  in-progress  -    -",
        "b                                     outbound    [31m+1 508  joe  in-progress  -    7",
    ]
    assert settings.requests[0].query == [("callStatus", "in-progress")]


def test_no_calls_are_an_empty_list(settings: FakeApi) -> None:
    settings.next(reply(200, []), reply(200, []))
    result = run("calls", "list")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "none\n")
    assert parsed("calls", "list") == []


def test_a_call_is_shown_ended_muted_and_redirected(settings: FakeApi) -> None:
    settings.next(reply(200, CALL), reply(200, CALL))
    assert "call_status  in-progress" in run("calls", "get", SID).stdout
    assert parsed("calls", "get", SID)["to"] == "joe"
    settings.next(reply(422, text=b"ringing"), reply(202, text=b"Accepted"))
    assert run("calls", "hangup", SID).stdout == "hung up\n"
    settings.next(*[reply(422, text=b"gone")] * 3)
    assert run("calls", "hangup", SID).stdout == "it was over already\n"
    settings.next(*[reply(202, text=b"Accepted")] * 4)
    for args in (("mute", SID), ("mute", SID, "--off"), ("redirect", SID, "/x"), ("redirect", SID, "/x", "--child")):
        assert run("calls", *args).stdout == "accepted\n"
    assert [list(request.json) for request in settings.requests[-4:]] == [
        ["mute_status"], ["mute_status"], ["call_hook"], ["child_call_hook"]
    ]  # fmt: skip


def test_recent_calls_are_listed_page_by_page(settings: FakeApi) -> None:
    call = {"call_sid": SID, "attempted_at": "2026-11-22T10:00:00.000Z", "answered": True, "duration": 61}
    settings.next(reply(200, {"total": 1, "page": "1", "page_size": "25", "data": [call]}))
    result = run("recent-calls", "--days", "3", "--answered", "--limit", "25")
    assert "2026-11-22T10:00:00.000Z  -          -     -   yes       -    61" in result.stdout
    assert settings.requests[0].query == [("days", "3"), ("answered", "true"), ("page", "1"), ("count", "25")]


def test_queues_and_conferences_are_listed(settings: FakeApi) -> None:
    settings.next(reply(200, [{"name": "support", "length": 2}]), reply(200, ["room"]), reply(200, ["room"]))
    assert run("queues", "sup*").stdout == "queue    length\nsupport  2\n"
    assert settings.requests[0].query == [("search", "sup*")]
    assert run("conferences").stdout == "conference\nroom\n"
    assert parsed("conferences") == ["room"]


def test_applications_are_listed_without_their_secrets_and_created(settings: FakeApi) -> None:
    hook = {"url": "https://a.example/x", "method": "POST", "username": "u", "password": "hunter2"}
    app = {"application_sid": SID, "name": "ivr", "call_hook": hook, "env_vars": {"TOKEN": "hunter2"}}
    settings.next(reply(200, {"total": 1, "data": [app]}), reply(200, {"total": 1, "data": [app]}))
    assert "ivr   https://a.example/x" in run("applications", "list", "--name", "iv").stdout
    [seen] = parsed("applications", "list")
    assert seen["call_hook"]["password"] == "***"
    assert "hunter2" not in json.dumps(seen)
    settings.next(reply(201, {"sid": SID}))
    made = run("applications", "create", "--name", "x", "--call-hook", "wss://u:p@a.example/x", "--call-status-hook",
               "https://a.example/s", "--env", "LANG=de")  # fmt: skip
    assert made.stdout == f"{SID}\n"
    body = settings.requests[-1].json
    assert body["call_hook"] == {"url": "wss://a.example/x", "method": "POST", "username": "u", "password": "p"}
    assert body["env_vars"] == {"LANG": "de"}


def test_a_recording_is_downloaded_from_the_day_that_its_record_tells(settings: FakeApi, tmp_path: Path) -> None:
    record = {"call_sid": SID, "recording_url": f"/Accounts/x/RecentCalls/{SID}/record/2026/03/07/mp3"}
    sound = bytes(range(256)) * 2000
    settings.next(reply(200, {"total": 1, "data": [record]}), reply(200, text=sound))
    target = tmp_path / "call.mp3"
    result = run("calls", "recording", SID, "--output", str(target))
    assert (result.exit_code, result.stdout) == (0, f"{target}: 512,000 bytes\n")
    assert target.read_bytes() == sound
    assert settings.requests[1].path.endswith(f"/{SID}/record/2026/03/07/mp3")
    by_time = {"call_sid": SID, "attempted_at": "2026-03-08T23:59:59.000Z"}
    settings.next(reply(200, {"total": 1, "data": [by_time]}), reply(200, text=sound))
    run("calls", "recording", SID, "--output", str(target), "--format", "wav")
    assert settings.requests[3].path.endswith(f"/{SID}/record/2026/03/08/wav")
    settings.next(reply(200, {"total": 0, "data": []}))
    result = run("calls", "recording", SID)
    assert (result.exit_code, result.stderr) == (1, f"Error: there is no record of the call {SID}; say --day\n")
    settings.next(reply(404))
    assert run("calls", "recording", SID, "--day", "2026-03-07", "-o", str(tmp_path / "no")).exit_code == 1
    assert [path.name for path in tmp_path.iterdir()] == ["call.mp3"]


def test_any_request_can_be_sent_and_its_answer_is_printed_as_it_came(settings: FakeApi, tmp_path: Path) -> None:
    body = tmp_path / "body.json"
    body.write_text('{"name": "größer"}')
    settings.next(*[reply(201, {"sid": SID, "token": "t0p"})] * 4)
    result = run(
        "api", "post", "/Accounts/{account_sid}/Rooms", "--body", f"@{body}", "--query", "a=1", "--query", "a=2"
    )
    assert (result.exit_code, json.loads(result.stdout)) == (0, {"sid": SID, "token": "t0p"})
    assert result.stdout.startswith('{\n  "sid"')
    request = settings.requests[0]
    assert (request.method, request.path, request.json) == (
        "POST", f"/v1/Accounts/{ACCOUNT}/Rooms", {"name": "größer"}
    )  # fmt: skip
    assert request.query == [("a", "1"), ("a", "2")]
    assert run("api", "PUT", "/x", "--body", "-", stdin="[1, null]").exit_code == 0
    assert settings.requests[1].json == [1, None]
    assert run("api", "GET", "/x?page=2", "--json").stdout == f'{{"sid": "{SID}", "token": "t0p"}}\n'
    assert settings.requests[2].query == [("page", "2")]
    assert run("api", "DELETE", "/x").exit_code == 0


def test_an_answer_that_is_no_json_is_written_as_it_is(settings: FakeApi) -> None:
    settings.next(reply(204), reply(202, text=b"Accepted"), reply(200, text=b"\xff\xfb\x90"))
    assert [run("api", "PUT", "/x").stdout_bytes for _ in range(3)] == [b"", b"Accepted\n", b"\xff\xfb\x90"]


def test_body_and_key_do_not_both_come_from_standard_input(settings: FakeApi) -> None:
    result = run("api", "PUT", "/x", "--body", "-", "--api-key-file", "-", stdin="{}")
    assert (result.exit_code, settings.requests) == (2, [])
    assert "standard input" in result.stderr


def test_progress_is_drawn_whether_the_end_is_known_or_not(capsys: pytest.CaptureFixture[str]) -> None:
    for total in (None, 300):
        with Progress("x.mp3") as progress:
            for size in (100, 200, 300):
                progress(size, total)
        assert "x.mp3" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (("calls", "get", "nonsense"), 2, "CALL_SID is a UUID, not 'nonsense'"),
        (("calls", "create", "--to", "1"), 2, "Missing option '--from'"),
        (
            ("calls", "create", "--from", "1", "--to", "1"),
            2,
            "Error: a call without --application-sid needs --call-hook, --speech-synthesis, --speech-recognizer\n",
        ),
        (
            (
                "calls",
                "create",
                "--from",
                "1",
                "--to",
                "1",
                "--application-sid",
                SID,
                "--call-hook",
                "https://x.example",
            ),
            2,
            "Error: --application-sid decides --call-hook: the server would overwrite them",
        ),
        (
            ("calls", "create", "--from", "1", "--to", "sip to somebody", "--application-sid", SID),
            2,
            "Error: --to is no phone number: 'sip to somebody' (a SIP address starts with sip:, a user with user:)",
        ),
        (
            ("calls", "create", "--from", "1", "--to", "1", "--application-sid", SID, "--time-limit", "-1"),
            2,
            "Error: --time-limit is a number",
        ),
        (("calls", "create", "--from", "1", "--to", "1", "--tag", "x"), 2, "is like name=value"),
        (("calls", "get", SID), 1, "404 Not Found"),
        (("recent-calls", "--start", "soon"), 2, "Error: --start is a time in ISO 8601, not 'soon'"),
        (("recent-calls", "--days", "3", "--start", "2026-01-01"), 2, "give --days, or --start and --end, not both"),
        (("recent-calls", "--filter", "a/b"), 2, "Error: --filter takes letters"),
        (("calls", "list", "--account-sid", "x"), 2, "Error: --account-sid is a UUID, not 'x'"),
        (("calls", "list", "--base-url", "ftp://x"), 2, "Error: --base-url is like https://"),
        (
            ("applications", "create", "--name", "x", "--call-hook", "/x", "--call-status-hook", "/x"),
            2,
            "Error: --call-hook is a full http, https, ws or wss url, not '/x'",
        ),
        (("api", "GET", "Accounts"), 2, "Error: PATH begins with a slash"),
        (("api", "GET", "/Accounts/{sid}"), 2, "Error: PATH has the unknown placeholder {sid}"),
        (("api", "GET", "/x/{service_provider_sid}"), 2, "this needs a service provider: write its sid into the path"),
        (("api", "GET", "/x", "--query", "x"), 2, "is like name=value"),
        (("api", "POST", "/x", "--body", "{x"), 2, "is JSON, @FILE or -, and this is no JSON"),
        (("api", "POST", "/x", "--body", "@/none/x.json"), 2, "cannot be read"),
        (("api", "FETCH", "/x"), 2, "Error: METHOD: expected one of DELETE, GET"),
        (("api", "GET", "/x"), 1, "GET /x: 404 Not Found"),
        (("calls", "list", "--base-url", "http://127.0.0.1:1", "--request-timeout", "1"), 1, "Connection refused"),
    ],
)
def test_exit_codes_tell_a_no_from_wrong_usage(
    settings: FakeApi, naps: list[float], args: tuple[str, ...], code: int, says: str
) -> None:
    result = run(*args)
    assert result.exit_code == code
    assert says in result.stderr
    assert result.stdout == ""


def test_the_key_comes_from_the_environment_or_a_file_and_never_from_an_argument(
    settings: FakeApi, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("JAMBONZ_API_KEY")
    result = run("conferences")
    says = "no API key: pass --api-key-file or set JAMBONZ_API_KEY"
    assert (result.exit_code, says in result.stderr) == (2, True)
    (tmp_path / "key").write_text(KEY + "\n")
    settings.on("GET", f"/Accounts/{ACCOUNT}/Conferences", reply(200, []))
    assert run("conferences", "--api-key-file", str(tmp_path / "key")).exit_code == 0
    assert run("conferences", "--api-key-file", "-", stdin=KEY).exit_code == 0
    assert {request.headers["authorization"] for request in settings.requests} == {f"Bearer {KEY}"}
    assert run("conferences", "--api-key", "x").exit_code == 2


def test_an_account_that_is_missed_is_asked_for_in_words_of_the_shell(
    settings: FakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JAMBONZ_ACCOUNT_SID")
    result = run("calls", "list")
    assert (result.exit_code, settings.requests) == (2, [])
    assert "Error: this needs an account: pass --account-sid or set JAMBONZ_ACCOUNT_SID\n" in result.stderr


def test_the_phrases_that_the_shell_says_otherwise_are_those_of_the_package() -> None:
    package = Path(jambonz_sync.__file__).parent
    source = "".join(path.read_text() for room in ("rest", "campaign") for path in (package / room).rglob("*.py"))
    assert [phrase for phrase in _PHRASES if phrase not in source] == []


def test_help_and_usage_do_not_load_requests() -> None:
    code = (
        "import sys\n"
        "from click.testing import CliRunner\n"
        "from jambonz_sync.cli import main\n"
        "assert CliRunner().invoke(main, ['calls', 'create', '--help']).exit_code == 0\n"
        "assert CliRunner().invoke(main, ['calls', 'create']).exit_code == 2\n"
        "assert 'requests' not in sys.modules and 'flask' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=50)
