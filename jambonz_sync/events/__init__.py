"""The events that jambonz sends, one class for each kind: a read-only view, with types, of the dict that arrived.

Imports errors and model; an event knows no verb, no session, and nothing of how it came.
Used by session and webhook, which make events of messages, and by users, who annotate their callbacks with the classes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from typing import Any

from .fields import (
    Alternative,
    Defaults,
    FinishedToolCall,
    HoldDetail,
    Latency,
    Preflight,
    ReferDetails,
    Sip,
    Speech,
    SpeechDefaults,
    SpeechEvent,
    ToolCall,
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
    HeardEvent,
    ListenEvent,
    LlmEvent,
    MessageEvent,
    PlayEvent,
    SipReferResult,
    SipRequestResult,
    TranscribeEvent,
    TransferEvent,
    TranslationEvent,
)
from .names import EVENT_CLASSES
from .notifications import (
    CallSession,
    CallStatus,
    ErrorEvent,
    LlmToolCall,
    LlmVendorEvent,
    SipReferStatus,
    TokensResult,
    TtsEvent,
    VerbStatus,
)
from .view import View

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
    "FinishedToolCall",
    "GatherEvent",
    "GatherPartialEvent",
    "HeardEvent",
    "HoldDetail",
    "Latency",
    "ListenEvent",
    "LlmEvent",
    "LlmToolCall",
    "LlmVendorEvent",
    "MessageEvent",
    "PlayEvent",
    "Preflight",
    "ReferDetails",
    "Sip",
    "SipReferResult",
    "SipReferStatus",
    "SipRequestResult",
    "Speech",
    "SpeechDefaults",
    "SpeechEvent",
    "TokensResult",
    "ToolCall",
    "TranscribeEvent",
    "TransferEvent",
    "Translation",
    "TranslationEvent",
    "TtsEvent",
    "Vendor",
    "VerbStatus",
    "View",
    "for_message",
    "from_query",
]


def for_message(type: str, hook: str | None, data: dict[str, Any]) -> Event:
    """Return the event for a message of jambonz.

    Args:
        type: The type of the message; one that is not known makes a plain :class:`Event`.
        hook: The name of the hook. It decides nothing, for jambonz does not say which verb a hook belongs to: every
            ``verb:hook`` is an :class:`ActionHook`.
        data: The data of the message. The event is a view of it, not a copy.
    """
    return EVENT_CLASSES.get(type, Event)(data)


def from_query(params: Mapping[str, str]) -> dict[str, Any]:
    """Return the payload of a webhook that came by GET.

    Args:
        params: The query: strings only. The fields that are known to be numbers or flags are converted; a field that
            is not known, or has another value, stays the string that it is.
    """
    converters = _converters()
    payload: dict[str, Any] = dict(params)
    for name in payload.keys() & converters.keys():
        with suppress(ValueError):
            payload[name] = converters[name](payload[name])
    return payload


@cache
def _converters() -> dict[str, Callable[[str], Any]]:
    by_kind: dict[str, Callable[[str], Any]] = {"integer": int, "number": float, "boolean": _boolean}
    fields = [*CallSession.fields().values(), *CallStatus.fields().values(), *ActionHook.fields().values()]
    return {field.wire: by_kind[field.kind] for field in fields if field.kind in by_kind}


def _boolean(text: str) -> bool:
    if text not in {"true", "false"}:
        raise ValueError(text)
    return text == "true"
