from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.bystanders import bystanders

from .peer import App, serving

__all__ = ["app", "bystanders"]


@pytest.fixture
def app() -> Iterator[App]:
    """A server whose calls and hooks the test writes by hand. What goes wrong in a call fails the test."""
    with serving() as app:
        yield app
