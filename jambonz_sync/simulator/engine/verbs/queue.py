"""``enqueue`` and ``dequeue``: the caller waits for somebody, or takes somebody who waits."""

from __future__ import annotations

from typing import Any

from ...errors import HookFailed
from ..stack import Session
from ..waits import Idle, Killed, Quiet, Replaced, Steps, Verb

__all__ = ["dequeue", "enqueue", "wait_for_somebody"]

#: what may be played to somebody who waits
_WHILE_WAITING = frozenset({"play", "say", "pause", "leave", "tag"})


def enqueue(session: Session, verb: Verb) -> Steps:
    session.pick_up(verb)
    call = session.call
    queue = f"queue:{session.leg.account_sid}:{verb['name']}"
    call.note("event", f"waits in the queue {verb['name']}")
    started = call.now

    def results(result: str) -> dict[str, Any]:
        return {"queue_sid": queue, "queue_time": int(call.now - started), "queue_result": result}

    try:
        left = yield from wait_for_somebody(session, verb, queue)
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


def wait_for_somebody(session: Session, verb: Verb, queue: str | None) -> Steps:
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
