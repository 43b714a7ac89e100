"""``config``: what holds for the rest of the call, and what runs beside it."""

from __future__ import annotations

from ..stack import Session
from ..waits import Verb
from .listen import background

__all__ = ["config"]


def config(session: Session, verb: Verb) -> None:
    """Remember what holds for the rest of the call, and start or stop what runs beside it."""
    call = session.call
    settings = {name: value for name, value in verb.items() if name not in ("verb", "id", "reset")}
    reset = verb.get("reset") or []
    for name in [reset] if isinstance(reset, str) else reset:
        call.configuration.pop(name, None)
    call.configuration.update(settings)
    stream = settings.get("ttsStream")
    if isinstance(stream, dict):
        if stream.get("enable"):
            session.pick_up()
            call.spoken(call.tokens.open())
        else:
            call.tokens.close()
            call.spoken([])
    for name in ("listen", "stream"):
        if isinstance(settings.get(name), dict):
            session.pick_up()
            background(session, settings[name])
    for name in ("record", "transcribe", "amd"):
        if isinstance(settings.get(name), dict):
            session.pick_up()
            options: Verb = settings[name]
            doing = options.get("action") or ("starts" if options.get("enable", True) else "stops")
            call.note("event", f"{name} in the background: {doing}")
