"""Text to speech, token by token, from blocking code."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any, Final

from ...llm import ChunkStream, text_of
from ...protocol.messages import shown
from ...protocol.tts import (
    WAITING,
    Speech,
    SpeechEnd,
    TokenWindow,
    TtsFailed,
    TtsResult,
    TtsStopped,
    Utterance,
    WindowState,
)
from ...protocol.tts.speech import accepted_part
from ...runtime import allow_handover
from ...runtime.work import Work
from .sender import WindowSender
from .waits import WindowWaits

__all__ = ["CAPACITY", "TIMEOUT", "TtsStream"]

log = logging.getLogger("jambonz_sync.session")

#: characters that may be queued here, besides those that jambonz holds
CAPACITY: Final = 16_000
#: seconds that a call waits for room, or for text to be accepted, if it is not told otherwise
TIMEOUT: Final = 30.0


class _Speaker(threading.local):
    """The utterance of the thread that looks."""

    utterance: Utterance | None = None


class TtsStream:
    """The token stream of one call. Any thread may call any method; the text of one thread stays in order.

    An utterance is what one thread says until it flushes or clears, or until its next hook callback begins. When the
    caller cuts in, the rest of an utterance is refused, each call for it raises; the next one starts clean.

    Args:
        send: Writes one message to jambonz. It is called with no lock held, by one thread at a time.
        call_sid: The call, for errors and the log.
        capacity: Characters that may be queued here, besides those that jambonz holds.
        timeout: Seconds that a call waits for room, or for text to be accepted, if it is not told otherwise.
        work: The work of the call, whose clock limits and estimates go by; None where nobody counts.
    """

    def __init__(
        self,
        send: Callable[[dict[str, Any]], None],
        *,
        call_sid: str | None = None,
        capacity: int = CAPACITY,
        timeout: float = TIMEOUT,
        work: Work | None = None,
    ) -> None:
        self._call_sid = call_sid
        self._capacity = capacity
        self._lock = threading.Lock()  # guards window, speech, waits, sender; never held while sending or waiting
        self._window = TokenWindow(call_sid)
        self._speech = Speech()
        self._waits = WindowWaits(self._window, self._lock, capacity, timeout, call_sid, work)
        self._now = self._waits.now
        self._sender = WindowSender(self._window, self._waits, self._lock, send, call_sid)
        self._speaker = _Speaker()
        self._shared = Utterance()  # of all notification callbacks, until the next hook callback
        self._turn = 0  # hook callbacks that have begun

    # -- from the application

    def send(self, text: str, wait: bool = False, timeout: float | None = None) -> None:
        """Queue ``text``: see :meth:`TtsMethods.send_tts_tokens`.

        Args:
            text: The text.
            wait: Wait until it is accepted.
            timeout: Seconds of each wait; None for the default.
        Raises:
            JambonzError: The utterance has ended, or the call; or there is no room in time.
            TypeError: It is no text.
        Blocks: while there is no room, and with ``wait``.
        """
        if not isinstance(text, str):
            raise TypeError(f"text must be str, not {type(text).__name__}")
        if not text:
            return
        with self._lock:
            window = self._window
            utterance = self._speaker.utterance
            if utterance is None or utterance.generation != window.generation:
                utterance = self._bind(utterance)
            utterance.flushed = False
            pending = window.pushed - window.settled
            if pending and pending + len(text) > self._capacity:
                self._waits.wait_for_room(len(text), utterance, timeout)
            ticket = window.push(text)
        if window.outgoing:
            self._sender.pump()
        if wait:
            try:
                self._wait_for(ticket, timeout)
            except (TtsStopped, TtsFailed):
                utterance.end_reported = True
                raise

    def flush(self) -> None:
        """Have all text so far spoken: see :meth:`TtsMethods.flush_tts_tokens`.

        Raises:
            JambonzError: The utterance has ended, or the call.
        """
        with self._lock:
            self._refuse_if_closed()
            window = self._window
            utterance = self._speaker.utterance
            if utterance is not None and not utterance.complete(window.generation):
                if not utterance.end_reported:
                    utterance.end_reported = True
                    raise window.error_of(utterance.generation)
                utterance.generation = None
                return
            window.flush()
        self._sender.pump()

    def clear(self) -> None:
        """Drop all text, here and at jambonz: see :meth:`TtsMethods.clear_tts_tokens`.

        Raises:
            SessionClosed: The call is over.
        """
        with self._lock:
            self._refuse_if_closed()
            self._window.clear()
            if self._speaker.utterance is not None:
                self._speaker.utterance.generation = None
            self._speech.silence(self._now())
            self._waits.notify()
        self._sender.pump()

    @property
    def paused(self) -> bool:
        """True while jambonz has turned text away and has no room yet."""
        return self._window.paused

    @property
    def pending(self) -> int:
        """Characters that jambonz has not accepted yet."""
        return self._window.pending

    @property
    def waiting(self) -> int:
        """Threads that wait here: for room, for text to be accepted, or for the end of a speech."""
        return self._waits.for_room + self._waits.for_settled

    def wait(self, timeout: float | None = None) -> None:
        """Wait until all text so far is accepted: see :meth:`TtsMethods.wait_tts_tokens`.

        Args:
            timeout: Seconds; None for the default.
        Raises:
            JambonzError: Text was dropped, or is not accepted in time.
        Blocks: up to ``timeout``.
        """
        with self._lock:
            self._refuse_if_closed()
            window, utterance = self._window, self._speaker.utterance
            if utterance is not None and not utterance.end_reported and utterance.cut_short(window.generation):
                utterance.end_reported = True
                raise window.error_of(utterance.generation)
            if not window.pending:
                return
            ticket = window.pushed
        self._wait_for(ticket, timeout)

    def stream(
        self,
        texts: Iterable[Any] | AbstractContextManager[Any],
        flush: bool = True,
        timeout: float | None = None,
        is_answered: Callable[[], bool] = bool,
        until_spoken: bool = False,
    ) -> TtsResult:
        """Say ``texts`` as one utterance: see :meth:`TtsMethods.stream_tts`.

        Args:
            texts: The texts, in order, or the stream of a model.
            flush: Have the last half sentence spoken too.
            timeout: Seconds of each wait for jambonz; None for the default.
            is_answered: Tells that the caller has answered, so that nothing more is to be said.
            until_spoken: Wait for the end of the speech, too.
        Returns:
            The part that was accepted, and how it ended.
        Raises:
            JambonzError: Text was refused, or is not accepted in time; the model failed; or the call is over.
            TypeError: One of them is no text.
        Blocks: for as long as ``texts`` takes, and up to ``timeout`` for jambonz.
        """
        began = self._now()
        allow_handover()  # the maker of the texts may take its time
        utterance = Utterance()
        sent, tickets = list[str](), list[int]()
        interrupted = False
        with self._lock:
            spoken = self._speech.listen()
        try:
            with ChunkStream(texts) as source:
                with self._lock:
                    self._refuse_if_closed()
                    utterance.generation = self._window.generation
                for chunk in source:
                    text = chunk if isinstance(chunk, str) else text_of(chunk)
                    if is_answered():
                        self.clear()  # so that this text is refused, and the utterance has ended
                    if text:
                        tickets.append(self._push(text, utterance, timeout))
                        sent.append(text)
                    elif self._window.generation != utterance.generation:
                        raise self._window.error_of(utterance.generation)  # a silent model goes on for nobody
            self._end_stream(utterance, flush)
            if sent:
                self._wait_for(tickets[-1], timeout)
                if until_spoken:
                    interrupted = self._wait_spoken(utterance.generation, None).interrupted
        except TtsStopped:
            interrupted = True
        finally:
            with self._lock:
                self._speech.stop_listening(spoken)
        with self._lock:
            accepted = accepted_part(sent, tickets, self._window.accepted)
            now = self._now()
            text_spoken, estimated = self._speech.spoken_of(accepted, spoken, now)
        return TtsResult(accepted, text_spoken, estimated, interrupted, now - began)

    def wait_spoken(self, timeout: float | None = None) -> SpeechEnd:
        """Wait until all text has been spoken: see :meth:`TtsMethods.wait_spoken`.

        Args:
            timeout: Seconds to wait; None waits for as long as it takes.
        Returns:
            How the speech ended.
        Raises:
            JambonzError: It goes on, or the call is over.
        Blocks: up to ``timeout``.
        """
        return self._wait_spoken(self._window.generation, timeout)

    def _wait_spoken(self, generation: int | None, timeout: float | None) -> SpeechEnd:
        self._want(self._window.pushed)
        allow_handover()
        deadline = None if timeout is None else self._now() + timeout
        with self._lock:
            window = self._window
            while True:
                self._refuse_if_closed()
                if window.generation != generation:
                    return SpeechEnd(estimated=False, interrupted=True)
                now = self._now()
                speaking = self._speech.seconds_left(now)
                if not window.pending and not speaking:
                    return SpeechEnd(estimated=self._speech.estimated, interrupted=False)
                if deadline is not None and now >= deadline:
                    raise self._waits.timed_out("still speaking", timeout)
                pause = self._waits.seconds(None) if window.pending else speaking
                self._waits.wait_settled(pause if deadline is None else min(pause, deadline - now))

    # -- from the session

    def on_result(self, data: dict[str, Any]) -> None:
        """Take note of a ``tts:tokens-result``.

        Args:
            data: Its data.
        """
        with self._lock:
            window = self._window
            settled, generation = window.settled, window.generation
            window.on_result(data.get("id"), data.get("status"), data.get("reason"))
            if window.generation != generation:
                log.warning("call %s: %s", self._call_sid, shown(window.error_of(generation), 300))
                self._speech.silence(self._now())
                self._waits.notify()
            elif window.settled > settled:
                self._speech.accepted(window.settled - settled, self._now())
                self._waits.notify()
            elif window.state in WAITING:
                self._sender.tick_later()
        if window.outgoing:
            self._sender.pump_quietly()

    def on_event(self, data: dict[str, Any]) -> None:
        """Take note of a ``tts:streaming-event``.

        Args:
            data: Its data.
        """
        kind = data.get("event_type")
        with self._lock:
            window = self._window
            generation = window.generation
            window.on_event(kind)
            if kind == "tts_spoken" and isinstance(text := data.get("text"), str):
                self._speech.spoken(text, self._now())
            elif window.generation != generation:
                self._speech.silence(self._now())
            self._waits.notify()
            if window.state in WAITING:
                self._sender.tick_later()
        if window.outgoing:
            self._sender.pump_quietly()

    def on_reconnect(self) -> None:
        """Take note of a ``session:reconnect``."""
        with self._lock:
            self._window.on_reconnect()
            self._waits.notify()
            if self._window.state in WAITING:
                self._sender.tick_later()
        self._sender.pump_quietly()

    def close(self, code: int = 1006, reason: str = "") -> None:
        """Wake whoever waits with :class:`~jambonz_sync.errors.SessionClosed`: the call is over.

        Args:
            code: The code of the close frame.
            reason: The reason in the close frame.
        """
        with self._lock:
            self._window.close(code, reason)
            self._waits.notify()

    def hook_begins(self) -> None:
        """Begin another utterance: the callback of a hook begins on this thread."""
        self._turn += 1
        self._speaker.utterance = None
        self._shared = Utterance()

    def notification_begins(self) -> None:
        """Go on with what the last notification said: the callback of another one begins on this thread."""
        self._speaker.utterance = self._shared

    # -- these want the lock held

    def _refuse_if_closed(self) -> None:
        if self._window.state is WindowState.CLOSED:
            raise self._window.error_of(None)

    def _bind(self, utterance: Utterance | None) -> Utterance:
        """The utterance that this thread speaks, which must not have ended."""
        if utterance is None:
            utterance = self._speaker.utterance = Utterance()
        if not utterance.takes_text(self._window.generation, self._turn):
            raise self._window.error_of(utterance.generation)
        return utterance

    # -- these want it free

    def _push(self, text: str, utterance: Utterance, timeout: float | None) -> int:
        with self._lock:
            window = self._window
            pending = window.pushed - window.settled
            if pending and pending + len(text) > self._capacity:
                self._waits.wait_for_room(len(text), utterance, timeout)
            ticket = window.push(text, utterance.generation)
        if window.outgoing:
            self._sender.pump()
        return ticket

    def _end_stream(self, utterance: Utterance, flush: bool) -> None:
        with self._lock:
            if self._window.generation != utterance.generation:
                raise self._window.error_of(utterance.generation)
            if flush:
                self._window.flush()
        self._sender.pump()

    def _want(self, ticket: int) -> None:
        with self._lock:
            self._window.want(ticket)
        self._sender.pump()

    def _wait_for(self, ticket: int, timeout: float | None) -> None:
        """Wait until the text that ends at ``ticket`` is accepted; raise if it was dropped."""
        if ticket > self._window.settled:
            self._want(ticket)
        with self._lock:
            self._waits.wait_for_ticket(ticket, timeout)
