"""The talk of two callers whom a verb has connected."""

from __future__ import annotations

from ..meetings import Bridge, Party
from ..phone import Ear
from ..stack import VerbStack
from ..waits import CallerWait, Steps

__all__ = ["talk"]


def talk(stack: VerbStack, party: Party, bridge: Bridge) -> Steps:
    """Let the caller and whom they are connected with hear each other, until the other one leaves."""
    call, other = stack.call, bridge.other(party)
    call.note("event", f"talks to {other.number}")

    def send(text: str) -> None:
        other.tell(lambda: other.note("party", text))

    ear = Ear(
        on_final=lambda said: send(said.text),
        on_key=lambda key: send(f"(presses {key})"),
        wait=CallerWait(optional=True, endless=True),
    )
    call.phone.open(ear)
    try:
        yield bridge.over(party)
    finally:
        call.phone.close(ear)
    call.note("event", f"{other.number} has left")
