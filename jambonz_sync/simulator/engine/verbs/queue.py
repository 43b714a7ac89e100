"""``enqueue`` and ``dequeue``: wait in a queue, or take somebody out of it."""

from __future__ import annotations

from typing import Any

from ...errors import HookFailed
from ..flow import Killed
from ..stack import VerbStack
from ..waits import IdleWait, Replaced, Sleep, Steps, Verb

__all__ = ["dequeue", "enqueue", "run_wait_hook"]

#: the verbs that a waitHook may answer with
_WAITING_VERBS = frozenset({"play", "say", "pause", "leave", "tag"})
#: seconds between two answers of a waitHook that take no time
_ROUND = 0.5


def enqueue(stack: VerbStack, verb: Verb) -> Steps:
    """Let the caller wait in a queue until somebody takes them out of it."""
    stack.pick_up(verb)
    call = stack.call
    queue = f"queue:{stack.leg.account_sid}:{verb['name']}"
    call.note("event", f"waits in the queue {verb['name']}")
    started = call.now

    def results(result: str) -> dict[str, Any]:
        return {"queue_sid": queue, "queue_time": int(call.now - started), "queue_result": result}

    try:
        leaves = yield from run_wait_hook(stack, verb, queue)
        if not leaves:
            call.note("event", f"somebody takes the caller out of the queue {verb['name']}: they talk")
            yield Sleep(call.pace.talk)
    except Killed as killed:
        use_answer = not isinstance(killed, Replaced)
        yield from stack.run_action_hook(verb, use_answer=use_answer, **results("hangup"))
        raise
    if leaves:
        call.note("event", f"leaves the queue {verb['name']}")
    yield from stack.run_action_hook(verb, **results("leave" if leaves else "bridged"))


def run_wait_hook(stack: VerbStack, verb: Verb, queue: str | None) -> Steps:
    """Ask the waitHook, and run its verbs, until somebody comes. Returns True if one of them was ``leave``.

    Args:
        stack: The stack of whoever waits.
        verb: The verb that has the ``waitHook``.
        queue: The sid of the queue; None for a conference.
    """
    call = stack.call
    started = call.now
    rounds = call.scenario.queue_rounds
    hook = verb.get("waitHook")
    rounds_done = 0
    while hook and (rounds is None or rounds_done < rounds):
        rounds_done += 1
        if queue is None:
            data = stack.leg.describe()
        else:
            data = {
                "queue_sid": queue,
                "queue_time": int(call.now - started),
                "queue_size": 1,
                "queue_position": 0,
                "call_sid": stack.leg.call_sid,
                "call_id": stack.leg.call_id,
            }
        try:
            verbs = yield from stack.ask_app(hook, data)
        except HookFailed:
            break
        names = [waiting_verb["verb"] for waiting_verb in verbs]
        forbidden = [name for name in names if name not in _WAITING_VERBS]
        if forbidden:
            allowed = ", ".join(sorted(_WAITING_VERBS))
            text = f"{forbidden[0]} cannot run while the caller waits, only {allowed}"
            call.note_error(text, "queue-verb-not-allowed", where=str(hook))
            break
        leaves = "leave" in names
        began = call.now
        yield from stack.nested(stack.leg).run_verbs(verbs[: names.index("leave")] if leaves else verbs)
        if leaves:
            return True
        if not names:
            break
        if call.now <= began:
            yield Sleep(_ROUND)
    if rounds is None:
        yield IdleWait()
    return False


def dequeue(stack: VerbStack, verb: Verb) -> Steps:
    """Connect the caller with somebody who waits in a queue."""
    stack.pick_up(verb)
    call = stack.call
    if call.queue_waiting > 0:
        call.queue_waiting -= 1
        call.note("event", f"talks to a caller from the queue {verb['name']}")
        yield Sleep(call.pace.talk)
        result = "complete"
    elif verb.get("timeout"):
        yield Sleep(float(verb["timeout"]))
        call.note("event", f"the queue {verb['name']} is empty")
        result = "timeout"
    else:
        call.note("event", f"the queue {verb['name']} is empty: waits")
        yield IdleWait()
        return
    # the server does not wait for this hook: the next verb runs meanwhile
    stack.send_action_hook(verb, dequeue_result=result)
