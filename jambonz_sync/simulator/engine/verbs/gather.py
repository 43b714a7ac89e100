"""``gather``: collect words and keys of the caller, beside a prompt that they may cut short."""

from __future__ import annotations

from typing import cast

from ...errors import HookFailed
from ..flow import Flow, Killed
from ..stack import VerbStack
from ..turns import Silence
from ..waits import Steps, Verb
from .collect import Collector
from .waiting_sounds import DelayActions, FillerNoise

__all__ = ["gather"]


def gather(stack: VerbStack, verb: Verb) -> Steps:
    """Collect words or keys of the caller."""
    if _is_skipped(stack, verb):
        stack.call.note("event", "this gather is skipped: bargeIn of a config listens in its place, for its own hook")
        return
    stack.pick_up(verb)
    if stack.callee:
        yield from _gather_of_callee(stack, verb)
        return
    call = stack.call
    prompt: Flow | None = None

    def cut() -> None:
        if prompt is not None:
            prompt.kill(Killed())

    collector = Collector(stack, verb, on_cut=cut)
    has_prompt = isinstance(verb.get("say"), dict) or isinstance(verb.get("play"), dict)
    during_prompt = verb.get("listenDuringPrompt") is not False
    try:
        if during_prompt or not has_prompt:
            collector.listen()
        if has_prompt:
            prompt = Flow(stack.prompt(verb), call.wait_of)

            def prompt_done(_: object) -> None:
                collector.prompt_over = True
                if not collector.results.done and not call.ended:
                    collector.listen()
                    collector.start_timer()

            prompt.on_done(prompt_done)
            prompt.start()
        else:
            collector.start_timer()
        results = yield collector.results
    finally:
        collector.stop()
        collector.results.cancel()
        cut()
    if stack.hung_up:
        return
    reason = str(results["reason"])
    noise = FillerNoise(stack, verb) if reason != "timeout" else None
    delay = DelayActions(stack, verb)
    try:
        yield from stack.run_action_hook(verb, **results)
    except HookFailed as error:
        # unlike that of other verbs, a hook that fails does not end the call: the next verb runs
        stack.tell_invalid(verb, error)
    finally:
        if noise is not None:
            noise.stop()
        delay.stop()


def _is_skipped(stack: VerbStack, verb: Verb) -> bool:
    """Return True if the server leaves a ``gather`` out because it listens in the background, and hears as much."""
    barge_in = stack.call.configuration.get("bargeIn", {})
    inputs = barge_in.get("input") or ["speech"]
    hears_speech = "speech" in inputs or "speech" not in (verb.get("input") or ["digits"])
    return stack.parent is None and bool(barge_in.get("enable")) and hears_speech


def _hear_callee(stack: VerbStack, collector: Collector) -> Steps:
    """Let the collector have the keys of a called party, until one of them is what it waits for."""
    while not collector.results.done and not stack.hung_up:
        turn = yield from stack.hear_caller(collector.wait)
        for key in getattr(turn, "keys", ""):
            collector.press(key)
        if isinstance(turn, Silence):
            break
    if stack.hung_up:
        collector.results.set({})


def _gather_of_callee(stack: VerbStack, verb: Verb) -> Steps:
    """Collect the keys of a called party, who presses what the scenario says."""
    yield from stack.prompt(verb)
    collector = Collector(stack, verb)
    collector.start_timer()
    hears = Flow(_hear_callee(stack, collector), stack.call.wait_of).start()
    try:
        results = yield collector.results
    finally:
        collector.stop()
        hears.kill()
    if stack.hung_up:
        return
    try:
        yield from stack.run_action_hook(verb, **cast("Verb", results))
    except HookFailed as error:
        stack.tell_invalid(verb, error)
