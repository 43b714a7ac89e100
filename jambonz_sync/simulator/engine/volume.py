"""``boostAudioSignal``: how loud a party hears all that is played to them."""

from __future__ import annotations

import re

from .leg import Leg
from .state import CallState

__all__ = ["boost"]

_DECIBELS = re.compile(r"([+-]?\d+(\.\d+)?)\s*db", re.IGNORECASE)


def boost(call: CallState, value: object, *, where: str, leg: Leg | None = None) -> None:
    """Let a party hear all louder, or less loud, from now on.

    Args:
        call: The call.
        value: Decibels: a number, or a text with ``dB`` behind one.
        where: The option or command.
        leg: The leg of the party; None: the caller.
    """
    decibels = _decibels(value)
    if decibels is None:
        text = f"{value!r} changes no volume: expected a number of decibels, or a text such as '6 dB'"
        call.find("option-ignored-by-server", text, where=where)
    if leg is None:
        call.streams.decibels = decibels or 0.0
    call.note("event", f"boostAudioSignal {value}{'' if leg is None else f' (for {leg.to})'}")


def _decibels(value: object) -> float | None:
    """Return what the server reads; None if it finds no number in a text, which it takes for 0."""
    if isinstance(value, int | float):
        return float(value)
    found = _DECIBELS.search(str(value))
    # of a text, the server takes the whole number
    return float(int(float(found[1]))) if found else None
