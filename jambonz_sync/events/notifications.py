"""The events beside the hooks of verbs: a call's start and progress, verbs' progress, tools, speech streams."""

from __future__ import annotations

from typing import Literal

from .fields import Defaults, Sip, ToolCall
from .hooks import CallEvent, Event
from .view import Field, anything, boolean, choice, integer, mapping, number, text, view


class CallSession(CallEvent):
    """The first message, or the first webhook, of a call: who calls whom, and how it came in.

    The same fields come with a redirect, with a reconnect and with a leg that becomes a call of its
    own (``parent_call_info``); each has those that jambonz knows then. ``env_vars`` may hold keys: whoever
    stores :meth:`to_json` stores them as well.
    """

    __slots__ = ()
    caller_name = text()
    caller_id = text()
    service_provider_sid = text()
    parent_call_sid = text()
    parent_call_info = mapping()
    fs_sip_address = text()
    fs_public_ip = text()
    sip = view(Sip)
    env_vars = mapping()
    defaults = view(Defaults)


class CallStatus(CallEvent):
    """The progress of a call, or of a leg that it has dialled (``direction`` outbound, another ``call_sid``).

    ``duration`` is in seconds and comes with the last one.
    """

    __slots__ = ()
    call_termination_by: Field[Literal["caller", "jambonz"] | None] = choice()
    duration = integer()


class VerbStatus(Event):
    """The progress of a verb, after ``notify_events``."""

    __slots__ = ()
    event: Field[
        Literal[
            "starting",
            "finished",
            "start-playback",
            "stop-playback",
            "kill-playback",
            "dtmf-bargein-detected",
            "speech-bargein-detected",
            "synthesized-audio",
        ]
        | None
    ] = choice()
    vendor = text()
    language = text()
    characters = integer()
    elapsed_time = number()
    served_from_cache = boolean()

    @property
    def name(self) -> str | None:
        """The verb. jambonz calls it ``name`` in some of these events and ``verb`` in the others."""
        name: str | None = self._data.get("name") or self._data.get("verb")
        return name

    @property
    def id(self) -> str | None:
        """The ``id`` that the application gave the verb. jambonz calls it ``verb_id`` in some of these events."""
        id: str | None = self._data.get("id") or self._data.get("verb_id")
        return id


class SipReferStatus(Event):
    """The progress of the call that a REFER asked for. ``call_status`` is a SIP status."""

    __slots__ = ()
    event: Field[Literal["transfer-status"] | None] = choice()
    call_status = integer()


class LlmToolCall(Event, ToolCall):
    """A model wants a function called. Answer it with ``send_tool_output``."""

    __slots__ = ()


class LlmVendorEvent(Event):
    """An event of the vendor that an ``llm`` verb talks to (``llm:event``), with its keys in snake_case.

    ``type`` is the vendor's name for it; Google's have none, but ``server_content`` and the like. ``transcript`` and
    ``delta`` are OpenAI's; ``role`` and ``content`` Deepgram's; ``role``, ``text`` and ``final`` Ultravox's; what ends
    in ``_event`` is ElevenLabs'. All other fields of the vendor are there as well.
    """

    __slots__ = ()
    type = text()
    event_id = text()
    role = text()
    content = text()
    transcript = text()
    delta = text()
    final = boolean()
    error = anything()
    response = mapping()
    item = mapping()
    server_content = mapping()
    user_transcription_event = mapping()
    agent_response_event = mapping()
    text = text()


class TtsEvent(Event):
    """The state of a stream of text to be spoken. ``text`` and ``bargein`` come with ``tts_spoken``."""

    __slots__ = ()
    event_type: Field[
        Literal["stream_open", "stream_closed", "stream_paused", "stream_resumed", "user_interruption", "tts_spoken"]
        | None
    ] = choice()
    text = text()
    bargein = boolean()


class TokensResult(Event):
    """The answer to text that was sent to be spoken (``tts:tokens``); ``id`` is that of the command.

    ``reason`` may be another, such as the vendor's own. jambonz 0.9 says nothing of text without an id.
    """

    __slots__ = ()
    id = integer()
    status: Field[Literal["ok", "failed"] | None] = choice()
    reason: Field[Literal["full", "missing tokens", "missing id"] | None] = choice()


class ErrorEvent(Event):
    """jambonz could not use what the application sent: ``content`` is what it got."""

    __slots__ = ()
    msg = text()
    details = anything()
    content = anything()
