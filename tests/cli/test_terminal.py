"""Colour where a person looks on, none elsewhere; and completion, in real shells."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from jambonz_sync.cli import main

COMMAND = "from jambonz_sync.cli import main; main(prog_name='jambonz-sync')"


def at_a_terminal(*args: str, **env: str) -> str:
    """What the command writes to a terminal."""
    ours, theirs = pty.openpty()
    environment = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM")}
    with subprocess.Popen(
        [sys.executable, "-c", COMMAND, *args],
        stdout=theirs,
        stderr=theirs,
        env={**environment, "TERM": "xterm", **env},
    ):
        os.close(theirs)
        data = b""
        while True:
            try:
                chunk = os.read(ours, 4096)
            except OSError:  # how Linux says that the other side of a terminal is gone
                break
            data += chunk
    os.close(ours)
    return data.decode().replace("\r\n", "\n")


def test_help_is_coloured_at_a_terminal_and_plain_in_a_pipe() -> None:
    assert "\x1b[36mcalls" in at_a_terminal("--help")
    assert "\x1b[36m--wait\x1b[0m" in at_a_terminal("calls", "create", "--help")
    assert "\x1b" not in CliRunner().invoke(main, ["calls", "create", "--help"]).output


@pytest.mark.parametrize(
    ("args", "env"),
    [
        (("calls", "--help"), {"NO_COLOR": "1"}),
        (("calls", "--help"), {"TERM": "dumb"}),
        (("--no-color", "calls", "--help"), {}),
        (("calls", "--no-color", "--help"), {}),
        (("calls", "list", "--no-color", "--help"), {}),
    ],
)
def test_colours_can_be_switched_off(args: tuple[str, ...], env: dict[str, str]) -> None:
    output = at_a_terminal(*args, **env)
    assert output.startswith("Usage: jambonz-sync calls")
    assert "\x1b" not in output


def test_every_command_can_be_told_to_print_no_colours() -> None:
    for args in (["calls", "list"], ["campaign"], ["call"], ["completion"], []):
        assert "--no-color" in CliRunner().invoke(main, [*args, "--help"]).output


@pytest.mark.parametrize("columns", [60, 120])
def test_help_is_as_wide_as_the_terminal(columns: int) -> None:
    lines = at_a_terminal("campaign", "--help", NO_COLOR="1", COLUMNS=str(columns)).splitlines()
    assert columns * 0.8 < max(map(len, lines)) <= columns


# -- completion


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A PATH with the command in it."""
    command = tmp_path / "jambonz-sync"
    command.write_text(f"#!{sys.executable}\nimport sys\nsys.argv[0] = 'jambonz-sync'\n{COMMAND}\n")
    command.chmod(0o755)
    return f"{tmp_path}:{os.environ['PATH']}"


BASH = """
eval "$(jambonz-sync completion bash)"
complete -p jambonz-sync >&2
COMP_WORDS=({words}); COMP_CWORD={last}
_jambonz_sync_completion jambonz-sync
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
ZSH = """
compdef() {{ print "registered $*" >&2 }}
compadd() {{ print -l -- "${{(@)completions}}" }}
_describe() {{ print -l -- "${{(@)completions_with_descriptions}}" }}
eval "$(jambonz-sync completion zsh)"
words=({words}); CURRENT={last}+1
_jambonz_sync_completion
"""
FISH = """
jambonz-sync completion fish | source
complete -C {line}
"""


def completions(shell: str, path: str, *words: str) -> list[str]:
    executable = shutil.which(shell)
    if executable is None:
        pytest.skip(f"there is no {shell} on this machine")
    quoted = " ".join(f"'{word}'" for word in words)
    values = {"words": quoted, "last": len(words) - 1, "line": f"'{' '.join(words)}'"}
    program = {"bash": BASH, "zsh": ZSH, "fish": FISH}[shell].format(**values)
    options = {"bash": ["--norc"], "zsh": ["-f"], "fish": ["-N"]}[shell]
    out = subprocess.run(
        [executable, *options, "-c", program],
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=50,
        check=True,
    )
    return [line.partition(":")[0].partition("\t")[0] for line in out.stdout.splitlines()]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("jambonz-sync", "ca"), {"call", "calls", "campaign", "carriers"}),
        (("jambonz-sync", "calls", "h"), {"hangup"}),
        (("jambonz-sync", "calls", "create", "--wa"), {"--wait", "--wait-timeout"}),
        (("jambonz-sync", "calls", "list", "--direction", "in"), {"inbound"}),
        (("jambonz-sync", "completion", ""), {"bash", "zsh", "fish"}),
    ],
)
def test_a_shell_completes_commands_options_and_values(
    shell: str, path: str, words: tuple[str, ...], found: set[str]
) -> None:
    assert set(completions(shell, path, *words)) == found


def test_names_of_commands_are_completed_without_importing_them() -> None:
    code = (
        "import sys\n"
        "from jambonz_sync.cli import main\n"
        "import click\n"
        "names = [item.value for item in main.shell_complete(click.Context(main), '')]\n"
        "assert {'calls', 'campaign', 'demo'} <= set(names)\n"
        "assert not {'flask', 'requests', 'jambonz_sync.cli.rest', 'jambonz_sync.server'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=50)


def test_a_shell_that_is_not_known_is_wrong_usage() -> None:
    assert CliRunner().invoke(main, ["completion", "tcsh"]).exit_code == 2
