"""``conference``: the caller joins a room, or waits until it is opened."""

from __future__ import annotations

import uuid
from typing import Any

from ..flow import Killed
from ..stack import VerbStack
from ..waits import HookRequest, IdleWait, Replaced, Steps, Verb
from .queue import run_wait_hook

__all__ = ["conference"]


def conference(stack: VerbStack, verb: Verb) -> Steps:
    """Join a room, after waiting for its moderator if the verb says so, and stay until something else comes."""
    stack.pick_up(verb)
    call = stack.call
    try:
        if verb.get("startConferenceOnEnter") is False:
            call.note("event", f"waits for the conference {verb['name']}")
            yield from run_wait_hook(stack, verb, None)
        call.note("event", f"joins the conference {verb['name']}")
        if verb.get("enterHook"):
            verbs = yield from stack.ask_app(verb["enterHook"], stack.leg.describe())
            yield from stack.nested(stack.leg).run_verbs(verbs)
        if verb.get("statusHook"):
            for event in [name for name in ("start", "join") if name in (verb.get("statusEvents") or [])]:
                data = stack.leg.describe(**_status_event(stack, verb, event))
                call.send_hook(HookRequest(verb["statusHook"], data))
        yield IdleWait()
    except Killed as killed:
        yield from stack.run_action_hook(verb, use_answer=not isinstance(killed, Replaced))
        raise


def _status_event(stack: VerbStack, verb: Verb, event: str) -> dict[str, Any]:
    return {
        "event": event,
        "conference_sid": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{stack.leg.account_sid}/{verb['name']}")),
        "friendly_name": verb["name"],
        "duration": 0,
        "members": 1,
        "time": "2026-01-01T00:00:00.000Z",
    }
