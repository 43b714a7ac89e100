"""Versions of jambonz: which there are rules for, and which is older than which."""

from __future__ import annotations

import pytest

from jambonz_sync.model.versions import known_server, lacks


@pytest.mark.parametrize(
    ("server", "known"),
    [("0.9", "0.9"), ("0.9.8", "0.9"), ("10", "10"), ("10.3.0", "10.3.0"), ("11", "11"), ("11.1.7", "11.1.7")],
)
def test_a_line_or_a_release_of_it_is_known(server: str, known: str) -> None:
    assert known_server(server) == known


@pytest.mark.parametrize(
    "server", ["12", "1", "0.8", "0", "0.90", "110", "11.", "11.x", "v11", "11.1.0-rc1", " 11", ""]
)
def test_another_text_is_no_server(server: str) -> None:
    with pytest.raises(ValueError, match=r"^server: expected .* or None, got "):
        known_server(server)


@pytest.mark.parametrize(
    ("since", "server", "lacking"),
    [
        ("v10", "0.9", True),
        ("v10", "10", False),
        ("10.3.0", "10", False),  # a line is as new as its newest release
        ("10.3.0", "10.1", True),
        ("10.3.0", "10.3", False),
        ("10.3.0", "10.10.0", False),
        ("v11", "10.3.0", True),
        ("11.1.7", "11", False),
        ("11.1.7", "11.1.0", True),
        ("11.1.7", "11.1.7", False),
        ("11.1.7", None, False),
        (None, "0.9", False),
    ],
)
def test_a_server_lacks_what_came_later(since: str | None, server: str | None, lacking: bool) -> None:
    assert lacks(since, server) is lacking
