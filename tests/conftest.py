"""Settings of all tests."""

from __future__ import annotations

import gc
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


@pytest.fixture
def no_garbage_collection() -> Iterator[None]:
    """For tests that nest to the limit of recursion: Hypothesis measures each collection by a callback in Python.

    One that begins at the limit fails there, which pytest takes for an error of the test.
    """
    gc.disable()
    yield
    gc.enable()
