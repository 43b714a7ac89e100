"""Threads that other tests have left behind: whatever they do, they do it for no app of the test that runs."""

from __future__ import annotations

import threading

import pytest

from jambonz_sync.simulator.line import endpoint_activity

__all__ = ["bystanders"]


@pytest.fixture(autouse=True)
def bystanders(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a simulated call take the threads that there are for none of its app: it gives an app time for each."""
    names = tuple(thread.name for thread in threading.enumerate())
    monkeypatch.setattr(endpoint_activity, "_OWN_THREADS", (*endpoint_activity._OWN_THREADS, *names))
