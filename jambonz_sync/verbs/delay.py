"""The verbs that run while an action hook takes its time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..model.declare import Model, model, option
from .base import Verb
from .resolve import to_wire

__all__ = ["ActionHookDelayAction"]


@model
class ActionHookDelayAction(Model):
    """Verbs that run while an action hook takes its time.

    Args:
        enabled: Switch it on or off.
        no_response_timeout: Seconds without an answer until ``actions`` run.
        no_response_give_up_timeout: Seconds without an answer until ``give_up_actions`` run.
        retries: Number of times that ``actions`` run again.
        actions: Verbs to run while waiting, as a rule ``say`` or ``play``.
        give_up_actions: Verbs to run when no answer comes.
    """

    enabled: bool | None = None
    no_response_timeout: float | None = None
    no_response_give_up_timeout: float | None = None
    retries: float | None = None
    actions: Sequence[Verb | Mapping[str, Any]] | None = option(default=None, verbs=to_wire)
    give_up_actions: Sequence[Verb | Mapping[str, Any]] | None = option(default=None, verbs=to_wire)
    extra: Mapping[str, Any] | None = None
