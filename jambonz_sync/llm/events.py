"""Server-sent events, as servers of language models stream them over HTTP: bytes in, JSON out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from .chunks import LlmError

__all__ = ["EventDecoder"]

#: bytes that one event may have
_LONGEST: Final = 4 * 1024 * 1024
_SHOWN: Final = 200


class EventDecoder:
    """Puts the events of one response together, from pieces of any size."""

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[bytes] = []
        self._size = 0
        self._first = b""  # of what is no event, for the error
        self._seen = False
        #: True once the server has said that nothing follows
        self.done = False

    def feed(self, piece: bytes) -> Iterator[Any]:
        """Take a piece of the response.

        Args:
            piece: The bytes that came.
        Returns:
            The data of the events that are complete with it.
        Raises:
            LlmError: An event is no JSON, or larger than 4 MiB.
        """
        *lines, self._rest = (self._rest + piece).split(b"\n")
        self._bound(len(self._rest))
        for line in lines:
            yield from self._line(line.rstrip(b"\r"))

    def end(self) -> Iterator[Any]:
        """Take note of the end of the response.

        Returns:
            The data of an event that has no blank line behind it.
        Raises:
            LlmError: No event has come at all: the response is something else.
        """
        rest, self._rest = self._rest, b""
        yield from self._line(rest)
        yield from self._line(b"")
        if not self._seen:
            shown = self._first[:_SHOWN].decode("utf-8", "replace") or "nothing"
            raise LlmError(f"expected a stream of server-sent events (ask for it with stream=True), got {shown!r}")

    def _line(self, line: bytes) -> Iterator[Any]:
        if line.startswith(b"data:"):
            self._data.append(line[5:].strip())
            self._size += len(line)
            self._bound(self._size)
        elif not line:
            yield from self._event()
        elif not line.startswith((b":", b"event:", b"id:", b"retry:")) and not self._first:
            self._first = line

    def _event(self) -> Iterator[Any]:
        data, self._data, self._size = b"\n".join(self._data), [], 0
        if not data or self.done:
            return
        self._seen = True
        if data == b"[DONE]":
            self.done = True
            return
        try:
            yield json.loads(data)
        except (ValueError, RecursionError):
            shown = data[:_SHOWN].decode("utf-8", "replace")
            raise LlmError(f"an event of the model's server is no JSON: {shown!r}") from None

    def _bound(self, size: int) -> None:
        if size > _LONGEST:
            raise LlmError(f"an event of the model's server is larger than {_LONGEST} bytes")
