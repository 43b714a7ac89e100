"""README is true: its blocks run, its commands are the two that it promises, its links lead somewhere."""

from __future__ import annotations

import importlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jambonz_sync.simulator import Call
from jambonz_sync.testing import PlaceCall

from .rest.fake_api import ACCOUNT, KEY, FakeApi, reply
from .waiting import wait_for

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "README.md").read_text()
CALL_SID = "8f3c1a52-6f0e-4a43-a3a3-0d3c3a6d6f11"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


def block_with(text: str) -> str:
    (only,) = [block for block in blocks("python") if text in block]
    return only


def run_block(text: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "readme"}
    exec(compile(block_with(text), "README.md", "exec", dont_inherit=True), names)
    return names


@pytest.fixture
def script(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of one of the first two blocks, run as a script on a free port."""
    app = tmp_path / "app.py"
    app.write_text(blocks("python")[request.param])
    process = subprocess.Popen(
        [sys.executable, str(app)],
        env=os.environ | {"PORT": "0", "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        url = re.search(r"ws://\S+", line)
        assert url, line
        yield url[0]
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)


@pytest.mark.parametrize("block", blocks("python"))
def test_a_block_of_python_compiles(block: str) -> None:
    compile(block, "README.md", "exec")


@pytest.mark.parametrize("number", [0, 1])
def test_a_script_has_a_dozen_lines(number: int) -> None:
    assert len(blocks("python")[number].splitlines()) <= 13


@pytest.mark.parametrize(
    ("script", "presses", "lines"),
    [
        (0, ["1"], ["Welcome!", "What is your name?", "Hello good morning. Press 1 to talk to us.", "Goodbye!"]),
        (1, [], ["Hello! Say something.", "You said: good morning"]),
    ],
    indirect=["script"],
)
def test_a_script_holds_the_conversation_that_it_shows(script: str, presses: list[str], lines: list[str]) -> None:
    call = Call(script, says=["good morning"], presses=presses, timeout=20).run()
    assert call.lines("app") == lines
    assert call.ok


@pytest.mark.parametrize("number", [0, 1])
def test_a_script_does_not_answer_silence(jambonz_call: PlaceCall, number: int) -> None:
    names: dict[str, Any] = {"__name__": "readme"}
    exec(compile(blocks("python")[number], "README.md", "exec", dont_inherit=True), names)
    call = jambonz_call(names["endpoint"])
    call.is_silent()
    assert call.heard("Goodbye")
    assert call.ended
    assert not any("Hello ." in line or "You said" in line for line in call.transcript.lines("app"))
    assert call.errors == []


def test_the_test_passes(jambonz_call: PlaceCall) -> None:
    names = run_block("def test_a_caller")
    exec(compile(blocks("python")[0], "README.md", "exec"), names)
    names["test_a_caller_who_wants_to_talk"](jambonz_call)


@pytest.mark.parametrize(("key", "answer"), [("1", "Sales it is."), ("2", "Goodbye.")])
def test_the_blueprint_takes_webhooks(jambonz_call: PlaceCall, key: str, answer: str) -> None:
    call = jambonz_call(run_block("JambonzBlueprint")["app"], "/voice/incoming")
    call.presses(key)
    assert call.heard(answer)
    assert call.ended
    assert call.errors == []


def test_the_blueprint_takes_a_websocket(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(run_block("JambonzBlueprint")["app"], "/voice/ws", websocket=True, from_="+15085550001")
    assert call.heard("Hello, +15085550001")
    assert call.ended


def test_the_cron_job_places_its_call(monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeApi() as api:
        api.next(reply(201, {"sid": CALL_SID}))
        for name, value in {"BASE_URL": api.url, "ACCOUNT_SID": ACCOUNT, "API_KEY": KEY}.items():
            monkeypatch.setenv(f"JAMBONZ_{name}", value)
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        assert run_block("JambonzClient")["sid"] == CALL_SID


def test_the_voice_app_streams_its_answer(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(run_block("ToolSet")["endpoint"])
    call.says("when are you open")
    assert call.heard("You asked: when are you open.")
    assert call.heard("We are open 9 to 17.")
    call.hangs_up()
    assert call.ended
    assert call.errors == []


def test_the_voice_app_offers_its_tools_to_the_agent(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(run_block("ToolSet")["endpoint"], "/agent")
    wait_for(lambda: call.verbs, "the agent verb")
    call.hangs_up()
    assert call.ended
    (agent,) = [verb for verb in call.verbs if verb["verb"] == "agent"]
    assert "opening_hours" in str(agent)


def test_there_are_exactly_two_commands_and_each_makes_its_own_environment() -> None:
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    assert len(lines) == 2
    assert all(line.startswith("python3 -m venv .venv && .venv/bin/pip install ") for line in lines)
    assert [line.rpartition(" && ")[2] for line in lines] == [".venv/bin/jambonz-sync demo", ".venv/bin/tox"]


def test_the_links_lead_to_files() -> None:
    links = re.findall(r"\]\(((?!http)[^)]+)\)", TEXT)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


#: directives whose content is there only when the documentation has been built
MADE_BY_THE_BUILD = re.compile(r"^\.\. (?:jambonz-|auto|literalinclude|include|toctree|grid|tab-set)", re.MULTILINE)


def test_the_links_lead_to_pages_that_can_be_read_as_they_are() -> None:
    pages = {link for link in re.findall(r"\]\(((?!http)[^)]+)\)", TEXT) if link.endswith(".rst")}
    pages |= {str(path.relative_to(ROOT)) for path in (ROOT / "docs" / "howto" / "recipes").glob("*.rst")}
    assert len(pages) > 10
    assert [page for page in pages if MADE_BY_THE_BUILD.search((ROOT / page).read_text())] == []


def test_the_picture_is_that_of_the_first_script(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "docs")
    drawing = importlib.import_module("call_picture")
    assert drawing.PICTURE.read_text() == drawing.picture()
