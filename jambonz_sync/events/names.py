"""The names of events, grouped by the class of their data: for the overloads of ``on()``, to make an event, and to know
which there are.

Any other name of ``session.on()`` is a path (``"/heard"``): its event is an :class:`ActionHook`, or that of the
notification whose ``event_hook`` or ``tool_hook`` it is.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

from .hooks import ActionHook, AgentTurn, Event
from .notifications import (
    CallSession,
    CallStatus,
    ErrorEvent,
    LlmToolCall,
    LlmVendorEvent,
    TokensResult,
    TtsEvent,
    VerbStatus,
)

__all__ = [
    "EVENT_CLASSES",
    "SERVICE_EVENTS",
    "SESSION_EVENTS",
    "ActionHookName",
    "AgentTurnName",
    "CallSessionName",
    "CallStatusName",
    "ErrorEventName",
    "LlmToolCallName",
    "LlmVendorEventName",
    "TokensResultName",
    "TtsEventName",
    "VerbStatusName",
]

CallSessionName: TypeAlias = Literal["session:new", "session:redirect", "session:adulting", "session:reconnect"]
ActionHookName: TypeAlias = Literal["verb:hook", "dial:confirm", "queue:status"]
CallStatusName: TypeAlias = Literal["call:status"]
VerbStatusName: TypeAlias = Literal["verb:status"]
LlmVendorEventName: TypeAlias = Literal["llm:event"]
LlmToolCallName: TypeAlias = Literal["llm:tool-call", "agent:tool-call"]
AgentTurnName: TypeAlias = Literal["agent:event"]
#: the first is the type of the message, and any of them; ``user_interrupt`` is the name in the Node SDK
TtsEventName: TypeAlias = Literal[
    "tts:streaming-event",
    "tts:stream_open",
    "tts:stream_closed",
    "tts:stream_paused",
    "tts:stream_resumed",
    "tts:user_interruption",
    "tts:user_interrupt",
    "tts:tts_spoken",
]
TokensResultName: TypeAlias = Literal["tts:tokens-result"]
ErrorEventName: TypeAlias = Literal["jambonz:error"]

#: name of an event -> class of its data; that of any other message is a plain Event
EVENT_CLASSES: dict[str, type[Event]] = {
    name: cls
    for names, cls in (
        (CallSessionName, CallSession),
        (ActionHookName, ActionHook),
        (CallStatusName, CallStatus),
        (VerbStatusName, VerbStatus),
        (LlmVendorEventName, LlmVendorEvent),
        (LlmToolCallName, LlmToolCall),
        (AgentTurnName, AgentTurn),
        (TtsEventName, TtsEvent),
        (TokensResultName, TokensResult),
        (ErrorEventName, ErrorEvent),
    )
    for name in get_args(names)
}

#: event of a service -> the arguments of its functions
SERVICE_EVENTS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(get_args(CallSessionName), ("session", "event")),
    "call:status": ("session", "event"),
    "error": ("session", "exception"),
    "close": ("session", "code", "reason"),
}
#: event of a session -> the arguments of its functions; a hook has one, the event
SESSION_EVENTS: dict[str, tuple[str, ...]] = {
    **{name: ("event",) for name in EVENT_CLASSES if not name.startswith("session:")},
    "session:reconnect": ("session", "event"),
    "error": ("exception",),
    "close": ("code", "reason"),
}
