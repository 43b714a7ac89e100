"""The trace of a call: a file of JSON lines with all that was said, done, sent and found, to look at or to play again.

The first line is of the type ``call``; then come ``turn``, ``entry`` and ``message`` in the order in which they
happened, each ``finding``, and an ``end``.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, cast

from .engine.findings import Finding
from .engine.scenario import Callee, Scenario
from .engine.transcript import Transcript, TranscriptEntry
from .engine.turns import (
    Beep,
    ConnectionDrop,
    HangUp,
    Hold,
    Played,
    Pressed,
    Refer,
    Resume,
    Said,
    Silence,
    SipRequest,
    Timed,
    Turn,
)
from .engine.wire import WireMessage
from .errors import TraceInvalid
from .line.webhooks import split_url

__all__ = ["Recorder", "Trace", "scenario_from_dict", "turn_from_dict", "turn_to_dict"]

_VERSION = 1
#: the name of a turn in a trace -> its class
_TURNS: Mapping[str, type[Turn | ConnectionDrop]] = {
    "says": Said,
    "plays": Played,
    "presses": Pressed,
    "beeps": Beep,
    "is_silent": Silence,
    "hangs_up": HangUp,
    "refers": Refer,
    "holds": Hold,
    "resumes": Resume,
    "sends_request": SipRequest,
    "drops_connection": ConnectionDrop,
}


def turn_to_dict(turn: Turn | Timed) -> dict[str, Any]:
    """Return a turn as a dict for JSON, without what it has by default; its moment is under ``timed``.

    Args:
        turn: The turn.
    """
    if isinstance(turn, Timed):
        return {**_turn_to_dict(turn.turn), "timed": {"after": turn.after, "utterance": turn.utterance}}
    return _turn_to_dict(turn)


def _turn_to_dict(turn: Turn | ConnectionDrop) -> dict[str, Any]:
    name = next(name for name, cls in _TURNS.items() if isinstance(turn, cls))
    defaults = {each.name: each.default for each in fields(turn) if each.default is not MISSING}
    # headers are the one field whose default is made anew
    values = {key: value for key, value in asdict(turn).items() if value != defaults.get(key, {})}
    if isinstance(turn, Played):
        values["audio"] = base64.b64encode(turn.audio).decode()
    return {"turn": name, **values}


def turn_from_dict(described: Mapping[str, Any]) -> Turn | Timed:
    """Return the turn that a dict describes.

    Args:
        described: The dict.
    Raises:
        ValueError: It describes none.
    """
    values = {key: value for key, value in described.items() if key not in ("type", "turn", "timed")}
    cls = _TURNS.get(str(described.get("turn")))
    if cls is None:
        raise ValueError(f"turn: expected one of {', '.join(_TURNS)}, got {described.get('turn')!r}")
    if cls is Played:
        values["audio"] = base64.b64decode(str(values.get("audio", "")))
    moment: object = described.get("timed")
    try:
        turn = cls(**values)
        if moment is not None:
            moment_of = cast("Mapping[str, Any]", moment)
            return Timed(turn, float(moment_of["after"]), int(moment_of["utterance"]))
    except (TypeError, AttributeError) as error:
        raise ValueError(f"{described['turn']}: {error}") from None
    if isinstance(turn, ConnectionDrop):
        raise ValueError("drops_connection: expected its moment as timed")
    return turn


def _scenario_to_dict(scenario: Scenario) -> dict[str, Any]:
    """Return a scenario as a dict for JSON."""
    callees = [callee if isinstance(callee, str) else _callee_to_dict(callee) for callee in scenario.callees]
    return {**{each.name: getattr(scenario, each.name) for each in fields(scenario)}, "callees": callees}


def _callee_to_dict(callee: Callee) -> dict[str, Any]:
    behaved = callee.as_behaved()
    values = {each.name: getattr(behaved, each.name) for each in fields(behaved) if each.compare}
    del values["person"]
    # their moments are seconds from when they were connected
    return {**values, "turns": [{**_turn_to_dict(timed.turn), "after": timed.after} for timed in behaved.turns]}


def _callee_from_dict(described: Mapping[str, Any]) -> Callee:
    """Return somebody whom a dict describes. Raises ValueError or TypeError if it describes nobody."""
    turns: list[Timed] = []
    for each in described.get("turns", ()):
        after = float(each["after"])
        turn = turn_from_dict({key: value for key, value in each.items() if key != "after"})
        turns.append(turn if isinstance(turn, Timed) else Timed(turn, after))
    return Callee(**{**described, "presses": tuple(described.get("presses", ())), "turns": tuple(turns)})


def scenario_from_dict(described: Mapping[str, Any]) -> Scenario:
    """Return the scenario that a trace describes.

    Args:
        described: Its fields.
    Raises:
        ValueError: It describes none.
    """
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in described.items()
    }
    try:
        callees = [
            _callee_from_dict(cast("Mapping[str, Any]", callee)) if isinstance(callee, dict) else callee
            for callee in values.get("callees", ())
        ]
        if callees:
            values["callees"] = tuple(callees)
        return Scenario(**values)
    except KeyError as error:
        raise ValueError(f"scenario: there is no {error}") from None
    except TypeError as error:
        raise ValueError(f"scenario: {error}") from None


class Recorder:
    """Keeps all of a call, for :meth:`save`.

    Args:
        url: The URL of the app.
        options: How the call is placed: ``from_``, ``to``, ``env``, ``headers``, ``method`` ...; what JSON has no word
            for, and credentials, are left out.
    Threads: any; ``records`` is only ever added to.
    """

    def __init__(self, url: str, options: Mapping[str, Any]) -> None:
        values = {
            name: _scenario_to_dict(value) if isinstance(value, Scenario) else value for name, value in options.items()
        }
        plain = {name: value for name, value in values.items() if name not in ("auth", "secret") and _is_json(value)}
        self._head = {"type": "call", "version": _VERSION, "url": split_url(url)[0], "options": plain}
        self.records: list[TranscriptEntry | WireMessage | Turn | Timed] = []

    def add(self, record: TranscriptEntry | WireMessage | Turn | Timed) -> None:
        """Keep an entry, a message, or a turn of the caller: for ``on_entry``, ``on_message`` and ``on_turn``.

        Args:
            record: It.
        """
        self.records.append(record)

    def lines(self, transcript: Transcript, findings: Iterable[Finding] = ()) -> list[dict[str, Any]]:
        """Return the trace, an object for each line.

        Args:
            transcript: The transcript of the call.
            findings: The findings of the call.
        """
        described = [
            {"type": "entry", **record.to_dict()}
            if isinstance(record, TranscriptEntry)
            else {"type": "message", **record.to_dict()}
            if isinstance(record, WireMessage)
            else {"type": "turn", **turn_to_dict(record)}
            for record in list(self.records)
        ]
        head = self._head
        if transcript.dialled:
            options = cast("Mapping[str, Any]", head["options"])
            scenario = options.get("scenario") or _scenario_to_dict(Scenario())
            callees = [_callee_to_dict(callee) for callee in transcript.dialled]
            head = {**head, "options": {**options, "scenario": {**scenario, "callees": callees}}}
        held = [{"type": "finding", **finding.to_dict()} for finding in findings]
        end = {"type": "end", "end_reason": transcript.end_reason, "ended_by": transcript.ended_by}
        return [{**head, "env": transcript.env}, *described, *held, end]

    def save(self, path: Path, transcript: Transcript, findings: Iterable[Finding] = ()) -> None:
        """Write the trace into a file; its folder is made if there is none.

        Args:
            path: The file.
            transcript: The transcript of the call.
            findings: The findings of the call.
        Raises:
            OSError: The file cannot be written.
        """
        lines = self.lines(transcript, findings)
        text = "".join(json.dumps(line, ensure_ascii=False, default=str) + "\n" for line in lines)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@dataclass(frozen=True)
class Trace:
    """A trace that has been read.

    Args:
        url: The URL of the app.
        options: How the call was placed.
        env: The env_vars that the app was called with.
        records: The turns, entries and messages, in order; messages as dicts.
        findings: The findings of the call, as dicts.
        end_reason: Why the call ended; None if it was recorded while it lasted.
        ended_by: Who ended it.
    """

    url: str
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    env: Mapping[str, Any] = field(default_factory=dict[str, Any])
    records: list[Turn | Timed | TranscriptEntry | Mapping[str, Any]] = field(default_factory=list[Any])
    findings: list[Mapping[str, Any]] = field(default_factory=list[Any])
    end_reason: str | None = None
    ended_by: str | None = None

    @property
    def turns(self) -> list[Turn | Timed]:
        """The turns of the caller."""
        return [record for record in self.records if isinstance(record, Turn | Timed)]

    @property
    def entries(self) -> list[TranscriptEntry]:
        """The lines of the transcript."""
        return [record for record in self.records if isinstance(record, TranscriptEntry)]

    @property
    def messages(self) -> list[Mapping[str, Any]]:
        """The messages between jambonz and the app."""
        return [record for record in self.records if isinstance(record, Mapping)]

    @classmethod
    def load(cls, path: Path) -> Trace:
        """Read a trace from a file.

        Args:
            path: The file.
        Raises:
            TraceInvalid: A line of it is none of a trace; the message names it.
            OSError: The file cannot be read.
        """
        texts = path.read_text(encoding="utf-8", errors="replace").splitlines()
        reader = _Reader()
        for number, text in enumerate(texts, 1):
            try:
                reader.take(_object(text))
            except (ValueError, KeyError, TypeError) as error:
                why = f"there is no {error}" if isinstance(error, KeyError) else str(error)
                raise TraceInvalid(f"{path}:{number}: {why}") from None
        if not reader.head:
            raise TraceInvalid(f"{path}: the file is empty, expected a trace of a call")
        return reader.trace()

    @classmethod
    def from_lines(cls, lines: Iterable[Mapping[str, Any]]) -> Trace:
        """Return the trace that :meth:`Recorder.lines` has made.

        Args:
            lines: An object for each line.
        """
        reader = _Reader()
        for line in lines:
            reader.take(line)
        return reader.trace()


class _Reader:
    """Takes a trace line by line."""

    def __init__(self) -> None:
        self.head: Mapping[str, Any] = {}
        self._end: Mapping[str, Any] = {}
        self._records: list[Any] = []
        self._findings: list[Mapping[str, Any]] = []

    def take(self, line: Mapping[str, Any]) -> None:
        """Take a line. Raises ValueError, KeyError or TypeError if it is none of a trace."""
        match line.get("type"):
            case "call":
                self.head = _checked_head(line)
            case _ if not self.head:
                raise ValueError("the first line of a trace is of the type 'call'")
            case "turn":
                self._records.append(turn_from_dict(line))
            case "entry":
                self._records.append(TranscriptEntry(line["who"], str(line["text"]), float(line["at"])))
            case "message":
                self._records.append({"sender": line["sender"], "kind": line["kind"], **line})
            case "finding":
                self._findings.append(line)
            case "end":
                self._end = line
            case other:
                raise ValueError(f"type: expected turn, entry, message, finding or end, got {other!r}")

    def trace(self) -> Trace:
        """Return the trace."""
        head, end = self.head, self._end
        options, env = head.get("options") or {}, head.get("env") or {}
        ended = end.get("end_reason"), end.get("ended_by")
        return Trace(head["url"], options, env, self._records, self._findings, *ended)


def _object(text: str) -> Mapping[str, Any]:
    try:
        line = json.loads(text)
    except ValueError as error:
        raise ValueError(f"no JSON: {error}") from None
    if not isinstance(line, dict):
        raise ValueError("expected an object")
    return cast("Mapping[str, Any]", line)


def _checked_head(line: Mapping[str, Any]) -> Mapping[str, Any]:
    if line.get("version") != _VERSION:
        raise ValueError(f"version: expected {_VERSION}, got {line.get('version')!r}")
    if not isinstance(line.get("url"), str) or not isinstance(line.get("options") or {}, dict):
        raise ValueError("expected a url and options")
    return line


def _is_json(value: object) -> bool:
    try:
        json.dumps(value)
    except (TypeError, ValueError):
        return False
    return True
