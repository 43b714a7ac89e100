"""Where a thread stands: the line of the application's own code that it has come to."""

from __future__ import annotations

import linecache
import os
import sys
from types import FrameType
from typing import Final

from .._application import is_of_application

__all__ = ["frame_of_application", "place_of", "shortened"]

#: characters of a line of code that are shown
_LONGEST: Final = 100


def place_of(thread: int | None) -> str:
    """Return the line that a thread has come to in the application, and not in a library that it calls.

    Args:
        thread: The thread, as ``threading.get_ident()`` names it.
    Returns:
        ``"app.py:42 in lookup: rows = db.execute(query)"``; empty if it is in no code of the application, or is none
        that the interpreter knows, as a greenlet.
    """
    frame = frame_of_application(None if thread is None else sys._current_frames().get(thread))
    if frame is None:
        return ""
    code, line = frame.f_code, frame.f_lineno
    source = linecache.getline(code.co_filename, line, frame.f_globals).strip()
    return f"{shortened(code.co_filename)}:{line} in {code.co_qualname}{f': {source[:_LONGEST]}' if source else ''}"


def frame_of_application(frame: FrameType | None) -> FrameType | None:
    """Return the frame of the application that has led to another one; None if none has.

    Args:
        frame: The other one, which may be of the application itself.
    """
    while frame is not None and not is_of_application(frame.f_code.co_filename):
        frame = frame.f_back
    return frame


def shortened(path: str) -> str:
    """Return a path as it is written from the working directory, where the file lies below that.

    Args:
        path: An absolute path.
    """
    try:
        relative = os.path.relpath(path)
    except ValueError:  # it is on another drive
        return path
    return path if relative.startswith(os.pardir) else relative
