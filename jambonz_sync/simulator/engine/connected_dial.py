"""Two parties whom a dial has connected, as what they ask of the server meanwhile finds them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .dialled_phone import DialledPhone
from .flow import Flow, Future
from .leg import Leg
from .waits import Steps, Verb

__all__ = ["ConnectedDial"]


@dataclass(eq=False)
class ConnectedDial:
    """The dial that has connected the caller with somebody.

    Args:
        verb: The ``dial``.
        leg: The leg of whom it has dialled.
        phone: Their phone.
        anchored: The media server stays between the two, because something of the call needs their audio.
        run_for: Runs verbs that only one of them hears: the caller, or the other one with True.
    """

    verb: Mapping[str, Any]
    leg: Leg
    phone: DialledPhone
    anchored: bool
    run_for: Callable[[bool, list[Verb]], Steps]
    #: known once something but a hang-up has ended the dial
    over: Future = field(default_factory=Future)
    #: True once the leg is a call of its own, which goes on without the caller
    alone: bool = False
    #: the sids of the legs that have put the other one on hold
    held_by: set[str] = field(default_factory=set[str])
    #: what is heard meanwhile
    hold_flow: Flow | None = None

    def end_hold(self) -> None:
        """End what is heard on hold."""
        flow, self.hold_flow = self.hold_flow, None
        if flow is not None:
            flow.kill()
