"""``jambonz-sync call --load``: many calls at once at a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ..testing.apps import make_endpoint
from .running import run


@pytest.fixture
def url() -> Iterator[str]:
    with make_endpoint() as endpoint:
        yield endpoint.url


def test_what_came_of_the_calls_is_a_table(url: str) -> None:
    result = run("call", url, "--load", "3", "--for", "500ms", "--says", "hello")
    assert result.exit_code == 0, result.output
    first, head, *rows = result.output.splitlines()
    assert " at once at most" in first
    assert head.split() == ["answers", "count", "p50", "p95", "p99", "max"]
    assert {row.split()[0] for row in rows} >= {"session:new", "/heard", "all", "over"}
    assert rows[-1].endswith(" passed, 0 failed")


def test_what_came_of_the_calls_as_json_and_a_limit_that_is_exceeded(url: str) -> None:
    result = run("call", url, "--load", "2", "--for", "0.3s", "--max", "p99=0ms", "--max", "failed=50%", "--json")
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    assert report["exceeded"] == ["p99"]
    assert report["calls"] == report["passed"] > 0


def test_a_script_of_turns_and_one_of_scenarios(url: str, tmp_path: Path) -> None:
    (tmp_path / "turns.txt").write_text("hello\n1\n")
    result = run("call", url, "--load", "1", "--for", "0.3s", "--script", str(tmp_path / "turns.txt"), "--json")
    assert result.exit_code == 0, result.output
    (tmp_path / "s.yaml").write_text("timeout: 100ms\nsteps: [heard: Good morning]")
    result = run("call", url, "--load", "1", "--for", "0.3s", "--script", str(tmp_path / "s.yaml"))
    assert result.exit_code == 1
    assert "the app did not say 'Good morning' within 0.1 s" in result.output
    assert "failed is 100.00 %, over the limit of 0.00 %" in result.output


def test_a_script_without_load_is_the_turns_of_one_call(url: str, tmp_path: Path) -> None:
    (tmp_path / "turns.txt").write_text("hello\n1\n")
    result = run("call", url, "--script", str(tmp_path / "turns.txt"), "--timeout", "2")
    assert "app     You said: the keys 1" in result.output


@pytest.mark.parametrize(
    ("args", "why"),
    [
        (["--for", "1s"], "--for belongs to --load"),
        (["--rate", "1"], "--rate belongs to --load"),
        (["--max", "p99=1s"], "--max belongs to --load"),
        (["--load", "1", "--for", "soon"], "expected a time such as 60s, 500ms or 2min, got 'soon'"),
        (["--load", "1", "--max", "p98=1s"], "--max: 'p98' is not known; there are p50, p95, p99, max, failed"),
        (["--load", "1", "--max", "p99=fast"], "--max p99: expected a time such as 500ms or 2s, got 'fast'"),
        (["--load", "1", "--max", "failed=few"], "--max failed: expected a percentage such as 1%, got 'few'"),
        (["--load", "1", "--script", "gone.txt"], "gone.txt: No such file or directory"),
        (["--load", "1", "--script", "gone.yaml"], "gone.yaml: No such file or directory"),
        (["--load", "0"], "Invalid value for '--load'"),
        (["--script", "gone.txt"], "gone.txt: No such file or directory"),
    ],
)
def test_a_mistake_on_the_command_line_exits_with_2_and_a_line(args: list[str], why: str) -> None:
    result = run("call", "ws://127.0.0.1:1/", *args)
    assert result.exit_code == 2
    assert why in result.output + result.stderr
