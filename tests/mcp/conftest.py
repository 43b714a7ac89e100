from __future__ import annotations

from pathlib import Path

import pytest

from . import apps


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with all apps."""
    folder = tmp_path / "project"
    folder.mkdir()
    for name, source in vars(apps).items():
        if name.isupper():
            (folder / f"{name.lower()}.py").write_text(source)
    (tmp_path / "outside.py").write_text(apps.GOOD)
    (folder / "link.py").symlink_to(tmp_path / "outside.py")
    return folder
