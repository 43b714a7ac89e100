"""The talk of callers whom a verb has connected."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from ..flow import Future
from ..meetings import Bridge
from ..party import Party
from ..phone import Ear
from ..stack import VerbStack
from ..state import CallState
from ..turns import Sound
from ..waits import CallerWait, Steps

__all__ = ["talk", "talk_until"]


def talk(stack: VerbStack, party: Party, bridge: Bridge) -> Steps:
    """Let the caller and whom they are connected with hear each other, until the other one leaves."""
    call, other = stack.call, bridge.other(party)
    call.note("event", f"talks to {other.number}")
    yield from talk_until(call, bridge.over(party), lambda: [other])
    call.note("event", f"{other.number} has left")


def talk_until(
    call: CallState,
    over: Future,
    listeners: Callable[[], Iterable[Party]],
    *,
    keys: bool = True,
    on_voice: Callable[[Sound | None], None] = lambda sound: None,
) -> Steps:
    """Let others hear the caller, until something is known.

    Args:
        call: The call of the caller.
        over: Known at the end.
        listeners: Returns who hears them at this moment.
        keys: True if the others hear their keys.
        on_voice: Called with what the caller says when they begin with it, and with None when they end.
    """

    def send(text: str) -> None:
        for other in listeners():
            other.tell(partial(other.hear, text, call.leg.call_sid))

    def begin_or_end(sound: Sound | None) -> None:
        on_voice(sound)
        if sound is not None:
            for other in listeners():
                other.tell(partial(other.hear_voice, sound))

    ear = Ear(on_final=lambda said: send(said.text), wait=CallerWait(optional=True, endless=True))
    ear.on_voice = begin_or_end
    if keys:
        ear.on_key = lambda key: send(f"(presses {key})")
    call.phone.open(ear)
    try:
        yield over
    finally:
        call.phone.close(ear)
