"""``conference``: the caller joins a room, or waits until it is opened."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from ..conferences import Member
from ..flow import Flow, Killed, first_of, sleep
from ..meetings import Meeting
from ..stack import VerbStack
from ..state import REQUEST_METHODS
from ..waits import HookRequest, IdleWait, Replaced, Steps, Verb
from .queue import may_run, run_wait_hook
from .talk import talk_until

__all__ = ["conference"]


def conference(stack: VerbStack, verb: Verb) -> Steps:
    """Join a room, after waiting for its moderator if the verb says so, and stay until something else comes."""
    stack.pick_up(verb)
    call = stack.call
    if call.configuration.get("sipRequestWithinDialogHook"):
        call.request_methods = REQUEST_METHODS
    try:
        if call.meeting is None:
            yield from _stay_alone(stack, verb)
        else:
            yield from _stay_with_others(stack, verb, call.meeting)
    except Killed as killed:
        yield from stack.run_action_hook(verb, use_answer=not isinstance(killed, Replaced))
        raise
    finally:
        # as on the server, nothing is listened for after a conference
        call.request_methods = frozenset()
    yield from stack.run_action_hook(verb)


def _stay_alone(stack: VerbStack, verb: Verb) -> Steps:
    call = stack.call
    if verb.get("startConferenceOnEnter") is False:
        call.note("event", f"waits for the conference {verb['name']}")
        yield from run_wait_hook(stack, verb, None)
    call.note("event", f"joins the conference {verb['name']}")
    yield from _run_enter_hook(stack, verb)
    for event in ("start", "join"):
        _take_event(stack, verb, {"event": event, "duration": 0, "members": 1})
    yield IdleWait()


def _stay_with_others(stack: VerbStack, verb: Verb, meeting: Meeting) -> Steps:
    """Stay in the room until it ends for all, or somebody ends it for the caller."""
    call, name, conferences = stack.call, str(verb["name"]), meeting.conferences
    member = Member(meeting.party, verb, lambda event: _take_event(stack, verb, event))
    member.muted, member.tag = bool(verb.get("joinMuted")), verb.get("memberTag")
    member.heard_by = verb.get("speakOnlyTo")
    if not conferences.enter(name, member):
        call.note("event", f"the conference {name} is full")
        return
    wait: Flow | None = None
    try:
        if not member.begun.done and not member.moderator:
            call.note("event", f"waits for the conference {name}")
            wait = Flow(run_wait_hook(stack, verb, None), call.wait_of)
            wait.start()
            yield first_of(member.begun, wait)
            wait.kill()
            if wait.error is not None:
                raise wait.error
            if not member.begun.done:
                call.note("event", f"leaves the conference {name}")
                return
        yield member.begun
        call.note("event", f"joins the conference {name}")
        call.member = member
        yield from _run_enter_hook(stack, verb)
        limit = verb.get("endConferenceDuration")
        ends = first_of(member.over, *([sleep(call.clock, float(limit))] if limit else []))
        keys = bool(verb.get("distributeDtmf"))
        yield from talk_until(call, ends, lambda: conferences.listeners(name, member), keys=keys)
        if not member.over.done:
            conferences.end(name)
        reason = yield member.over
        call.note("event", f"leaves the conference {name}: {reason}")
    finally:
        call.member = None
        if wait is not None:
            wait.kill()
        conferences.leave(name, member)


def _run_enter_hook(stack: VerbStack, verb: Verb) -> Steps:
    if verb.get("enterHook"):
        verbs = yield from stack.ask_app(verb["enterHook"], stack.leg.describe())
        if may_run(stack, verbs, verb["enterHook"]):
            yield from stack.nested(stack.leg).run_verbs(verbs)


def _take_event(stack: VerbStack, verb: Verb, event: Mapping[str, Any]) -> None:
    """Record the conference if the caller has started it, and tell the statusHook of an event that it wants to know."""
    path = (verb.get("record") or {}).get("path")
    if path and event["event"] == "start":
        stack.call.note("event", f"the conference {verb['name']} is recorded into {path}")
    if verb.get("statusHook") and event["event"] in (verb.get("statusEvents") or []):
        sid = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{stack.leg.account_sid}/{verb['name']}"))
        about = {"conference_sid": sid, "friendly_name": verb["name"], "time": "2026-01-01T00:00:00.000Z"}
        stack.call.send_hook(HookRequest(verb["statusHook"], stack.leg.describe(**event, **about)))
