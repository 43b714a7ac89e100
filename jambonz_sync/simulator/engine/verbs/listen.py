"""``listen``: the audio of the call goes to the app, as a verb, beside a dial, or in the background."""

from __future__ import annotations

from typing import Any

from ...errors import HookFailed
from ...media.fork import Fork
from ..leg import Leg
from ..stack import Session, transcription
from ..turns import Said, Silence
from ..waits import Ask, Hear, Killed, Replaced, Steps, Until, Verb

__all__ = ["background", "beside", "listen"]


def listen(session: Session, verb: Verb) -> Steps:
    session.pick_up(verb)
    streams = session.call.streams
    if verb.get("playBeep"):
        session.call.note("app", "(beeps)")
    fork = streams.begin(verb, session.leg.describe())
    if fork is None:
        return
    streams.current = fork
    try:
        yield Until(lambda: fork.over or not fork.opening)
        yield from _attend(session, verb, fork)
    except Killed as killed:
        streams.end(fork)
        yield from _report(session, verb, fork, expect=not isinstance(killed, Replaced))
        raise
    finally:
        streams.current = None
    yield from _report(session, verb, fork)


def _attend(session: Session, verb: Verb, fork: Fork) -> Steps:
    """The caller talks until the stream is over."""
    call = session.call
    hook = (verb.get("transcribe") or {}).get("transcriptionHook")
    while not fork.over:
        turn = yield from session.hear(Hear(optional=not fork.limited, stream=fork))
        if isinstance(turn, Said) and hook:
            speech = transcription(turn, verb["transcribe"])
            session.ask_aside(hook, session.leg.describe(speech=speech))
        elif isinstance(turn, Silence) and (fork.limited or session.callee):
            call.now += call.streams.skip(fork)


def _report(session: Session, verb: Verb, fork: Fork, *, expect: bool = True) -> Steps:
    try:
        yield from session.action(verb, expect=expect, **_results(fork))
    except HookFailed:
        # the server writes it into its log, and runs what is left on the stack
        pass


def _results(fork: Fork) -> dict[str, Any]:
    if fork.opening:
        return {}
    results: dict[str, Any] = {"dial_call_duration": int(fork.seconds)}
    return results if fork.digits is None else results | {"digits": fork.digits}


def beside(session: Session, verb: Verb, leg: Leg) -> Steps:
    """Open the stream of a dial's ``listen``, if it has one; what the stream is told of is the dialled ``leg``."""
    options = verb.get("listen") or verb.get("stream")
    if not isinstance(options, dict):
        return
    call = session.call

    def after(fork: Fork) -> None:
        if options.get("actionHook"):
            call.aside(Ask(options["actionHook"], session.results(options, **_results(fork))))

    fork = call.streams.begin(options, leg.describe(), after)
    if fork is not None:
        call.streams.current = fork
        yield Until(lambda: fork.over or not fork.opening)


def background(session: Session, options: Verb) -> None:
    """Start or stop the ``listen`` of a ``config``."""
    streams = session.call.streams
    if streams.background is not None:
        streams.end(streams.background)
        streams.background = None
    # the server takes it for switched off if enable is missing
    session.call.note("event", f"listen in the background: {'starts' if options.get('enable') else 'stops'}")
    if options.get("enable"):
        about = session.leg.describe()
        streams.background = streams.begin(options, about, lambda fork: session.report(options, **_results(fork)))
