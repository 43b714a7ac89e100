"""Apps checked and called in processes of their own: good ones, and such as hang, fork, flood and lie."""

from __future__ import annotations

import importlib.util
import os
import time
from pathlib import Path

import pytest

from jambonz_sync import create_endpoint
from jambonz_sync.mcp.apps import LONGEST, AppRunner, NotAllowed
from tests.waiting import wait_for

_STREAM = 'config(tts_stream={"enable": True}) in the first verbs'


@pytest.fixture
def runner(root: Path) -> AppRunner:
    return AppRunner(root)


def test_an_app_is_described_by_what_it_serves(runner: AppRunner) -> None:
    check = runner.check("good.py")
    assert check.ok, check
    assert (check.app, check.kind) == ("good:endpoint", "endpoint")
    assert check.paths == [{"path": "/", "kind": "calls"}]
    assert "calls at /; no mistakes" in check.summary
    assert "GREETING" in check.env_vars
    flask = runner.check("web.py:app", types=False)
    assert {"path": "/voice/incoming", "kind": "webhook"} in flask.paths


def test_a_module_may_be_named_as_python_does(runner: AppRunner) -> None:
    assert runner.check("good:endpoint", types=False).ok


def test_the_environment_of_the_server_and_its_credentials_are_not_passed_on(
    runner: AppRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAMBONZ_API_KEY", "secret-1")
    monkeypatch.setenv("OPENAI_API_KEY", "secret-2")
    assert runner.check("good.py", types=False).printed == "loaded None None\n"


def test_mistakes_are_named_with_their_lines_and_mends(runner: AppRunner) -> None:
    check = runner.check("mistaken.py", types=False)
    assert not check.ok
    found = {(mistake["line"], mistake["message"], mistake["mend"]) for mistake in check.mistakes}
    assert found == {
        (5, "a key is in the code", "os.environ, or env_vars= and session.env()"),
        (14, "say.txt: unknown option (did you mean text?)", "text="),
        (14, "nobody listens to /herd (did you mean /heard?)", '@session.on("/herd"), or action_hook="/heard"'),
        (18, "text is streamed, and no token stream is opened", _STREAM),
        (19, "listen('/audio'): no audio service is there", 'endpoint.audio("/audio")'),
    }


@pytest.mark.skipif(importlib.util.find_spec("mypy") is None, reason="mypy is not installed")
def test_type_errors_are_told_where_a_checker_is_installed(runner: AppRunner) -> None:
    check = runner.check("typed_wrongly.py", seconds=LONGEST)
    assert any("typed_wrongly.py:9: error" in line for line in check.type_errors), check


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("broken.py", "SyntaxError"),
        ("no_app.py", "has no app"),
        ("import_fails.py", "RuntimeError: at import"),
        ("exits.py", "exits while it is imported, with 3"),
        ("good.py:nope", "has no 'nope'"),
        ("missing.py", "there is no file"),
    ],
)
def test_an_app_that_cannot_be_imported_says_why(runner: AppRunner, name: str, problem: str) -> None:
    check = runner.check(name, types=False)
    assert not check.ok
    assert problem in check.problem
    result = runner.call(name)
    assert not result.ok
    assert problem in result.summary


def test_a_call_returns_what_was_said_and_done(runner: AppRunner) -> None:
    result = runner.call("good.py", ["hello"], env={"GREETING": "Moin!"})
    assert result.ok, result
    said = [entry["text"] for entry in result.transcript if entry["who"] == "app"]
    assert said == ["Moin!", "Say something.", "You said: hello"]
    assert [verb["verb"] for verb in result.verbs] == ["say", "gather", "say", "hangup"]
    assert result.latencies
    assert all(0 <= seconds < 5 for seconds in result.latencies.values())
    assert (result.end_reason, result.ended_by) == ("completed", "app")


def test_a_caller_may_be_silent_and_hang_up(runner: AppRunner) -> None:
    assert "You said nothing." in str(runner.call("good.py", ["(silence)"]).transcript)
    assert runner.call("good.py", ["(hangs up)"]).ended_by == "caller"


def test_a_caller_may_cut_in_on_a_prompt(runner: AppRunner) -> None:
    result = runner.call("prompts.py", ["(cuts in after 0.5 s) stop"])
    assert result.ok, result
    (cut,) = [entry["text"] for entry in result.transcript if str(entry["text"]).startswith("cut off after")]
    assert "A very long story" in str(cut)
    assert "You cut in with stop." in str(result.transcript)


def test_a_caller_may_cut_in_on_streamed_text(runner: AppRunner) -> None:
    result = runner.call("streams.py", ["(after 0.5 s) stop"])
    assert result.ok, result
    texts = [entry["text"] for entry in result.transcript]
    assert "the streamed text is cut off" in texts
    assert "You cut in with stop." in texts
    assert texts.count("A very long story.") < 40


def test_a_call_ends_when_the_app_has_said_what_is_waited_for(runner: AppRunner) -> None:
    assert runner.call("good.py", until="say something").ok
    result = runner.call("good.py", ["hello"], until="nothing of the kind")
    assert not result.ok
    assert "never said 'nothing of the kind'" in result.summary


def test_a_webhook_app_is_called_and_a_wrong_secret_is_a_finding(runner: AppRunner) -> None:
    assert "Hello +15085551212" in str(runner.call("web.py", secret="s3cret").transcript)
    result = runner.call("web.py", secret="wrong")
    assert not result.ok
    assert "403" in str(result.findings)


def test_an_exception_in_a_callback_comes_with_its_traceback(runner: AppRunner) -> None:
    result = runner.call("raises.py")
    assert not result.ok
    assert "ZeroDivisionError: in the callback" in result.errors[0]
    assert "raises.py" in result.errors[0]


def test_an_app_that_is_served_is_called_by_its_url(runner: AppRunner) -> None:
    with create_endpoint(host="127.0.0.1", port=0) as endpoint:
        endpoint.service("/").on("session:new", lambda session: session.say("Served.").hangup().send())
        result = runner.call(endpoint.url)
    assert "Served." in str(result.transcript)


def test_an_app_that_is_not_served_says_so(runner: AppRunner) -> None:
    assert "cannot be called" in runner.call("ws://127.0.0.1:1/").summary


# -- what is refused


@pytest.mark.parametrize("path", ["../outside.py", "link.py", "/etc/passwd", "/etc/hostname.py", "a/../../outside.py"])
def test_a_path_outside_of_the_folder_is_refused(runner: AppRunner, path: str) -> None:
    for run in (runner.check, runner.call):
        with pytest.raises(NotAllowed, match=r"is outside of .*--allow"):
            run(path)


def test_a_path_outside_of_the_folder_may_be_allowed(root: Path) -> None:
    assert AppRunner(root, [root.parent]).check("../outside.py", types=False).ok


@pytest.mark.parametrize("name", ["", "\0", "os.path", "json", "-c", "a b", "..x", "good.py\0.py", ":endpoint"])
def test_what_names_no_app_of_the_folder_is_refused(runner: AppRunner, name: str) -> None:
    with pytest.raises(NotAllowed):
        runner.check(name)


@pytest.mark.parametrize(
    "url", ["ws://example.com/", "http://169.254.169.254/latest", "http://127.0.0.1.evil.com/", "ws://"]
)
def test_another_host_is_not_called(runner: AppRunner, url: str) -> None:
    with pytest.raises(NotAllowed, match="is another host"):
        runner.call(url)


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf")])
def test_a_deadline_that_makes_no_sense_is_refused(runner: AppRunner, seconds: float) -> None:
    with pytest.raises(NotAllowed, match="makes no sense"):
        runner.call("good.py", seconds=seconds)


# -- hostile apps


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def no_descriptor_is_left(before: int) -> bool:
    return len(os.listdir("/proc/self/fd")) <= before


@pytest.mark.parametrize(
    ("name", "seconds", "reason"),
    [
        ("slow_import.py", 2, "ended after 2 s"),
        ("floods.py", LONGEST, "has printed more than"),
        ("forks.py", LONGEST, "without a result"),
        ("kills_itself.py", LONGEST, "without a result"),
        ("memory.py", LONGEST, "Cannot allocate memory"),
    ],
)
def test_an_app_that_misbehaves_at_import_is_ended_and_the_tool_says_so(
    runner: AppRunner, root: Path, name: str, seconds: float, reason: str
) -> None:
    before = len(os.listdir("/proc/self/fd"))
    check = runner.check(name, types=False, seconds=seconds)
    assert not check.ok
    assert reason in check.problem, check
    assert len(check.printed) < 20_000
    assert no_descriptor_is_left(before)
    if (root / "pids").exists():
        pids = [int(line) for line in (root / "pids").read_text().split()]
        assert len(pids) == 39
        wait_for(lambda: not any(map(is_alive, pids)), "the end of all that the app has started")


def test_an_app_that_hangs_in_a_call_is_ended_at_the_deadline(runner: AppRunner) -> None:
    began = time.monotonic()
    result = runner.call("hangs.py", seconds=2)
    assert not result.ok
    assert time.monotonic() - began < LONGEST


def test_a_child_that_an_app_leaves_behind_is_ended_and_does_not_hold_the_result_up(
    runner: AppRunner, root: Path
) -> None:
    began = time.monotonic()
    assert runner.check("leaves_child.py", types=False, seconds=LONGEST).ok
    assert time.monotonic() - began < LONGEST
    (pid,) = [int(line) for line in (root / "pids").read_text().split()]
    wait_for(lambda: not is_alive(pid), "the end of the child")
