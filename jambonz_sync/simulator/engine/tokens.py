"""The buffer of streamed text on the server: what it takes, what it gives to the voice, which events it has."""

from __future__ import annotations

import re

__all__ = ["HIGH_WATER", "LOW_WATER", "TokenBuffer", "size_of"]

#: characters that the buffer holds, and those at which a full one takes more
HIGH_WATER = 1000
LOW_WATER = 200

_SENTENCE = re.compile(r"[.!?](?=\s|$)|[\u3002\uff01\uff1f]|\n\n")
_SPACE = re.compile(r"\s+")
_FLUSH = object()


def size_of(text: str) -> int:
    """Return the length of a text as the server counts it: in units of UTF-16."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


class TokenBuffer:
    """Holds characters until a sentence ends, the app flushes, or a second goes by without new ones.

    Methods that may give text to the voice return it; :meth:`events` has what the app is to be told.
    """

    def __init__(self) -> None:
        #: True while the stream of the vendor is open
        self.connected = False
        self._queue: list[str | object] = []
        self._size = 0
        self._full = False
        self._events: list[str] = []

    def open(self) -> list[str]:
        """Take note that the vendor has opened its stream; returns what has waited for it."""
        if self.connected:
            return []
        self.connected = True
        self._events.append("stream_open")
        return self.feed()

    def close(self) -> None:
        """Close the stream of the vendor, and throw away what waits."""
        if self.connected:
            self.connected = False
            self._events.append("stream_closed")
        self.clear()

    @property
    def size(self) -> int:
        """The number of characters that wait."""
        return self._size

    @property
    def empty(self) -> bool:
        """True if nothing waits, no flush either."""
        return not self._queue

    def push(self, tokens: str) -> tuple[dict[str, str], list[str]]:
        """Take the text of a ``tts:tokens``. Returns its result, and the text for the voice."""
        if not self._size and not tokens.strip():
            return {"status": "ok"}, []
        if self._size + size_of(tokens) > HIGH_WATER:
            if not self._full:
                self._full = True
                self._events.append("stream_paused")
            return {"status": "failed", "reason": "full"}, []
        self._queue.append(tokens)
        self._size += size_of(tokens)
        return {"status": "ok"}, self.feed()

    def flush(self) -> None:
        """Have all that waits spoken with the next :meth:`feed`."""
        if not self._queue or self._queue[-1] is not _FLUSH:
            self._queue.append(_FLUSH)

    def clear(self) -> None:
        """Throw away what waits."""
        self._queue = []
        self._size = 0
        self._full = False

    def interrupt(self) -> bool:
        """Throw away what waits because the caller speaks. Returns False if there is no stream.

        The app is told even if all has been spoken, as the server does.
        """
        if not self.connected:
            return False
        self.clear()
        self._events.append("user_interruption")
        return True

    def events(self) -> list[str]:
        """Return the streaming events since the last call of this method, in order."""
        events, self._events = self._events, []
        return events

    def feed(self, *, late: bool = False) -> list[str]:
        """Return the text for the voice; ``late`` if a second has passed without new text: up to the last word."""
        if not self.connected:
            return []
        spoken: list[str] = []
        while _FLUSH in self._queue:
            at = self._queue.index(_FLUSH)
            text = "".join(str(part) for part in self._queue[:at])
            del self._queue[: at + 1]
            # the flush itself tells nobody that there is room again
            self._size -= size_of(text)
            spoken.append(text)
        waiting = "".join(str(part) for part in self._queue)
        end = _sentence_end(waiting)
        if end <= 0 and late:
            end = max((match.start() for match in _SPACE.finditer(waiting)), default=-1)
        if end > 0:
            spoken.append(waiting[:end])
            waiting = waiting[end:]
            self._size = size_of(waiting)
            if self._full and self._size <= LOW_WATER:
                self._full = False
                self._events.append("stream_resumed")
        self._queue = [waiting] if waiting else []
        return [text for text in spoken if text]


def _sentence_end(text: str) -> int:
    """Return where the last sentence ends, 0 if none does."""
    end = 0
    for match in _SENTENCE.finditer(text):
        if text[: match.start()].strip():
            end = match.end()
    return end
