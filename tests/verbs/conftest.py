from __future__ import annotations

import pytest


@pytest.fixture
def fresh_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jambonz_sync.verbs.base._advised", set())
