"""What the server does for each verb: at once, or in a generator that yields what it waits for."""

from __future__ import annotations

import uuid

from ...errors import HookFailed
from ..stack import Session, shown, transcription
from ..turns import Said
from ..waits import Ask, Hear, Idle, Quiet, Steps, StreamEnd, Verb
from .listen import background

__all__ = [
    "alert",
    "answer",
    "assistant",
    "config",
    "dtmf",
    "dub",
    "hangup",
    "leave",
    "message",
    "pause",
    "play",
    "redirect",
    "say",
    "sip_decline",
    "sip_refer",
    "sip_request",
    "tag",
    "transcribe",
]


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


def config(session: Session, verb: Verb) -> None:
    """Remember what holds for the rest of the call, and start or stop what runs beside it."""
    call = session.call
    settings = {name: value for name, value in verb.items() if name not in ("verb", "id", "reset")}
    reset = verb.get("reset") or []
    for name in [reset] if isinstance(reset, str) else reset:
        call.configuration.pop(name, None)
    call.configuration.update(settings)
    stream = settings.get("ttsStream")
    if isinstance(stream, dict):
        if stream.get("enable"):
            session.pick_up()
            call.spoken(call.tokens.open())
        else:
            call.tokens.close()
            call.spoken([])
    for name in ("listen", "stream"):
        if isinstance(settings.get(name), dict):
            session.pick_up()
            background(session, settings[name])
    for name in ("record", "transcribe", "amd"):
        if isinstance(settings.get(name), dict):
            session.pick_up()
            options: Verb = settings[name]
            doing = options.get("action") or ("starts" if options.get("enable", True) else "stops")
            call.note("event", f"{name} in the background: {doing}")


def tag(session: Session, verb: Verb) -> None:
    session.leg.customer_data = verb["data"]
    session.call.note("event", f"tag {shown(verb['data'])}")


def dtmf(session: Session, verb: Verb) -> None:
    session.pick_up(verb)
    session.call.note("app", f"(sends the tones {verb['dtmf']})")
    session.call.now += len(verb["dtmf"]) * (verb.get("duration", 500) + 250) / 1000


def transcribe(session: Session, verb: Verb) -> Steps:
    if verb.get("enable") is False:
        return
    session.pick_up(verb)
    session.call.note("event", "transcription starts")
    while True:
        turn = yield from session.hear(Hear(optional=True))
        if isinstance(turn, Said) and verb.get("transcriptionHook"):
            heard = session.leg.describe(speech=transcription(turn, verb))
            verbs = yield from session.ask(verb["transcriptionHook"], heard)
            if verbs:
                return session.replace(verbs)


def assistant(session: Session, verb: Verb) -> Steps:
    """``llm``, ``agent`` and ``dialogflow``: somebody else talks to the caller, until the app says otherwise."""
    session.pick_up(verb)
    call = session.call
    options = verb.get("llm") if verb["verb"] == "agent" else verb
    about = [str(options[name]) for name in ("vendor", "model") if name in options] if isinstance(options, dict) else []
    call.note("event", f"the caller talks to the {' '.join([*about, verb['verb']])}")
    while True:
        turn = yield from session.hear(Hear(optional=True))
        if isinstance(turn, Said) and verb["verb"] == "agent" and verb.get("eventHook"):
            call.tell("agent:event", {"type": "user_transcript", "transcript": turn.text}, verb["eventHook"])


def message(session: Session, verb: Verb) -> None:
    session.call.note("event", f"message to {verb['to']}: {verb.get('text', '')}")
    session.report(verb, message_sid=verb.get("message_sid") or str(uuid.uuid4()), message_status="success")


def dub(session: Session, verb: Verb) -> None:
    what = " ".join(shown(verb[name]) for name in ("play", "say") if name in verb)
    session.call.note("event", f"dub {verb['action']} {verb['track']} {what}".rstrip())


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
