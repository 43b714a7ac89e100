"""The command ``jambonz-sync`` itself: its help, and the modules that it loads."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from jambonz_sync.cli import main


def test_help_names_every_command_without_importing_it() -> None:
    code = "import sys; from jambonz_sync.cli import main; main(['--help'], standalone_mode=False); print(*sys.modules)"
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=50, check=True)
    for command in (
        "applications",
        "call",
        "calls",
        "campaign",
        "conferences",
        "demo",
        "doctor",
        "queues",
        "recent-calls",
    ):
        assert f"  {command} " in process.stdout
    modules = process.stdout.splitlines()[-1].split()
    assert not {"flask", "requests", "websocket", "jambonz_sync.simulator"} & set(modules)


def test_every_command_is_there_and_has_a_help_of_its_own() -> None:
    for name in main.list_commands(click.Context(main)):
        result = CliRunner().invoke(main, [name, "--help"])
        assert (result.exit_code, result.output.startswith(f"Usage: main {name} ")) == (0, True)


def test_a_command_whose_library_is_missing_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jambonz_sync.cli.demo", None)  # importing it raises ImportError
    result = CliRunner().invoke(main, ["demo"])
    assert result.exit_code == 1
    assert "Error: demo cannot be used: " in result.stderr


def test_an_unknown_command_is_a_usage_error() -> None:
    result = CliRunner().invoke(main, ["dance"])
    assert result.exit_code == 2
    assert "No such command 'dance'" in result.output
