"""The objects within events: what was heard, how fast an agent answered, how the call came in over SIP."""

from __future__ import annotations

import json
from typing import Any, Literal

from ..errors import ProtocolError
from .view import Field, View, anything, boolean, choice, either, integer, mapping, number, text, view, views

__all__ = [
    "Alternative",
    "Defaults",
    "FinishedToolCall",
    "HoldDetail",
    "Latency",
    "Preflight",
    "ReferDetails",
    "Sip",
    "Speech",
    "SpeechDefaults",
    "SpeechEvent",
    "ToolCall",
    "Translation",
    "Vendor",
]


class Alternative(View):
    """One reading of what was said. ``confidence`` is 0 to 1, as far as the vendor gives one."""

    __slots__ = ()
    transcript = text()
    confidence = number()


class Vendor(View):
    """The recognizer's own result: ``name`` of the vendor, ``evt`` in the vendor's shape."""

    __slots__ = ()
    name = text()
    evt = anything()


class Speech(View):
    """The words that a recognizer heard; ``alternatives`` has the best reading first."""

    __slots__ = ()
    language_code = text()
    channel_tag = integer()
    is_final = boolean()
    alternatives = views(Alternative)
    vendor = view(Vendor)


class SpeechEvent(View):
    """Something that a recognizer noticed that is not a transcript."""

    __slots__ = ()
    type = text()


class Translation(View):
    """The words that were said in ``channel``, in another ``language``."""

    __slots__ = ()
    channel = integer()
    language = text()
    translation = text()


class Preflight(View):
    """The answer of the model to an unfinished sentence: it could be used (``hit``) or not."""

    __slots__ = ()
    result: Field[Literal["hit", "miss", "pending"] | None] = choice()
    tokens = integer()


class Latency(View):
    """The time that an agent's turn took, part by part, in milliseconds; ``tool_ms`` is that of tools.

    Servers have two names for the other parts. Either gives the time, whichever the server sends.
    """

    __slots__ = ()
    stt_ms = either("transcriber_latency")
    eot_ms = either("turn_detection_latency")
    llm_ms = either("model_latency")
    tts_ms = either("voice_latency")
    tool_ms = integer()
    transcriber_latency = either("stt_ms")
    turn_detection_latency = either("eot_ms")
    model_latency = either("llm_ms")
    voice_latency = either("tts_ms")
    preflight = view(Preflight)


class ToolCall(View):
    """A function that a model wants called."""

    __slots__ = ()
    tool_call_id = text()
    name = text()

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments by name, {} where there are none.

        Vendors send them as ``args`` or as ``arguments``, as an object or as JSON text.

        Raises:
            ProtocolError: They are no JSON object: a model may well write such.
        """
        arguments: object = self._data.get("args")
        if arguments is None:
            arguments = self._data.get("arguments")
        if isinstance(arguments, str):
            if not arguments.strip():
                return {}
            try:
                arguments = json.loads(arguments)
            except (ValueError, RecursionError) as exc:
                raise self._unusable() from exc
        if arguments is None:
            return {}
        if not isinstance(arguments, dict):
            raise self._unusable()
        return arguments

    def _unusable(self) -> ProtocolError:
        return ProtocolError(f"tool call {self.name!r} ({self.tool_call_id!r}): arguments are not a JSON object")


class FinishedToolCall(ToolCall):
    """A function that was called in an agent's turn. ``result_ms`` is the milliseconds until its result came."""

    __slots__ = ()
    result_ms = integer()


class HoldDetail(View):
    """The two parties of a hold: ``from_`` put ``to`` on hold."""

    __slots__ = ()
    from_ = text()
    to = text()


class ReferDetails(View):
    """The REFER by which a party of a dial wants the call transferred."""

    __slots__ = ()
    sip_refer_to = text()
    refer_to_user = text()
    sip_referred_by = text()
    referred_by_user = text()
    sip_user_agent = text()
    referring_call_sid = text()
    referred_call_sid = text()


class Sip(View):
    """The INVITE of the call, as jambonz got it. ``headers`` has the names as they were sent."""

    __slots__ = ()
    headers = mapping()
    body = text()
    method = text()
    uri = text()
    called_number = text(wire="calledNumber")
    calling_number = text(wire="callingNumber")
    type: Field[Literal["request"] | None] = choice()
    source: Field[Literal["network", "application"] | None] = choice()
    source_address = text()
    source_port = anything()
    protocol = text()
    payload = anything()

    def header(self, name: str) -> str | None:
        """Return the value of a header, None where there is none.

        Args:
            name: Its name, in upper or lower case.
        """
        headers: object = self.headers
        if not isinstance(headers, dict):
            return None
        return next((value for key, value in headers.items() if key.lower() == name.lower()), None)


class SpeechDefaults(View):
    """Vendor, language and voice that the application has in the portal (``voice`` for speaking only)."""

    __slots__ = ()
    vendor = text()
    language = text()
    voice = text()


class Defaults(View):
    """The speech vendors that the application has in the portal."""

    __slots__ = ()
    synthesizer = view(SpeechDefaults)
    recognizer = view(SpeechDefaults)
