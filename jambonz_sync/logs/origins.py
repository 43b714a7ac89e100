"""Who is told of each verb that an application makes, and of what it sends: nobody, but while it is being written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

__all__ = ["OriginWatcher", "sent", "watch", "watcher"]


class OriginWatcher(Protocol):
    """Is told on the thread of the application, whose frames lead to the line. Threads: any."""

    def made(self, verb: Mapping[str, Any]) -> None:
        """Take in that a method of the SDK has made a verb."""
        ...

    def sent(self, call_sid: str, content: Sequence[Mapping[str, Any]]) -> None:
        """Take in that verbs, or a command, have been sent to a call."""
        ...


#: who is told; None costs a verb one look at this name
watcher: OriginWatcher | None = None


def watch(new: OriginWatcher | None) -> None:
    """Have somebody told from now on.

    Args:
        new: Who; None for nobody.
    """
    global watcher
    watcher = new


def sent(call_sid: str, content: Sequence[Mapping[str, Any]]) -> None:
    """Tell who watches, if somebody does, that verbs, or a command, have been sent to a call.

    Args:
        call_sid: The call.
        content: The verbs, or the command alone.
    """
    if watcher is not None:
        watcher.sent(call_sid, content)
