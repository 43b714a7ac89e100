"""A call as the page draws it: records, dicts for JSON with an ``id``, a ``kind``, and ``at``, seconds of the call.

The kinds are ``speech`` (who, text, seconds), ``cut`` (of, spoken), ``verb`` (index, verb, state, options), ``wire``
(direction, type, label, msgid, message, ms), ``level`` (chars, paused), ``audio`` (direction, seconds, peaks), ``leg``
(leg, to, status), ``other`` (call, name, place), ``line`` (of, how, file, line, function, first, lines), ``finding``
(code, severity, text, advice), ``note`` (text, tone) and ``end`` (by, reason).
"""

from __future__ import annotations

import array
import json
import sys
import threading
from collections.abc import Iterable, Mapping
from typing import Any, Literal, cast

from ..server.development import Origin, Place
from ..simulator import Transcript, TranscriptEntry
from ..simulator.engine.findings import Finding
from ..simulator.engine.wire import WireMessage
from .origins import OriginFinder

__all__ = ["MOST_RECORDS", "Record", "Recorder", "peaks"]

Record = dict[str, Any]

#: records of one call that are kept; a note says so when there are more
MOST_RECORDS = 50_000
#: characters of one text, and of one message, that the page is given
_LONGEST_TEXT = 20_000
_LONGEST_MESSAGE = 100_000
#: what an event of the transcript begins with if the app was cut off
_CUTS = ("cut off after", "the streamed text is cut off")
#: seconds of audio that one peak of a waveform stands for
_PEAK = 0.02
#: seconds of audio that one record has, and of silence between two chunks that end one
_CHUNK, _GAP = 0.2, 0.1


class Recorder:
    """Turns what happens in a call into records.

    Args:
        transcript: The transcript of the call.
        speed: Characters a second of what is said.
        knows_lines: The app tells which of its lines send something.
    Threads: any.
    """

    def __init__(self, transcript: Transcript, speed: float, *, knows_lines: bool = False) -> None:
        #: the records so far; only ever added to
        self.records: list[Record] = []
        # guards the rest: messages come on several threads
        self._lock = threading.RLock()
        self._transcript = transcript
        self._speed = speed
        self._origins = OriginFinder(self._line) if knows_lines else None
        # id(verb) -> its number, while it runs
        self._running: dict[int, int] = {}
        # msgid -> when the app was asked, by the clock of this machine
        self._asked: dict[str, float] = {}
        self._level: tuple[int, bool] | None = None
        self._paused = False
        # direction -> when audio began that is no record yet, its seconds, and its peaks
        self._audio: dict[str, tuple[float, float, list[int]]] = {}
        # what the app said last: its id, and when it began
        self._spoken: tuple[int, float] | None = None

    def entry(self, entry: TranscriptEntry, leg: str = "", name: str = "") -> None:
        """Take in an entry of the transcript.

        Args:
            entry: The entry.
            leg: The leg of a dialled party whose words it has, or the SID of another call whose caller is heard.
            name: The name of that caller.
        """
        text = _shortened(entry.text)
        match entry.who:
            case "app" | "caller" | "callee" | "party":
                seconds = round(len(entry.text) / self._speed, 3) if entry.who == "app" else 0.3 * len(text.split())
                of = {"leg": leg} if leg else {}
                if name:
                    of["name"] = name
                number = self._add("speech", entry.at, who=entry.who, text=text, seconds=seconds, **of)
                if entry.who == "app":
                    self._spoken = number, entry.at
            case "status":
                pass  # the message itself is a record
            case "event" if entry.text.startswith(_CUTS) and self._spoken is not None:
                number, since = self._spoken
                self._add("cut", entry.at, of=number, spoken=int((entry.at - since) * self._speed))
            case _:
                self._add("note", entry.at, text=text, tone=entry.who)

    def verb(self, at: float, verb: Mapping[str, Any], *, begins: bool) -> None:
        """Take in that a verb begins, or has ended.

        Args:
            at: Seconds since the call began.
            verb: The verb.
            begins: False if it has ended.
        """
        with self._lock:
            if begins:
                number = self._running[id(verb)] = len(self.records)
                options = _limited({name: value for name, value in verb.items() if name != "verb"})
                depth = len(self._running) - 1
                self._add("verb", at, index=number, verb=str(verb["verb"]), state="start", options=options, depth=depth)
                if self._origins is not None:
                    self._origins.begin(number, verb)
            else:
                number = self._running.pop(id(verb), -1)
                self._add("verb", at, index=number, verb=str(verb["verb"]), state="end")

    def wire(self, message: WireMessage) -> None:
        """Take in a message between jambonz and the app.

        Args:
            message: The message.
        """
        data, kind = message.data, message.kind
        to_app = message.sender == "jambonz"
        record: Record = {
            "direction": "to_app" if to_app else "from_app",
            "type": kind,
            "label": _label(message),
            "msgid": message.msgid,
            "size": message.size,
            "message": _limited(data),
        }
        if to_app and not message.is_event and message.msgid is not None:
            record["wants_ack"] = True
            self._asked[message.msgid] = message.clock
        elif kind == "ack" and message.msgid in self._asked:
            record["ms"] = round((message.clock - self._asked.pop(message.msgid)) * 1000, 1)
        with self._lock:
            number = self._add("wire", message.at, **record)
            if not to_app and self._origins is not None:
                self._origins.arrive(number, data, is_answer=message.webhook is not None)
        if kind == "tts:streaming-event" and isinstance(data, dict):
            self._buffer_event(cast("dict[str, Any]", data))
        elif kind == "call:status" and isinstance(data, dict):
            self._status(message.at, cast("dict[str, Any]", data))

    def origins(self, origins: Iterable[Origin]) -> None:
        """Take in the lines of the app that what it has sent comes from.

        Args:
            origins: What the process of the app tells.
        """
        with self._lock:
            if self._origins is not None:
                self._origins.tell(origins)

    def _line(self, record: int, place: Place, how: Literal["made", "sent"]) -> None:
        """Add the line that a record comes from."""
        line = {**vars(place), "lines": list(place.lines)}
        self._add("line", self.records[-1]["at"], of=record, how=how, **line)

    def finding(self, finding: Finding) -> None:
        """Take in what the server holds against the app.

        Args:
            finding: The finding.
        """
        self._add(
            "finding",
            finding.at,
            code=finding.code,
            severity=finding.severity,
            text=_shortened(finding.text),
            advice=finding.advice,
            subject=finding.where,
            message=_limited(finding.wire),
        )

    def app_error(self, at: float, text: str, traceback: str) -> None:
        """Take in an exception of the app.

        Args:
            at: Seconds since the call began.
            text: The exception in one line.
            traceback: The whole of it.
        """
        error = {"code": "handler-raised", "severity": "error", "text": _shortened(text)}
        self._add("finding", at, **error, traceback=_shortened(traceback))

    def audio(self, at: float, direction: str, pcm: bytes, rate: int) -> None:
        """Take in samples of an audio stream, as a waveform.

        Args:
            at: Seconds since the call began.
            direction: ``in`` to the app, ``out`` from it.
            pcm: The samples.
            rate: Samples a second.
        """
        seconds, loud = len(pcm) / 2 / rate, peaks(pcm, int(rate * _PEAK))
        with self._lock:
            if direction in self._audio:
                since, length, known = self._audio[direction]
                if at - since - length < _GAP:
                    self._audio[direction] = since, length + seconds, [*known, *loud]
                else:
                    self._end_audio(direction)
            if direction not in self._audio:
                self._audio[direction] = at, seconds, loud
            if self._audio[direction][1] >= _CHUNK:
                self._end_audio(direction)

    def _end_audio(self, direction: str) -> None:
        since, seconds, loud = self._audio.pop(direction)
        self._add("audio", since, direction=direction, seconds=round(seconds, 4), peaks=loud)

    def level(self, at: float, chars: int) -> None:
        """Take in how full the buffer of streamed text is.

        Args:
            at: Seconds since the call began.
            chars: The characters in it.
        """
        if self._level != (chars, self._paused):
            self._level = (chars, self._paused)
            self._add("level", at, chars=chars, paused=self._paused)

    def end(self, at: float) -> None:
        """Take in the end of the call.

        Args:
            at: Seconds since the call began.
        """
        with self._lock:
            for direction in list(self._audio):
                self._end_audio(direction)
        self._add("end", at, by=self._transcript.ended_by, reason=self._transcript.end_reason)

    def leg(self, at: float, leg: str, to: str, status: str) -> None:
        """Take in how far a dialled leg is.

        Args:
            at: Seconds since the call began.
            leg: Its SID.
            to: Who is dialled.
            status: Its call status.
        """
        self._add("leg", at, leg=leg, to=to, status=status)

    def other(self, at: float, call: str, name: str, place: str) -> None:
        """Take in where the caller of another call is.

        Args:
            at: Seconds since the call began.
            call: The SID of that call.
            name: What its caller is called.
            place: Where they are, "" if they are gone.
        """
        self._add("other", at, call=call, name=name, place=place)

    def _buffer_event(self, message: dict[str, Any]) -> None:
        event = (message.get("data") or {}).get("event_type")
        if event in ("stream_paused", "stream_resumed"):
            self._paused = event == "stream_paused"

    def _status(self, at: float, message: dict[str, Any]) -> None:
        """Note how far a dialled leg is."""
        about = message.get("data") or {}
        if about.get("direction") == "outbound" and about.get("parent_call_sid"):
            leg, to, status = (str(about.get(name)) for name in ("call_sid", "to", "call_status"))
            self.leg(at, leg, to, status)

    def _add(self, kind: str, at: float, **content: Any) -> int:
        """Add a record. Returns its id."""
        with self._lock:
            self._append(kind, at, content)
            return len(self.records) - 1

    def _append(self, kind: str, at: float, content: Record) -> None:
        number = len(self.records)
        if number == MOST_RECORDS:
            content = {"text": f"{MOST_RECORDS:,} records: what follows is not shown", "tone": "error"}
            kind = "note"
        if number <= MOST_RECORDS or kind == "end":
            self.records.append({"id": number, "kind": kind, "at": round(at, 3), **content})


def peaks(pcm: bytes, samples: int) -> list[int]:
    """Return how loud audio is, from 0 to 100, for every so many samples.

    Args:
        pcm: Samples of 16 bits, little-endian, one channel.
        samples: How many of them one number stands for.
    """
    values = array.array("h", pcm[: len(pcm) & ~1])
    if sys.byteorder == "big":
        values.byteswap()
    loudest = (
        max(*values[start : start + samples], -min(values[start : start + samples]))
        for start in range(0, len(values), samples)
    )
    return [min(100, round(peak / 327.68)) for peak in loudest]


def _label(message: WireMessage) -> str:
    data = message.data
    if message.webhook is not None:
        return f"{message.kind} {message.webhook}" if message.sender == "jambonz" else "answer"
    if not isinstance(data, Mapping):
        return "no message"
    fields = cast("Mapping[str, Any]", data)
    what = fields.get("hook") or fields.get("command")
    event = fields.get("data")
    if what is None and isinstance(event, Mapping):
        details = cast("Mapping[str, Any]", event)
        what = details.get("event_type") or details.get("call_status") or details.get("event")
    return f"{message.kind} {what}" if what else message.kind


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}… ({len(text):,} characters)"


def _limited(content: object) -> object:
    """Return what a message holds, or the begin of its text if it is too long for the page."""
    if isinstance(content, bytes):
        content = content.hex(" ")
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, default=repr)
    if len(text) <= _LONGEST_MESSAGE:
        return content
    return f"{text[:_LONGEST_MESSAGE]}… ({len(text):,} characters)"
