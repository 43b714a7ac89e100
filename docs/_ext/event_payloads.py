"""A payload of each event, as jambonz sends it. Of events about a call the facts about it come before what is here."""

from __future__ import annotations

from typing import Any

from jambonz_sync import events
from jambonz_sync.events.hooks import CallEvent
from jambonz_sync.events.view import View

CALL = {
    "call_sid": "5a024b22-74c5-4820-9234-8c32390a0526",
    "direction": "inbound",
    "from": "+15085551212",
    "to": "+15085550100",
    "call_id": "7c47fb03-3729-42fd-806a-5bd5c6313987",
    "call_status": "in-progress",
    "sip_status": 200,
    "account_sid": "9351f46a-678c-43f5-b8a6-d4eb58d131af",
    "application_sid": "0e0681b0-d49f-4fb8-b973-b5a3c6758de1",
}
_ALTERNATIVE = {"transcript": "sales please", "confidence": 0.94}
_VENDOR = {"name": "google", "evt": {"is_final": True}}
_SPEECH = {
    "language_code": "en-US",
    "channel_tag": 1,
    "is_final": True,
    "alternatives": [_ALTERNATIVE],
    "vendor": _VENDOR,
}
_LATENCY = {"stt_ms": 120, "eot_ms": 300, "llm_ms": 420, "tts_ms": 180, "tool_ms": 95}
_TOOL_CALL = {"tool_call_id": "call_7", "name": "opening_hours", "arguments": {"day": "Sunday"}}
_REFER = {
    "sip_refer_to": "<sip:sales@pbx.example.com>",
    "refer_to_user": "sales",
    "sip_referred_by": "<sip:agent@vendor.example.com>",
    "referred_by_user": "agent",
    "referring_call_sid": "2e9d6eca-771c-48ab-94b9-3dfc5f9c549c",
    "referred_call_sid": "5a024b22-74c5-4820-9234-8c32390a0526",
}
_SIP = {
    "headers": {"from": '"Ann" <sip:+15085551212@carrier.example.com>', "X-Tenant": "7"},
    "method": "INVITE",
    "uri": "sip:+15085550100@sip.example.com",
    "called_number": "+15085550100",
    "calling_number": "+15085551212",
}
_DEFAULTS = {"vendor": "google", "language": "en-US"}
_CHILD = "2e9d6eca-771c-48ab-94b9-3dfc5f9c549c"

#: class of an event -> what is in its payload besides the facts about the call
OWN: dict[str, dict[str, Any]] = {
    "Event": {"anything": "that the application is told"},
    "CallEvent": {},
    "HeardEvent": {"speech": _SPEECH},
    "GatherEvent": {"reason": "speechDetected", "speech": _SPEECH},
    "GatherPartialEvent": {"speech": {**_SPEECH, "is_final": False}},
    "DialEvent": {"dial_call_status": "busy", "dial_sip_status": 486, "dial_call_sid": _CHILD},
    "DialDtmfEvent": {"dtmf": "*3"},
    "DialHoldEvent": {"hold_detail": {"from": "+15085551212", "to": "+15085550101"}},
    "DialReferEvent": {"refer_details": _REFER},
    "PlayEvent": {"reason": "playCompleted", "playback_seconds": 12, "playback_milliseconds": 12040},
    "AmdEvent": {"type": "amd_machine_detected", "reason": "long greeting", "greeting": "You have reached ..."},
    "EnqueueEvent": {"queue_sid": "queue:9351f46a:support", "queue_time": 74, "queue_result": "bridged"},
    "EnqueueWaitEvent": {
        "queue_sid": "queue:9351f46a:support",
        "queue_time": 30,
        "queue_size": 3,
        "queue_position": 0,
    },
    "DequeueEvent": {"dequeue_result": "timeout"},
    "ConferenceEvent": {},
    "ConferenceStatus": {
        "event": "join",
        "conference_sid": "conf:9351f46a:support",
        "friendly_name": "support",
        "duration": 41,
        "members": 2,
        "time": "2026-01-01T10:00:00.000Z",
    },
    "ListenEvent": {"dial_call_duration": 31, "digits": "#"},
    "LlmEvent": {"completion_reason": "normal conversation end"},
    "AgentTurn": {
        "type": "turn_end",
        "transcript": "When are you open on Sunday?",
        "response": "On Sunday we are closed.",
        "interrupted": False,
        "latency": _LATENCY,
        "tool_calls": [{**_TOOL_CALL, "result_ms": 95}],
    },
    "MessageEvent": {
        "message_sid": "37583c27-4e83-4a67-b794-f5b741f16a31",
        "message_status": "success",
        "carrier": "example",
    },
    "SipReferResult": {"refer_status": 202, "final_referred_call_status": 200},
    "SipRequestResult": {"result": "success"},
    "TranscribeEvent": {"speech": _SPEECH, "stt_latency_ms": "310"},
    "TranslationEvent": {"translation": {"channel": 1, "language": "es-ES", "translation": "ventas, por favor"}},
    "TransferEvent": {"transfer_result": "returned", "transfer_reason": "no-answer", "dial_call_sid": _CHILD},
    "ActionHook": {"reason": "dtmfDetected", "digits": "1"},
    "CallSession": {
        "caller_name": "Ann",
        "sip": _SIP,
        "env_vars": {"GREETING": "Hello!"},
        "defaults": {"synthesizer": {**_DEFAULTS, "voice": "en-US-Neural2-C"}, "recognizer": _DEFAULTS},
    },
    "CallStatus": {"call_status": "completed", "call_termination_by": "caller", "duration": 31},
    "VerbStatus": {"event": "start-playback", "verb": "say", "verb_id": "greeting"},
    "SipReferStatus": {"event": "transfer-status", "call_status": 180},
    "LlmToolCall": _TOOL_CALL,
    "LlmVendorEvent": {"type": "response.audio_transcript.done", "transcript": "We are open from nine to five."},
    "TtsEvent": {"event_type": "user_interruption"},
    "TokensResult": {"id": 7, "status": "failed", "reason": "full"},
    "ErrorEvent": {"msg": "InvalidMessage", "details": "unknown option", "content": '{"type":"ack", ...}'},
    "Alternative": _ALTERNATIVE,
    "Vendor": _VENDOR,
    "Speech": _SPEECH,
    "SpeechEvent": {"type": "SpeechStarted"},
    "Translation": {"channel": 1, "language": "es-ES", "translation": "ventas, por favor"},
    "Preflight": {"result": "hit", "tokens": 42},
    "Latency": _LATENCY,
    "ToolCall": _TOOL_CALL,
    "FinishedToolCall": {**_TOOL_CALL, "result_ms": 95},
    "HoldDetail": {"from": "+15085551212", "to": "+15085550101"},
    "ReferDetails": _REFER,
    "Sip": _SIP,
    "SpeechDefaults": {**_DEFAULTS, "voice": "en-US-Neural2-C"},
    "Defaults": {"synthesizer": {**_DEFAULTS, "voice": "en-US-Neural2-C"}, "recognizer": _DEFAULTS},
}


def payload(cls: type[View]) -> dict[str, Any]:
    """Return a payload of an event."""
    own = OWN[cls.__name__]
    return {**CALL, **own} if issubclass(cls, CallEvent) else own


def event_classes() -> list[type[View]]:
    """Return the classes of events, and of their parts, in the order of their names."""
    classes = (getattr(events, name) for name in events.__all__)
    return [cls for cls in classes if isinstance(cls, type) and issubclass(cls, View) and cls is not View]
