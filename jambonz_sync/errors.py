"""Every error that this package raises on purpose, with one root.

Each class is also the builtin in brackets, which people would catch in its place, and carries its facts as attributes,
so that nobody has to parse a message. The peer's mistakes (:class:`ProtocolError`, :class:`CommandRejected`) and
those of the caller of this package (:class:`InvalidVerb`, :class:`ReplyError` ...) are different classes::

    JambonzError
    ├── InvalidVerb (ValueError)                a verb, option or action that jambonz would not take
    ├── MessageTooLarge (ValueError)            a message that jambonz would not take
    ├── BackPressure                            too many messages wait for jambonz
    ├── SessionClosed (ConnectionError)         the call, or the audio stream, is gone
    │   └── CallEnded                           it ended while a thread waited for something of it
    ├── SendTimeout (TimeoutError)              jambonz does not read
    ├── HookTimeout (TimeoutError)              the caller, or jambonz, did not answer in time
    ├── AppNotLoaded (ImportError)              an app that cannot be found, or imported, by its name
    ├── UnknownEvent (ValueError)               a callback for an event that there is not
    ├── ReplyError (RuntimeError)               reply() where no hook waits
    ├── AlreadyWaiting (RuntimeError)           a second wait() of one call at the same time
    ├── VerbsReplaced                           what a thread waits for is not wanted any more
    ├── ProtocolError                           the peer broke the protocol
    ├── CommandRejected                         jambonz refused a message of a call
    ├── InvalidSignature (ValueError)           a webhook that is not provably from jambonz
    ├── EnvVarError (ValueError)                an environment variable declared, or set, wrongly
    ├── LlmError                                llm: a language model answered with an error
    ├── TooManyMarks (RuntimeError)             protocol.audio: a mark that the media server would drop
    ├── TtsError                                protocol.tts: text that was not spoken
    │   ├── TtsStopped                          it is not wanted any more
    │   │   ├── TtsInterrupted                  the caller cut in
    │   │   └── TtsCleared                      the application cleared it
    │   ├── TtsFailed (RuntimeError)            jambonz refused it
    │   │   └── TtsStreamClosed                 jambonz closed the stream before
    │   ├── TtsNotEnabled (RuntimeError)        the call has no token stream
    │   └── TtsTimeout (TimeoutError)           jambonz made no room in time
    ├── ApiError                                rest: the API refused a request, or could not be reached
    │   ├── BadRequest (ValueError)             400, and what means the same
    │   ├── Unauthorized (PermissionError)      401
    │   ├── Forbidden (PermissionError)         403
    │   ├── NotFound (LookupError)              404
    │   ├── Conflict                            409, 422
    │   ├── RateLimited                         429
    │   ├── ServerError                         5xx
    │   ├── NoFeatureServer                     480: no server is free to place the call
    │   ├── InvalidAnswer                       an answer that makes no sense
    │   ├── ApiTimeout (TimeoutError)           no answer in time
    │   └── ApiConnectionError (ConnectionError)  no connection
    │       └── TlsError                        no trust
    ├── CallWaitTimeout (TimeoutError)          rest: a call has not come to the state that was waited for
    ├── CallEndedEarly                          rest: a call has ended without coming to that state
    ├── InvalidRequest (ValueError)             rest: a request that would not do what it says; not sent
    ├── ConfigurationError (ValueError)         rest: the client lacks a URL or credentials
    ├── CampaignError (ValueError)              campaign: a plan or state that cannot be run
    │   ├── CampaignLocked                      another process runs it
    │   └── InvalidNumbers                      the list of numbers has mistakes
    ├── InvalidNumber (ValueError)              campaign: a text that is no phone number
    ├── StateFileChanged                        campaign: the state file was replaced while it ran
    ├── Refused                                 campaign: the API did not take a call
    ├── CallFailed (ConnectionError)            simulator: the app could not be called
    ├── TraceInvalid (ValueError)               simulator: a file is no trace of a call
    ├── ExpectationFailed (AssertionError)      testing: the app did not do what a test waited for
    ├── ScenarioInvalid (ValueError)            testing: a file of scenarios has a mistake
    └── ModelUnavailable (RuntimeError)         testing: a language model is not there
"""

from __future__ import annotations

__all__ = [
    "AlreadyWaiting",
    "AppNotLoaded",
    "BackPressure",
    "CallEnded",
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
    "UnknownEvent",
    "VerbsReplaced",
]


class JambonzError(Exception):
    """The root of all errors of this package.

    Args:
        message: The text of the error.
        call_sid: The call that it happened in, None where there is none.
    """

    call_sid: str | None

    def __init__(self, message: str, *, call_sid: str | None = None) -> None:
        super().__init__(message)
        self.call_sid = call_sid


class InvalidVerb(JambonzError, ValueError):
    """A verb, an option or an action that jambonz would not take. Nothing has been sent.

    Args:
        message: The text of the error, which begins with the place.
        verb: Name of the verb on the wire (``"gather"``).
        path: The place in it (``"gather.recognizer.vendor"``).
        expected: A description of what jambonz takes there.
        nearest: The known name that an unknown one resembles; None if it resembles none.
        call_sid: The call, where there is one.
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

    Args:
        message: The text of the error.
        size: Size of the message in bytes of JSON.
        limit: Greatest size that jambonz takes, in bytes.
        largest: The largest verb in it (``"say (19,204 bytes)"``), None where there is none.
        call_sid: The call, where there is one.
    """

    def __init__(
        self, message: str, *, size: int, limit: int, largest: str | None = None, call_sid: str | None = None
    ) -> None:
        super().__init__(message, call_sid=call_sid)
        self.size = size
        self.limit = limit
        self.largest = largest


class BackPressure(JambonzError):
    """Too many commands wait for jambonz, which is away, does not listen yet, or takes no data.

    This one has not been taken; the call goes on, and takes commands again when those have left.
    """


class SessionClosed(JambonzError, ConnectionError):
    """The call, or the audio stream, is gone.

    Args:
        message: The text of the error.
        code: Code of the close frame; 1006 if the peer vanished without one.
        reason: Reason in the close frame; "" if it gave none.
        call_sid: The call.
    """

    def __init__(self, message: str, *, code: int = 1006, reason: str = "", call_sid: str | None = None) -> None:
        super().__init__(message, call_sid=call_sid)
        self.code = code
        self.reason = reason


class CallEnded(SessionClosed):
    """The call ended while a thread waited for something of it: the caller hung up, as a rule.

    A callback need not catch it: that it ends with this error is no failure, and not logged as one.

    Args:
        message: The text of the error.
        code: Code of the close frame; 1006 if the peer vanished without one.
        reason: Reason in the close frame; "" if it gave none.
        call_sid: The call.
    """


class SendTimeout(JambonzError, TimeoutError):
    """jambonz took no data off the connection in time. The connection is closed: a message may have left in part.

    Args:
        message: The text of the error.
        timeout: The time that it had, in seconds.
        call_sid: The call.
    """

    def __init__(self, message: str, *, timeout: float, call_sid: str | None = None) -> None:
        super().__init__(message, call_sid=call_sid)
        self.timeout = timeout


class AppNotLoaded(JambonzError, ImportError):
    """An app that cannot be found, or imported, by the name that a command was given. The cause is chained."""


class HookTimeout(JambonzError, TimeoutError):
    """The caller, or jambonz, did not answer in time.

    Args:
        message: The text of the error.
        timeout: The time that was waited, in seconds.
        call_sid: The call.
    """

    def __init__(self, message: str, *, timeout: float, call_sid: str | None = None) -> None:
        super().__init__(message, call_sid=call_sid)
        self.timeout = timeout


class UnknownEvent(JambonzError, ValueError):
    """A callback for an event that there is not. It has not been registered.

    Args:
        message: The text of the error.
        name: The name that was given.
        nearest: The event that it resembles; None if it resembles none.
    """

    def __init__(self, message: str, *, name: str, nearest: str | None = None) -> None:
        super().__init__(message)
        self.name = name
        self.nearest = nearest


class ReplyError(JambonzError, RuntimeError):
    """``reply()`` where no hook waits for one.

    The hook has been replied to already, or the code does not run in the callback of a hook.

    Args:
        message: The text of the error.
        hook: Name of the hook, None where there is none.
        call_sid: The call.
    """

    def __init__(self, message: str, *, hook: str | None = None, call_sid: str | None = None) -> None:
        super().__init__(message, call_sid=call_sid)
        self.hook = hook


class AlreadyWaiting(JambonzError, RuntimeError):
    """``wait()`` or ``ask()`` of a call for which another thread waits. Nothing has been sent.

    Args:
        message: The text of the error, which names both.
        call_sid: The call.
    """


class VerbsReplaced(JambonzError):
    """The verbs that a thread waits for have been replaced, so that their hook may never come.

    Another thread has sent others, or the call was redirected. A callback need not catch it: that it ends with this
    error is no failure, and not logged as one.

    Args:
        message: The text of the error.
        call_sid: The call.
    """


class ProtocolError(JambonzError):
    """The peer sent something that the protocol does not allow.

    Args:
        message: The text of the error.
        code: The WebSocket close code that answers it; 1002 is "protocol error".
        call_sid: The call, where it is known.
    """

    def __init__(self, message: str, *, code: int = 1002, call_sid: str | None = None) -> None:
        super().__init__(message, call_sid=call_sid)
        self.code = code


class CommandRejected(JambonzError):
    """jambonz could not use a message of the call (``jambonz:error``).

    Args:
        message: The text of the error.
        details: The account of jambonz, with the message in question as ``content``: keys and credentials in that are
            not hidden.
        call_sid: The call.
    """

    def __init__(self, message: str, *, details: object = None, call_sid: str | None = None) -> None:
        super().__init__(message, call_sid=call_sid)
        self.details = details


class InvalidSignature(JambonzError, ValueError):
    """A webhook that is not provably from jambonz.

    Args:
        message: The text of the error.
        reason: For the log only: a caller is told nothing.
    """

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


class EnvVarError(JambonzError, ValueError):
    """An application environment variable that is declared, or set, wrongly.

    Args:
        message: The text of the error.
        name: Name of the variable.
        call_sid: The call, where there is one.
    """

    def __init__(self, message: str, *, name: str, call_sid: str | None = None) -> None:
        super().__init__(message, call_sid=call_sid)
        self.name = name
