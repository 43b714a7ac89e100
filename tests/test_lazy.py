"""Exports that are fetched when they are used."""

from __future__ import annotations

import subprocess
import sys

import pytest

import jambonz_sync
from jambonz_sync import rest


@pytest.mark.parametrize("package", [jambonz_sync, rest], ids=lambda package: package.__name__)
def test_completion_shows_what_is_exported_and_no_means_of_exporting(package: object) -> None:
    assert rest.JambonzClient  # loads a module of the package, which is then an attribute of it
    shown = set(dir(package))
    assert "JambonzClient" in shown
    assert shown & {"TYPE_CHECKING", "annotations", "lazy_exports"} == set()


def test_a_module_that_has_been_imported_is_listed_too() -> None:
    import jambonz_sync.rest.client  # noqa: F401

    assert "client" in dir(rest)


@pytest.mark.parametrize(
    ("code", "unused"),
    [
        ("actions.command_of(actions.Mute, {'status': 'mute'})", "verbs.speech verbs.config verbs.components.common"),
        ("actions.update_of(actions.Redirect, {'call_hook': '/x'})", "verbs.speech verbs.config verbs.vendors"),
    ],
)
def test_an_action_without_verbs_does_not_wait_for_their_modules(code: str, unused: str) -> None:
    code = f"import sys; from jambonz_sync.protocol import actions; {code}; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=50)
    assert set(run.stdout.split()) & {f"jambonz_sync.{name}" for name in unused.split()} == set()
