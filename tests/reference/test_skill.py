"""The skill that travels in the wheel: each block of code in it runs, is called as it says, and its tests pass."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from jambonz_sync.cli import main
from jambonz_sync.reference.files import package_file
from jambonz_sync.reference.pages import pages
from tests.test_doc_blocks import llm
from tests.vendors.llm import Llm

__all__ = ["llm"]  # a fixture

ROOT = Path(__file__).parent.parent.parent
SKILL = package_file(".agents/skills/jambonz-sync")
TEXTS = [SKILL / "SKILL.md", *sorted((SKILL / "references").glob("*.md"))]


def blocks(text: str) -> dict[str, str]:
    """File name -> code of the blocks of Python, in order."""
    found = {}
    for block in re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        name = re.match(r"# (\w+\.py)\n", block)
        assert name, f"a block without the name of a file:\n{block}"
        found[name[1]] = block
    return found


def test_the_skill_says_what_it_is_for_as_hosts_of_skills_read_it() -> None:
    head = re.match(r"---\nname: (.+)\ndescription: (.+)\n---\n", (SKILL / "SKILL.md").read_text())
    assert head
    assert head[1] == SKILL.name
    assert len(head[2]) < 1024
    assert len((SKILL / "SKILL.md").read_text().splitlines()) < 500


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_a_link_leads_to_a_file_that_there_is(path: Path) -> None:
    links = re.findall(r"\]\(([^)]+)\)", path.read_text())
    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_the_commands_that_it_names_are_there(path: Path) -> None:
    commands = set(re.findall(r"jambonz-sync ([a-z][a-z-]*)", path.read_text()))
    assert commands <= {*main.list_commands(None), "mcp"}  # type: ignore[arg-type]


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_every_block_runs_is_called_and_its_tests_pass(path: Path, tmp_path: Path, llm: Llm) -> None:
    files = blocks(path.read_text())
    for name, source in files.items():
        (tmp_path / name).write_text(source)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PORT": "0", "PYTHONUNBUFFERED": "1"}
    for name, source in files.items():
        command = re.search(r"^# jambonz-sync (call .*)$", source, re.MULTILINE)
        if command:
            called(tmp_path / name, shlex.split(command[1]), environment)
        elif not name.startswith("test_"):
            subprocess.run([sys.executable, name], cwd=tmp_path, env=environment, check=True, timeout=50)
    if any(name.startswith("test_") for name in files):
        command_line = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        run = subprocess.run(
            command_line, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=50, check=False
        )
        assert run.returncode == 0, run.stdout


def called(file: Path, command: list[str], environment: dict[str, str]) -> None:
    """Serve an app as a person does, and call it with the command that it shows."""
    process = subprocess.Popen(
        [sys.executable, file.name],
        cwd=file.parent,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        served = (re.search(r"(?:ws|http)://(127\.0\.0\.1:\d+)", line) for line in process.stdout)
        address = next((found[1] for found in served if found), None)
        assert address, f"{file.name} does not start"
        result = CliRunner().invoke(main, [part.replace("127.0.0.1:3000", address) for part in command])
        assert result.exit_code == 0, f"{file.name}\n{result.output}"
    finally:
        process.terminate()
        process.communicate(timeout=20)


def test_every_page_that_is_named_for_agents_is_there() -> None:
    named = re.findall(r"\b((?:tutorial|howto|reference|explanation)/\w+)", package_file("llms.txt").read_text())
    assert len(named) > 20
    assert [name for name in named if name not in pages()] == []


def test_the_notes_for_agents_name_files_that_there_are() -> None:
    for text in (package_file("AGENTS.md"), ROOT / "AGENTS.md"):
        paths = re.findall(r"`([\w./-]+/[\w./-]*)`", text.read_text())
        assert paths
        assert [path for path in paths if not any((home / path).exists() for home in (text.parent, ROOT))] == []
