"""Advice on the options of gather."""

from __future__ import annotations

import pytest

from jambonz_sync.verbs.chain import VerbChain


@pytest.mark.usefixtures("fresh_advice")
def test_inter_digit_timeout_without_min_digits_is_advised_against_once(caplog: pytest.LogCaptureFixture) -> None:
    VerbChain().gather(inter_digit_timeout=3, min_digits=1)
    assert caplog.records == []
    VerbChain().gather(inter_digit_timeout=3).gather(inter_digit_timeout=3)
    assert len(caplog.records) == 1
    assert "min_digits" in caplog.text
