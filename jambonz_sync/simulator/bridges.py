"""The verbs that connect the caller with other people: ``dial``, queues and conferences."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any, cast

from .caller import Pressed
from .effects import Ask, Hear, HookFailed, Idle, Killed, Quiet, Replaced, Steps, Verb
from .leg import Leg
from .listening import beside
from .session import Session
from .state import CallState

__all__ = ["conference", "dequeue", "dial", "enqueue", "transfer"]

#: what may be played to somebody who waits
_WHILE_WAITING = frozenset({"play", "say", "pause", "leave", "tag"})


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


def enqueue(session: Session, verb: Verb) -> Steps:
    session.pick_up(verb)
    call = session.call
    queue = f"queue:{session.leg.account_sid}:{verb['name']}"
    call.note("event", f"waits in the queue {verb['name']}")
    started = call.now

    def results(result: str) -> dict[str, Any]:
        return {"queue_sid": queue, "queue_time": int(call.now - started), "queue_result": result}

    try:
        left = yield from _wait(session, verb, queue)
        if not left:
            call.note("event", f"somebody takes the caller out of the queue {verb['name']}: they talk")
            yield Quiet()
            call.now += 30
    except Killed as killed:
        expect = not isinstance(killed, Replaced)
        yield from session.action(verb, expect=expect, **results("hangup"))
        raise
    if left:
        call.note("event", f"leaves the queue {verb['name']}")
    yield from session.action(verb, **results("leave" if left else "bridged"))


def _wait(session: Session, verb: Verb, queue: str | None) -> Steps:
    """Ask the waitHook, and play what it returns, until somebody comes. True if it said ``leave``."""
    call = session.call
    started = call.now
    rounds = call.world.queue_rounds
    hook = verb.get("waitHook")
    done = 0
    while hook and (rounds is None or done < rounds):
        done += 1
        call.now += 0.5
        if queue is None:
            about = session.leg.describe()
        else:
            about = {
                "queue_sid": queue,
                "queue_time": int(call.now - started),
                "queue_size": 1,
                "queue_position": 0,
                "call_sid": session.leg.call_sid,
                "call_id": session.leg.call_id,
            }
        try:
            verbs = yield from session.ask(hook, about)
        except HookFailed:
            break
        strange = [one["verb"] for one in verbs if one["verb"] not in _WHILE_WAITING]
        if strange:
            allowed = ", ".join(sorted(_WHILE_WAITING))
            call.error(f"{strange[0]} cannot run while the caller waits, only {allowed}")
            break
        names = [one["verb"] for one in verbs]
        left = "leave" in names
        inner = session.inner(session.leg)
        yield from inner.run(verbs[: names.index("leave")] if left else verbs)
        if left:
            return True
        if not names:
            break
        yield Quiet()
    if rounds is None:
        yield Idle()
    return False


def dequeue(session: Session, verb: Verb) -> Steps:
    session.pick_up(verb)
    call = session.call
    if call.queue_waiting > 0:
        call.queue_waiting -= 1
        call.note("event", f"talks to a caller from the queue {verb['name']}")
        yield Quiet()
        call.now += 30
        result = "complete"
    elif verb.get("timeout"):
        call.now += verb["timeout"]
        call.note("event", f"the queue {verb['name']} is empty")
        result = "timeout"
    else:
        call.note("event", f"the queue {verb['name']} is empty: waits")
        yield Idle()
        return
    # the server does not wait for this hook: the next verb runs meanwhile
    session.report(verb, dequeue_result=result)


def conference(session: Session, verb: Verb) -> Steps:
    session.pick_up(verb)
    call = session.call
    try:
        if verb.get("startConferenceOnEnter") is False:
            call.note("event", f"waits for the conference {verb['name']}")
            yield from _wait(session, verb, None)
        call.note("event", f"joins the conference {verb['name']}")
        if verb.get("enterHook"):
            verbs = yield from session.ask(verb["enterHook"], session.leg.describe())
            yield from session.inner(session.leg).run(verbs)
        if verb.get("statusHook"):
            for event in [name for name in ("start", "join") if name in (verb.get("statusEvents") or [])]:
                call.aside(Ask(verb["statusHook"], session.leg.describe(**_conference(session, verb, event))))
        while True:
            yield from session.hear(Hear(optional=True))
    except Killed as killed:
        yield from session.action(verb, expect=not isinstance(killed, Replaced))
        raise


def _conference(session: Session, verb: Verb, event: str) -> dict[str, Any]:
    return {
        "event": event,
        "conference_sid": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{session.leg.account_sid}/{verb['name']}")),
        "friendly_name": verb["name"],
        "duration": 0,
        "members": 1,
        "time": "2026-01-01T00:00:00.000Z",
    }
