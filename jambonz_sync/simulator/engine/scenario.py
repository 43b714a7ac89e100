"""The scenario of a call: what everyone does but the app and the caller."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["World"]


@dataclass(frozen=True)
class World:
    """How everyone but the app and the caller behaves.

    ``callees``: what happens to the first, second ... ``dial``: ``answer`` (and hangs up after a moment), ``stay``
    (answers and stays until the caller or the app ends it), ``busy``, ``no-answer`` or ``failed``; the last is used
    again. ``callee_presses``: the keys that callees press when a confirmHook asks them, in order.
    ``queue_rounds``: how often a waitHook is asked before somebody takes the caller out of the queue, or lets them
    into the conference; None: never. ``queue_waiting``: how many callers wait in the queues that a ``dequeue`` takes
    them from. ``server``: the version of jambonz whose options are known (``"0.9"``), None for all of them.
    """

    callees: tuple[str, ...] = ("answer",)
    callee_presses: tuple[str, ...] = ()
    queue_rounds: int | None = 2
    queue_waiting: int = 1
    server: str | None = None
