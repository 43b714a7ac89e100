"""The files that stand beside the package in the repository, and inside it once it is installed."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

__all__ = ["folder", "package_file"]

_PACKAGE = Path(__file__).parent.parent


def folder(name: Literal["docs", "examples", "templates"]) -> Path:
    """Return where the documentation, the examples or the templates are.

    Args:
        name: The folder.
    Raises:
        FileNotFoundError: It is not there: the package was copied, not installed.
    """
    for parent in (_PACKAGE / "_files", _PACKAGE.parent):  # of a wheel; of a checkout, and of an editable installation
        if (parent / name).is_dir():
            return parent / name
    raise FileNotFoundError(f"{name} is not beside {_PACKAGE}, and not in it: install jambonz-sync with pip")


def package_file(name: str) -> Path:
    """Return a file of the package that is no module.

    Args:
        name: Its path in the package, such as ``AGENTS.md``.
    """
    return _PACKAGE / name
