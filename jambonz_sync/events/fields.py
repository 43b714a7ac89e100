"""The objects within events: what was heard, how fast an agent answered, how the call came in over SIP."""

from __future__ import annotations

from .view import Record, anything, boolean, integer, mapping, number, record, records, text

__all__ = [
    "Alternative",
    "Defaults",
    "HoldDetail",
    "Latency",
    "Preflight",
    "ReferDetails",
    "Sip",
    "Speech",
    "SpeechDefaults",
    "SpeechEvent",
    "Translation",
    "Vendor",
]


class Alternative(Record):
    """One reading of what was said. ``confidence`` is 0 to 1, as far as the vendor gives one."""

    __slots__ = ()
    transcript = text()
    confidence = number()


class Vendor(Record):
    """The recognizer's own result: ``name`` of the vendor, ``evt`` in the vendor's shape."""

    __slots__ = ()
    name = text()
    evt = anything()


class Speech(Record):
    """What was heard; ``alternatives`` has the best reading first."""

    __slots__ = ()
    language_code = text()
    channel_tag = integer()
    is_final = boolean()
    alternatives = records(Alternative)
    vendor = record(Vendor)


class SpeechEvent(Record):
    """Something that a recognizer noticed that is not a transcript."""

    __slots__ = ()
    type = text()


class Translation(Record):
    """What was said in ``channel``, in another ``language``."""

    __slots__ = ()
    channel = integer()
    language = text()
    translation = text()


class Preflight(Record):
    """Whether the model's answer to an unfinished sentence could be used (``hit``)."""

    __slots__ = ()
    result = text("hit", "miss", "pending")
    tokens = integer()


class Latency(Record):
    """What an agent's turn took, part by part, in milliseconds."""

    __slots__ = ()
    transcriber_latency = integer()
    turn_detection_latency = integer()
    model_latency = integer()
    voice_latency = integer()
    preflight = record(Preflight)


class HoldDetail(Record):
    """Who put whom on hold."""

    __slots__ = ()
    from_ = text()
    to = text()


class ReferDetails(Record):
    """The REFER by which a party of a dial wants the call transferred."""

    __slots__ = ()
    sip_refer_to = text()
    refer_to_user = text()
    sip_referred_by = text()
    referred_by_user = text()
    sip_user_agent = text()
    referring_call_sid = text()
    referred_call_sid = text()


class Sip(Record):
    """The INVITE of the call, as jambonz got it. ``headers`` has the names as they were sent."""

    __slots__ = ()
    headers = mapping()
    body = text()
    method = text()
    uri = text()
    called_number = text(wire="calledNumber")
    calling_number = text(wire="callingNumber")
    type = text("request")
    source = text("network", "application")
    source_address = text()
    source_port = anything()
    protocol = text()
    payload = anything()

    def header(self, name: str) -> str | None:
        """The value of a header, whatever the case of its name; None where there is none."""
        headers: object = self.headers
        wanted = name.lower()
        if not isinstance(headers, dict):
            return None
        return next((value for key, value in headers.items() if key.lower() == wanted), None)


class SpeechDefaults(Record):
    """Vendor, language and voice that the application has in the portal (``voice`` for speaking only)."""

    __slots__ = ()
    vendor = text()
    language = text()
    voice = text()


class Defaults(Record):
    """The speech vendors that the application has in the portal."""

    __slots__ = ()
    synthesizer = record(SpeechDefaults)
    recognizer = record(SpeechDefaults)
