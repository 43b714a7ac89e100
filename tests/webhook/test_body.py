"""Bodies, read within bounds."""

from __future__ import annotations

import pytest

from .test_views import client_of
from .test_views_refusals import nothing, post


def test_a_body_that_is_too_large_is_answered_413_and_not_read(caplog: pytest.LogCaptureFixture) -> None:
    client = client_of(nothing, max_body=100)
    assert post(client, b'{"call_sid":"' + b"A" * 100 + b'"}').status_code == 413
    assert "refused with 413: the body is larger than 100 bytes" in caplog.text
    assert post(client, b'{"call_sid":"CA1"}').status_code == 200


def test_the_limit_of_a_body_is_1_mib_by_default() -> None:
    client = client_of(nothing)
    start, end = b'{"call_sid":"CA1","x":"', b'"}'
    padding = 1024 * 1024 - len(start) - len(end)
    assert post(client, start + b"x" * padding + end).status_code == 200
    assert post(client, start + b"x" * (padding + 1) + end).status_code == 413


def test_a_lower_limit_of_the_application_holds(caplog: pytest.LogCaptureFixture) -> None:
    client = client_of(nothing)
    client.application.config["MAX_CONTENT_LENGTH"] = 10
    assert post(client).status_code == 413
    assert "refused with 413" in caplog.text
