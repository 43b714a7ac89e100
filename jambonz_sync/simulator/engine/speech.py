"""The stream of text that a voice speaks while the app still writes it: the buffer, its timer, and the voice."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any, Protocol

from .clock import Clock, Timer
from .flow import Future
from .limits import Pace
from .phone import Phone
from .scenario import Scenario
from .tokens import HIGH_WATER, TokenBuffer, size_of
from .transcript import Who
from .waits import Verb

__all__ = ["SpeechStream"]

#: seconds without new text until what waits is spoken up to the last whole word
_SETTLE = 1.0


class Host(Protocol):
    """The state of the call, as far as its stream of text needs it."""

    clock: Clock
    pace: Pace
    phone: Phone
    scenario: Scenario
    configuration: Verb

    @property
    def now(self) -> float:
        """Seconds of the call's own time."""
        ...

    def note(self, who: Who, text: str) -> None:
        """Write a line into the transcript."""
        ...

    def note_error(self, text: str, code: str = ..., *, where: str = ..., wire: Any = ...) -> None:
        """Write down that the app got something wrong."""
        ...

    def notify(self, type: str, data: Mapping[str, Any]) -> None:
        """Send the app a message that needs no answer."""
        ...


class SpeechStream:
    """The streamed text of one call. Not thread-safe."""

    def __init__(self, call: Host) -> None:
        self.buffer = TokenBuffer()
        #: True once streaming has been asked for
        self.enabled = False
        self._call = call
        self._opening: Timer | None = None
        self._settle: Timer | None = None
        self._last_text = 0.0
        #: text that the vendor has got, and the voice has not begun
        self._queue: deque[str] = deque()
        self._speaking: Timer | None = None
        self._idle: list[Future] = []

    # -- the stream

    def open(self) -> None:
        """Ask the vendor for a stream, which takes a moment."""
        self.enabled = True
        if not self.buffer.connected and self._opening is None:
            self._opening = self._call.clock.call_later(self._call.pace.stream_open, self._opened)

    def close(self) -> None:
        """Close the stream, and throw away what has not been spoken."""
        self.enabled = False
        self._cancel()
        self.buffer.close()
        self._pass_events()

    def end(self) -> None:
        """Stop at the end of the call, of which the app is not told."""
        self._cancel()
        self.buffer.clear()

    def _cancel(self) -> None:
        for timer in (self._opening, self._settle, self._speaking):
            if timer is not None:
                timer.cancel()
        self._opening = self._settle = self._speaking = None
        self._queue.clear()

    def _opened(self) -> None:
        self._opening = None
        self._speak(self.buffer.open())
        self._wait_for_more()

    # -- text

    def push(self, number: Any, tokens: object, *, given: bool) -> None:
        """Take a ``tts:tokens``, and tell the app what came of it.

        Args:
            number: Its id.
            tokens: Its text.
            given: False if it has none.
        """
        call = self._call
        if not given or not isinstance(tokens, str):
            call.note_error("command tts:tokens: it has no text", "command-invalid", where="tts:tokens")
            call.notify("tts:tokens-result", {"id": number, "status": "failed", "reason": "missing tokens"})
            return
        if not self.enabled:
            call.note_error("command tts:tokens: there is no stream", "tokens-no-stream", where="tts:tokens")
            call.notify("tts:tokens-result", {"id": number})
            return
        if size_of(tokens) > HIGH_WATER:
            text = f"command tts:tokens: {size_of(tokens):,} characters never fit into {HIGH_WATER:,}"
            call.note_error(text, "tokens-too-long", where="tts:tokens")
        self._last_text = call.now
        result, spoken = self.buffer.push(tokens)
        self._speak(spoken)
        call.notify("tts:tokens-result", {"id": number, **result})
        self._wait_for_more()

    def write(self, text: str) -> None:
        """Take the text of a ``say`` that streams, which the app is told nothing of."""
        self._last_text = self._call.now
        self._speak(self.buffer.push(text)[1])
        self.flush()

    def flush(self) -> None:
        """Have all that waits spoken; a flush that comes later than the text waits for the timer, as on the server."""
        if not self.enabled:
            return
        self.buffer.flush()
        if self._settle is None or self._last_text >= self._call.now:
            self._speak(self.buffer.feed())
        else:
            self._wait_for_more()

    def clear(self) -> None:
        """Throw away what waits, and what is being spoken."""
        if self.buffer.connected:
            self.buffer.clear()
            self._stop_voice()

    def interrupt(self) -> None:
        """Stop because the caller speaks."""
        if self.buffer.interrupt():
            self._stop_voice()
            self._pass_events()

    def _stop_voice(self) -> None:
        if self._settle is not None:
            self._settle.cancel()
            self._settle = None
        if self._speaking is not None:
            self._speaking.cancel()
            self._speaking = None
            self._call.phone.playing -= 1
            self._call.note("event", "the streamed text is cut off")
        self._queue.clear()
        self._call.phone.changed()

    def _wait_for_more(self) -> None:
        if self.buffer.size and self._settle is None:
            self._settle = self._call.clock.call_later(_SETTLE, self._settled)

    def _settled(self) -> None:
        self._settle = None
        if self._call.now - self._last_text < _SETTLE:
            self._wait_for_more()
            return
        size = self.buffer.size
        self._speak(self.buffer.feed(late=True))
        if self.buffer.size != size:
            self._wait_for_more()

    # -- the voice

    def until_spoken(self) -> Future:
        """Return a future that is known once something has been spoken, and nothing is left."""
        future = Future()
        self._idle.append(future)
        return future

    @property
    def speaking(self) -> bool:
        """True while the voice speaks."""
        return self._speaking is not None

    def _speak(self, texts: list[str]) -> None:
        self._queue += texts
        self._pass_events()
        if self._speaking is None and self._queue:
            self._call.phone.playing += 1
            self._next()

    def _next(self) -> None:
        text = self._queue.popleft()
        call = self._call
        if text.strip():
            call.note("app", text.strip())
        self._speaking = call.clock.call_later(len(text) / call.pace.streamed, lambda: self._spoken(text))

    def _spoken(self, text: str) -> None:
        call = self._call
        if call.configuration.get("trackTtsPlayout") and call.scenario.server != "0.9":
            call.notify("tts:streaming-event", {"event_type": "tts_spoken", "text": text})
        if self._queue:
            return self._next()
        self._speaking = None
        call.phone.playing -= 1
        call.phone.changed()
        if not self.buffer.size:
            idle, self._idle = self._idle, []
            for future in idle:
                future.set()
        return None

    def _pass_events(self) -> None:
        for event in self.buffer.events():
            self._call.notify("tts:streaming-event", {"event_type": event})
            self._call.note("status", f"tts:streaming-event {event}")
