"""Which files are those of the application: Python's, those that are installed, and this package's are not."""

from __future__ import annotations

import os
import sysconfig
from typing import Final

__all__ = ["is_of_application"]

_FOLDERS: Final = (
    os.path.dirname(os.path.abspath(__file__)),
    *(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")),
)
#: Python's folders and that of this package, as they are named, and behind symbolic links
_NOT_OF_THE_APPLICATION: Final = tuple(
    {os.path.join(form(each), "") for each in _FOLDERS for form in (str, os.path.realpath)}
)
_INSTALLED: Final = (f"{os.sep}site-packages{os.sep}", f"{os.sep}dist-packages{os.sep}")


def is_of_application(name: str) -> bool:
    """Return True for a file of the application: neither Python's, nor installed, nor of this package.

    Args:
        name: The name of the file, as code has it.
    """
    return not (name.startswith(("<", *_NOT_OF_THE_APPLICATION)) or any(part in name for part in _INSTALLED))
