"""``jambonz-sync new``."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from jambonz_sync.cli import main
from jambonz_sync.reference.projects import TEMPLATES


def test_a_project_is_made_and_what_to_do_next_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["new", "voice", "--template", "flask"])
    assert result.exit_code == 0, result.output
    assert "voice/app.py" in result.output
    assert "jambonz-sync call http://127.0.0.1:3000/voice/incoming" in result.output
    assert "JambonzBlueprint" in (tmp_path / "voice" / "app.py").read_text()


def test_the_help_names_every_template() -> None:
    text = CliRunner().invoke(main, ["new", "--help"]).output
    assert [name for name in TEMPLATES if f"  {name} " not in text] == []


def test_a_project_that_cannot_be_made_says_why(tmp_path: Path) -> None:
    (tmp_path / "app").write_text("a file")
    result = CliRunner().invoke(main, ["new", str(tmp_path / "app")])
    assert result.exit_code == 2
    assert "is there already" in result.output
    result = CliRunner().invoke(main, ["new", str(tmp_path / "app" / "inner")])
    assert result.exit_code == 1
    assert "Not a directory" in result.output
