"""``listen``: send the audio of the call to the app, as a verb, beside a dial, or in the background."""

from __future__ import annotations

from typing import Any

from ...errors import HookFailed
from ...media.fork import AudioFork
from ..flow import Killed
from ..leg import Leg
from ..stack import VerbStack, transcription
from ..turns import Said, Silence
from ..waits import AudioWait, CallerWait, HookRequest, Replaced, Sleep, Steps, Verb

__all__ = ["listen", "listen_beside_dial", "listen_in_background"]


def listen(stack: VerbStack, verb: Verb) -> Steps:
    """Send the audio of the caller to the app, until the stream ends."""
    stack.pick_up(verb)
    streams = stack.call.streams
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
    call = stack.call
    hook = (verb.get("transcribe") or {}).get("transcriptionHook")
    while not fork.ended:
        turn = yield from stack.hear_caller(CallerWait(optional=not fork.limited, stream=fork))
        if isinstance(turn, Said) and hook:
            speech = transcription(turn, verb["transcribe"])
            stack.send_hook(hook, stack.leg.describe_raw(b3=stack.leg.b3, speech=speech))
        elif isinstance(turn, Silence) and (fork.limited or stack.callee):
            yield Sleep(call.streams.skip(fork))


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


def listen_beside_dial(stack: VerbStack, verb: Verb, leg: Leg) -> Steps:
    """Open the stream of a dial that has a ``listen``; its first message describes the dialled ``leg``."""
    options = verb.get("listen") or verb.get("stream")
    if not isinstance(options, dict):
        return
    call = stack.call

    def on_end(fork: AudioFork) -> None:
        if options.get("actionHook"):
            call.send_hook(HookRequest(options["actionHook"], stack.hook_data(options, **_results(fork))))

    fork = call.streams.open(options, leg.describe(), on_end)
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
        about = stack.leg.describe()
        streams.background = streams.open(
            options, about, lambda fork: stack.send_action_hook(options, **_results(fork))
        )
