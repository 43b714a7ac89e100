"""Several processes under gunicorn; :mod:`tests.server.test_servers` runs them."""

from __future__ import annotations

import sys

import pytest

from jambonz_sync import create_endpoint


def test_without_gunicorn_workers_are_an_error_that_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gunicorn.app.base", None)
    with pytest.raises(RuntimeError, match=r"pip install 'jambonz-sync\[gunicorn\]'"):
        create_endpoint(port=0).run(workers=2)
