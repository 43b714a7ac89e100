"""What runs while an action hook takes its time. It holds verbs, so it lives with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..model.declare import Model, model, option
from .base import Verb
from .resolve import to_wire

__all__ = ["ActionHookDelayAction"]


@model
class ActionHookDelayAction(Model):
    """What the caller hears while an action hook takes its time.

    Args:
        enabled: Whether to do anything.
        no_response_timeout: Seconds without an answer until ``actions`` run.
        no_response_give_up_timeout: Seconds without an answer until ``give_up_actions`` run.
        retries: How often ``actions`` run again.
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
