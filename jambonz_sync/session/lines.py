"""The lines of the log that tell what a call does: one each at INFO, its messages at DEBUG.

Whoever calls these has seen that the level is enabled: what they say costs more than a quick hook.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from ..logs.formatter import FACTS
from ..logs.redaction import MOST_KEYS_SHOWN, redacted, redacted_text
from ..model.wire import dumps
from ..protocol.messages import shown
from ..verbs.chain import verb_name

if TYPE_CHECKING:
    from ..protocol.control import Hook
    from ..protocol.messages import Verbs

__all__ = [
    "about",
    "tell_answered",
    "tell_begin",
    "tell_end",
    "tell_lost",
    "tell_message",
    "tell_sent",
    "verb_names",
    "verbs_in_short",
]

log = logging.getLogger("jambonz_sync.session")

#: characters of a message that a line at DEBUG has
_LONGEST: Final = 2000
#: verbs that a line names, and characters of what is spoken or played
_MOST_VERBS, _MOST_TEXT = 8, 40
#: verbs that a warning names
_MOST_NAMES: Final = 5
#: fields of a hook that say what has become of its verb, where the caller has neither spoken nor pressed keys
_OUTCOMES: Final = (
    *("reason", "dial_call_status", "completion_reason", "queue_result", "conference_status", "refer_status"),
    *("final_referred_call_status", "event", "call_status", "error"),
)
#: the subjects of verbs that are shown
_SUBJECTS: Final = ("text", "url", "length", "actionHook")


def about(data: Mapping[str, Any]) -> str:
    """Say in short what a hook reports: what the caller has said, or the keys, or what has become of a verb.

    Args:
        data: Its data.
    Returns:
        A few words; empty if it reports nothing of that kind.
    """
    speech = data.get("speech")
    if isinstance(speech, Mapping):
        alternatives = speech.get("alternatives")
        if isinstance(alternatives, list) and alternatives and isinstance(alternatives[0], Mapping):
            return f'said "{_text(alternatives[0].get("transcript"))}"'
    keys = data.get("digits") or data.get("dtmf")
    if isinstance(keys, str):
        return f"pressed {shown(keys)}" if len(keys) <= MOST_KEYS_SHOWN else f"pressed {len(keys)} keys"
    for name in _OUTCOMES:
        value = data.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool):
            return f"{name} {_text(value)}"
    return ""


def verbs_in_short(verbs: Verbs) -> str:
    """Name verbs, with the beginning of what is spoken or played.

    Args:
        verbs: The verbs, in wire form.
    """
    if not verbs:
        return "no verbs"
    names = [_verb_in_short(verb) for verb in verbs[:_MOST_VERBS]]
    return ", ".join([*names, *(["..."] if len(verbs) > _MOST_VERBS else [])])


def verb_names(verbs: Verbs) -> str:
    """Name the first of some verbs, and count the others: ``say, say, gather, pause, say, and 495 more``.

    Args:
        verbs: The verbs, in wire form.
    """
    names = ", ".join(map(verb_name, verbs[:_MOST_NAMES]))
    others = len(verbs) - _MOST_NAMES
    return f"{names}, and {others} more" if others > 0 else names


def _verb_in_short(verb: Mapping[str, Any]) -> str:
    name = verb_name(verb)
    if name not in ("say", "play", "pause", "redirect"):
        return name
    subject = next((verb[key] for key in _SUBJECTS if key in verb), None)
    if isinstance(subject, list) and subject:
        subject = subject[0]
    if isinstance(subject, str):
        return f'{name} "{_text(subject)}"'
    return name if subject is None or isinstance(subject, Mapping) else f"{name} {subject}"


def _text(text: object) -> str:
    return shown(redacted_text(str(text)), _MOST_TEXT)


def _facts(event: str, **facts: Any) -> dict[str, Any]:
    return {FACTS: {"event": event, **facts}}


def tell_begin(call_sid: str, kind: str, data: Mapping[str, Any], path: str) -> None:
    """Tell that a call has come.

    Args:
        call_sid: The call.
        kind: The type of its first message.
        data: The data of that.
        path: The path of its URL.
    """
    caller, called = shown(data.get("from", "?")), shown(data.get("to", "?"))
    log.info(
        "call %s: begins at %s, from %s to %s%s",
        *(call_sid, shown(path, 200), caller, called, "" if kind == "session:new" else f", with {kind}"),
        extra=_facts("begins", path=path, kind=kind, **{"from": caller, "to": called}),
    )


def tell_answered(call_sid: str, hook: Hook, verbs: Verbs) -> None:
    """Tell that a hook has its answer.

    Args:
        call_sid: The call.
        hook: The hook.
        verbs: The answer.
    """
    ms = (monotonic() - hook.received) * 1000
    log.info(
        "call %s: %s%s, answered in %.*f ms: %s",
        *(call_sid, hook, f" ({hook.about})" if hook.about else "", 0 if ms >= 10 else 1, ms, verbs_in_short(verbs)),
        extra=_facts(
            "hook", hook=hook.name, about=hook.about, ms=round(ms, 1), verbs=[verb_name(verb) for verb in verbs]
        ),
    )


def tell_sent(call_sid: str, verbs: Verbs, *, queue: bool) -> None:
    """Tell that verbs were sent that answer no hook.

    Args:
        call_sid: The call.
        verbs: The verbs.
        queue: They follow what the call does, instead of replacing it.
    """
    log.info(
        "call %s: sent%s: %s",
        *(call_sid, ", to follow" if queue else "", verbs_in_short(verbs)),
        extra=_facts("sent", verbs=[verb_name(verb) for verb in verbs], queue=queue),
    )


def tell_lost(call_sid: str, verbs: Verbs) -> None:
    """Warn of verbs that were replaced before jambonz began them; a ``pause`` is no loss.

    Args:
        call_sid: The call.
        verbs: The verbs; if there are none, nothing is told.
    """
    lost = [verb for verb in verbs if verb.get("verb") != "pause"]
    if lost:
        log.warning(
            "call %s: verbs are sent before jambonz has begun those that were sent before (%s), which are lost: send "
            "all of them at once, or the later ones with send(queue=True)",
            *(call_sid, verb_names(lost)),
        )


def tell_end(call_sid: str, code: int, reason: str, began: float) -> None:
    """Tell that a call is over.

    Args:
        call_sid: The call.
        code: Code of the close.
        reason: Reason of the close.
        began: When it began, on the monotonic clock; 0 if it never did.
    """
    seconds = monotonic() - began if began else 0.0
    why = {1000: "it is done", 1001: "jambonz went away", 1006: "the connection broke", 1012: "sent elsewhere"}
    told = shown(reason, 100) or why.get(code, "closed")
    log.info(
        "call %s: ends after %.1f s: %s (%d)",
        *(call_sid, seconds, told, code),
        extra=_facts("ends", seconds=round(seconds, 1), code=code, reason=reason),
    )


def tell_message(call_sid: str, direction: str, message: Mapping[str, Any] | str) -> None:
    """Tell of a message, without what is secret in it.

    Args:
        call_sid: The call.
        direction: ``"<-"`` of one that has come, ``"->"`` of one that leaves.
        message: The message, or its JSON.
    """
    if isinstance(message, str):
        message = json.loads(message)
    assert isinstance(message, Mapping)
    kind, data = message.get("command") or message.get("type"), message.get("data")
    log.debug(
        "call %s: %s %s",
        *(call_sid, direction, shown(dumps(redacted(message)), _LONGEST)),
        extra=_facts("message", direction=direction, kind=kind, about=_message_in_short(kind, data)),
    )


def _message_in_short(kind: object, data: object) -> str:
    if not isinstance(data, Mapping):
        return ""
    if kind == "tts:tokens":
        return f'"{_text(data.get("tokens"))}"'
    if kind == "verb:status":
        return _text(f"{data.get('name') or data.get('verb') or 'verb'} {data.get('event')}")
    if kind == "tts:streaming-event":
        return _text(data.get("event_type"))
    return about(data)
