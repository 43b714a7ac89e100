"""Settings of all tests."""

from __future__ import annotations

import gc
import logging
import signal
from collections.abc import Iterator

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
