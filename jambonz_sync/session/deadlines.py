"""Hooks that take long: the log is told, and jambonz gets its ack before it gives up."""

from __future__ import annotations

import logging
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from ..logs.where import place_of
from ..protocol.control import Hook
from ..runtime import pool, timers

if TYPE_CHECKING:
    from ..runtime import Timer
    from .context import SessionOptions
    from .outbox import Outbox

log = logging.getLogger("jambonz_sync.session")


class HookDeadlines:
    """Sees to it that no ack of a call comes too late. It works on the thread of the timers, and needs no other one.

    Args:
        outbox: Where acks go.
        options: When a hook is warned about, and when it is acked.
        call_sid: For the log.
    """

    __slots__ = ("_call_sid", "_options", "_outbox", "_timer")

    def __init__(self, outbox: Outbox, options: SessionOptions, call_sid: str) -> None:
        self._outbox = outbox
        self._options = options
        self._call_sid = call_sid
        self._timer: Timer | None = None  # for the hook that is due next; the lock of the outbox guards it

    def watch(self) -> None:
        """Keep time from now on: a hook waits, or its callback takes long."""
        if self._timer is None:
            with self._outbox.lock:
                if self._timer is None and self._outbox.protocol.unacked:
                    self._set()

    def cancel(self) -> None:
        """Keep time no more: the call is over."""
        with self._outbox.lock:
            if self._timer is not None:
                self._timer.cancel()

    def _set(self) -> None:
        assert self._outbox.lock.locked()
        deadline = self._options.hook_ack_deadline
        warning = min(self._options.hook_warning_after, deadline)
        unacked = self._outbox.protocol.unacked
        due = min(hook.received + (deadline if hook.warned else warning) for hook in unacked)
        self._timer = timers.call_later(max(0.0, due - monotonic()), self._check)

    def _check(self) -> None:
        """Ack the hooks whose time is up, and tell of those that are slow."""
        now = monotonic()
        slow: list[Hook] = []
        expired: list[Hook] = []
        protocol = self._outbox.protocol
        with self._outbox.writing(wait=False) as write:
            self._timer = None
            for hook in sorted(protocol.unacked, key=lambda hook: hook.received):
                age = now - hook.received
                if age >= self._options.hook_ack_deadline:
                    write(protocol.expire(hook))
                    expired.append(hook)
                elif age >= self._options.hook_warning_after and not hook.warned:
                    hook.warned = True
                    slow.append(hook)
            if protocol.unacked:
                self._set()
        if slow or expired:  # the log may block, which the timers must not
            pool.run(partial(self._tell, slow, expired, now))

    def _tell(self, slow: list[Hook], expired: list[Hook], now: float) -> None:
        for hook in slow:
            place = place_of(hook.thread)
            log.warning(
                "call %s: %s has been waiting for its reply for %.1f s%s",
                *(self._call_sid, hook, now - hook.received, f": its callback is at {place}" if place else ""),
            )
        for hook in expired:
            log.warning(
                "call %s: %s took over %.1f s and was acked without its reply, which follows as a command",
                self._call_sid,
                hook,
                self._options.hook_ack_deadline,
            )
