"""``gather``: words and keys of the caller, and the many ways in which it stops waiting for them."""

from __future__ import annotations

from typing import Any, cast

from ...errors import HookFailed
from ..stack import Session, transcription
from ..turns import Pressed, Said, Silence
from ..waits import Ask, Hear, Steps, Verb

__all__ = ["gather"]


def gather(session: Session, verb: Verb) -> Steps:
    session.pick_up(verb)
    yield from session.prompt(verb)
    results = yield from _collect(session, verb)
    if session.gone:
        return
    try:
        yield from session.action(verb, **results)
    except HookFailed as failed:
        # the one verb that survives its own hook: what is left on the stack runs
        session.call.complain("invalid actionHook response", str(failed), verb="gather")


def _collect(session: Session, verb: Verb) -> Steps:
    """What to report, as soon as the wait is over."""
    call = session.call
    takes = cast("list[str]", verb.get("input") or ["digits"])
    keys = ""
    while True:
        turn = yield from session.hear(Hear(keying=bool(keys), patient=verb.get("timeout") == 0))
        if isinstance(turn, Said):
            if "speech" not in takes:
                call.note("event", "nobody listens: this gather takes digits only")
            else:
                return _heard(session, verb, turn)
        elif isinstance(turn, Pressed):
            if "digits" not in takes:
                call.note("event", "nobody listens: this gather takes speech only")
                continue
            keys, done, lost = _key_in(verb, keys, turn.keys)
            if lost:
                call.note("event", f"the keys {lost} come too late for this gather")
            if done:
                return {"digits": keys, "reason": "dtmfDetected"}
        elif isinstance(turn, Silence):
            call.now += verb.get("timeout") or 15
            least = verb.get("minDigits")
            if least is not None and len(keys) >= least:
                return {"digits": keys, "reason": "dtmfDetected"}
            if keys:
                call.note("event", f"the keys {keys} are dropped: the gather timed out")
            return {"reason": "timeout"}


def _heard(session: Session, verb: Verb, said: Said) -> dict[str, Any]:
    call = session.call
    options = verb if isinstance(verb.get("recognizer"), dict) else call.configuration
    if verb.get("partialResultHook"):
        for part in _growing(said.text):
            interim = transcription(Said(part, said.confidence), options, final=False)
            call.aside(Ask(verb["partialResultHook"], session.results(verb, speech=interim)))
    speech = transcription(said, options)
    recognizer: Verb = verb.get("recognizer") or {}
    least = recognizer.get("minConfidence")
    sure = not isinstance(least, int | float) or said.confidence >= least
    return {"speech": speech, "reason": "speechDetected" if sure else "stt-low-confidence"}


def _growing(text: str) -> list[str]:
    """Interim results: the first half of the words, at least one."""
    words = text.split()
    return [" ".join(words[: (len(words) + 1) // 2])] if len(words) > 1 else []


def _key_in(verb: Verb, keys: str, pressed: str) -> tuple[str, bool, str]:
    """The keys so far, whether that is all, and those that came after it."""
    limits = [verb[name] for name in ("numDigits", "maxDigits") if name in verb]
    for index, key in enumerate(pressed):
        late = pressed[index + 1 :]
        if key == verb.get("finishOnKey"):
            return keys, True, late
        keys += key
        if len(keys) in limits:
            return keys, True, late
    # without minDigits this timer never starts: any comparison with nothing is false on the server
    least = verb.get("minDigits")
    paused = bool(verb.get("interDigitTimeout")) and least is not None and len(keys) >= least
    return keys, paused, ""
