"""The buffer of streamed text on the server: what it takes, when it speaks, which events it has."""

from __future__ import annotations

import re

__all__ = ["HIGH_WATER", "LOW_WATER", "TokenBuffer"]

#: characters that the buffer holds, and those at which a full one takes more
HIGH_WATER = 1000
LOW_WATER = 200

_SENTENCE = re.compile(r".*(?:[.!?](?=\s|$)|[\u3002\uff01\uff1f]|\n\n)", re.DOTALL)
_FLUSH = object()


class TokenBuffer:
    """Holds characters until a sentence ends, the app flushes, or a second goes by without new ones.

    Methods that may speak return the texts that are spoken; :meth:`events` has what the app is to be told.
    """

    def __init__(self) -> None:
        self.connected = False
        self._queue: list[str | object] = []
        self._size = 0
        self._full = False
        self._has_spoken = False
        self._events: list[str] = []

    def open(self) -> list[str]:
        """Open the stream of the vendor, and speak what has waited for it."""
        if self.connected:
            return []
        self.connected = True
        self._events.append("stream_open")
        return self._speak()

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
    def all_spoken(self) -> bool:
        """True if something has been spoken for the ``say`` that streams, and nothing waits."""
        return self._has_spoken and not self._queue

    def push(self, tokens: str) -> tuple[dict[str, str], list[str]]:
        """Take the text of a ``tts:tokens``. Returns its result, and what is spoken because of it."""
        if not self._size and not tokens.strip():
            return {"status": "ok"}, []
        if self._size + len(tokens) > HIGH_WATER:
            if not self._full:
                self._full = True
                self._events.append("stream_paused")
            return {"status": "failed", "reason": "full"}, []
        self._queue.append(tokens)
        self._size += len(tokens)
        return {"status": "ok"}, self._speak()

    def flush(self) -> list[str]:
        """Speak all that waits."""
        if self._queue and self._queue[-1] is not _FLUSH:
            self._queue.append(_FLUSH)
        return self._speak()

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

    def text_timeout(self) -> list[str]:
        """Speak up to the last whole word, since a second has passed without new text."""
        return self._speak(late=True)

    def events(self) -> list[str]:
        """Return the streaming events since the last call of this method, in order."""
        events, self._events = self._events, []
        return events

    def start_say(self) -> None:
        """Begin a ``say`` that streams: text that was spoken before it does not count for its end."""
        self._has_spoken = False

    def _speak(self, *, late: bool = False) -> list[str]:
        if not self.connected:
            return []
        spoken: list[str] = []
        while _FLUSH in self._queue:
            at = self._queue.index(_FLUSH)
            spoken.append("".join(str(part) for part in self._queue[:at]))
            del self._queue[: at + 1]
        waiting = "".join(str(part) for part in self._queue)
        sentence = _SENTENCE.match(waiting)
        end = sentence.end() if sentence else 0
        if not end and late:
            end = waiting.rfind(" ") + 1 or len(waiting)
        if waiting[:end].strip():
            spoken.append(waiting[:end])
            waiting = waiting[end:]
        self._queue = [waiting] if waiting else []
        self._size = len(waiting)
        if self._full and self._size <= LOW_WATER:
            self._full = False
            self._events.append("stream_resumed")
        spoken = [text.strip() for text in spoken if text.strip()]
        self._has_spoken = self._has_spoken or bool(spoken)
        return spoken
