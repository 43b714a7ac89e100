"""Verbs that have been sent, and whose end a thread waits for later."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ...errors import HookTimeout, VerbsReplaced
from ...events import ActionHook
from ...runtime import allow_handover

if TYPE_CHECKING:
    from ...protocol.control import Hook
    from .waits import Wait, Waits

__all__ = ["PendingHook"]


class PendingHook:
    """The hook that is to come when verbs have ended; :meth:`Session.start <jambonz_sync.Session.start>` returns it.

    Args:
        wait: The wait for it.
        waits: The waits of the call.
        call_sid: The call, for errors.
        on_taken: Called on the thread that waited, with the hook that it got.
    """

    def __init__(self, wait: Wait, waits: Waits, call_sid: str, on_taken: Callable[[Hook], None]) -> None:
        self._wait = wait
        self._waits = waits
        self._call_sid = call_sid
        self._on_taken = on_taken

    @property
    def ended(self) -> bool:
        """True once :meth:`wait` returns, or raises, at once."""
        return self._wait.is_done

    def wait(self, timeout: float | None = None) -> ActionHook:
        """Wait until the last of the verbs has ended. May be called again, after a time-out too.

        Args:
            timeout: Seconds to wait; None waits for as long as it takes.
        Returns:
            The event of the hook.
        Raises:
            CallEnded: The call is over.
            HookTimeout: The time is up. It is a TimeoutError, and the call goes on with what it does.
            VerbsReplaced: Other verbs have been sent since, or the call was redirected.
            CommandRejected: jambonz refused the verbs.
        Blocks: up to ``timeout``, or until the hook comes or the call ends.
        Threads: the one that has sent the verbs, so that the next ones can be the answer to the hook.
        """
        wait = self._wait
        allow_handover()
        wait.is_blocking = True
        over = wait.is_over(timeout) or wait.is_done  # the outcome may have come in the last moment
        wait.is_blocking = False
        if not over:
            message = f"call {self._call_sid}: {wait.verb} has not ended within {timeout:g} s"
            raise HookTimeout(message, timeout=timeout or 0.0, call_sid=self._call_sid)
        wait.raise_failure()
        hook = wait.hook
        if hook is None:
            why = f"call {self._call_sid}: {wait.verb} has ended with an error before"
            raise VerbsReplaced(why, call_sid=self._call_sid)
        self._on_taken(hook)
        return ActionHook(wait.data)

    @property
    def hears_caller(self) -> bool:
        """True if the caller has spoken, or pressed keys, in a ``gather``."""
        return self._wait.is_done and self._wait.data.get("reason") in ("speechDetected", "dtmfDetected")

    @property
    def hook(self) -> Hook | None:
        """The hook, once it has come."""
        return self._wait.hook

    def close(self) -> None:
        """Wait no more: a hook that comes from now on is acked without verbs."""
        wait = self._wait
        if self._waits.end(wait):
            why = f"call {self._call_sid}: {wait.verb} is not waited for any more"
            wait.fail(VerbsReplaced(why, call_sid=self._call_sid))
        else:
            wait.is_over(None)  # another thread has taken it, and is about to say what came
