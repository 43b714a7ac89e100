from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.vendors.models import ModelServer, serve


@pytest.fixture
def models() -> Iterator[ModelServer]:
    yield from serve()
