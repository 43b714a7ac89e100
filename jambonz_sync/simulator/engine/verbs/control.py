"""The verbs that steer the call, or tell somebody something: ``hangup``, ``redirect``, ``tag``, ``sip:refer`` ..."""

from __future__ import annotations

import uuid

from ...errors import HookFailed
from ..stack import VerbStack, as_text
from ..waits import HookRequest, Sleep, Steps, Verb

__all__ = [
    "alert",
    "answer",
    "hangup",
    "leave",
    "message",
    "redirect",
    "sip_decline",
    "sip_refer",
    "sip_request",
    "tag",
]


def hangup(stack: VerbStack, verb: Verb) -> None:
    """End the call; of a dialled party, only their leg."""
    call = stack.call
    if stack.callee:
        stack.hang_up()
    elif _is_answered(stack, verb):
        call.hang_up("app")


def _is_answered(stack: VerbStack, verb: Verb) -> bool:
    """Return False for a call that has not been answered, which makes the server skip the verb."""
    if stack.call.answered_at is None:
        stack.call.note("event", f"{verb['verb']} is skipped: the call has not been answered")
        return False
    return True


def redirect(stack: VerbStack, verb: Verb) -> Steps:
    """Ask a hook of another app, or of this one, for other verbs."""
    if verb.get("statusHook"):
        stack.call.status_hook = verb["statusHook"]
    yield from stack.run_action_hook(verb, type="session:redirect")


def tag(stack: VerbStack, verb: Verb) -> None:
    """Attach data to the call, which every later hook has."""
    stack.leg.customer_data = verb["data"]
    stack.call.note("event", f"tag {as_text(verb['data'])}")


def message(stack: VerbStack, verb: Verb) -> None:
    """Send a text message; the next verb runs meanwhile."""
    stack.call.note("event", f"message to {verb['to']}: {verb.get('text', '')}")
    status = "success" if stack.call.scenario.carrier else "no carriers"
    stack.send_action_hook(verb, message_sid=verb.get("message_sid") or str(uuid.uuid4()), message_status=status)


def alert(stack: VerbStack, verb: Verb) -> None:
    """Show a text on the phone of the caller."""
    stack.call.note("event", f"alert: {verb['message']}")


def answer(stack: VerbStack, verb: Verb) -> None:
    """Answer the call."""
    stack.pick_up()


def leave(stack: VerbStack, verb: Verb) -> None:
    """Leave a queue or conference; only a waitHook has anything to leave."""
    text = "leave outside of a waitHook ends the call"
    stack.call.note_error(text, "answer-void", where="leave")
    raise HookFailed(text, call_sid=stack.leg.call_sid)


def sip_decline(stack: VerbStack, verb: Verb) -> None:
    """Decline a call that has not been answered."""
    call = stack.call
    if call.answered_at is None:
        call.decline(verb["status"], verb.get("reason"))
    else:
        call.note("event", "sip:decline is skipped: the call has been answered")


def sip_refer(stack: VerbStack, verb: Verb) -> Steps:
    """Send the caller elsewhere, which ends the call here."""
    if not _is_answered(stack, verb):
        return
    stack.call.note("event", f"refer to {verb['referTo']}")
    stack.call.sip_requests.append({"method": "REFER", "headers": dict(verb.get("headers") or {})})
    for status in (100, 200):
        yield Sleep(stack.call.pace.ring)
        if verb.get("eventHook"):
            progress = {"event": "transfer-status", "call_status": status}
            stack.call.send_hook(HookRequest(verb["eventHook"], progress))
    yield from stack.run_action_hook(verb, refer_status=202, final_referred_call_status=200)
    if not stack.verbs:
        stack.call.hang_up("caller")


def sip_request(stack: VerbStack, verb: Verb) -> Steps:
    """Send a SIP request to the phone of the caller."""
    if not _is_answered(stack, verb):
        return
    stack.call.note("event", f"sends {verb['method']} to the caller's phone")
    body = {"body": f"{verb['body']}\n"} if verb.get("body") else {}
    stack.call.sip_requests.append({"method": verb["method"], "headers": dict(verb.get("headers") or {}), **body})
    yield from stack.run_action_hook(verb, result="success")
