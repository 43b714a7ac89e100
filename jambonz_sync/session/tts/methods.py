"""The methods of a session that speak text as it is being made. A session inherits them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Any

from ...protocol.tts import SpeechEnd, TtsNotEnabled, TtsResult
from . import TtsStream

__all__ = ["TtsMethods"]


class TtsMethods:
    """Text to speech, token by token.

    The call must have a TTS stream: ``config(tts_stream={"enable": True})``, or ``say(stream=True)``. Any thread may
    call any method; what one thread sends stays in order.

    All that one thread sends until it flushes is an utterance; so is all that the callback of a hook sends. When the
    caller cuts in, jambonz throws away what it holds, the text queued here is dropped, and each further text of the
    same utterance is refused with :class:`~jambonz_sync.protocol.tts.TtsInterrupted`; its base
    :class:`~jambonz_sync.protocol.tts.TtsStopped` means that nothing is wrong. :meth:`flush_tts_tokens`, best in a
    ``finally``, begins the next utterance of this thread, whatever became of the last one.

    While jambonz is away and may come back, text waits here, and leaves when it is back.
    """

    call_sid: str
    _tts_made: TtsStream | None = None
    #: False while it is certain that the call has no token stream
    _may_have_token_stream: bool = False

    @property
    @abstractmethod
    def _began_elsewhere(self) -> bool:
        """True if the call was another session's, or a webhook's, before: what it did then is not known here."""

    @abstractmethod
    def _make_tts(self) -> TtsStream:
        """Make the stream of this call."""

    @property
    def _tts(self) -> TtsStream:
        """The stream of this call, made when it is first needed: most calls never do."""
        stream = self._tts_made
        if stream is None:
            # one step, so that of several threads that are first all get the same one
            stream = self.__dict__.setdefault("_tts_made", self._make_tts())
        return stream

    def _refuse_without_stream(self, method: str) -> None:
        if self._began_elsewhere:
            self._may_have_token_stream = True
            return
        raise TtsNotEnabled(
            f"{method}: call {self.call_sid} has no token stream, and nobody would hear this: "
            'config(tts_stream={"enable": True}) or say(stream=True) first',
            call_sid=self.call_sid,
        )

    def send_tts_tokens(self, text: str, wait: bool = False, timeout: float | None = None) -> None:
        """Speak ``text``.

        An SSML tag may come in several texts: it is sent when it is complete, or with ``wait``, or a flush.

        Args:
            text: Any length of it: a token, a sentence, a page.
            wait: Wait until jambonz has accepted this text. Without it the text is queued as soon as there is room
                (``tts_capacity`` of the endpoint, 16,000 characters by default).
            timeout: Seconds to wait for room, and as many for the text to be accepted. None takes ``tts_timeout`` of
                the endpoint, 30 by default.
        Raises:
            TtsStopped: The caller cut in, or the text was cleared: this utterance has ended.
            TtsFailed: jambonz refused text of this utterance.
            TtsNotEnabled: The call has no token stream, as far as can be told: no verb of it has opened one.
            TtsTimeout: There was no room in time, or with ``wait`` the text was not accepted in time. Text that was
                queued stays queued.
            SessionClosed: The call is over.
        Blocks: while the queue is full, and with ``wait``, up to ``timeout`` each; and while jambonz takes no data, up
        to ``send_timeout`` of the endpoint (10 s).
        """
        if not self._may_have_token_stream:
            self._refuse_without_stream("send_tts_tokens()")
        self._tts.send(text, wait, timeout)

    def flush_tts_tokens(self) -> None:
        """Have all text so far spoken, the last half sentence too.

        That ends the utterance: what this thread sends next is another one. Where the utterance was cut short, nothing
        is sent.

        Raises:
            TtsStopped: The utterance was cut short, and no method has raised that yet.
            TtsFailed: jambonz refused text of the utterance, and no method has raised that yet.
            SessionClosed: The call is over.
        Blocks: while jambonz takes no data, up to ``send_timeout`` of the endpoint (10 s).
        """
        self._tts.flush()

    def clear_tts_tokens(self) -> None:
        """Stop speaking: drop all text, here and at jambonz.

        Other threads that are in an utterance get :class:`~jambonz_sync.protocol.tts.TtsCleared` from the method that
        they are in, or call next. This thread begins a new utterance with its next text.

        Raises:
            SessionClosed: The call is over.
        Blocks: while jambonz takes no data, up to ``send_timeout`` of the endpoint (10 s).
        """
        self._tts.clear()

    @property
    def is_tts_paused(self) -> bool:
        """True while jambonz has turned text away and has no room yet."""
        return self._tts_made is not None and self._tts_made.paused

    @property
    def tts_pending(self) -> int:
        """Characters of text that jambonz has not accepted yet."""
        return 0 if self._tts_made is None else self._tts_made.pending

    def wait_tts_tokens(self, timeout: float | None = None) -> None:
        """Wait until jambonz has accepted all text so far.

        Args:
            timeout: Seconds to wait. None takes ``tts_timeout`` of the endpoint, 30 by default.
        Raises:
            TtsStopped: The caller cut in, or the text was cleared.
            TtsFailed: jambonz refused text.
            TtsTimeout: jambonz has not accepted all of the text in time.
            SessionClosed: The call is over.
        Blocks: up to ``timeout``.
        """
        self._tts.wait(timeout)

    def stream_tts(
        self,
        texts: Iterable[Any] | AbstractContextManager[Any],
        flush: bool = True,
        timeout: float | None = None,
        *,
        until_spoken: bool = False,
    ) -> TtsResult:
        """Speak ``texts``, such as the stream of an LLM, as one utterance.

        Returns when jambonz has accepted all of it, or when the caller cuts in, or answers a ``gather`` that this
        thread has started (:meth:`~jambonz_sync.Session.start`). Then ``interrupted`` of the result is True, no error
        is raised, and a generator (or the stream of a model) is closed, so that its request stops.
        While ``texts`` yields nothing, an interruption is noticed at its next text or its end. An error that ``texts``
        raises is passed on; the text that was queued before is spoken.

        Args:
            texts: The texts, in order; or the stream of the ``openai``, ``anthropic`` or ``google-genai`` client, as it
                is; or the response of an HTTP library with the server-sent events of an endpoint that is compatible
                with one of these (``requests.post(..., stream=True)``). Of these the text for the caller is spoken, and
                nothing else.
            flush: Have the last half sentence spoken too.
            timeout: Seconds to wait for room for each text, and as many for the last of them to be accepted. None takes
                ``tts_timeout`` of the endpoint, 30 by default.
            until_spoken: Return when all of it has been spoken, or the caller has cut in, as :meth:`wait_spoken` does.
                By then ``text_spoken`` is what the caller has heard.
        Returns:
            The part that was accepted, the part that was spoken, and how it ended.
        Raises:
            LlmError: The server of the model refused the request, or broke the answer off.
            TtsFailed: jambonz refused text.
            TtsNotEnabled: The call has no token stream, as far as can be told: no verb of it has opened one.
            TtsTimeout: There was no room in time, or the text was not accepted in time. Text that was queued stays
                queued.
            TypeError: One of ``texts`` is neither text nor a chunk of a model's stream; or an answer was not streamed.
            SessionClosed: The call is over.
        Blocks: for as long as ``texts`` takes, and up to ``timeout`` for each wait for jambonz; with ``until_spoken``
        until all has been spoken.
        """
        if not self._may_have_token_stream:
            self._refuse_without_stream("stream_tts()")
        return self._tts.stream(texts, flush, timeout, self._is_answered, until_spoken)

    def _is_answered(self) -> bool:
        """Return True if this thread listens while it speaks, and has heard something."""
        return False

    def wait_spoken(self, timeout: float | None = None) -> SpeechEnd:
        """Wait until all text so far has been spoken, or the caller cuts in.

        jambonz 10 reports what it has spoken where ``config(track_tts_playout=True)`` is set and the synthesiser can
        tell. Otherwise the end is estimated from the length of the text, and the result says so.

        Args:
            timeout: Seconds to wait; None waits for as long as it takes.
        Returns:
            The end of the speech. ``interrupted`` is True if the caller cut in, ``estimated`` if it is an estimate.
        Raises:
            TtsTimeout: The speech goes on after ``timeout``.
            SessionClosed: The call is over.
        Blocks: up to ``timeout``, or until all has been spoken.
        """
        return self._tts.wait_spoken(timeout)
