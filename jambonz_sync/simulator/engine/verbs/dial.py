"""``dial`` and ``transfer``: the caller is connected with somebody who is called."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from ...errors import HookFailed
from ..leg import Leg
from ..stack import Session
from ..state import CallState
from ..turns import Pressed
from ..waits import Hear, Killed, Quiet, Replaced, Steps, Verb
from .listen import beside

__all__ = ["dial", "transfer"]


def dial(session: Session, verb: Verb) -> Steps:
    call = session.call
    outcome = _next_callee(call)
    if not verb.get("answerOnBridge"):
        session.pick_up()
    targets = cast("list[Verb]", verb["target"] if isinstance(verb["target"], list) else [verb["target"]])
    legs = [session.leg.child(_name(target)) for target in targets]
    call.note("event", f"dials {', '.join(leg.to for leg in legs)}")
    for leg in legs:
        call.status(leg, "trying")
        call.status(leg, "ringing")
    winner = legs[0]
    try:
        if outcome in ("answer", "stay"):
            for loser in legs[1:]:
                call.status(loser, "no-answer")
            results = yield from _connect(session, verb, targets[0], winner, stays=outcome == "stay")
        else:
            yield Quiet()
            call.now += verb.get("timeout", 60) if outcome == "no-answer" else 1
            for leg in legs:
                call.status(leg, outcome)
            call.note("event", f"{winner.to}: {outcome}")
            results = _outcome(winner, outcome, winner.sip_status)
    except Killed as killed:
        _part(session, winner)
        results = _outcome(winner, winner.status, winner.sip_status)
        yield from session.action(verb, expect=not isinstance(killed, Replaced), **results)
        raise
    try:
        yield from session.action(verb, **results)
    except HookFailed as failed:
        call.complain("invalid actionHook response", str(failed), verb="dial")


def _next_callee(call: CallState) -> str:
    """What the next party that is dialled does."""
    callees = call.world.callees or ("answer",)
    call.dials += 1
    return callees[min(call.dials, len(callees)) - 1]


def transfer(session: Session, verb: Verb) -> Steps:
    """A dial that hands the caller over to a person."""
    session.pick_up(verb)
    call = session.call
    outcome = _next_callee(call)
    leg = session.leg.child(_name(verb["target"][0]))
    call.note("event", f"transfers the caller to {leg.to}: {outcome}")
    yield Quiet()
    reason = {"answer": "completed", "stay": "completed", "failed": "error"}.get(outcome, outcome)
    bridged = reason == "completed"
    leg.become("completed" if bridged else outcome)
    results: dict[str, Any] = {"dial_call_sid": leg.call_sid, "sip_status": leg.sip_status}
    yield from session.action(
        verb, transfer_result="bridged" if bridged else "returned", transfer_reason=reason, **results
    )


def _connect(session: Session, verb: Verb, target: Verb, leg: Leg, *, stays: bool) -> Steps:
    """The callee answers, confirms, and talks; what to report comes back."""
    call = session.call
    call.status(leg, "in-progress")
    confirm = target.get("confirmHook") or verb.get("confirmHook")
    if confirm:
        callee = session.inner(leg, callee=True)
        try:
            verbs = yield from callee.ask(confirm, leg.describe(), "dial:confirm")
            yield from callee.run(verbs)
        except HookFailed:
            callee.leave()
        if callee.gone:
            call.note("event", f"{leg.to} has not accepted the call")
            return _outcome(leg, leg.status, leg.sip_status)
    session.pick_up()
    call.bridged = leg
    call.note("event", f"{leg.to} answers: caller and callee talk")
    yield from beside(session, verb, leg)
    patterns = _patterns(verb.get("dtmfCapture"))
    yield Quiet()
    while True:
        if not stays and not patterns:
            break
        turn = yield from session.hear(Hear(optional=stays, glance=not stays, only_keys=not stays))
        if turn is None:
            break
        if isinstance(turn, Pressed) and turn.keys in patterns and verb.get("dtmfHook"):
            session.ask_aside(verb["dtmfHook"], session.leg.describe(dtmf=turn.keys))
            yield Quiet()
    call.now += 30
    call.note("event", f"{leg.to} hangs up")
    _part(session, leg)
    return _outcome(leg, "completed", 200)


def _part(session: Session, leg: Leg) -> None:
    call = session.call
    call.bridged = None
    if call.streams.current is not None:
        call.streams.end(call.streams.current)
        call.streams.current = None
    if leg.status == "in-progress":
        leg.terminated_by = "jambonz" if session.gone else "caller"
        call.status(leg, "completed")
    elif leg.status in ("trying", "ringing"):
        call.status(leg, "no-answer")


def _outcome(leg: Leg, status: str, sip_status: int) -> dict[str, Any]:
    return {
        "dial_call_status": status,
        "dial_sip_status": sip_status,
        "dial_call_sid": leg.call_sid,
        "dial_sbc_callid": f"{leg.call_id}@sbc",
    }


def _name(target: Verb) -> str:
    for key in ("number", "sipUri", "name"):
        if target.get(key):
            return str(target[key])
    return str(target["type"])


def _patterns(capture: object) -> frozenset[str]:
    if isinstance(capture, dict):
        capture = cast("dict[str, object]", capture).get("parentCall")
    return frozenset(map(str, cast("Iterable[object]", capture))) if isinstance(capture, list) else frozenset()
