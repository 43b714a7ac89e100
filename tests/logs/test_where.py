"""Where a thread stands: the line of the application's own code."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator

import pytest

from jambonz_sync.logs.where import place_of
from tests.waiting import wait_for


@pytest.fixture
def waiting() -> Iterator[threading.Thread]:
    event = threading.Event()

    def lookup() -> None:
        event.wait(30)  # within the standard library it stands deeper

    thread = threading.Thread(target=lookup)
    thread.start()
    yield thread
    event.set()
    thread.join(15)


def test_the_line_is_that_of_the_application_and_not_of_a_library_that_it_calls(waiting: threading.Thread) -> None:
    wait_for(lambda: "event.wait" in place_of(waiting.ident), "the thread to get there")
    assert place_of(waiting.ident).startswith("tests/logs/test_where.py:")
    assert place_of(waiting.ident).endswith(
        "in waiting.<locals>.lookup: event.wait(30)  # within the standard library it stands deeper"
    )


def test_a_thread_in_no_code_of_the_application_and_none_stand_nowhere() -> None:
    idle = threading.Thread(target=time.sleep, args=(0.5,), daemon=True)
    idle.start()
    assert place_of(idle.ident) == ""
    assert place_of(None) == ""
    assert place_of(max(sys._current_frames()) + 1) == ""
