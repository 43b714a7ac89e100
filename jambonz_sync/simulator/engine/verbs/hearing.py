"""The verbs that hear the caller until the app stops them: ``transcribe``, ``llm``, ``agent``, ``dialogflow``."""

from __future__ import annotations

from ..stack import VerbStack, transcription
from ..turns import Said
from ..waits import CallerWait, Steps, Verb

__all__ = ["assistant", "transcribe"]


def transcribe(stack: VerbStack, verb: Verb) -> Steps:
    """Send what the caller says to a hook."""
    if verb.get("enable") is False:
        return
    stack.pick_up(verb)
    stack.call.note("event", "transcription starts")
    while True:
        turn = yield from stack.hear_caller(CallerWait(optional=True))
        if isinstance(turn, Said) and verb.get("transcriptionHook"):
            data = stack.leg.describe(speech=transcription(turn, verb))
            verbs = yield from stack.ask_app(verb["transcriptionHook"], data)
            if verbs:
                return stack.replace(verbs)


def assistant(stack: VerbStack, verb: Verb) -> Steps:
    """Let an assistant talk to the caller, for ``llm``, ``agent`` and ``dialogflow``."""
    stack.pick_up(verb)
    call = stack.call
    options = verb.get("llm") if verb["verb"] == "agent" else verb
    names = [str(options[name]) for name in ("vendor", "model") if name in options] if isinstance(options, dict) else []
    call.note("event", f"the caller talks to the {' '.join([*names, verb['verb']])}")
    while True:
        turn = yield from stack.hear_caller(CallerWait(optional=True))
        if isinstance(turn, Said) and verb["verb"] == "agent" and verb.get("eventHook"):
            call.notify("agent:event", {"type": "user_transcript", "transcript": turn.text}, verb["eventHook"])
