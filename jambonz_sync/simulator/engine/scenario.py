"""The scenario of a call: what everyone does but the app and the caller."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Scenario"]


@dataclass(frozen=True)
class Scenario:
    """What everyone does but the app and the caller: dialled parties, people in queues, the server itself.

    Args:
        callees: What happens to the first, second ... ``dial``: ``answer`` (and hangs up after a moment), ``stay``
            (answers, and stays until the caller or the app ends it), ``busy``, ``no-answer`` or ``failed``. The last
            one is used again.
        callee_presses: The keys that callees press when a confirmHook asks them, in order.
        queue_rounds: How often a waitHook is asked before somebody takes the caller out of the queue, or lets them
            into the conference; None: for ever.
        queue_waiting: How many callers wait in the queues that a ``dequeue`` takes them from.
        server: The version of jambonz whose options are known (``"0.9"``), None for all of them.
    """

    callees: tuple[str, ...] = ("answer",)
    callee_presses: tuple[str, ...] = ()
    queue_rounds: int | None = 2
    queue_waiting: int = 1
    server: str | None = None
