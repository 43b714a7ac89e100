"""The verbs that steer the call, or tell somebody something: ``hangup``, ``redirect``, ``tag``, ``sip:refer`` ..."""

from __future__ import annotations

import uuid

from ..stack import Session, shown
from ..waits import Ask, Idle, Steps, Verb

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


def hangup(session: Session, verb: Verb) -> None:
    call = session.call
    if session.callee:
        session.leave()
    elif _is_answered(session, verb):
        call.hang_up("app")


def _is_answered(session: Session, verb: Verb) -> bool:
    """Whether there is a call to do something with; the server skips the verb if not."""
    if session.call.answered_at is None:
        session.call.note("event", f"{verb['verb']} is skipped: the call has not been answered")
        return False
    return True


def redirect(session: Session, verb: Verb) -> Steps:
    if verb.get("statusHook"):
        session.call.status_hook = verb["statusHook"]
    yield from session.action(verb, type="session:redirect")


def tag(session: Session, verb: Verb) -> None:
    session.leg.customer_data = verb["data"]
    session.call.note("event", f"tag {shown(verb['data'])}")


def message(session: Session, verb: Verb) -> None:
    session.call.note("event", f"message to {verb['to']}: {verb.get('text', '')}")
    session.report(verb, message_sid=verb.get("message_sid") or str(uuid.uuid4()), message_status="success")


def alert(session: Session, verb: Verb) -> None:
    session.call.note("event", f"alert: {verb['message']}")


def answer(session: Session, verb: Verb) -> None:
    session.pick_up()


def leave(session: Session, verb: Verb) -> Steps:
    # only a waitHook has anything to leave; elsewhere the server waits for ever
    session.call.note("event", "leave outside of a waitHook: nothing happens")
    yield Idle()


def sip_decline(session: Session, verb: Verb) -> None:
    call = session.call
    if call.answered_at is None:
        call.decline(verb["status"], verb.get("reason"))
    else:
        call.note("event", "sip:decline is skipped: the call has been answered")


def sip_refer(session: Session, verb: Verb) -> Steps:
    if not _is_answered(session, verb):
        return
    session.call.note("event", f"refer to {verb['referTo']}")
    if verb.get("eventHook"):
        progress = session.leg.describe(event="transfer-status", call_status=200)
        session.call.aside(Ask(verb["eventHook"], progress))
    yield from session.action(verb, refer_status=202, final_referred_call_status=200)
    if not session.stack:
        session.call.hang_up("caller")


def sip_request(session: Session, verb: Verb) -> Steps:
    if not _is_answered(session, verb):
        return
    session.call.note("event", f"sends {verb['method']} to the caller's phone")
    yield from session.action(verb, result="success", sip_status=200)
