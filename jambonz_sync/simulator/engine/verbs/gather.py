"""``gather``: collect words and keys of the caller, until one of many things ends the wait."""

from __future__ import annotations

from typing import Any, cast

from ...errors import HookFailed
from ..stack import VerbStack, transcription
from ..turns import Pressed, Said, Silence
from ..waits import CallerWait, HookRequest, Steps, Verb

__all__ = ["gather"]


def gather(stack: VerbStack, verb: Verb) -> Steps:
    """Collect words or keys of the caller."""
    if _is_skipped(stack, verb):
        stack.call.note("event", "this gather is skipped: bargeIn of a config listens in its place, for its own hook")
        return
    stack.pick_up(verb)
    yield from stack.prompt(verb)
    results = yield from _collect(stack, verb)
    if stack.hung_up:
        return
    try:
        yield from stack.run_action_hook(verb, **results)
    except HookFailed as error:
        # unlike that of other verbs, a hook that fails does not end the call: the next verb runs
        stack.call.send_error("invalid actionHook response", str(error), verb="gather")


def _is_skipped(stack: VerbStack, verb: Verb) -> bool:
    """Return True if the server leaves a ``gather`` out because it listens in the background, and hears as much."""
    barge_in = stack.call.configuration.get("bargeIn", {})
    inputs = barge_in.get("input") or ["speech"]
    hears_speech = "speech" in inputs or "speech" not in (verb.get("input") or ["digits"])
    return stack.parent is None and bool(barge_in.get("enable")) and hears_speech


def _collect(stack: VerbStack, verb: Verb) -> Steps:
    """Wait for the caller. Returns what the action hook reports."""
    call = stack.call
    inputs = cast("list[str]", verb.get("input") or ["digits"])
    keys = ""
    # a gather with a prompt of its own stops that one, and no text that is streamed beside it
    interrupts = bool(verb.get("bargein")) and "say" not in verb and "play" not in verb
    while True:
        wait = CallerWait(keys_begun=bool(keys), endless=verb.get("timeout") == 0)
        turn = yield from stack.hear_caller(wait, interrupts=interrupts)
        if isinstance(turn, Said):
            if "speech" not in inputs:
                call.note("event", "nobody listens: this gather takes digits only")
            else:
                return _speech_results(stack, verb, turn)
        elif isinstance(turn, Pressed):
            if "digits" not in inputs:
                call.note("event", "nobody listens: this gather takes speech only")
                continue
            keys, done, late = _add_keys(verb, keys, turn.keys)
            if late:
                call.note("event", f"the keys {late} come too late for this gather")
            if done:
                return {"digits": keys, "reason": "dtmfDetected"}
        elif isinstance(turn, Silence):
            call.now += verb.get("timeout") or 15
            if interrupts:
                stack.interrupt_text()  # whatever ends such a gather does
            min_digits = verb.get("minDigits")
            if min_digits is not None and len(keys) >= min_digits:
                return {"digits": keys, "reason": "dtmfDetected"}
            if keys:
                call.note("event", f"the keys {keys} are dropped: the gather timed out")
            return {"reason": "timeout"}


def _speech_results(stack: VerbStack, verb: Verb, said: Said) -> dict[str, Any]:
    """Send interim results, and return what the action hook reports of words."""
    call = stack.call
    options = verb if isinstance(verb.get("recognizer"), dict) else call.configuration
    if verb.get("partialResultHook"):
        for text in _interim_texts(said.text):
            interim = transcription(Said(text, said.confidence), options, final=False)
            call.send_hook(HookRequest(verb["partialResultHook"], stack.hook_data(verb, speech=interim)))
    speech = transcription(said, options)
    recognizer: Verb = verb.get("recognizer") or {}
    min_confidence = recognizer.get("minConfidence")
    sure = not isinstance(min_confidence, int | float) or said.confidence >= min_confidence
    return {"speech": speech, "reason": "speechDetected" if sure else "stt-low-confidence"}


def _interim_texts(text: str) -> list[str]:
    """Return the interim results of several words: the first half of them."""
    words = text.split()
    return [" ".join(words[: (len(words) + 1) // 2])] if len(words) > 1 else []


def _add_keys(verb: Verb, keys: str, pressed: str) -> tuple[str, bool, str]:
    """Add keys to those collected. Returns them, True if they end the gather, and the keys that came after its end."""
    limits = [verb[name] for name in ("numDigits", "maxDigits") if name in verb]
    for index, key in enumerate(pressed):
        late = pressed[index + 1 :]
        if key == verb.get("finishOnKey"):
            return keys, True, late
        keys += key
        if len(keys) in limits:
            return keys, True, late
    # without minDigits the timer between keys never starts: on the server a comparison with undefined is false
    min_digits = verb.get("minDigits")
    timed_out = bool(verb.get("interDigitTimeout")) and min_digits is not None and len(keys) >= min_digits
    return keys, timed_out, ""
