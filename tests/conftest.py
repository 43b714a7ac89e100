"""Settings of all tests."""

from __future__ import annotations

import gc
import logging
import os
import signal
import socket
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# how long an example takes says more about what else the machine does than about the code
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

# a shell that starts the tests in the background has them ignore Ctrl-C, and with them every program that they start
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """Undo what examples and blocks of the documentation have set up for the log: other tests look into it."""
    ours = logging.getLogger("jambonz_sync")
    levels, handlers = (logging.root.level, ours.level), [*logging.root.handlers]
    yield
    for logger, level in zip((logging.root, ours), levels, strict=True):
        if logger.level != level:
            logger.setLevel(level)
    for handler in [handler for handler in logging.root.handlers if handler not in handlers]:
        if type(handler).__module__.partition(".")[0] != "_pytest":  # which come and go with the parts of a test
            logging.root.removeHandler(handler)


@pytest.fixture
def no_garbage_collection() -> Iterator[None]:
    """For tests that nest to the limit of recursion: Hypothesis measures each collection by a callback in Python.

    One that begins at the limit fails there, which pytest takes for an error of the test.
    """
    gc.disable()
    yield
    gc.enable()


# -- sockets that a test has left open

#: id of a socket -> the test that has made it
_made_by: dict[int, str] = {}
_left_open: list[str] = []
_LEFT_OPEN = "left open"
_make_socket = socket.socket.__init__


def _current_test() -> str:
    return os.environ.get("PYTEST_CURRENT_TEST", "no test").rpartition(" (")[0]


def _note_who_makes_it(self: socket.socket, *args: Any, **options: Any) -> None:
    _make_socket(self, *args, **options)
    _made_by[id(self)] = _current_test()


@pytest.hookimpl(trylast=True)
def pytest_configure() -> None:
    """Have a socket that the garbage collector finds open told of its own test, not of the one that runs by then."""
    socket.socket.__init__ = _note_who_makes_it  # type: ignore[method-assign]
    fail_the_test_that_runs = sys.unraisablehook

    def tell(found: sys.UnraisableHookArgs) -> None:
        # nothing but a socket: another object may have got the id of one that is gone
        made_by = _made_by.get(id(found.object), "") if isinstance(found.object, socket.socket) else ""
        if isinstance(found.exc_value, ResourceWarning) and made_by and made_by != _current_test():
            _left_open.append(f"{made_by}: {found.exc_value}")
        else:
            fail_the_test_that_runs(found)

    sys.unraisablehook = tell


def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Have the report of a test take along what was found while it ran, from whichever process."""
    item.user_properties += [(_LEFT_OPEN, each) for each in _left_open]
    _left_open.clear()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List the sockets that tests have left open."""
    reports = [report for each in terminalreporter.stats.values() for report in each]
    properties = [each for report in reports for each in getattr(report, "user_properties", ())]
    found = dict.fromkeys(text for name, text in properties if name == _LEFT_OPEN)
    if found:
        terminalreporter.section("sockets that a test has left open")
        for text in found:
            terminalreporter.line(text)
