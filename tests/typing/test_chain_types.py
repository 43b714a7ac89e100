"""Type checkers see the options of every verb: where they are installed, they must agree with ``chain_types.py``."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
FILE = Path(__file__).with_name("chain_types.py")
CHECKERS = {
    "mypy": ("--config-file", "setup.cfg", "--follow-imports", "silent"),
    "pyright": (),
}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("checker", CHECKERS)
def test_a_type_checker_sees_the_options_of_every_verb(checker: str) -> None:
    if importlib.util.find_spec(checker) is None:
        pytest.skip(f"{checker} is not installed")
    command = [sys.executable, "-m", checker, *CHECKERS[checker], str(FILE)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
