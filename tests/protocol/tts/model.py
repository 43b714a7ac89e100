"""A model of the buffer in which jambonz 0.9.8 keeps text for a speech synthesiser. Plain values, no I/O."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

HIGH, LOW = 1000, 200
_SENTENCE_END = re.compile(r"[.!?؟۔](?=\s|\Z)|[。！？]|\n\n")  # noqa: RUF001
FLUSH = object()


def js_length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def sentence_boundary(text: str) -> int:
    last = -1
    for match in _SENTENCE_END.finditer(text):
        before = text[: match.start()]
        if before.strip() and (match[0] == "\n\n" or not ("0" <= before[-1:] <= "9")):
            last = match.end()
    return last


@dataclass
class TtsBuffer:
    """What the server does with the commands of an app; its answers and events are in ``out``, in order."""

    connected: bool = True
    queue: list[Any] = field(default_factory=list)
    full: bool = False
    out: list[dict[str, Any]] = field(default_factory=list)
    #: what was accepted: texts and flushes in the order in which they came
    taken: list[Any] = field(default_factory=list)
    #: what went on to the synthesiser: texts and flushes
    spoken: list[Any] = field(default_factory=list)
    refusal: str | None = None

    @property
    def length(self) -> int:
        return sum(js_length(item) for item in self.queue if item is not FLUSH)

    def command(self, message: dict[str, Any]) -> None:
        assert message["type"] == "command"
        name = message["command"]
        if name == "tts:tokens":
            self.tokens(**message["data"])
        elif name == "tts:flush":
            self.flush()
        elif name == "tts:clear":
            self.clear()
        else:
            raise AssertionError(f"not a TTS command: {name}")

    def tokens(self, id: int, tokens: str) -> None:
        answer: dict[str, Any] = {"id": id, "status": "ok"}
        if self.refusal is not None:
            answer = {"id": id, "status": "failed", "reason": self.refusal}
        elif not self.length and not tokens.strip():
            pass
        elif self.length + js_length(tokens) > HIGH:
            if not self.full:
                self.full = True
                self.event("stream_paused")
            answer = {"id": id, "status": "failed", "reason": "full"}
        else:
            self.taken.append(tokens)
            self.queue.append(tokens)
            self.feed()
        self.out.append({"type": "tts:tokens-result", "data": answer})

    def event(self, kind: str) -> None:
        self.out.append({"type": "tts:streaming-event", "data": {"event_type": kind}})

    def flush(self) -> None:
        self.taken.append(FLUSH)
        if self.connected and not self.queue:
            self.spoken.append(FLUSH)
        elif not self.queue or self.queue[-1] is not FLUSH:
            self.queue.append(FLUSH)

    def clear(self) -> None:
        if self.connected:
            self.queue.clear()
            self.full = False

    def interrupt(self) -> None:
        self.event("user_interruption")
        self.clear()

    def connect(self) -> None:
        self.connected = True
        self.feed()
        self.event("stream_open")

    def close(self) -> None:
        """The connection to the synthesiser has ended, and what waited for it is gone."""
        self.connected = False
        self.queue.clear()
        self.full = False
        self.event("stream_closed")

    def timeout(self) -> None:
        """A second has gone by without new text."""
        self.feed(timeout=True)

    def feed(self, timeout: bool = False) -> None:
        if not self.connected:
            return
        while FLUSH in self.queue:  # says nothing of room, as the real one does not
            at = self.queue.index(FLUSH)
            if at:
                self.spoken.append("".join(self.queue[:at]))
            self.spoken.append(FLUSH)
            del self.queue[: at + 1]
        text = "".join(self.queue)
        end = sentence_boundary(text)
        if end <= 0 and timeout:
            blanks = [match.start() for match in re.finditer(r"\s+", text)]
            end = blanks[-1] if blanks else -1
        if end <= 0 or not text[:end].strip():
            return
        self.spoken.append(text[:end])
        self.queue = [text[end:]] if text[end:] else []
        if self.full and self.length <= LOW:
            self.full = False
            self.event("stream_resumed")
        self.feed()
