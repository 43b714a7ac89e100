"""What runs beside the verbs because a ``config`` has asked for it: barge-in, and the detection of machines."""

from __future__ import annotations

from typing import Any

from ...errors import HookFailed
from ..phone import Ear
from ..stack import VerbStack
from ..turns import Said
from ..waits import CallerWait, HookRequest, Steps, Verb
from .collect import Collector

__all__ = ["barge_in", "detect_machine"]

#: defaults of the server, in milliseconds
_NO_SPEECH, _DECISION = 5000, 15_000
#: words that make a greeting that of a machine
_WORDS = 9


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


def detect_machine(stack: VerbStack, options: Verb) -> None:
    """Find out whether a machine has answered, and tell a hook of it."""
    call = stack.call
    timers: Verb = options.get("timers") or {}
    words = int(options.get("thresholdWordCount") or _WORDS)
    done = False

    def tell(event: str, **more: Any) -> None:
        nonlocal done
        if done:
            return
        done = True
        stop()
        if options.get("actionHook"):
            data = {"type": event, **more, **stack.leg.describe()}
            call.send_hook(HookRequest(options["actionHook"], data), lambda answer: answer.verbs)
        call.note("event", f"answering machine detection: {event}")

    def heard(said: Said, *, final: bool) -> None:
        silent.cancel()
        if len(said.text.split()) >= words:
            tell("amd_machine_detected", reason="long greeting", greeting=said.text, language="en-US")
        elif final:
            tell("amd_human_detected", reason="short greeting", greeting=said.text, language="en-US")

    ear = Ear(lambda said: heard(said, final=False), lambda said: heard(said, final=True), keys=False)
    ear.wait = CallerWait(optional=True, immediate=True)
    silence = float(timers.get("noSpeechTimeoutMs") or _NO_SPEECH) / 1000
    decision = float(timers.get("decisionTimeoutMs") or _DECISION) / 1000
    silent = call.clock.call_later(silence, lambda: tell("amd_no_speech_detected"))
    late = call.clock.call_later(decision, lambda: tell("amd_decision_timeout"))

    def stop() -> None:
        silent.cancel()
        late.cancel()
        call.phone.close(ear)
        call.background.pop("amd", None)

    call.background["amd"] = stop
    call.phone.open(ear)
