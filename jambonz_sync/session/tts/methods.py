"""The methods of a session that speak text as it is being made. A session inherits them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable

from ...protocol.tts import Spoken, TtsResult
from ...runtime import fork
from . import TtsStream

__all__ = ["TtsMethods"]

_making = fork.lock()


class TtsMethods:
    """Text to speech, token by token.

    The call must have a TTS stream: ``config(tts_stream={"enable": True})``, or ``say(stream=True)``. Any thread may
    call any method; what one thread sends stays in order.

    What one thread sends until it flushes is an utterance; so is what the callback of a hook sends. When the caller
    cuts in, jambonz throws away what it holds, the text queued here is dropped, and each further text of the same
    utterance is refused with :class:`~jambonz_sync.protocol.tts.TtsInterrupted`; its base
    :class:`~jambonz_sync.protocol.tts.TtsStopped` means that nothing is wrong. :meth:`flush_tts_tokens`, best in a
    ``finally``, begins the next utterance of this thread, whatever became of the last one. Other errors:
    :class:`~jambonz_sync.protocol.tts.TtsFailed` if jambonz refused text of this utterance,
    :class:`~jambonz_sync.protocol.tts.TtsTimeout`, :class:`~jambonz_sync.errors.SessionClosed`.
    """

    _tts_made: TtsStream | None = None

    @abstractmethod
    def _make_tts(self) -> TtsStream:
        raise NotImplementedError

    @property
    def _tts(self) -> TtsStream:
        """The stream of this call, which most calls never need."""
        if self._tts_made is None:
            with _making:
                if self._tts_made is None:
                    self._tts_made = self._make_tts()
        return self._tts_made

    def send_tts_tokens(self, text: str, wait: bool = False, timeout: float | None = None) -> None:
        """Speak ``text``, any length of it: a token, a sentence, a page. An SSML tag may come in several texts: it is
        sent when it is complete, or with ``wait``, or a flush.

        Returns at once while there is room in the queue (``tts_capacity`` of the endpoint, 16,000 characters), else
        waits for room; with ``wait`` it waits until jambonz has accepted this text. ``timeout`` is in seconds (default:
        ``tts_timeout`` of the endpoint, 30) for each of the two. Text that was queued before a timeout stays queued.
        """
        self._tts.send(text, wait, timeout)

    def flush_tts_tokens(self) -> None:
        """Have all text so far spoken, the last half sentence too: the utterance is over, and what this thread sends
        next is another one. Of an utterance that was cut short nothing is sent; it raises why, unless that has been
        raised before. Does not block."""
        self._tts.flush()

    def clear_tts_tokens(self) -> None:
        """Stop speaking: drop all text, here and at jambonz. Does not block.

        Other threads that are in an utterance get :class:`~jambonz_sync.protocol.tts.TtsCleared`; this thread may
        go on.
        """
        self._tts.clear()

    @property
    def is_tts_paused(self) -> bool:
        """Whether jambonz has turned text away and has no room yet."""
        return self._tts_made is not None and self._tts_made.paused

    @property
    def tts_pending(self) -> int:
        """Characters of text that jambonz has not accepted yet."""
        return 0 if self._tts_made is None else self._tts_made.pending

    def wait_tts_tokens(self, timeout: float | None = None) -> None:
        """Wait until jambonz has accepted all text so far, at most ``timeout`` seconds (default: ``tts_timeout``)."""
        self._tts.wait(timeout)

    def stream_tts(self, texts: Iterable[str], flush: bool = True, timeout: float | None = None) -> TtsResult:
        """Speak ``texts``, such as the stream of an LLM, as one utterance.

        Returns when jambonz has accepted all of it, or when the caller cuts in: ``interrupted`` tells, nothing raises,
        and a generator (or a vendor's stream object) is closed, so that its request stops. While ``texts`` gives no
        text, that is noticed at its next one or its end. Blocks for as long as ``texts`` takes, and besides at most
        ``timeout`` seconds (default: ``tts_timeout``) for each text to be queued, and for the rest to be accepted. An
        error of the generator is passed on; what was queued is spoken.
        """
        return self._tts.stream(texts, flush, timeout)

    def wait_spoken(self, timeout: float | None = None) -> Spoken:
        """Wait until all text so far has been spoken, or the caller cuts in.

        jambonz 10 reports what it has spoken where ``config(track_tts_playout=True)`` is set and the synthesiser can
        tell. Otherwise the end is estimated from the length of the text, and the result says so. ``timeout`` is in
        seconds (default: none), then :class:`~jambonz_sync.protocol.tts.TtsTimeout`.
        """
        return self._tts.wait_spoken(timeout)
