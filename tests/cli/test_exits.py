"""The exit codes tell placed, not placed and unknown apart."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import run
from tests.rest import fake_api
from tests.rest.fake_api import ACCOUNT, KEY, SID, Act, FakeApi, Visit, reply

CREATE = ("calls", "create", "--from", "+15085551212", "--to", "+15085551213", "--application-sid", SID)
PLACED = reply(201, {"sid": SID, "callId": "x"})
CALLS = f"/Accounts/{ACCOUNT}/Calls"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeApi]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with FakeApi() as server:
        monkeypatch.setenv("JAMBONZ_BASE_URL", server.url)
        monkeypatch.setenv("JAMBONZ_ACCOUNT_SID", ACCOUNT)
        monkeypatch.setenv("JAMBONZ_API_KEY", KEY)
        yield server


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call is looked at again without a pause."""
    monkeypatch.setattr("jambonz_sync.rest.call_wait._FIRST_PAUSE", 0.0)


def state(name: str, **fields: Any) -> Act:
    return reply(200, {"call_sid": SID, "call_status": name, **fields})


@pytest.mark.parametrize(
    ("answer", "code", "says"),
    [
        (PLACED, 0, ""),
        (reply(400, {"msg": "invalid"}), 1, "400 invalid"),
        (reply(401, text=b"Unauthorized"), 1, "401 Unauthorized"),
        (reply(429, text=b"slow down"), 1, "429 slow down"),
        (reply(480, {"msg": "no feature server"}), 1, "480 no feature server"),
        (reply(500, text=b"Internal Server Error"), 3, "500 Internal Server Error; the call may have been placed"),
        (reply(502, text=b"<title>Bad Gateway</title>"), 3, "502 Bad Gateway; the call may have been placed"),
        (reply(201, {}), 3, "without a sid"),
        (fake_api.close, 3, "the call may have been placed"),
    ],
)
def test_creating_a_call_tells_placed_not_placed_and_unknown_apart(
    server: FakeApi, answer: Act, code: int, says: str
) -> None:
    server.next(answer)
    result = run(*CREATE)
    assert result.exit_code == code, result.output
    assert says in result.stderr
    assert result.stdout == (f"{SID}\n" if code == 0 else "")
    assert len(server.requests) == 1


def test_a_call_to_a_server_that_is_not_there_is_not_placed(server: FakeApi) -> None:
    result = run(*CREATE, "--base-url", "http://127.0.0.1:1")
    assert (result.exit_code, "the request has not left" in result.stderr) == (1, True)


@pytest.mark.parametrize("answer", [fake_api.close, reply(500), reply(502), reply(503)])
def test_reading_is_never_unknown(server: FakeApi, monkeypatch: pytest.MonkeyPatch, answer: Act) -> None:
    monkeypatch.setattr("jambonz_sync.rest.http.transport.time.sleep", lambda seconds: None)
    server.next(*[answer] * 3)
    result = run("calls", "list")
    assert (result.exit_code, "may have been" in result.stderr) == (1, False)


@pytest.mark.parametrize(("answer", "code"), [(reply(404), 1), (fake_api.close, 3), (reply(502), 3)])
def test_a_change_may_have_been_made_too(server: FakeApi, answer: Act, code: int) -> None:
    server.next(answer)
    assert run("calls", "mute", SID).exit_code == code


@pytest.mark.parametrize(
    ("end", "code", "line"),
    [
        (state("completed", sip_status=200, duration=31), 0, "completed after 31 s"),
        (state("busy", sip_status=486), 1, "busy (SIP 486)"),
        (state("no-answer"), 1, "no-answer"),
    ],
)
def test_a_call_that_is_waited_for_prints_its_sid_and_its_end(
    server: FakeApi, at_once: None, end: Act, code: int, line: str
) -> None:
    server.next(PLACED, state("ringing"), end)
    result = run(*CREATE, "--wait")
    assert (result.exit_code, result.stdout) == (code, f"{SID}\n{line}\n")


def test_json_of_a_call_that_is_waited_for_is_an_object_a_line(server: FakeApi, at_once: None) -> None:
    server.next(PLACED, state("completed", duration=3))
    lines = [json.loads(line) for line in run(*CREATE, "--wait", "--json").stdout.splitlines()]
    assert lines[0] == {"sid": SID, "call_id": "x"}
    assert (lines[1]["call_sid"], lines[1]["call_status"], lines[1]["duration"]) == (SID, "completed", 3)


def test_a_call_that_goes_on_is_unknown(server: FakeApi, at_once: None) -> None:
    server.on("POST", CALLS, PLACED)
    server.on("GET", f"{CALLS}/{SID}", state("ringing"))
    result = run(*CREATE, "--wait", "--wait-timeout", "0.01")
    assert (result.exit_code, result.stdout) == (3, f"{SID}\n")
    assert f"call {SID} is ringing after 0.01 s" in result.stderr


def test_a_call_that_cannot_be_followed_is_unknown(server: FakeApi, at_once: None) -> None:
    server.next(PLACED, reply(401, text=b"Unauthorized"))
    result = run(*CREATE, "--wait")
    assert (result.exit_code, result.stdout) == (3, f"{SID}\n")
    assert f"the call {SID} cannot be followed: GET" in result.stderr


def test_any_call_can_be_waited_for(server: FakeApi, at_once: None) -> None:
    server.next(state("ringing"), state("in-progress"))
    result = run("calls", "wait", SID, "--until", "in-progress")
    assert (result.exit_code, result.stdout) == (0, "in-progress\n")


def test_a_call_that_ends_before_it_is_answered_is_printed_as_it_ended(server: FakeApi, at_once: None) -> None:
    server.next(state("ringing"), state("busy", sip_status=486))
    result = run("calls", "wait", SID, "--until", "in-progress")
    assert (result.exit_code, result.stdout) == (1, "busy (SIP 486)\n")


def program(server: FakeApi, *args: str, **streams: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", "from jambonz_sync.cli import main; main()", *args],
        env={**os.environ, "JAMBONZ_BASE_URL": server.url},
        text=True,
        stderr=subprocess.PIPE,
        **streams,
    )


def test_an_interruption_while_a_call_is_placed_is_unknown(server: FakeApi) -> None:
    arrived = threading.Event()

    def act(visit: Visit) -> None:
        arrived.set()
        visit.wait_for_the_client_to_leave()

    server.on("POST", CALLS, act)
    with program(server, *CREATE, stdout=subprocess.PIPE) as process:
        assert arrived.wait(50)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=50)
    assert (process.returncode, said) == (3, "Error: interrupted; what was asked for may have been done\n")


def test_a_file_that_cannot_be_written_is_one_line(server: FakeApi, tmp_path: Path) -> None:
    server.next(reply(200, text=b"sound"))
    target = tmp_path / "none" / "x.mp3"
    result = run("calls", "recording", SID, "--day", "2026-03-07", "-o", str(target))
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "No such file or directory" in result.stderr


def test_a_sid_that_cannot_be_printed_is_told_on_standard_error(server: FakeApi) -> None:
    server.on("POST", CALLS, PLACED)
    ours, theirs = os.pipe()
    os.close(ours)
    with program(server, *CREATE, stdout=theirs) as process:
        os.close(theirs)
        _, said = process.communicate(timeout=50)
    assert process.returncode == 3
    assert f"done: {SID}, but that cannot be printed: Broken pipe" in said
