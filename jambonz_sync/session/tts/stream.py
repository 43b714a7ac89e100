"""Text to speech, token by token, from blocking code."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Any

from ...protocol.tts import Spoken, TtsFailed, TtsResult, TtsStopped, Utterance
from ...runtime import allow_handover
from .core import CAPACITY, TIMEOUT, TtsCore

__all__ = ["TtsStream"]


class _Here(threading.local):
    utterance: Utterance | None = None


class TtsStream(TtsCore):
    """The token stream of one call. Any thread may call any method; the text of one thread stays in order.

    An utterance is what one thread says until it flushes or clears, or until its next hook callback begins. When the
    caller cuts in, the rest of an utterance is refused, each call for it raises; the next one starts clean.
    ``send`` writes one message to jambonz; it is called with no lock held, by one thread at a time.
    """

    def __init__(
        self,
        send: Callable[[dict[str, Any]], None],
        *,
        call_sid: str | None = None,
        capacity: int = CAPACITY,
        timeout: float = TIMEOUT,
    ) -> None:
        super().__init__(send, call_sid=call_sid, capacity=capacity, timeout=timeout)
        self._here = _Here()
        self._shared = Utterance()  # of all notification callbacks, until the next hook callback
        self._turn = 0  # hook callbacks that have begun

    # -- from the application

    def send(self, text: str, wait: bool = False, timeout: float | None = None) -> None:
        """Queue ``text``. See :meth:`jambonz_sync.Session.send_tts_tokens`."""
        if not isinstance(text, str):
            raise TypeError(f"text must be str, not {type(text).__name__}")
        if not text:
            return
        with self._lock:
            window = self._window
            utterance = self._here.utterance
            if utterance is None or utterance.epoch != window.epoch:
                utterance = self._bind(utterance)
            utterance.flushed = False
            pending = window.pushed - window.settled
            if pending and pending + len(text) > self._capacity:
                self._wait_for_room(len(text), utterance, timeout)
            ticket = window.push(text)
        if window.outgoing:
            self._pump()
        if wait:
            try:
                self._wait_for(ticket, timeout)
            except (TtsStopped, TtsFailed):
                utterance.told = True
                raise

    def flush(self) -> None:
        """Have all text so far spoken. See :meth:`jambonz_sync.Session.flush_tts_tokens`."""
        with self._lock:
            self._refuse_if_closed()
            window = self._window
            utterance = self._here.utterance
            if utterance is not None and not utterance.complete(window.epoch):
                if not utterance.told:
                    utterance.told = True
                    raise self._ended(utterance.epoch)
                utterance.epoch = None
                return
            window.flush()
        self._pump()

    def clear(self) -> None:
        """Drop all text, here and at jambonz. See :meth:`jambonz_sync.Session.clear_tts_tokens`."""
        with self._lock:
            self._refuse_if_closed()
            self._window.clear()
            if self._here.utterance is not None:
                self._here.utterance.epoch = None
            self._speech.silence()
            self._wake()
        self._pump()

    @property
    def paused(self) -> bool:
        """Whether jambonz has turned text away and has no room yet. Does not block."""
        return self._window.paused

    @property
    def pending(self) -> int:
        """Characters that jambonz has not accepted yet. Does not block."""
        return self._window.pending

    def wait(self, timeout: float | None = None) -> None:
        """Wait until all text so far is accepted. See :meth:`jambonz_sync.Session.wait_tts_tokens`."""
        with self._lock:
            self._refuse_if_closed()
            utterance = self._here.utterance
            if utterance is not None and not utterance.told and utterance.cut_short(self._window.epoch):
                utterance.told = True
                raise self._ended(utterance.epoch)
            if not self._window.pending:
                return
            ticket = self._window.pushed
        self._wait_for(ticket, timeout)

    def stream(self, texts: Iterable[str], flush: bool = True, timeout: float | None = None) -> TtsResult:
        """Say ``texts`` as one utterance. See :meth:`jambonz_sync.Session.stream_tts`."""
        began = monotonic()
        allow_handover()  # the maker of the texts may take its time
        utterance = Utterance()
        sent: list[tuple[str, int]] = []
        reported = 0
        makers: tuple[object, ...] = (texts,)
        interrupted = False
        try:
            with self._lock:
                self._refuse_if_closed()
                utterance.epoch = self._window.epoch
                reported = len(self._speech.reported)
            source = iter(texts)
            makers = (source, texts)
            for text in source:
                if not isinstance(text, str):
                    raise TypeError(f"a text of the stream must be str, not {type(text).__name__}")
                if text:
                    sent.append((text, self._push(text, utterance, timeout)))
            makers = ()
            with self._lock:
                if self._window.epoch != utterance.epoch:
                    raise self._ended(utterance.epoch)
                if flush:
                    self._window.flush()
            self._pump()
            if sent:
                self._wait_for(sent[-1][1], timeout)
        except TtsStopped:
            interrupted = True
        finally:
            for maker in makers:  # not at its end: the request to the LLM must not go on for nobody
                close = getattr(maker, "close", None)
                if close is not None:
                    close()
                    break
        with self._lock:
            accepted = [text[: self._window.accepted(ticket - len(text), ticket)] for text, ticket in sent]
            spoken = "".join(self._speech.reported[reported:]) if self._speech.reported else None
        return TtsResult("".join(accepted), spoken, interrupted, monotonic() - began)

    def wait_spoken(self, timeout: float | None = None) -> Spoken:
        """Wait until all text has been spoken. See :meth:`jambonz_sync.Session.wait_spoken`."""
        self._want(self._window.pushed)
        allow_handover()
        deadline = None if timeout is None else monotonic() + timeout
        with self._lock:
            epoch = self._window.epoch
            while True:
                self._refuse_if_closed()
                if self._window.epoch != epoch:
                    return Spoken(estimated=False, interrupted=True)
                now = monotonic()
                left = self._speech.left(now)
                if not self._window.pending and not left:
                    return Spoken(estimated=self._speech.estimated, interrupted=False)
                if deadline is not None and now >= deadline:
                    raise self._timed_out("still speaking", timeout)
                until = self._timeout if self._window.pending else left
                self._wait_settled(until if deadline is None else min(until, deadline - now))

    # -- who speaks

    def hook_begins(self) -> None:
        """The callback of a hook begins on this thread: what it says is an utterance of its own."""
        self._turn += 1
        self._here.utterance = None
        self._shared = Utterance()

    def notification_begins(self) -> None:
        """The callback of a notification begins on this thread: it goes on with what the last one said."""
        self._here.utterance = self._shared

    def _bind(self, utterance: Utterance | None) -> Utterance:
        """The utterance that this thread speaks, which must not have ended."""
        if utterance is None:
            utterance = self._here.utterance = Utterance()
        if not utterance.takes_text(self._window.epoch, self._turn):
            raise self._ended(utterance.epoch)
        return utterance
