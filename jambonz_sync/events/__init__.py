"""What jambonz tells an application, typed: one class for each kind of event.

An event is a read-only mapping over the very dict that arrived, with its fields as typed attributes
(``evt["from"]`` and ``evt.from_``). Fields that are newer than this release are kept, and reachable
in both ways.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from .fields import (
    Alternative,
    Defaults,
    HoldDetail,
    Latency,
    Preflight,
    ReferDetails,
    Sip,
    Speech,
    SpeechDefaults,
    SpeechEvent,
    Translation,
    Vendor,
)
from .hooks import (
    ActionHook,
    AgentTurn,
    AmdEvent,
    CallEvent,
    ConferenceEvent,
    ConferenceStatus,
    DequeueEvent,
    DialDtmfEvent,
    DialEvent,
    DialHoldEvent,
    DialReferEvent,
    EnqueueEvent,
    EnqueueWaitEvent,
    Event,
    GatherEvent,
    GatherPartialEvent,
    ListenEvent,
    LlmEvent,
    MessageEvent,
    PlayEvent,
    SipReferResult,
    SipRequestResult,
    Spoken,
    TranscribeEvent,
    TransferEvent,
    TranslationEvent,
)
from .notifications import (
    CallSession,
    CallStatus,
    ErrorEvent,
    LlmToolCall,
    LlmVendorEvent,
    SipReferStatus,
    TtsEvent,
    VerbStatus,
)
from .view import Record

__all__ = [
    "ActionHook",
    "AgentTurn",
    "Alternative",
    "AmdEvent",
    "CallEvent",
    "CallSession",
    "CallStatus",
    "ConferenceEvent",
    "ConferenceStatus",
    "Defaults",
    "DequeueEvent",
    "DialDtmfEvent",
    "DialEvent",
    "DialHoldEvent",
    "DialReferEvent",
    "EnqueueEvent",
    "EnqueueWaitEvent",
    "ErrorEvent",
    "Event",
    "GatherEvent",
    "GatherPartialEvent",
    "HoldDetail",
    "Latency",
    "ListenEvent",
    "LlmEvent",
    "LlmToolCall",
    "LlmVendorEvent",
    "MessageEvent",
    "PlayEvent",
    "Preflight",
    "Record",
    "ReferDetails",
    "Sip",
    "SipReferResult",
    "SipReferStatus",
    "SipRequestResult",
    "Speech",
    "SpeechDefaults",
    "SpeechEvent",
    "Spoken",
    "TranscribeEvent",
    "TransferEvent",
    "Translation",
    "TranslationEvent",
    "TtsEvent",
    "Vendor",
    "VerbStatus",
    "for_message",
    "from_query",
]

#: type of a message -> class of its data; any other type is a plain Event
_CLASS: dict[str, type[Event]] = {
    "session:new": CallSession,
    "session:redirect": CallSession,
    "session:adulting": CallSession,
    "session:reconnect": CallSession,
    "verb:hook": ActionHook,
    "dial:confirm": ActionHook,
    "queue:status": ActionHook,
    "call:status": CallStatus,
    "verb:status": VerbStatus,
    "llm:event": LlmVendorEvent,
    "llm:tool-call": LlmToolCall,
    "agent:tool-call": LlmToolCall,
    "agent:event": AgentTurn,
    "tts:streaming-event": TtsEvent,
    "jambonz:error": ErrorEvent,
}


def for_message(type: str, hook: str | None, data: dict[str, Any]) -> Event:
    """The event for a message of jambonz, over its ``data``, which is not copied.

    ``hook`` does not decide anything: jambonz does not say which verb a hook belongs to, so that
    every ``verb:hook`` is an :class:`ActionHook`.
    """
    return _CLASS.get(type, Event)(data)


def from_query(params: Mapping[str, str]) -> dict[str, Any]:
    """The payload of a webhook that came by GET: strings, but for fields that are known to be numbers or booleans."""
    kinds = _converters()
    payload: dict[str, Any] = dict(params)
    for name in payload.keys() & kinds.keys():
        try:
            payload[name] = kinds[name](payload[name])
        except ValueError:
            pass  # it stays the string that it is, as every field does that this release does not know
    return payload


@cache
def _converters() -> dict[str, Callable[[str], Any]]:
    by_kind: dict[str, Callable[[str], Any]] = {"integer": int, "number": float, "boolean": _boolean}
    fields = [*CallSession.fields().values(), *CallStatus.fields().values(), *ActionHook.fields().values()]
    return {field.wire: by_kind[field.kind] for field in fields if field.kind in by_kind}


def _boolean(given: str) -> bool:
    if given not in {"true", "false"}:
        raise ValueError(given)
    return given == "true"
