"""The stream of an answer as clients and HTTP libraries give it, read chunk by chunk, and its end."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, closing
from typing import Any, Final

from .chunks import LlmError, error_text, field
from .events import EventDecoder

__all__ = ["ChunkStream"]

#: bytes of the body of an error that are read for its message
_ERROR_READ: Final = 8192
_SHOWN: Final = 200
_STREAMED: Final = "ask with stream=True (google-genai: with generate_content_stream)"


class ChunkStream:
    """The chunks of one answer: texts as they are, objects of a client, or dicts that server-sent events hold.

    Left by an exception, it closes all that the answer comes from: a request to a model must not go on for nobody.

    Args:
        source: An iterable of texts; a stream of the ``openai``, ``anthropic`` or ``google-genai`` client, or the
            context manager that ``stream()`` methods return; or a response of ``requests``, ``httpx``, ``urllib3`` or
            ``urllib`` with server-sent events.
    Raises:
        TypeError: It is none of these: an answer that was not streamed, or a stream of an async client.
    """

    def __init__(self, source: Iterable[Any] | AbstractContextManager[Any]) -> None:
        self._source = source
        self._open: list[Any] = [source]  # all that is to be closed, the innermost first
        if hasattr(source, "__aiter__") and not hasattr(source, "__iter__"):
            raise TypeError(f"{type(source).__name__} is a stream of an async client: use the sync client")
        if not _is_response(source) and _is_whole_answer(source):
            raise TypeError(f"{type(source).__name__} is a whole answer, not a stream of one: {_STREAMED}")
        if not hasattr(source, "__iter__") and not hasattr(source, "__enter__"):
            raise TypeError(f"expected an iterable of str or the stream of a model, not {type(source).__name__}")

    def __iter__(self) -> Iterator[Any]:
        chunks = self._chunks()
        self._open.insert(0, chunks)
        return chunks

    def __enter__(self) -> ChunkStream:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self.close()

    def close(self) -> None:
        """Close all that the answer comes from. Nothing is asked of what has ended by itself."""
        for each in self._open:
            close = getattr(each, "close", None)
            if close is not None:
                close()

    def _chunks(self) -> Iterator[Any]:
        source: Any = self._source
        if _is_response(source):
            with closing(source):  # however it ends: some libraries keep the connection of a response that was read
                _refuse_error(source)
                yield from self._pieces(_bytes_of(source))
        elif not hasattr(source, "__iter__"):
            with source as stream:
                yield from self._pieces(stream)
        else:
            yield from self._pieces(source)

    def _pieces(self, source: Iterable[Any]) -> Iterator[Any]:
        pieces = iter(source)
        self._open.insert(1, pieces)
        decoder: EventDecoder | None = None
        for piece in pieces:
            if isinstance(piece, bytes | bytearray):
                decoder = decoder or EventDecoder()
                yield from decoder.feed(bytes(piece))
                if decoder.done:
                    break
            else:
                yield piece
        if decoder is not None:
            yield from decoder.end()


def _is_response(source: object) -> bool:
    """True for the response of an HTTP library."""
    return hasattr(source, "headers") and _status(source) is not None


def _status(source: object) -> int | None:
    for name in ("status_code", "status"):
        status = getattr(source, name, None)
        if isinstance(status, int):
            return status
    return None


def _is_whole_answer(source: object) -> bool:
    if isinstance(source, Mapping):
        return True
    return hasattr(source, "model_dump") and any(
        isinstance(field(source, name), list) for name in ("choices", "content", "output", "candidates")
    )


def _bytes_of(response: Any) -> Iterable[bytes]:
    """The body as it comes, piece by piece."""
    if hasattr(response, "iter_content"):  # requests: it waits for as much as it is asked for, if there are no chunks
        chunked = "chunked" in response.headers.get("Transfer-Encoding", "").lower()
        content: Iterable[bytes] = response.iter_content(None if chunked else 1)
        return content
    if hasattr(response, "iter_bytes"):  # httpx
        return response.iter_bytes()  # type: ignore[no-any-return]
    return response  # type: ignore[no-any-return]  # urllib and urllib3: line by line


def _refuse_error(response: Any) -> None:
    status = _status(response)
    if status is None or status < 400:
        return
    body = b""
    try:
        for piece in _bytes_of(response):
            body += piece
            if len(body) >= _ERROR_READ:
                break
    except Exception:  # of whatever library it is: the status alone tells enough
        pass
    try:
        told = error_text(field(json.loads(body), "error") or body.decode())
    except (ValueError, RecursionError):
        told = body[:_SHOWN].decode("utf-8", "replace")
    raise LlmError(f"the model's server refused the request with {status}: {told or 'no reason'}", status=status)
