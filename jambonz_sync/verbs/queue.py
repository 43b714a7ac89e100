"""Verbs that have callers wait, and take them out of the queue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..model.declare import model, required
from .base import Verb
from .components.common import Hook

__all__ = ["Dequeue", "Enqueue"]


@model(verb="enqueue", since="0.9.6")
class Enqueue(Verb):
    """Wait in a queue until somebody dequeues the caller.

    Args:
        name: Name of the queue; it exists from the first use on.
        action_hook: Called when the wait has ended, with ``queue_result`` ...
        wait_hook: Called while waiting; answers with the verbs to hear: music, the place in the queue.
        priority: The lower, the earlier.
    """

    name: str = required(kw_only=False)
    action_hook: Hook | None = None
    wait_hook: Hook | None = None
    priority: float | None = None
    id: str | None = None
    extra: Mapping[str, Any] | None = None


@model(verb="dequeue", since="0.9.6")
class Dequeue(Verb):
    """Take the next caller out of a queue and join the two calls.

    Args:
        name: Name of the queue.
        action_hook: Called when it has ended, with ``dequeue_result``.
        timeout: Seconds to wait for a caller.
        beep: Beep when the calls are joined.
        call_sid: Take this call, whatever its place.
    """

    name: str = required(kw_only=False)
    action_hook: Hook | None = None
    timeout: float | None = None
    beep: bool | None = None
    call_sid: str | None = None
    id: str | None = None
    extra: Mapping[str, Any] | None = None
