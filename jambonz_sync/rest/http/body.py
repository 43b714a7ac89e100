"""Reading the body of an answer: whole but bounded, or into a file while it arrives."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

import requests

__all__ = ["ACCEPTED", "MAX_ANSWER", "read_start", "read_whole", "save"]

#: Bytes that an answer which is read whole may have, decompressed. The longest that the API gives is the list of all
#: calls, at 1.2 KB each: this is 28,000 of them. What is larger is no answer of the API, and a compressed one can
#: swell a thousandfold.
MAX_ANSWER: Final = 32 * 1024 * 1024

#: The ways in which an answer may be compressed. Others swell further, and by more than one step.
ACCEPTED: Final = ("gzip", "deflate")

#: Bytes that are read from the wire at a time: older releases of urllib3 decompress all of them at once.
_PIECE: Final = 10_240
_FILE_PIECE: Final = 65_536


def read_whole(response: requests.Response) -> bytes | None:
    """Read a body to its end; None if it is larger than :data:`MAX_ANSWER`."""
    pieces: list[bytes] = []
    size = 0
    for piece in response.iter_content(_PIECE):
        size += len(piece)
        if size > MAX_ANSWER:
            return None
        pieces.append(piece)
    return b"".join(pieces)


def read_start(response: requests.Response, most: int) -> bytes:
    """Read the first ``most`` bytes of a body, or all of a shorter one."""
    start = bytearray()
    for piece in response.iter_content(_PIECE):
        start += piece
        if len(start) >= most:
            break
    return bytes(start[:most])


def save(
    response: requests.Response,
    target: str | os.PathLike[str] | IO[bytes],
    progress: Callable[[int, int | None], object] | None,
) -> int:
    """Write a body of any size to a file.

    Args:
        response: The answer, its body still to be read.
        target: A file that is open for writing bytes, or a path. A file that is named appears when it is complete.
        progress: Called after each piece with the bytes so far and those in all, None where the server did not say.
    Returns:
        The number of bytes written.
    """
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
    for piece in response.iter_content(_FILE_PIECE):
        file.write(piece)
        size += len(piece)
        if progress is not None:
            progress(size, total)
    return size
