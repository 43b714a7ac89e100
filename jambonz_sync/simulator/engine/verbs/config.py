"""``config``: settings for the rest of the call, and what runs beside its verbs."""

from __future__ import annotations

from ..stack import VerbStack
from ..waits import Verb
from .listen import listen_in_background

__all__ = ["config"]


def config(stack: VerbStack, verb: Verb) -> None:
    """Change settings for the rest of the call, and start or stop what runs beside its verbs."""
    call = stack.call
    settings = {name: value for name, value in verb.items() if name not in ("verb", "id", "reset")}
    reset = verb.get("reset") or []
    for name in [reset] if isinstance(reset, str) else reset:
        call.configuration.pop(name, None)
    call.configuration.update(settings)
    stream = settings.get("ttsStream")
    if isinstance(stream, dict):
        if stream.get("enable"):
            stack.pick_up()
            call.speak_streamed(call.tokens.open())
        else:
            call.tokens.close()
            call.speak_streamed([])
    for name in ("listen", "stream"):
        if isinstance(settings.get(name), dict):
            stack.pick_up()
            listen_in_background(stack, settings[name])
    for name in ("record", "transcribe", "amd"):
        if isinstance(settings.get(name), dict):
            stack.pick_up()
            options: Verb = settings[name]
            action = options.get("action") or ("starts" if options.get("enable", True) else "stops")
            call.note("event", f"{name} in the background: {action}")
