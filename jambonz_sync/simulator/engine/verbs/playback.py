"""The verbs that the caller hears: ``say``, ``play``, ``pause``, ``dtmf`` and ``dub``."""

from __future__ import annotations

from ...errors import HookFailed
from ..stack import VerbStack, as_text
from ..waits import CallerWait, IdleWait, ReactionWait, Steps, TextWait, Verb

__all__ = ["dtmf", "dub", "pause", "play", "say"]


def say(stack: VerbStack, verb: Verb) -> Steps:
    """Speak a text, or the text that the app streams."""
    stack.pick_up(verb)
    call = stack.call
    if verb.get("stream"):
        if not call.websocket:
            message = "say with stream needs an app on a WebSocket"
            call.note_error(message)
            raise HookFailed(message, call_sid=stack.leg.call_sid)
        call.tokens.start_say()
        call.speak_streamed(call.tokens.open())
        texts = verb.get("text") or []
        for text in [texts] if isinstance(texts, str) else texts:
            call.speak_streamed(call.tokens.push(text)[1] + call.tokens.flush())
        yield TextWait() if verb.get("closeStreamOnEmpty", True) else IdleWait()
    else:
        yield from stack.playback(verb, stack.say)


def play(stack: VerbStack, verb: Verb) -> Steps:
    """Play recordings."""
    stack.pick_up(verb)
    yield from stack.playback(verb, stack.play)
    yield from stack.run_action_hook(
        verb, reason="playCompleted", playback_seconds=1, playback_milliseconds=0, playback_last_offset_pos="8000"
    )


def pause(stack: VerbStack, verb: Verb) -> Steps:
    """Let time pass."""
    call = stack.call
    length = verb["length"]
    call.note("event", f"pause of {length} s")
    if call.configuration.get("bargeIn", {}).get("enable") and stack.parent is None:
        yield from stack.barge_in(CallerWait(immediate=True))
    elif call.websocket:
        yield ReactionWait()
    call.now += length


def dtmf(stack: VerbStack, verb: Verb) -> None:
    """Send tones to the caller."""
    stack.pick_up(verb)
    stack.call.note("app", f"(sends the tones {verb['dtmf']})")
    stack.call.now += len(verb["dtmf"]) * (verb.get("duration", 500) + 250) / 1000


def dub(stack: VerbStack, verb: Verb) -> None:
    """Mix a track of audio into what the caller hears."""
    what = " ".join(as_text(verb[name]) for name in ("play", "say") if name in verb)
    stack.call.note("event", f"dub {verb['action']} {verb['track']} {what}".rstrip())
