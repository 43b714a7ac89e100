"""The scenarios of a session once more, without what the extra ``speed`` installs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.timeout(300)
def test_a_session_works_without_the_libraries_that_make_it_quick() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "tests.without_speed", "-p", "no:cacheprovider"]
    files = ["tests/session/test_session.py", "tests/protocol/test_control.py", "tests/runtime/websocket"]
    done = subprocess.run([*command, *files], cwd=ROOT, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
