"""The context of a call: how it is served, with which callbacks, and where it is known."""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from ..model.versions import known_server
from ..protocol.env import EnvVars
from ..runtime.handlers import Context, Handlers
from ..verbs.chain import as_verbs
from .tts import CAPACITY, TIMEOUT

log = logging.getLogger("jambonz_sync.session")

#: says what to write to have an audio service at a path, if there is none; else None
MissingAudio = Callable[[str], str | None]
#: verbs for a hook whose callback has failed, or what makes them of the session and the exception
OnError = Sequence[Any] | Callable[[Any, Exception], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOptions:
    """How calls are served.

    Args:
        server: Version of jambonz that verbs and commands are checked for (``"11"``); None checks for the newest.
        escape_urls: Escape text that jambonz would take for a URL and not speak.
        env_vars: Application environment variables.
        on_error: Verbs for a hook whose callback has failed, or a function of session and exception that makes them.
        max_message_size: Bytes of a message from jambonz.
        send_timeout: Seconds in which jambonz may take no data.
        ping_interval: Seconds of silence after which jambonz is asked whether it is there.
        hook_warning_after: Seconds after which the log warns of a hook that waits for its reply.
        hook_ack_deadline: Seconds after which a hook is acked without its reply: jambonz gives up after 5.
        reconnect_grace: Seconds in which a call whose connection dropped may come back; 0: not at all.
        tts_capacity: Characters of tokens that may wait for jambonz.
        tts_timeout: Seconds that text waits for room, or to be accepted.
    """

    server: str | None = None
    escape_urls: bool = True
    env_vars: EnvVars = field(default_factory=lambda: EnvVars.parse(None))
    on_error: OnError | None = None
    max_message_size: int = 1 << 20
    send_timeout: float = 10.0
    ping_interval: float = 25.0
    hook_warning_after: float = 3.0
    hook_ack_deadline: float = 4.5
    reconnect_grace: float = 20.0
    tts_capacity: int = CAPACITY
    tts_timeout: float = TIMEOUT

    def __post_init__(self) -> None:
        sizes = ("max_message_size", "tts_capacity")
        for name in (*sizes, "send_timeout", "ping_interval", "hook_warning_after", "hook_ack_deadline", "tts_timeout"):
            if not 0 < getattr(self, name) < math.inf:
                raise ValueError(f"{name}: expected more than 0, got {getattr(self, name)!r}")
        if self.max_message_size < 1024:
            raise ValueError("max_message_size: expected at least 1024 bytes")
        if self.server is not None:
            object.__setattr__(self, "server", known_server(self.server))
        if not callable(self.on_error):
            as_verbs(self.on_error or [], self.server)  # a mistake shows now, not at the first failure


class CallRegistry(Protocol):
    """The registry of the calls that are up, as far as a call needs it."""

    @property
    def draining(self) -> bool:
        """True while the server goes down: a call whose connection drops does not come back here."""
        ...

    @property
    def missing_audio(self) -> MissingAudio | None:
        """Looks for the audio service of a path of this host; None where that cannot be known."""
        ...

    def forget(self, session: Any, /) -> None:
        """Note that a call is over. Called without a lock; it must not block."""


@dataclass(frozen=True, slots=True)
class CallContext:
    """What a call is given.

    Each application has one of its own for a service, so that its options never govern the calls of another one that
    has the same service.

    Args:
        options: How the call is served.
        handlers: The callbacks of the service.
        registry: Where the call is known until it is over.
        callback_context: Makes the context that each callback runs in, such as that of a Flask application.
    """

    options: SessionOptions
    handlers: Handlers
    registry: CallRegistry
    callback_context: Context | None = None

    def verbs_on_error(self, session: Any, exc: Exception) -> list[dict[str, Any]]:
        """Make the verbs for a hook whose callback has failed.

        Args:
            session: The call.
            exc: The error that the callback raised.
        Returns:
            What ``on_error`` gives; nothing where that fails too, which is logged.
        """
        verbs = self.options.on_error
        try:
            if callable(verbs):
                verbs = verbs(session, exc)
            return as_verbs(verbs, self.options.server)
        except BaseException as second:  # whatever it is, jambonz waits for an answer
            if is_ctrl_c(second):
                raise
            log.exception("call %s: on_error failed", session.call_sid)
            return []


def is_ctrl_c(exc: BaseException) -> bool:
    """Say whether an exception is for whoever runs the main thread, and no failure of the callback that it came by."""
    return isinstance(exc, KeyboardInterrupt) and threading.current_thread() is threading.main_thread()
