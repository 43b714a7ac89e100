"""The reasons why text was not spoken."""

from __future__ import annotations

from typing import NamedTuple

from ...errors import JambonzError, SessionClosed

__all__ = [
    "Ended",
    "TtsCleared",
    "TtsError",
    "TtsFailed",
    "TtsInterrupted",
    "TtsNotEnabled",
    "TtsStopped",
    "TtsStreamClosed",
    "TtsTimeout",
]


class TtsError(JambonzError):
    """Text that was to be spoken has not been accepted by jambonz."""


class TtsStopped(TtsError):
    """The text is not wanted any more. No fault: whoever makes it should stop making it."""


class TtsInterrupted(TtsStopped):
    """The caller cut in. Text of this utterance that was queued is dropped, and no more of it is taken."""


class TtsCleared(TtsStopped):
    """``clear_tts_tokens()`` was called while this utterance was under way."""


class TtsFailed(TtsError, RuntimeError):
    """jambonz refused text, for another reason than that it has no room.

    Args:
        message: The failure, and how to go on.
        reason: jambonz's own account.
        call_sid: The call that it happened in.
    """

    def __init__(self, message: str, *, reason: str, call_sid: str | None = None) -> None:
        super().__init__(message, call_sid=call_sid)
        self.reason = reason


class TtsStreamClosed(TtsFailed):
    """jambonz closed the stream to the synthesiser before it had accepted this text."""


class TtsNotEnabled(TtsError, RuntimeError):
    """The call has no token stream, so that nobody would hear the text. Nothing has been sent."""


class TtsTimeout(TtsError, TimeoutError):
    """jambonz has not made room in time. Text that was taken stays queued.

    Args:
        message: The state in which the wait has ended.
        timeout: Seconds that were waited.
        call_sid: The call that it happened in.
    """

    def __init__(self, message: str, *, timeout: float, call_sid: str | None = None) -> None:
        super().__init__(message, call_sid=call_sid)
        self.timeout = timeout


#: the end of a message about an utterance that was cut short: how its thread goes on
_NEXT = "; flush_tts_tokens(), or the callback of another hook, begins the next one"


class Ended(NamedTuple):
    """The reason why an utterance ended before all of it was accepted.

    Args:
        why: ``interrupted``, ``cleared``, ``failed``, ``stream_closed`` or ``closed`` (the call).
        reason: jambonz's own account, where there is one.
        code: The code of the close frame, where the call is gone.
    """

    why: str
    reason: str = ""
    code: int = 1006

    def error(self, call_sid: str | None = None) -> JambonzError:
        """Make a new exception that says so.

        Args:
            call_sid: The call.
        Returns:
            A TtsError, or SessionClosed if the call has ended.
        """
        if self.why == "interrupted":
            return TtsInterrupted(f"the caller cut in: the rest of this utterance is dropped{_NEXT}", call_sid=call_sid)
        if self.why == "cleared":
            return TtsCleared(f"the utterance was cleared: the rest of it is dropped{_NEXT}", call_sid=call_sid)
        if self.why == "stream_closed":
            message = f"jambonz closed the TTS stream before it had taken all text of this utterance{_NEXT}"
            return TtsStreamClosed(message, reason=self.reason, call_sid=call_sid)
        if self.why == "failed":
            message = f"jambonz refused text of this utterance: {self.reason}{_NEXT}"
            return TtsFailed(message, reason=self.reason, call_sid=call_sid)
        message = "the call is gone" + (f": {self.reason}" if self.reason else "")
        return SessionClosed(message, code=self.code, reason=self.reason, call_sid=call_sid)
