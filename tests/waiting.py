"""Waiting for conditions, with deadlines, and threads that are waited for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from jambonz_sync.runtime import pool


def wait_for(condition: Callable[[], object], what: str = "the condition", timeout: float = 15.0) -> None:
    """Return when ``condition()`` is true; fail after ``timeout`` seconds."""
    deadline = time.monotonic() + timeout
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not come about in {timeout:g} s"
        pause.wait(0.002)


def busy_threads() -> int:
    """Threads of the pool that do something; one of them leads while anything can be read."""
    return pool.busy


def in_thread(act: Callable[[], object]) -> tuple[threading.Thread, list[Any]]:
    """Run ``act`` on a thread; what it returned or raised is put in the list."""
    outcome: list[Any] = []

    def run() -> None:
        try:
            outcome.append(act())
        except BaseException as exc:
            outcome.append(exc)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread, outcome
