"""The server's buffer of streamed text: what it takes, when it speaks, what it says about it."""

from __future__ import annotations

import re

__all__ = ["HIGH_WATER", "LOW_WATER", "TokenBuffer"]

HIGH_WATER = 1000
LOW_WATER = 200

_SENTENCE = re.compile(r".*(?:[.!?](?=\s|$)|[\u3002\uff01\uff1f]|\n\n)", re.DOTALL)
_FLUSH = object()


class TokenBuffer:
    """Characters wait here until a sentence ends, the app flushes, or a second goes by without new ones.

    The methods that may speak return the texts that are spoken; :meth:`events` gives what the app is told about it.
    """

    def __init__(self) -> None:
        self.connected = False
        self._queue: list[str | object] = []
        self._size = 0
        self._full = False
        self._said = False
        self._events: list[str] = []

    def open(self) -> list[str]:
        """The vendor's stream is there. Returns what had waited for it."""
        if self.connected:
            return []
        self.connected = True
        self._events.append("stream_open")
        return self._feed()

    def close(self) -> None:
        if self.connected:
            self.connected = False
            self._events.append("stream_closed")
        self.clear()

    @property
    def size(self) -> int:
        """How many characters wait."""
        return self._size

    @property
    def done(self) -> bool:
        """Something has been spoken since the stream opened, and nothing waits."""
        return self._said and not self._queue

    def push(self, tokens: str) -> tuple[dict[str, str], list[str]]:
        """The result of ``tts:tokens``, and what is spoken because of it."""
        if not self._size and not tokens.strip():
            return {"status": "ok"}, []
        if self._size + len(tokens) > HIGH_WATER:
            if not self._full:
                self._full = True
                self._events.append("stream_paused")
            return {"status": "failed", "reason": "full"}, []
        self._queue.append(tokens)
        self._size += len(tokens)
        return {"status": "ok"}, self._feed()

    def flush(self) -> list[str]:
        """Speak what waits, however it ends."""
        if self._queue and self._queue[-1] is not _FLUSH:
            self._queue.append(_FLUSH)
        return self._feed()

    def clear(self) -> None:
        self._queue = []
        self._size = 0
        self._full = False

    def interrupt(self) -> bool:
        """The caller speaks: what waits is thrown away. False if there was nothing to interrupt."""
        if not self.connected or not self._queue:
            return False
        self.clear()
        self._events.append("user_interruption")
        return True

    def settle(self) -> list[str]:
        """A second has passed without new text: speak up to the last whole word."""
        return self._feed(late=True)

    def events(self) -> list[str]:
        """The streaming events since the last call, in order."""
        events, self._events = self._events, []
        return events

    def reopen(self) -> None:
        """A ``say`` that streams begins: what has been spoken before it does not count for its end."""
        self._said = False

    def _feed(self, *, late: bool = False) -> list[str]:
        if not self.connected:
            return []
        spoken: list[str] = []
        while _FLUSH in self._queue:
            at = self._queue.index(_FLUSH)
            spoken.append("".join(str(part) for part in self._queue[:at]))
            del self._queue[: at + 1]
        rest = "".join(str(part) for part in self._queue)
        sentence = _SENTENCE.match(rest)
        end = sentence.end() if sentence else 0
        if not end and late:
            end = rest.rfind(" ") + 1 or len(rest)
        if rest[:end].strip():
            spoken.append(rest[:end])
            rest = rest[end:]
        self._queue = [rest] if rest else []
        self._size = len(rest)
        if self._full and self._size <= LOW_WATER:
            self._full = False
            self._events.append("stream_resumed")
        spoken = [text.strip() for text in spoken if text.strip()]
        self._said = self._said or bool(spoken)
        return spoken
