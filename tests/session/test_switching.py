"""The scenarios of a session once more, where the interpreter may change threads after every step."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.timeout(300)
def test_a_session_works_however_often_threads_change() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "tests.switching", "-p", "no:cacheprovider"]
    # without the one that has the simulator wait for the other side of a call
    files = ["tests/session/test_session.py", "tests/session/test_outbox.py"]
    files += ["tests/session/conversation/test_wait.py", "tests/session/conversation/test_pending.py"]
    done = subprocess.run(
        [*command, *files, "-k", "not tracing_context"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
