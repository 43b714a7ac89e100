"""``conference``: the caller joins a room, or waits until it is opened."""

from __future__ import annotations

import uuid
from typing import Any

from ..stack import Session
from ..waits import Ask, Hear, Killed, Replaced, Steps, Verb
from .queue import wait_for_somebody

__all__ = ["conference"]


def conference(session: Session, verb: Verb) -> Steps:
    session.pick_up(verb)
    call = session.call
    try:
        if verb.get("startConferenceOnEnter") is False:
            call.note("event", f"waits for the conference {verb['name']}")
            yield from wait_for_somebody(session, verb, None)
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
