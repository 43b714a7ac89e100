"""Every error that this package raises on purpose.

One root, :class:`JambonzError`. Each class is also the builtin that people would catch in its
place, and carries its facts as attributes, so that nobody has to parse a message. What the peer
got wrong (:class:`ProtocolError`, :class:`CommandRejected`) and what the caller of this package
got wrong (:class:`InvalidVerb`, :class:`ReplyError` ...) are different classes.
"""

from __future__ import annotations

__all__ = [
    "BackPressure",
    "CommandRejected",
    "EnvVarError",
    "HookTimeout",
    "InvalidSignature",
    "InvalidVerb",
    "JambonzError",
    "MessageTooLarge",
    "ProtocolError",
    "ReplyError",
    "SendTimeout",
    "SessionClosed",
]


class JambonzError(Exception):
    """Root of all errors of this package.

    ``call_sid`` is the call that it happened in, None where there is none.
    """

    call_sid: str | None

    def __init__(self, message: str, *, call_sid: str | None = None) -> None:
        super().__init__(message)
        self.call_sid = call_sid


class InvalidVerb(JambonzError, ValueError):
    """A verb, option or command that jambonz would not take. Nothing has been sent.

    ``verb`` names the verb on the wire (``"gather"``), ``path`` the place in it
    (``"gather.recognizer.vendor"``), ``expected`` what is wanted there, ``nearest`` the known
    name that an unknown one resembles (None if none does).
    """

    def __init__(
        self,
        message: str,
        *,
        verb: str | None = None,
        path: str | None = None,
        expected: str | None = None,
        nearest: str | None = None,
        call_sid: str | None = None,
    ) -> None:
        super().__init__(message, call_sid=call_sid)
        self.verb = verb
        self.path = path
        self.expected = expected
        self.nearest = nearest


class MessageTooLarge(JambonzError, ValueError):
    """A message that jambonz would answer by closing the connection. Nothing has been sent.

    ``size`` and ``limit`` are in bytes of JSON; ``largest`` names the largest verb in it
    (``"say (19,204 bytes)"``), None where there is none.
    """

    def __init__(
        self, message: str, *, size: int, limit: int, largest: str | None = None, call_sid: str | None = None
    ) -> None:
        super().__init__(message, call_sid=call_sid)
        self.size = size
        self.limit = limit
        self.largest = largest


class BackPressure(JambonzError):
    """Too many commands wait for jambonz, which is away, does not listen yet, or takes no data. This one has not been
    taken; the call goes on, and takes commands again when those have left."""


class SessionClosed(JambonzError, ConnectionError):
    """The call, or the audio stream, is gone. ``code`` and ``reason`` are those of the close frame
    (1006 and "" if the peer vanished without one)."""

    def __init__(self, message: str, *, code: int = 1006, reason: str = "", call_sid: str | None = None) -> None:
        super().__init__(message, call_sid=call_sid)
        self.code = code
        self.reason = reason


class SendTimeout(JambonzError, TimeoutError):
    """jambonz did not take data off the connection for ``timeout`` seconds. The connection is closed:
    a message may have left in part."""

    def __init__(self, message: str, *, timeout: float, call_sid: str | None = None) -> None:
        super().__init__(message, call_sid=call_sid)
        self.timeout = timeout


class HookTimeout(JambonzError, TimeoutError):
    """A wait for the caller or for jambonz ended without what was waited for. ``timeout`` is in seconds."""

    def __init__(self, message: str, *, timeout: float, call_sid: str | None = None) -> None:
        super().__init__(message, call_sid=call_sid)
        self.timeout = timeout


class ReplyError(JambonzError, RuntimeError):
    """``reply()`` where no hook waits for one: it has been replied to already, or the code does not run
    in the callback of a hook. ``hook`` names the hook, None where there is none."""

    def __init__(self, message: str, *, hook: str | None = None, call_sid: str | None = None) -> None:
        super().__init__(message, call_sid=call_sid)
        self.hook = hook


class ProtocolError(JambonzError):
    """The peer sent what the protocol does not allow. ``code`` is the WebSocket close code that answers it."""

    def __init__(self, message: str, *, code: int = 1002, call_sid: str | None = None) -> None:
        super().__init__(message, call_sid=call_sid)
        self.code = code


class CommandRejected(JambonzError):
    """jambonz said that it could not use what it was sent (``jambonz:error``). ``details`` is its own account, with the
    message in question as ``content``: keys and credentials in that are not hidden."""

    def __init__(self, message: str, *, details: object = None, call_sid: str | None = None) -> None:
        super().__init__(message, call_sid=call_sid)
        self.details = details


class InvalidSignature(JambonzError, ValueError):
    """A webhook that is not provably from jambonz. ``reason`` says why, for the log only: a caller is told nothing."""

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


class EnvVarError(JambonzError, ValueError):
    """An application environment variable that is declared, or given, wrongly. ``name`` is its name."""

    def __init__(self, message: str, *, name: str, call_sid: str | None = None) -> None:
        super().__init__(message, call_sid=call_sid)
        self.name = name
