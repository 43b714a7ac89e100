"""``jambonz-sync call --record`` and ``replay``: what an app did, and what it does now."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jambonz_sync.simulator import Trace

from .running import run

APP = """
from jambonz_sync import create_endpoint

endpoint = create_endpoint()


@endpoint.service("/").on("session:new")
def answer(session):
    @session.on("/heard")
    def heard(evt):
        session.say(f"{len(evt.transcript)} letters").hangup().reply()

    session.say("Hello").gather(input=["speech"], action_hook="/heard").send()
"""


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / f"app_{tmp_path.name}.py"
    path.write_text(APP)
    return path


def test_a_call_to_an_app_in_a_file_is_recorded_and_replayed(app: Path, tmp_path: Path) -> None:
    result = run("call", str(app), "--says", "hello", "--record", "calls/one.jsonl")
    assert result.exit_code == 0, result.output
    assert "app     5 letters" in result.output
    assert Trace.load(tmp_path / "calls" / "one.jsonl").end_reason == "completed"

    result = run("replay", "calls/one.jsonl", str(app))
    assert (result.exit_code, result.output) == (0, "the app does the same\n")

    changed = app.with_name(f"changed_{app.name}")
    changed.write_text(APP.replace("letters", "characters"))
    result = run("replay", "calls/one.jsonl", str(changed))
    assert result.exit_code == 1
    assert "  - app     5 letters\n" in result.output
    assert "  + app     5 characters\n" in result.output
    result = run("replay", "calls/one.jsonl", f"{changed}:endpoint/", "--json")
    assert json.loads(result.stdout)["differences"][0]["now"][0] == "app     5 characters"


def test_a_recorded_call_is_written_down_as_a_test(app: Path, tmp_path: Path) -> None:
    run("call", str(app), "--says", "hello", "--record", "one.jsonl")
    result = run("replay", "one.jsonl", "--pytest", "test_one.py")
    assert (result.exit_code, result.output) == (0, "test_one.py has the conversation as a test\n")
    assert "call.heard('5 letters')" in (tmp_path / "test_one.py").read_text()


def test_an_exception_of_an_app_in_a_file_is_shown_with_its_traceback(app: Path) -> None:
    app.write_text(APP.replace("len(evt.transcript)", "1 // 0"))
    result = run("call", str(app), "--says", "hello", "--timeout", "3")
    assert result.exit_code == 1
    assert "ZeroDivisionError" in result.output
    assert "session/callbacks.py" not in result.output.partition("Traceback")[2]


@pytest.mark.parametrize(
    ("args", "why"),
    [
        (["gone.jsonl"], "gone.jsonl: No such file or directory"),
        (["wrong.jsonl"], "wrong.jsonl:1: no JSON"),
        (["good.jsonl"], "cannot be reached"),
        (["good.jsonl", "nothing.py"], "there is no file nothing.py"),
        (["good.jsonl", "--pytest", "no/such/folder.py"], "no/such/folder.py: No such file or directory"),
    ],
)
def test_what_cannot_be_replayed_exits_with_2_and_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: list[str], why: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wrong.jsonl").write_text("hello")
    (tmp_path / "good.jsonl").write_text('{"type": "call", "version": 1, "url": "ws://127.0.0.1:1/"}\n')
    result = run("replay", *args)
    assert result.exit_code == 2
    assert why in result.output
    assert "Traceback" not in result.output


def test_a_record_that_cannot_be_written_is_told(app: Path, tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("a file")
    result = run("call", str(app), "--says", "hello", "--record", "folder/one.jsonl")
    assert "the call is not recorded: folder/one.jsonl" in result.output + result.stderr


WAITING_APP = """
from jambonz_sync import create_endpoint

endpoint = create_endpoint()


@endpoint.call("/")
def answer(session):
    listening = session.say("Hello").gather(input=["speech"], timeout=0).start()
    try:
        listening.wait(timeout=25)
    except TimeoutError:
        session.say("Nobody is there.").pause(600)
        try:
            session.wait(timeout=40)
        except TimeoutError:
            session.hangup().send()
"""


def test_limits_of_an_app_in_a_file_pass_in_the_time_of_the_call(tmp_path: Path) -> None:
    app = tmp_path / f"waiting_{tmp_path.name}.py"
    app.write_text(WAITING_APP)
    scenario = tmp_path / "silence.yaml"
    scenario.write_text("steps: [heard: Hello, is_silent, heard: Nobody is there., ended]")
    result = run("test", str(scenario), str(app), "--trace", str(tmp_path / "traces"))
    assert result.exit_code == 0, result.output
    record = tmp_path / "one.jsonl"
    result = run("call", str(app), "--record", str(record), stdin="\n")
    assert result.exit_code == 0, result.output
    (*_, last) = Trace.load(record).entries
    assert last.at == pytest.approx(65, abs=0.5)
    result = run("replay", str(record), str(app))
    assert (result.exit_code, result.output) == (0, "the app does the same\n")
