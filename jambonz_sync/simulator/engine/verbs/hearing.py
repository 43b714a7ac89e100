"""The verbs that hear the caller without an end of their own: ``transcribe``, ``llm``, ``agent``, ``dialogflow``."""

from __future__ import annotations

from ..stack import Session, transcription
from ..turns import Said
from ..waits import Hear, Steps, Verb

__all__ = ["assistant", "transcribe"]


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
