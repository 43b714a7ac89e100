"""The errors of the simulator.

JambonzError
├── CallFailed              also ConnectionError
│   └── HandshakeRefused
└── HookFailed
    ├── HookUnreachable
    └── AnswerNotRead
"""

from __future__ import annotations

from ..errors import JambonzError

__all__ = ["AnswerNotRead", "CallFailed", "HandshakeRefused", "HookFailed", "HookUnreachable"]


class CallFailed(JambonzError, ConnectionError):
    """The app cannot be reached at all: there is no call."""


class HandshakeRefused(CallFailed):
    """The app answered the handshake, but not with a WebSocket. ``status`` is its HTTP status, if it sent one."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class HookFailed(JambonzError):
    """A hook was not answered, or with something that jambonz cannot use."""


class HookUnreachable(HookFailed):
    """Nobody listens at the URL of a hook."""


class AnswerNotRead(HookFailed):
    """The answer is of a type that the server does not read, which makes it as good as none."""
