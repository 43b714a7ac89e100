"""``jambonz-sync test``: scenarios at a terminal and in CI."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from jambonz_sync.simulator import Trace

from ..testing.apps import make_endpoint
from .running import run

GOOD = """
name: Echo
examples: [{word: hello}, {word: "good <bye>"}]
steps:
  - says: ${word}
  - heard: "You said: ${word}"
"""
BAD = """
name: Silence
timeout: 1s
steps:
  - heard: Hello
  - heard: Good morning
"""


@pytest.fixture
def url() -> Iterator[str]:
    with make_endpoint() as endpoint:
        yield endpoint.url


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "good.yaml").write_text(GOOD)
    (tmp_path / "silence.yaml").write_text(BAD)
    return tmp_path


def test_scenarios_that_pass_are_a_table_and_exit_with_0(files: Path, url: str) -> None:
    result = run("test", str(files / "good.yaml"), url)
    assert result.exit_code == 0, result.output
    *rows, last = result.output.splitlines()
    assert [row.split()[:3] for row in rows] == [["passed", "Echo", "[hello]"], ["passed", "Echo", "[good"]]
    assert last == "2 passed"


def test_a_scenario_that_fails_shows_the_place_and_the_transcript_and_exits_with_1(files: Path, url: str) -> None:
    report = files / "out" / "report.xml"
    result = run("test", str(files), url, "--jobs", "3", "--junit", str(report), "--trace", str(files))
    assert result.exit_code == 1, result.output
    assert f"{files}/silence.yaml:6: the app did not say 'Good morning' within 1 s" in result.output
    assert result.output.count("the app did not say 'Good morning'") == 1
    assert "Hello! Say something." in result.output
    assert result.output.splitlines()[-1] == "2 passed, 1 failed"
    assert Trace.load(files / "3-silence-Silence.jsonl").entries != []

    suites = ElementTree.parse(report).getroot()
    counts = [[suite.get(name) for name in ("name", "tests", "failures", "errors")] for suite in suites]
    assert counts == [[str(files / "good.yaml"), "2", "0", "0"], [str(files / "silence.yaml"), "1", "1", "0"]]
    (case,) = suites[1]
    assert (case.get("name"), case.get("line")) == ("Silence", "6")
    failure = case.find("failure")
    assert failure is not None
    assert failure.get("message") == "the app did not say 'Good morning' within 1 s"
    assert "Hello! Say something." in (failure.text or "")
    assert suites[0][1].get("name") == "Echo [good <bye>]"


def test_outcomes_as_json(files: Path, url: str) -> None:
    result = run("test", str(files), url, "--json", "--only", "silence")
    (outcome,) = map(json.loads, result.stdout.splitlines())
    assert (outcome["name"], outcome["result"], outcome["line"]) == ("Silence", "failed", 6)


def test_a_variable_of_the_command_line_and_the_transcript_of_what_passes(files: Path, url: str) -> None:
    (files / "one.yaml").write_text("variables: {word: a}\nsteps:\n  - says: ${word}\n  - heard: 'said: ${word}'")
    result = run("test", str(files / "one.yaml"), url, "--set", "word=from the shell", "-v")
    assert result.exit_code == 0
    assert "You said: from the shell" in result.output


def test_an_app_that_is_not_there_exits_with_2(files: Path) -> None:
    result = run("test", str(files / "silence.yaml"), "ws://127.0.0.1:1/")
    assert result.exit_code == 2
    assert "cannot be reached" in result.output
    assert result.output.splitlines()[-1] == "1 could not be played"


@pytest.mark.parametrize(
    ("args", "why"),
    [
        (["{}/none.yaml", "ws://127.0.0.1:1/"], "none.yaml: No such file"),
        (["{}/wrong.yaml", "ws://127.0.0.1:1/"], "wrong.yaml:1: a step: 'sings' is not known"),
        (["{}/good.yaml"], "good.yaml:2: expected a url in the scenario, or as the last argument"),
        (["{}/good.yaml", "ws://127.0.0.1:1/", "--only", "nothing"], "no scenario has 'nothing' in its name"),
        (["{}/good.yaml", "ws://127.0.0.1:1/", "--only", "("], "Invalid value for '--only'"),
        (["{}/good.yaml", "ws://127.0.0.1:1/", "--set", "word"], "'word' is not NAME=VALUE"),
        (["ws://127.0.0.1:1/"], "there are no scenarios"),
        (["{}/good.yaml", "ws://127.0.0.1:1/", "--jobs", "0"], "Invalid value for '--jobs'"),
    ],
)
def test_what_cannot_be_played_exits_with_2_and_a_line(files: Path, args: list[str], why: str) -> None:
    (files / "wrong.yaml").write_text("steps: [sings]")
    result = run("test", *(arg.format(files) for arg in args))
    assert result.exit_code == 2
    assert why in result.output + result.stderr
    assert "Traceback" not in result.output
