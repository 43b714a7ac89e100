"""What the hooks of verbs carry, one class for each, and the class that can be any of them."""

from __future__ import annotations

from typing import Any

from .fields import HoldDetail, Latency, ReferDetails, Speech, SpeechEvent, Translation
from .view import Record, always, anything, boolean, integer, mapping, number, record, text


class Event(Record):
    """Anything that jambonz tells an application."""

    __slots__ = ()


class CallEvent(Event):
    """An event with the facts about its call."""

    __slots__ = ()
    call_sid = always()
    account_sid = always()
    application_sid = text()
    direction = always("inbound", "outbound")
    from_ = always()
    to = always()
    call_id = always()
    sbc_callid = text()
    call_status = text(
        "trying", "ringing", "early-media", "in-progress", "completed", "failed", "busy", "no-answer", "queued"
    )
    sip_status = integer()
    sip_reason = text()
    sip_reason_header = text()
    trace_id = text()
    originating_sip_ip = text()
    originating_sip_trunk_name = text()
    api_base_url = text()
    customer_data = mapping(wire="customerData")


class Spoken(Event):
    """An event with something that was said."""

    __slots__ = ()

    @property
    def transcript(self) -> str:
        """What was said, by the best reading; "" where nothing was."""
        found = self._first().get("transcript", self._data.get("transcript"))
        return found if isinstance(found, str) else ""

    @property
    def confidence(self) -> float | None:
        """How sure the recognizer is of it, 0 to 1; None where it does not say."""
        found = self._first().get("confidence")
        return found if isinstance(found, int | float) else None

    def _first(self) -> dict[str, Any]:
        try:
            first = self._data["speech"]["alternatives"][0]
        except (KeyError, IndexError, TypeError):
            return {}
        return first if isinstance(first, dict) else {}


class GatherEvent(CallEvent, Spoken):
    """The caller spoke, pressed keys, or did neither in time (``reason``)."""

    __slots__ = ()
    reason = text("speechDetected", "dtmfDetected", "timeout", "error", "stt-low-confidence")
    speech = record(Speech)
    digits = text()
    details = mapping()


class GatherPartialEvent(CallEvent, Spoken):
    """An interim result of a gather. It is a hook like others, but verbs that answer it are ignored."""

    __slots__ = ()
    b3 = text()
    caller_name = text()
    speech = record(Speech)


class DialEvent(CallEvent):
    """A dial has ended, and how. ``dial_sip_status`` is the SIP status of the called leg."""

    __slots__ = ()
    dial_call_status = text(
        "completed", "failed", "busy", "no-answer", "trying", "ringing", "early-media", "in-progress"
    )
    dial_sip_status = integer()
    dial_call_sid = text()
    dial_sbc_callid = text()


class DialDtmfEvent(CallEvent):
    """A key sequence that a dial's ``dtmf_capture`` waits for was pressed."""

    __slots__ = ()
    dtmf = text()


class DialHoldEvent(CallEvent):
    """A party of a dial was put on hold."""

    __slots__ = ()
    hold_detail = record(HoldDetail)


class DialReferEvent(CallEvent):
    """A party of a dial wants the call transferred."""

    __slots__ = ()
    refer_details = record(ReferDetails)


class PlayEvent(CallEvent):
    """A file was played, or could not be. ``playback_last_offset_pos`` is in samples."""

    __slots__ = ()
    reason = text("playCompleted", "playFailed")
    playback_seconds = integer()
    playback_milliseconds = integer()
    playback_last_offset_pos = text()
    status = text("fail")


class AmdEvent(CallEvent):
    """What answering machine detection found. ``frequency`` of a tone is in Hz."""

    __slots__ = ()
    type = text(
        "amd_human_detected",
        "amd_machine_detected",
        "amd_no_speech_detected",
        "amd_decision_timeout",
        "amd_machine_stopped_speaking",
        "amd_tone_detected",
        "amd_tone_timeout",
        "amd_error",
        "amd_stopped",
    )
    reason = text()
    greeting = text()
    hint = text()
    language = text()
    frequency = number()
    variance = number()


class EnqueueEvent(CallEvent):
    """The call has left its queue. ``queue_time`` is in seconds."""

    __slots__ = ()
    queue_sid = text()
    queue_time = integer()
    queue_result = text("bridged", "hangup", "leave", "error")


class EnqueueWaitEvent(CallEvent):
    """The call waits in a queue. ``queue_time`` is in seconds."""

    __slots__ = ()
    queue_sid = text()
    queue_time = integer()
    queue_size = integer()
    queue_position = integer()


class DequeueEvent(CallEvent):
    """A dequeue has ended."""

    __slots__ = ()
    dequeue_result = text("complete", "timeout", "hangup")


class ConferenceEvent(CallEvent):
    """The call has left its conference, or (wait hook) waits for it to start."""

    __slots__ = ()


class ConferenceStatus(CallEvent):
    """Something happened in a conference. ``duration`` is in seconds, ``time`` an ISO 8601 date and time."""

    __slots__ = ()
    event = text("start", "end", "join", "leave", "start-talking", "stop-talking")
    conference_sid = text()
    friendly_name = text()
    duration = number()
    members = integer()
    time = text()


class ListenEvent(CallEvent):
    """A listen or stream has ended. ``dial_call_duration`` is in seconds."""

    __slots__ = ()
    dial_call_duration = integer()
    digits = text()


class LlmEvent(CallEvent):
    """A conversation with a model has ended, and why."""

    __slots__ = ()
    completion_reason = text(
        "normal conversation end",
        "connection failure",
        "disconnect from remote end",
        "server failure",
        "server error",
        "client error calling function",
        "client error calling mcp function",
    )
    error = anything()


class AgentTurn(Spoken):
    """What happened in a conversation with an agent. ``type`` says which of the other fields there are."""

    __slots__ = ()
    type = text("turn_end", "user_transcript", "llm_response", "user_interruption")
    response = text()
    interrupted = boolean()
    latency = record(Latency)


class MessageEvent(CallEvent):
    """A text message was handed to a carrier, or could not be."""

    __slots__ = ()
    message_sid = text()
    message_status = text("success", "failure", "no carriers", "smpp configuration error", "system error")
    carrier = text()
    carrier_message_id = text()
    message_failure_reason = text()


class SipReferResult(CallEvent):
    """A REFER was answered. Both statuses are SIP statuses."""

    __slots__ = ()
    refer_status = integer()
    final_referred_call_status = integer()


class SipRequestResult(CallEvent):
    """A SIP request within the call was answered."""

    __slots__ = ()
    result = text("success", "failed")
    err = text()


class TranscribeEvent(CallEvent, Spoken):
    """A piece of a transcription."""

    __slots__ = ()
    speech = record(Speech)
    speech_event = record(SpeechEvent)
    stt_latency_ms = text()
    stt_talkspurts = text()
    stt_start_time = text()
    stt_stop_time = text()
    stt_usage = anything()


class TranslationEvent(CallEvent):
    """A piece of a transcription, translated."""

    __slots__ = ()
    translation = record(Translation)


class TransferEvent(CallEvent):
    """A transfer has ended, and how."""

    __slots__ = ()
    transfer_result = text("bridged", "returned", "voicemail", "failed")
    transfer_reason = text("completed", "no-answer", "busy", "declined", "caller-abandoned", "error")
    dial_call_sid = text()


class ActionHook(
    GatherEvent,
    GatherPartialEvent,
    DialEvent,
    DialDtmfEvent,
    DialHoldEvent,
    DialReferEvent,
    PlayEvent,
    AmdEvent,
    EnqueueEvent,
    EnqueueWaitEvent,
    DequeueEvent,
    ConferenceEvent,
    ConferenceStatus,
    ListenEvent,
    LlmEvent,
    AgentTurn,
    MessageEvent,
    SipReferResult,
    SipRequestResult,
    TranscribeEvent,
    TranslationEvent,
    TransferEvent,
):
    """The hook of some verb.

    jambonz does not say which verb a hook belongs to: the application knows, from the path that it
    gave. So this class has the fields of all of them. Annotate a handler with the one that is
    meant (``def heard(evt: GatherEvent)``).
    """

    __slots__ = ()
