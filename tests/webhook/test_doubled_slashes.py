"""Doubled slashes in a path."""

from __future__ import annotations

import pytest

from .test_blueprint import blueprint
from .test_views import FIRST, client_of_blueprint


@pytest.mark.parametrize("path", ["/voice//incoming", "/voice/incoming//", "/voice///incoming///"])
def test_doubled_slashes_are_served_and_not_redirected(path: str) -> None:
    answer = client_of_blueprint(blueprint("/incoming", prefix="/voice")).post(path, json=FIRST)
    assert answer.status_code == 200


def test_doubled_slashes_of_other_views_are_flasks_business() -> None:
    client = client_of_blueprint(blueprint("/incoming"))
    client.application.add_url_rule("/page/x", "page", lambda: "page")
    assert client.get("/page//x").status_code == 308
    assert client.post("/no//where", json=FIRST).status_code == 404
