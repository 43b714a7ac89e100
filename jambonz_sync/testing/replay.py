"""Playing a recorded call again: the same caller against an app that may have changed, and where the two part."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from ..simulator import Call, Finding, Recorder, ScriptedCaller, Trace, Transcript, TranscriptEntry
from ..simulator.trace import scenario_from_dict

__all__ = ["Difference", "Replayed", "compare", "replay_call"]

#: lines that are shown before the place where two calls part
_CONTEXT = 5
#: the options of a trace that a call is placed with again
_OPTIONS = ("from_", "to", "headers", "method", "status_hook", "strict_opening")
#: what differs in each call and means nothing: sids, and the address of the app
_SID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_ADDRESS = re.compile(r"(https?|wss?)://[^/\s\"]+")


@dataclass(frozen=True)
class Difference:
    """The place where two calls part.

    Args:
        what: ``conversation``, ``answers`` or ``commands``.
        before: The lines before it, which are the same.
        recorded: The next lines of the recorded call; none if it ends there.
        now: The next lines of the call that was played again.
    """

    what: str
    before: Sequence[str]
    recorded: Sequence[str]
    now: Sequence[str]

    def __str__(self) -> str:
        lines = [f"the {self.what} differ{'s' if self.what == 'conversation' else ''}:"]
        lines += [f"    {line}" for line in self.before]
        lines += [f"  - {line}" for line in self.recorded or ["(nothing more)"]]
        lines += [f"  + {line}" for line in self.now or ["(nothing more)"]]
        return "\n".join(lines)

    def to_dict(self) -> dict[str, object]:
        """Return the difference as a dict for JSON."""
        return {**vars(self)}


@dataclass(frozen=True)
class Replayed:
    """A call that was played again.

    Args:
        trace: The recorded call.
        transcript: The transcript of the new one.
        findings: The findings of the new call.
        differences: The places where the two part, one at most in the conversation, the answers and the commands.
    """

    trace: Trace
    transcript: Transcript
    findings: Sequence[Finding]
    differences: Sequence[Difference]

    @property
    def same(self) -> bool:
        """True if the app has done the same."""
        return not self.differences


def replay_call(trace: Trace, url: str | None = None, **options: Any) -> Replayed:
    """Play a recorded call again, and compare.

    Args:
        trace: The call.
        url: The URL of the app; by default that of the recorded call.
        options: Those of :class:`jambonz_sync.simulator.Call`, in place of the recorded ones; what is secret, as
            ``auth``, is never recorded.
    Returns:
        The new call, and where the two part.
    Raises:
        CallFailed: Nobody can be reached at the URL.
    Blocks: until the call has ended.
    """
    placed: dict[str, Any] = {name: trace.options[name] for name in _OPTIONS if name in trace.options}
    if isinstance(described := trace.options.get("scenario"), dict):
        placed["scenario"] = scenario_from_dict(cast("Mapping[str, Any]", described))
    target = url or trace.url
    recorder = Recorder(target, {})
    call = Call(
        target,
        caller=ScriptedCaller(trace.turns),
        on_entry=recorder.add,
        on_message=recorder.add,
        on_turn=recorder.add,
        **{"env": dict(trace.env), **placed, **options},
    )
    transcript = call.run()
    again = Trace.from_lines(recorder.lines(transcript, call.findings))
    return Replayed(trace, transcript, call.findings, compare(trace, again))


def compare(recorded: Trace, now: Trace) -> list[Difference]:
    """Return the places where two calls part: in what is said, in the answers to hooks, and in the commands.

    Args:
        recorded: One call.
        now: The other.
    """
    found: list[Difference] = []
    for what, lines_of in (("conversation", _conversation), ("answers", _answers), ("commands", _commands)):
        before, after = lines_of(recorded), lines_of(now)
        if before != after:
            same = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False))
            at = sum(1 for _ in same)
            found.append(Difference(what, before[max(0, at - _CONTEXT) : at], before[at : at + 3], after[at : at + 3]))
    return found


def _conversation(trace: Trace) -> list[str]:
    # a caller who keeps silent says nothing, whether they have decided that or time has passed
    entries = [entry for entry in trace.entries if (entry.who, entry.text) != ("caller", "(silence)")]
    lines = [_line(entry) for entry in entries if entry.who in ("app", "caller", "callee")]
    return [*lines, f"the call has ended: {trace.end_reason}, by {trace.ended_by}"]


def _line(entry: TranscriptEntry) -> str:
    return f"{entry.who:<8}{_plain(entry.text)}"


def _answers(trace: Trace) -> list[str]:
    """Return each hook with the verbs of its answer, in the order in which they were asked."""
    names: dict[str, str] = {}
    answers: dict[str, str] = {}
    for message in trace.messages:
        msgid = str(message.get("msgid"))
        data = message.get("data")
        is_webhook = "webhook" in message
        if message["sender"] == "app" and message["kind"] == "ack":
            verbs = data if is_webhook else cast("Mapping[str, Any]", data or {}).get("data")
            answers.setdefault(msgid, _json(verbs or []))
        elif message["sender"] == "jambonz":
            hook = message.get("webhook") if is_webhook else cast("Mapping[str, Any]", data or {}).get("hook")
            names[msgid] = str(hook or message["kind"])
    return [f"{_plain(name)}: {answers[msgid]}" for msgid, name in names.items() if msgid in answers]


def _commands(trace: Trace) -> list[str]:
    commands = [message.get("data") for message in trace.messages if message["kind"] == "command"]
    bodies = [cast("Mapping[str, Any]", command) for command in commands if isinstance(command, dict)]
    return [f"{body.get('command')}: {_json(body.get('data'))}" for body in bodies]


def _json(value: object) -> str:
    return _plain(json.dumps(value, ensure_ascii=False, sort_keys=True))


def _plain(text: str) -> str:
    return _ADDRESS.sub(r"\1://app", _SID.sub("(sid)", text))
