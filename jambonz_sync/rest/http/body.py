"""Writing a large answer to a file while it arrives."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    import requests

__all__ = ["save"]

_PIECE = 65_536


def save(
    response: requests.Response,
    target: str | os.PathLike[str] | IO[bytes],
    progress: Callable[[int, int | None], object] | None,
) -> int:
    """Write the body to ``target`` and return its size. A file that is named appears when it is complete."""
    if not isinstance(target, (str, os.PathLike)):
        return _copy(response, target, progress)
    path = Path(target)
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as file:
            size = _copy(response, file, progress)
        part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
    return size


def _copy(response: requests.Response, file: IO[bytes], progress: Callable[[int, int | None], object] | None) -> int:
    length = response.headers.get("Content-Length", "")
    # Of a compressed answer the length is not that of what is written.
    total = int(length) if length.isdecimal() and "Content-Encoding" not in response.headers else None
    size = 0
    for piece in response.iter_content(_PIECE):
        file.write(piece)
        size += len(piece)
        if progress is not None:
            progress(size, total)
    return size
