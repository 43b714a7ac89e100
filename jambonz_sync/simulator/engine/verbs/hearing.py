"""``transcribe``: hear the caller until the app stops it."""

from __future__ import annotations

from ..stack import VerbStack, transcription
from ..turns import Said
from ..waits import CallerWait, Steps, Verb

__all__ = ["transcribe"]


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
