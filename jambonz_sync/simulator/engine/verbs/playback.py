"""The verbs that the caller hears: ``say``, ``play``, ``pause``, ``dtmf`` and ``dub``."""

from __future__ import annotations

from ...errors import HookFailed
from ..stack import Session, shown
from ..waits import Hear, Idle, Quiet, Steps, StreamEnd, Verb

__all__ = ["dtmf", "dub", "pause", "play", "say"]


def say(session: Session, verb: Verb) -> Steps:
    session.pick_up(verb)
    call = session.call
    if verb.get("stream"):
        if not call.websocket:
            message = "say with stream needs an app on a WebSocket"
            call.error(message)
            raise HookFailed(message, call_sid=session.leg.call_sid)
        call.tokens.reopen()
        call.spoken(call.tokens.open())
        texts = verb.get("text") or []
        for text in [texts] if isinstance(texts, str) else texts:
            call.spoken(call.tokens.push(text)[1] + call.tokens.flush())
        yield StreamEnd() if verb.get("closeStreamOnEmpty", True) else Idle()
    else:
        yield from session.playback(verb, session.say)


def play(session: Session, verb: Verb) -> Steps:
    session.pick_up(verb)
    yield from session.playback(verb, session.play)
    yield from session.action(
        verb, reason="playCompleted", playback_seconds=1, playback_milliseconds=0, playback_last_offset_pos="8000"
    )


def pause(session: Session, verb: Verb) -> Steps:
    call = session.call
    length = verb["length"]
    call.note("event", f"pause of {length} s")
    if call.configuration.get("bargeIn", {}).get("enable") and session.outer is None:
        yield from session.barge_in(Hear(glance=True))
    elif call.websocket:
        yield Quiet()
    call.now += length


def dtmf(session: Session, verb: Verb) -> None:
    session.pick_up(verb)
    session.call.note("app", f"(sends the tones {verb['dtmf']})")
    session.call.now += len(verb["dtmf"]) * (verb.get("duration", 500) + 250) / 1000


def dub(session: Session, verb: Verb) -> None:
    what = " ".join(shown(verb[name]) for name in ("play", "say") if name in verb)
    session.call.note("event", f"dub {verb['action']} {verb['track']} {what}".rstrip())
