"""``config``: settings for the rest of the call, and what runs beside its verbs."""

from __future__ import annotations

from typing import cast

from ..stack import VerbStack, texts_of
from ..volume import boost
from ..waits import Verb
from .amd import detect_caller
from .barge_in import barge_in
from .listen import listen_in_background
from .transcribe import transcribe_in_background

__all__ = ["config"]

#: the options for which the call is answered
_WITH_MEDIA = ("bargeIn", "record", "transcribe", "amd", "listen", "stream", "ttsStream", "boostAudioSignal")


def config(stack: VerbStack, verb: Verb) -> None:
    """Change settings for the rest of the call, and start or stop what runs beside its verbs."""
    call = stack.call
    settings = {name: value for name, value in verb.items() if name not in ("verb", "id", "reset")}
    for name in texts_of(verb.get("reset") or []):
        call.configuration.pop(name, None)
        stop = call.background.pop(name, None)
        if stop is not None:
            stop()
    if any(name in settings for name in _WITH_MEDIA):
        stack.pick_up()
    call.configuration.update(settings)
    if settings.get("sipRequestWithinDialogHook") and call.answered_at is not None and not call.request_methods:
        text = "it is set after the call was answered: the caller's requests are listened for in a conference only"
        call.find("option-ignored-by-server", text, where="config.sipRequestWithinDialogHook")
    if settings.get("earlyMedia") and call.scenario.server == "0.9":
        text = "the server 0.9 does nothing about it: each verb has an earlyMedia of its own"
        call.find("option-ignored-by-server", text, where="config.earlyMedia")
    parts = {name: cast("Verb", value) for name, value in settings.items() if isinstance(value, dict)}
    if "ttsStream" in parts:
        if parts["ttsStream"].get("enable"):
            call.answers_twice = call.now
            call.speech.open()
        else:
            call.speech.close()
    if "bargeIn" in parts:
        barge_in(stack, parts["bargeIn"])
    for name in ("listen", "stream"):
        if name in parts:
            listen_in_background(stack, parts[name])
    if "transcribe" in parts:
        transcribe_in_background(stack, parts["transcribe"])
    if "amd" in parts:
        detect_caller(stack, parts["amd"])
    if settings.get("boostAudioSignal") is not None:
        boost(call, settings["boostAudioSignal"], where="config.boostAudioSignal")
    if "record" in parts:
        options = parts["record"]
        action = options.get("action") or ("starts" if options.get("enable", True) else "stops")
        call.note("event", f"record in the background: {action}")
