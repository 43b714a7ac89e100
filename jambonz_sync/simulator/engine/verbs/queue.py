"""``enqueue`` and ``dequeue``: wait in a queue, or take somebody out of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any

from ...errors import HookFailed
from ..clock import BEGINNING
from ..flow import Flow, Future, Killed, first_of, sleep
from ..leg import Leg
from ..meetings import Bridge, Meeting, Ticket
from ..stack import VerbStack
from ..waits import HookRequest, IdleWait, Replaced, Sleep, Steps, Verb
from .talk import talk

__all__ = ["CONFERENCE_VERBS", "dequeue", "enqueue", "may_run", "run_wait_hook"]

#: the verbs that the hooks of a conference may answer with, and those that a waitHook of a queue may
CONFERENCE_VERBS = frozenset({"play", "say", "pause"})
_QUEUE_VERBS = CONFERENCE_VERBS | {"leave", "tag"}
#: seconds between two answers of a waitHook that take no time
_ROUND = 0.5
#: seconds until a dequeue looks into the queue first, and those until it looks again
_FIRST_LOOK, _LOOK = 1.0, 5.0


def enqueue(stack: VerbStack, verb: Verb) -> Steps:
    """Let the caller wait in a queue until somebody takes them out of it."""
    stack.pick_up(verb)
    call = stack.call
    queue = f"queue:{stack.leg.account_sid}:{verb['name']}"
    call.note("event", f"waits in the queue {verb['name']}")
    started = call.now

    def results(result: str) -> dict[str, Any]:
        return {"queue_sid": queue, "queue_time": int(call.now - started), "queue_result": result}

    ticket: Ticket | None = None
    events = _QueueEvents(stack, verb)
    try:
        if call.meeting is None:
            events.tell_join(1)
            leaves = yield from run_wait_hook(stack, verb, queue)
            if not leaves:
                events.tell_dequeued(0, Leg(account_sid=stack.leg.account_sid).describe())
                call.note("event", f"somebody takes the caller out of the queue {verb['name']}: they talk")
                yield Sleep(call.pace.talk)
        else:
            ticket = call.meeting.queues.wait_in_queue(verb["name"], call.meeting.party, verb.get("priority"))
            events.tell_join(call.meeting.queues.place(verb["name"], ticket)[0])
            ticket.matched.on_done(partial(_tell_match, events, ticket))
            leaves = yield from _wait_for_others(stack, verb, queue, call.meeting, ticket)
    except Killed as killed:
        events.tell_abandoned(ticket)
        use_answer = not isinstance(killed, Replaced)
        result = "bridged" if ticket is not None and ticket.matched.done else "hangup"
        yield from stack.run_action_hook(verb, use_answer=use_answer, **results(result))
        raise
    if leaves:
        events.tell_abandoned(ticket)
        call.note("event", f"leaves the queue {verb['name']}")
    yield from stack.run_action_hook(verb, **results("leave" if leaves else "bridged"))


class _QueueEvents:
    """Tells the account of a caller who enters and leaves a queue.

    Args:
        stack: The stack of the caller.
        verb: The ``enqueue``.
    """

    def __init__(self, stack: VerbStack, verb: Verb) -> None:
        self._stack = stack
        self._name = str(verb["name"])
        self._has_left = False

    def tell_join(self, length: int) -> None:
        """Tell that the caller waits, and how many do so by now."""
        self._tell("join", length, join_time=self._time)

    def tell_dequeued(self, length: int, by: Mapping[str, Any]) -> None:
        """Tell who has taken the caller out of it, and how many still wait."""
        self._leave(length, leave_reason="dequeued", leave_time=self._time, dequeuer=by)

    def tell_abandoned(self, ticket: Ticket | None) -> None:
        """Tell that the caller has left it by themselves, unless somebody has taken them out of it."""
        meeting, length = self._stack.call.meeting, 0
        if meeting is not None and ticket is not None:
            length = meeting.queues.place(self._name, ticket)[0]
        self._leave(length, leave_reason="abandoned", leave_time=self._time)

    @property
    def _time(self) -> int:
        return int(1000 * (BEGINNING + self._stack.call.now))

    def _leave(self, length: int, **about: Any) -> None:
        if not self._has_left:
            self._has_left = True
            self._tell("leave", length, **about)

    def _tell(self, event: str, length: int, **about: Any) -> None:
        call, hook = self._stack.call, self._stack.call.scenario.queue_event_hook
        if hook:
            data = self._stack.leg.describe(event=event, queue=self._name, length=length, **about)
            call.send_hook(HookRequest(hook, data, "queue:status"))


def _tell_match(events: _QueueEvents, ticket: Ticket, matched: Future) -> None:
    if not matched.cancelled:
        events.tell_dequeued(ticket.left_behind, ticket.taken_by)


def _wait_for_others(stack: VerbStack, verb: Verb, queue: str, meeting: Meeting, ticket: Ticket) -> Steps:
    """Wait until another call takes the caller out of the queue, and let them talk. Returns True if they leave it."""
    call, name = stack.call, str(verb["name"])
    wait = Flow(run_wait_hook(stack, verb, queue, lambda: meeting.queues.place(name, ticket)), call.wait_of)
    try:
        wait.start()
        yield first_of(ticket.matched, wait)
        wait.kill()
        if wait.error is not None:
            raise wait.error
        if not ticket.matched.done and meeting.queues.give_up(name, ticket):
            return True
        yield from talk(stack, meeting.party, (yield ticket.matched))
        return False
    finally:
        wait.kill()
        meeting.queues.withdraw(name, ticket)


def run_wait_hook(
    stack: VerbStack, verb: Verb, queue: str | None, place: Callable[[], tuple[int, int]] = lambda: (1, 0)
) -> Steps:
    """Ask the waitHook, and run its verbs, until somebody comes. Returns True if one of them was ``leave``.

    Args:
        stack: The stack of whoever waits.
        verb: The verb that has the ``waitHook``.
        queue: The sid of the queue; None for a conference.
        place: Returns how many wait, and how many of them are before this caller.
    """
    call = stack.call
    started = call.now
    rounds = call.scenario.queue_rounds if call.meeting is None else None
    hook = verb.get("waitHook")
    rounds_done = 0
    while hook and (rounds is None or rounds_done < rounds):
        rounds_done += 1
        if queue is None:
            data = stack.leg.describe()
        else:
            size, position = place()
            data = {
                "queue_sid": queue,
                "queue_time": int(call.now - started),
                "queue_size": size,
                "queue_position": position,
                "call_sid": stack.leg.call_sid,
                "call_id": stack.leg.call_id,
            }
        try:
            verbs = yield from stack.ask_app(hook, data)
        except HookFailed:
            break
        names = [waiting_verb["verb"] for waiting_verb in verbs]
        if not may_run(stack, verbs, hook, CONFERENCE_VERBS if queue is None else _QUEUE_VERBS):
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


def may_run(stack: VerbStack, verbs: list[Verb], hook: object, allowed: Collection[str] = _QUEUE_VERBS) -> bool:
    """Return True if these verbs can run inside of another one, which the answer to a hook of it wants."""
    forbidden = next((verb["verb"] for verb in verbs if verb["verb"] not in allowed), None)
    if forbidden is not None:
        text = f"{forbidden} cannot run while the caller waits, only {', '.join(sorted(allowed))}"
        stack.call.note_error(text, "queue-verb-not-allowed", where=str(hook))
    return forbidden is None


def dequeue(stack: VerbStack, verb: Verb) -> Steps:
    """Connect the caller with somebody who waits in a queue."""
    stack.pick_up(verb)
    call = stack.call
    if call.meeting is not None:
        result = yield from _take(stack, verb, call.meeting)
    elif call.queue_waiting > 0:
        call.queue_waiting -= 1
        yield Sleep(_FIRST_LOOK)
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


def _take(stack: VerbStack, verb: Verb, meeting: Meeting) -> Steps:
    """Connect the caller with the first call that waits, now or later. Returns the result."""
    call, name = stack.call, str(verb["name"])
    seconds = verb.get("timeout")
    over = sleep(call.clock, float(seconds)) if seconds else Future()
    bridge: Bridge | None = None
    wait = _FIRST_LOOK
    while bridge is None:
        yield first_of(sleep(call.clock, wait), over)
        if over.done:
            call.note("event", f"the queue {name} is empty")
            return "timeout"
        bridge, wait = meeting.queues.take_from_queue(name, meeting.party, verb.get("callSid")), _LOOK
    if verb.get("beep"):
        call.note("app", "(beeps)")
    try:
        yield from talk(stack, meeting.party, bridge)
        return "complete"
    finally:
        bridge.leave(meeting.party)
