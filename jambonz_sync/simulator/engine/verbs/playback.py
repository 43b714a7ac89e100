"""The verbs that the caller hears: ``say``, ``play``, ``pause``, ``dtmf`` and ``dub``."""

from __future__ import annotations

from ...errors import HookFailed
from ..flow import Killed
from ..stack import VerbStack, texts_of
from ..tracks import dub as dub_leg
from ..waits import HungUp, IdleWait, Sleep, Steps, Verb

__all__ = ["dtmf", "dub", "pause", "play", "say"]


def say(stack: VerbStack, verb: Verb) -> Steps:
    """Speak a text, or the text that the app streams."""
    stack.pick_up(verb)
    call = stack.call
    automatic = bool(call.configuration.get("autoStreamTts")) and call.websocket and not stack.callee
    if not verb.get("stream") and not automatic:
        yield from stack.speak(verb)
        return
    if not call.websocket:
        message = "say with stream needs an app on a WebSocket"
        call.note_error(message, "answer-void", where="say.stream")
        raise HookFailed(message, call_sid=stack.leg.call_sid)
    spoken = call.speech.until_spoken()
    call.speech.open()
    for text in texts_of(verb.get("text") or []):
        call.speech.write(text)
    closes = verb.get("closeStreamOnEmpty", True) or bool(verb.get("text"))
    yield spoken if closes else IdleWait()


def play(stack: VerbStack, verb: Verb) -> Steps:
    """Play recordings; the answer of the hook has the last word, even if a command has stopped it."""
    stack.pick_up(verb)
    started = stack.call.now
    killed = False
    try:
        yield from stack.play(verb, stops=False)
    except HungUp:
        raise
    except Killed:
        killed = True
        if not verb.get("actionHook"):
            raise
    milliseconds = round((stack.call.now - started) * 1000)
    try:
        replaced = yield from stack.run_action_hook(
            verb,
            playback_seconds=milliseconds // 1000,
            playback_milliseconds=milliseconds,
            playback_last_offset_pos=str(8 * milliseconds),
            reason="playCompleted",
        )
    except HookFailed:
        return  # the server writes it into its log, and runs the rest of the stack
    if killed and replaced:
        text = "the verbs of a command are lost: the hook of the play that it stopped has answered with others"
        stack.call.note_error(text, "command-lost-to-hook", where="play.actionHook")


def pause(stack: VerbStack, verb: Verb) -> Steps:
    """Let time pass."""
    stack.call.note("event", f"pause of {verb['length']} s")
    yield Sleep(float(verb["length"]))


def dtmf(stack: VerbStack, verb: Verb) -> Steps:
    """Send tones to the caller."""
    stack.pick_up()
    stack.call.note("app", f"(sends the tones {verb['dtmf']})")
    yield Sleep(len(str(verb["dtmf"])) * (float(verb.get("duration", 500)) + 250) / 1000)


def dub(stack: VerbStack, verb: Verb) -> None:
    """Mix a track of audio into what the caller hears."""
    stack.pick_up()
    dub_leg(stack.call, stack.leg, verb)
