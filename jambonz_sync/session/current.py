"""The callback that a thread is in, with the verbs that it queues and sends, and the hook that it answers."""

from __future__ import annotations

import logging
import threading
from contextvars import Token
from time import monotonic
from typing import Any, Final, Protocol
from weakref import WeakKeyDictionary

from ..protocol.control import Hook
from ..protocol.messages import Verbs

__all__ = ["UNSTARTED_FOR", "Callback", "PendingVerbs", "current"]

log = logging.getLogger("jambonz_sync.session")

#: seconds in which jambonz has not begun verbs that have been sent
UNSTARTED_FOR: Final = 0.1


class PendingVerbs(Protocol):
    """Verbs that a callback has sent, whose end it may wait for."""

    @property
    def hook(self) -> Hook | None:
        """Their hook, once it has come."""

    @property
    def hears_caller(self) -> bool:
        """True if the caller has spoken, or pressed keys, in a ``gather``."""
        ...

    def close(self) -> None:
        """Wait no more."""


class Callback:
    """A callback that runs, with the verbs that it has queued and the hook that it answers. A thread of the application
    that is in none has one of its own, of no session."""

    session: object | None = None
    hook: Hook | None = None  # None in the callback of a notification
    verbs: list[dict[str, Any]]
    verbs_elsewhere: WeakKeyDictionary[Any, list[dict[str, Any]]] | None = None  # of sessions it is no callback of
    converses = False  # it sends verbs and waits: what it queues is the answer to the hook that it waited for last
    pending: PendingVerbs | None = None  # those that it has sent last
    token: Token[str | None]  # resets the call that the log knows of
    _sent: Verbs = ()  # the verbs that it has sent last
    _sent_at = 0.0  # monotonic seconds

    def note_sent(self, verbs: Verbs, *, queue: bool = False) -> None:
        """Note that it has sent verbs.

        Args:
            verbs: The verbs.
            queue: They follow those before.
        """
        self._sent = [*self.unstarted_before(verbs), *verbs] if queue else verbs
        self._sent_at = monotonic()

    def unstarted_before(self, verbs: Verbs) -> Verbs:
        """List what it has sent and jambonz has not begun: it forgets that if other verbs replace it now.

        Args:
            verbs: What is about to be sent; without verbs nothing is replaced.
        """
        return self._sent if verbs and self._sent and monotonic() - self._sent_at < UNSTARTED_FOR else ()

    def take_hook(self) -> None:
        """If the hook of the verbs that it has sent last has come, what it sends next is the answer."""
        if self.pending is not None and (hook := self.pending.hook) is not None:
            self.hook = hook

    def wait_no_more(self) -> None:
        """Note that the callback has ended."""
        if self.pending is not None:
            self.pending.close()
            self.take_hook()

    def forget_elsewhere(self) -> None:
        """Give up what it queued on other calls."""
        if self.verbs_elsewhere is None:
            return
        for session, verbs in self.verbs_elsewhere.items():
            session._forget_queue(verbs)  # this warning is enough
            if verbs:
                log.warning(
                    "call %s: a callback of another call left %d verbs unsent: send() them",
                    session.call_sid,
                    len(verbs),
                )


class _CurrentThread(threading.local):
    """The callback that this thread is in. Each has its own verbs, so that two callbacks of a call that run beside each
    other do not mix theirs."""

    def __init__(self) -> None:
        self.callback = Callback()


current = _CurrentThread()
