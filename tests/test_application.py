"""Which files are those of the application."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

import jambonz_sync
from jambonz_sync._application import is_of_application


@pytest.mark.parametrize(
    ("name", "is_own"),
    [
        (__file__, True),
        ("app.py", True),
        ("/srv/app/jambonz_sync_app.py", True),
        (logging.__file__, False),
        (jambonz_sync.__file__, False),
        (str(Path(jambonz_sync.__file__).with_name("session") / "session.py"), False),
        ("/srv/app/.venv/lib/python3.11/site-packages/flask/app.py", False),
        ("/usr/lib/python3/dist-packages/flask/app.py", False),
        ("<string>", False),
    ],
)
def test_a_file_is_the_applications_if_it_is_neither_pythons_nor_installed_nor_of_this_package(
    name: str, is_own: bool
) -> None:
    assert is_of_application(name) is is_own
