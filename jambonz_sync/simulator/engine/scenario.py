"""The scenario of a call: what everyone does but the app and the caller."""

from __future__ import annotations

from dataclasses import dataclass

from ...model.versions import known_server

__all__ = ["Scenario"]


@dataclass(frozen=True)
class Scenario:
    """The behaviour of everyone but the app and the caller: dialled parties, people in queues, the server itself.

    Args:
        callees: The outcome of the first, second, third ``dial`` and so on: ``answer`` (and hangs up after a moment),
            ``stay`` (answers, and stays until the caller or the app ends it), ``busy``, ``no-answer`` or ``failed``.
            Further calls have the last one.
        callee_presses: The keys that callees press when a confirmHook asks them, in order.
        queue_rounds: How often a waitHook is asked before somebody takes the caller out of the queue, or lets them
            into the conference; None is for ever.
        queue_waiting: How many callers wait in the queues that a ``dequeue`` takes them from.
        model_connects: False if no model can be connected to: the verb ends with ``connection failure``.
        server: The version of jambonz whose verbs and options are known (``"0.9"``, ``"10"``, ``"11"`` or a release);
            None knows all of them.
    """

    callees: tuple[str, ...] = ("answer",)
    callee_presses: tuple[str, ...] = ()
    queue_rounds: int | None = 2
    queue_waiting: int = 1
    model_connects: bool = True
    server: str | None = None

    def __post_init__(self) -> None:
        if self.server is not None:
            object.__setattr__(self, "server", known_server(self.server))
