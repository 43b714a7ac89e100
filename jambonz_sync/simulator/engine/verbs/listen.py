"""``listen``: send the audio of the call to the app, as a verb, beside a dial, or in the background."""

from __future__ import annotations

from typing import Any, cast

from ...errors import HookFailed
from ...media.fork import AudioFork
from ..connected_dial import ConnectedDial
from ..flow import Killed
from ..phone import Phone
from ..stack import VerbStack
from ..turns import Silence
from ..waits import AudioWait, CallerWait, HookRequest, Replaced, Sleep, Steps, Verb
from .transcribe import Transcriber

__all__ = ["listen", "listen_beside_dial", "listen_in_background"]


def listen(stack: VerbStack, verb: Verb) -> Steps:
    """Send the audio of the caller to the app, until the stream ends."""
    stack.pick_up(verb)
    streams = stack.call.streams
    _note_ignored(stack, verb, "listen")
    if verb.get("playBeep"):
        stack.call.note("app", "(beeps)")
    fork = streams.open(verb, stack.leg.describe())
    if fork is None:
        return
    streams.current = fork
    try:
        yield AudioWait(lambda: fork.ended or not fork.opening)
        yield from _hear_until_end(stack, verb, fork)
    except Killed as killed:
        streams.end(fork)
        yield from _report(stack, verb, fork, use_answer=not isinstance(killed, Replaced))
        raise
    finally:
        streams.current = None
    yield from _report(stack, verb, fork)


def _hear_until_end(stack: VerbStack, verb: Verb, fork: AudioFork) -> Steps:
    """Hear the caller until the stream ends."""
    transcriber = None if stack.callee else _transcribe(stack, verb, stack.call.phone)
    try:
        yield from _wait_for_end(stack, fork)
    finally:
        if transcriber is not None:
            transcriber.stop()


def _transcribe(stack: VerbStack, verb: Verb, phone: Phone) -> Transcriber | None:
    """Start the ``transcribe`` inside of a ``listen``; returns None if it has none."""
    options = verb.get("transcribe")
    return Transcriber(stack, cast("Verb", options), {1: phone}, nested=True) if isinstance(options, dict) else None


def _wait_for_end(stack: VerbStack, fork: AudioFork) -> Steps:
    while not fork.ended:
        turn = yield from stack.hear_caller(CallerWait(optional=not fork.limited, stream=fork))
        if isinstance(turn, Silence) and (fork.limited or stack.callee):
            yield Sleep(stack.call.streams.skip(fork))


def _note_ignored(stack: VerbStack, options: Verb, where: str) -> None:
    """Say what the server leaves out."""
    if options.get("auth"):
        text = "the credentials of auth are not used: the server takes those of wsAuth"
        stack.call.find("option-ignored-by-server", text, where=f"{where}.auth")
    if options.get("channel") and where != "dial.listen":
        text = "the caller is heard: a channel is chosen in the listen of a dial only"
        stack.call.find("option-ignored-by-server", text, where=f"{where}.channel")


def _report(stack: VerbStack, verb: Verb, fork: AudioFork, *, use_answer: bool = True) -> Steps:
    """Run the action hook, which may fail."""
    try:
        yield from stack.run_action_hook(verb, use_answer=use_answer, **_results(fork))
    except HookFailed:
        pass  # the server writes it into its log, and runs the rest of the stack


def _results(fork: AudioFork) -> dict[str, Any]:
    """Return what a hook reports of a stream that has ended."""
    if fork.opening:
        return {}
    results: dict[str, Any] = {"dial_call_duration": int(fork.seconds)}
    return results if fork.digits is None else results | {"digits": fork.digits}


def listen_beside_dial(stack: VerbStack, verb: Verb, dial: ConnectedDial) -> Steps:
    """Open the stream of a dial that has a ``listen``; its first message describes the dialled leg."""
    options = verb.get("listen") or verb.get("stream")
    if not isinstance(options, dict):
        return
    call, of_callee = stack.call, options.get("channel") == 2
    _note_ignored(stack, options, "dial.listen")
    if options.get("playBeep"):
        call.note("app", f"(beeps) (to {dial.leg.to})" if of_callee else "(beeps)")
    transcriber = _transcribe(stack, options, dial.phone.phone if of_callee else call.phone)

    def on_end(fork: AudioFork) -> None:
        if transcriber is not None:
            transcriber.stop()
        if options.get("actionHook"):
            call.send_hook(HookRequest(options["actionHook"], stack.hook_data(options, **_results(fork))))

    fork = call.streams.open(options, dial.leg.describe(), on_end, of="callee" if of_callee else "caller")
    if fork is not None:
        call.streams.current = fork
        yield AudioWait(lambda: fork.ended or not fork.opening)


def listen_in_background(stack: VerbStack, options: Verb) -> None:
    """Start or stop the ``listen`` of a ``config``."""
    streams = stack.call.streams
    if streams.background is not None:
        streams.end(streams.background)
        streams.background = None
    # without "enable" the server takes it for switched off
    stack.call.note("event", f"listen in the background: {'starts' if options.get('enable') else 'stops'}")
    if options.get("enable"):
        _note_ignored(stack, options, "config.listen")
        if options.get("playBeep"):
            stack.call.note("app", "(beeps)")
        about = stack.leg.describe()
        streams.background = streams.open(
            options, about, lambda fork: stack.send_action_hook(options, **_results(fork))
        )
