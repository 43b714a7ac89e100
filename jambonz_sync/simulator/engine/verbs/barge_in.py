"""Barge-in: what listens beside the verbs because a ``config`` has asked for it."""

from __future__ import annotations

from typing import Any

from ...errors import HookFailed
from ..stack import VerbStack
from ..waits import HookRequest, Steps, Verb
from .collect import Collector

__all__ = ["barge_in"]


def barge_in(stack: VerbStack, options: Verb) -> None:
    """Start or stop to listen in the background, as a ``config`` with ``bargeIn`` asks for."""
    call = stack.call
    stop = call.background.pop("bargeIn", None)
    if stop is not None:
        stop()
    if options.get("enable"):
        flow = call.start(_barge_in(stack, options))
        call.background["bargeIn"] = flow.kill


def _barge_in(stack: VerbStack, options: Verb) -> Steps:
    call = stack.call
    while True:
        collector = Collector(stack, options, background=True, on_cut=_once(_cut(stack)))
        collector.listen()
        collector.start_timer()
        try:
            results = yield collector.results
        finally:
            collector.stop()
        sticky = bool(options.get("sticky"))
        if not sticky:
            call.configuration["bargeIn"] = {}
        if options.get("actionHook"):
            answer = yield HookRequest(options["actionHook"], stack.leg.describe(**results))
            if answer.error is not None:
                stack.tell_invalid({"verb": "gather"}, HookFailed(answer.error, answer.details))
            elif answer.verbs and not call.ended:
                call.replace_verbs(answer.verbs)
        if not sticky:
            call.background.pop("bargeIn", None)
            return


def _cut(stack: VerbStack) -> Any:
    def cut() -> None:
        # an app of webhooks has its verbs stopped only by those of its answer
        if stack.call.websocket:
            stack.call.interrupt_verbs()

    return cut


def _once(function: Any) -> Any:
    called = False

    def call() -> None:
        nonlocal called
        if not called:
            called = True
            function()

    return call
