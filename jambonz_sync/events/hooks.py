"""The events of the hooks of verbs: one class for each kind, and the class that can be any of them."""

from __future__ import annotations

from typing import Any, Literal
from urllib.parse import quote

from .fields import FinishedToolCall, HoldDetail, Latency, ReferDetails, Speech, SpeechEvent, Translation
from .view import Field, View, always, anything, boolean, choice, integer, mapping, number, text, view, views


class Event(View):
    """The base of all events."""

    __slots__ = ()


class CallEvent(Event):
    """An event with the facts about its call."""

    __slots__ = ()
    call_sid = always()
    account_sid = always()
    application_sid = text()
    direction: Field[Literal["inbound", "outbound"]] = choice()
    from_ = always()
    to = always()
    call_id = always()
    sbc_callid = text()
    call_status: Field[
        Literal["trying", "ringing", "early-media", "in-progress", "completed", "failed", "busy", "no-answer", "queued"]
        | None
    ] = choice()
    sip_status = integer()
    sip_reason = text()
    sip_reason_header = text()
    trace_id = text()
    originating_sip_ip = text()
    originating_sip_trunk_name = text()
    api_base_url = text()
    customer_data = mapping(wire="customerData")

    def hook_url(self, url: str) -> str:
        """Return a hook that tells of which call it is: ``url`` with the ``call_sid`` in its query.

        It is for ``event_hook`` and ``tool_hook`` of ``agent``, ``llm`` and the like: over HTTP jambonz posts neither
        ``call_sid`` nor customer data to them. A view of a blueprint finds it in ``event.call_sid`` again.

        Args:
            url: A path or URL, with or without a query of its own.

        Raises:
            ValueError: The event has no ``call_sid`` itself.
        """
        call_sid: object = self.call_sid
        if not isinstance(call_sid, str) or not call_sid:
            raise ValueError(f"hook_url: this {type(self).__name__} has no call_sid")
        path, hash, fragment = url.partition("#")
        return f"{path}{'&' if '?' in path else '?'}call_sid={quote(call_sid, safe='')}{hash}{fragment}"


class HeardEvent(Event):
    """An event with something that was said."""

    __slots__ = ()

    @property
    def transcript(self) -> str:
        """The words of the caller, by the best reading; "" where nothing was said."""
        transcript = self._best_reading().get("transcript", self._data.get("transcript"))
        return transcript if isinstance(transcript, str) else ""

    @property
    def confidence(self) -> float | None:
        """The confidence of the recognizer in it, 0 to 1; None where it gives none."""
        confidence = self._best_reading().get("confidence", self._data.get("confidence"))
        return confidence if isinstance(confidence, int | float) else None

    def _best_reading(self) -> dict[str, Any]:
        try:
            first = self._data["speech"]["alternatives"][0]
        except (KeyError, IndexError, TypeError):
            return {}
        return first if isinstance(first, dict) else {}


class GatherEvent(CallEvent, HeardEvent):
    """The caller spoke, pressed keys, or did neither in time (``reason``)."""

    __slots__ = ()
    reason: Field[Literal["speechDetected", "dtmfDetected", "timeout", "error", "stt-low-confidence"] | None] = choice()
    speech = view(Speech)
    digits = text()
    details = mapping()


class GatherPartialEvent(CallEvent, HeardEvent):
    """An interim result of a gather. It is a hook like others, but verbs that answer it are ignored."""

    __slots__ = ()
    b3 = text()
    caller_name = text()
    speech = view(Speech)


class DialEvent(CallEvent):
    """A dial has ended, and how. ``dial_sip_status`` is the SIP status of the called leg.

    ``in-progress``: the called party answered, and verbs of the ``confirm_hook`` hung up on them.
    """

    __slots__ = ()
    dial_call_status: Field[
        Literal["completed", "failed", "busy", "no-answer", "trying", "ringing", "early-media", "in-progress"] | None
    ] = choice()
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
    hold_detail = view(HoldDetail)


class DialReferEvent(CallEvent):
    """A party of a dial wants the call transferred."""

    __slots__ = ()
    refer_details = view(ReferDetails)


class PlayEvent(CallEvent):
    """A file was played, or could not be. ``playback_last_offset_pos`` is in samples."""

    __slots__ = ()
    reason: Field[Literal["playCompleted", "playFailed"] | None] = choice()
    playback_seconds = integer()
    playback_milliseconds = integer()
    playback_last_offset_pos = text()
    status: Field[Literal["fail"] | None] = choice()


class AmdEvent(CallEvent):
    """The result of answering machine detection. ``frequency`` of a tone is in Hz."""

    __slots__ = ()
    type: Field[
        Literal[
            "amd_human_detected",
            "amd_machine_detected",
            "amd_no_speech_detected",
            "amd_decision_timeout",
            "amd_machine_stopped_speaking",
            "amd_tone_detected",
            "amd_tone_timeout",
            "amd_error",
            "amd_stopped",
        ]
        | None
    ] = choice()
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
    queue_result: Field[Literal["bridged", "hangup", "leave", "error"] | None] = choice()


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
    dequeue_result: Field[Literal["complete", "timeout", "hangup"] | None] = choice()


class ConferenceEvent(CallEvent):
    """The call has left its conference, or (wait hook) waits for it to start."""

    __slots__ = ()


class ConferenceStatus(CallEvent):
    """Something happened in a conference. ``duration`` is in seconds, ``time`` an ISO 8601 date and time."""

    __slots__ = ()
    event: Field[Literal["start", "end", "join", "leave", "start-talking", "stop-talking"] | None] = choice()
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
    """A conversation with a model has ended, and why.

    ``no_response`` comes after ``no_response_max_prompts`` of an agent; ``transferred`` and ``hangup``, from the tools
    by which a model hands the caller over and hangs up.
    """

    __slots__ = ()
    completion_reason: Field[
        Literal[
            "normal conversation end",
            "connection failure",
            "disconnect from remote end",
            "server failure",
            "server error",
            "client error calling function",
            "client error calling mcp function",
            "no_response",
            "transferred",
            "hangup",
        ]
        | None
    ] = choice()
    error = anything()


class AgentTurn(HeardEvent):
    """A step of a conversation with an agent. ``type`` says which of the other fields there are."""

    __slots__ = ()
    type: Field[Literal["turn_end", "user_transcript", "llm_response", "user_interruption"] | None] = choice()
    response = text()
    interrupted = boolean()
    latency = view(Latency)
    tool_calls = views(FinishedToolCall)


class MessageEvent(CallEvent):
    """A text message was handed to a carrier, or could not be."""

    __slots__ = ()
    message_sid = text()
    message_status: Field[
        Literal["success", "failure", "no carriers", "smpp configuration error", "system error"] | None
    ] = choice()
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
    result: Field[Literal["success", "failed"] | None] = choice()
    err = text()


class TranscribeEvent(CallEvent, HeardEvent):
    """A piece of a transcription."""

    __slots__ = ()
    speech = view(Speech)
    speech_event = view(SpeechEvent)
    stt_latency_ms = text()
    stt_talkspurts = text()
    stt_start_time = text()
    stt_stop_time = text()
    stt_usage = anything()


class TranslationEvent(CallEvent):
    """A piece of a transcription, translated."""

    __slots__ = ()
    translation = view(Translation)


class TransferEvent(CallEvent):
    """A transfer has ended, and how."""

    __slots__ = ()
    transfer_result: Field[Literal["bridged", "returned", "voicemail", "failed"] | None] = choice()
    transfer_reason: Field[
        Literal["completed", "no-answer", "busy", "declined", "caller-abandoned", "error"] | None
    ] = choice()
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
    # Several verbs have a field of that name, with values of their own each: here it may be any of them, and others.
    reason: Field[str | None] = text()  # type: ignore[assignment]
    type: Field[str | None] = text()  # type: ignore[assignment]
    event: Field[str | None] = text()  # type: ignore[assignment]
    status: Field[str | None] = text()  # type: ignore[assignment]
