"""``dial`` and ``transfer``: connect the caller with somebody who is called."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from ...errors import HookFailed
from ..leg import Leg
from ..stack import VerbStack
from ..state import CallState
from ..turns import Pressed
from ..waits import CallerWait, Killed, ReactionWait, Replaced, Steps, Verb
from .listen import listen_beside_dial

__all__ = ["dial", "transfer"]


def dial(stack: VerbStack, verb: Verb) -> Steps:
    """Call somebody, and connect the caller with whoever answers."""
    call = stack.call
    outcome = _next_callee(call)
    if not verb.get("answerOnBridge"):
        stack.pick_up()
    targets = cast("list[Verb]", verb["target"] if isinstance(verb["target"], list) else [verb["target"]])
    legs = [stack.leg.child(_target_name(target)) for target in targets]
    call.note("event", f"dials {', '.join(leg.to for leg in legs)}")
    for leg in legs:
        call.set_status(leg, "trying")
        call.set_status(leg, "ringing")
    winner = legs[0]
    try:
        if outcome in ("answer", "stay"):
            for loser in legs[1:]:
                call.set_status(loser, "no-answer")
            results = yield from _connect(stack, verb, targets[0], winner, stays=outcome == "stay")
        else:
            yield ReactionWait()
            call.now += verb.get("timeout", 60) if outcome == "no-answer" else 1
            for leg in legs:
                call.set_status(leg, outcome)
            call.note("event", f"{winner.to}: {outcome}")
            results = _results(winner, outcome, winner.sip_status)
    except Killed as killed:
        _disconnect(stack, winner)
        results = _results(winner, winner.status, winner.sip_status)
        yield from stack.run_action_hook(verb, use_answer=not isinstance(killed, Replaced), **results)
        raise
    try:
        yield from stack.run_action_hook(verb, **results)
    except HookFailed as error:
        call.send_error("invalid actionHook response", str(error), verb="dial")


def _next_callee(call: CallState) -> str:
    """Take from the scenario what the next dialled party does."""
    callees = call.scenario.callees or ("answer",)
    call.dial_count += 1
    return callees[min(call.dial_count, len(callees)) - 1]


def transfer(stack: VerbStack, verb: Verb) -> Steps:
    """Hand the caller over to a person, and report how that went."""
    stack.pick_up(verb)
    call = stack.call
    outcome = _next_callee(call)
    leg = stack.leg.child(_target_name(verb["target"][0]))
    call.note("event", f"transfers the caller to {leg.to}: {outcome}")
    yield ReactionWait()
    reason = {"answer": "completed", "stay": "completed", "failed": "error"}.get(outcome, outcome)
    bridged = reason == "completed"
    leg.set_status("completed" if bridged else outcome)
    results: dict[str, Any] = {"dial_call_sid": leg.call_sid, "sip_status": leg.sip_status}
    yield from stack.run_action_hook(
        verb, transfer_result="bridged" if bridged else "returned", transfer_reason=reason, **results
    )


def _connect(stack: VerbStack, verb: Verb, target: Verb, leg: Leg, *, stays: bool) -> Steps:
    """Let the callee answer, confirm and talk. Returns what the action hook reports."""
    call = stack.call
    call.set_status(leg, "in-progress")
    confirm_hook = target.get("confirmHook") or verb.get("confirmHook")
    if confirm_hook:
        callee = stack.nested(leg, callee=True)
        try:
            verbs = yield from callee.ask_app(confirm_hook, leg.describe(), "dial:confirm")
            yield from callee.run_verbs(verbs)
        except HookFailed:
            callee.hang_up()
        if callee.hung_up:
            call.note("event", f"{leg.to} has not accepted the call")
            return _results(leg, leg.status, leg.sip_status)
    stack.pick_up()
    call.connected_leg = leg
    call.note("event", f"{leg.to} answers: caller and callee talk")
    yield from listen_beside_dial(stack, verb, leg)
    patterns = _capture_patterns(verb.get("dtmfCapture"))
    yield ReactionWait()
    while True:
        if not stays and not patterns:
            break
        turn = yield from stack.hear_caller(CallerWait(optional=stays, immediate=not stays, keys_only=not stays))
        if turn is None:
            break
        if isinstance(turn, Pressed) and turn.keys in patterns and verb.get("dtmfHook"):
            stack.send_hook(verb["dtmfHook"], stack.leg.describe(dtmf=turn.keys))
            yield ReactionWait()
    call.now += 30
    call.note("event", f"{leg.to} hangs up")
    _disconnect(stack, leg)
    return _results(leg, "completed", 200)


def _disconnect(stack: VerbStack, leg: Leg) -> None:
    """End the leg of the callee, and the audio stream beside it."""
    call = stack.call
    call.connected_leg = None
    if call.streams.current is not None:
        call.streams.end(call.streams.current)
        call.streams.current = None
    if leg.status == "in-progress":
        leg.terminated_by = "jambonz" if stack.hung_up else "caller"
        call.set_status(leg, "completed")
    elif leg.status in ("trying", "ringing"):
        call.set_status(leg, "no-answer")


def _results(leg: Leg, status: str, sip_status: int) -> dict[str, Any]:
    """Return what the action hook reports."""
    return {
        "dial_call_status": status,
        "dial_sip_status": sip_status,
        "dial_call_sid": leg.call_sid,
        "dial_sbc_callid": f"{leg.call_id}@sbc",
    }


def _target_name(target: Verb) -> str:
    """Return the number, URI or name that a target is called at."""
    for key in ("number", "sipUri", "name"):
        if target.get(key):
            return str(target[key])
    return str(target["type"])


def _capture_patterns(capture: object) -> frozenset[str]:
    """Return the keys of a ``dtmfCapture`` that are reported when the caller presses them."""
    if isinstance(capture, dict):
        capture = cast("dict[str, object]", capture).get("parentCall")
    return frozenset(map(str, cast("Iterable[object]", capture))) if isinstance(capture, list) else frozenset()
