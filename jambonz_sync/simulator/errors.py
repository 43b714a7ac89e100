"""The errors of the simulator.

JambonzError
├── CallFailed              also ConnectionError
│   └── HandshakeRefused
├── HookFailed
│   ├── HookUnreachable
│   └── AnswerNotRead
└── TraceInvalid            also ValueError
"""

from __future__ import annotations

from ..errors import JambonzError

__all__ = ["AnswerNotRead", "CallFailed", "HandshakeRefused", "HookFailed", "HookUnreachable", "TraceInvalid"]


class CallFailed(JambonzError, ConnectionError):
    """The app cannot be reached, so that there is no call."""


class HandshakeRefused(CallFailed):
    """The app has answered the handshake of a WebSocket with something else.

    Args:
        status: The HTTP status of its answer, if it sent one.
        reset: True if it has closed the connection without an answer.
    """

    def __init__(self, message: str, status: int | None = None, *, reset: bool = False) -> None:
        super().__init__(message)
        self.status = status
        self.reset = reset


class HookFailed(JambonzError):
    """A hook was not answered, or with something that jambonz cannot use.

    Args:
        details: The reason in the words of the server; None if it has none.
    """

    def __init__(self, message: str, details: str | None = None, *, call_sid: str | None = None) -> None:
        super().__init__(message, call_sid=call_sid)
        self.details = details


class HookUnreachable(HookFailed):
    """Nobody listens at the URL of a hook."""


class AnswerNotRead(HookFailed):
    """A hook was answered with a type of content that jambonz does not read, which is as good as no answer."""


class TraceInvalid(JambonzError, ValueError):
    """A file is no trace of a call. The message names the file and the line."""
