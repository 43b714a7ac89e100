"""The text of a failure: what was waited for, the transcript around it, and what the app got wrong."""

from __future__ import annotations

import itertools
import re
import textwrap
from collections.abc import Iterable, Mapping

from ..simulator import Finding, Transcript, TranscriptEntry
from .app_errors import AppError

__all__ = ["describe_call", "describe_entry", "describe_findings"]

#: entries of a transcript that a failure shows, the last ones
_MOST_ENTRIES = 60
#: the status that an app refuses a call with -> what the test may have left out
_HINTS: Mapping[str, str] = {
    "401": "it wants credentials: call it with auth, a user and a password",
    "403": "it wants a signature: call it with its secret",
    "404": "nothing is served there: call it with another path",
    "405": "websocket=True calls an app over a WebSocket, websocket=False by webhook",
}
_REFUSAL = re.compile(r"answered with (\d{3})$")
_BY = {"app": "the app", "caller": "the caller"}


def describe_entry(entry: TranscriptEntry, mark: str = " ") -> str:
    """Return one line of a transcript, with its time in seconds.

    Args:
        entry: The entry.
        mark: The first character of the line.
    """
    head = f"{mark} {entry.at:7.2f}  {entry.who:<8}"
    return head + entry.text.replace("\n", "\n" + " " * len(head))


def describe_call(
    transcript: Transcript,
    title: str,
    activity: str,
    findings: Iterable[Finding] = (),
    app_errors: Iterable[AppError] = (),
    mark: TranscriptEntry | None = None,
) -> str:
    """Return the transcript of a call with its times, what it does now, and what the app got wrong.

    Args:
        transcript: The transcript.
        title: Who calls whom.
        activity: What the call does at this moment, in words that follow "the call".
        findings: What the server holds against the app.
        app_errors: The exceptions that the app has raised.
        mark: The entry to point at.
    """
    lines = [title]
    entries = list(transcript)
    left_out = len(entries) - _MOST_ENTRIES
    if left_out > 0:
        lines.append(f"    ({left_out} lines before)")
    for _, equal in itertools.groupby(entries[-_MOST_ENTRIES:], lambda entry: (entry.who, entry.text)):
        first, *others = equal
        times = f"  ({len(others) + 1} times)" if others else ""
        lines.append(describe_entry(first, ">" if mark in (first, *others) else " ") + times)
    if transcript.end_reason is not None:
        lines.append(f"the call has ended: {transcript.end_reason}, by {_BY.get(str(transcript.ended_by), 'jambonz')}")
    else:
        lines.append(f"the call {activity}")
    lines += describe_findings(findings)
    for error in app_errors:
        lines += ["", f"the app raised: {error.message}", textwrap.indent(error.traceback, "    ")]
    return "\n".join(lines)


def describe_findings(findings: Iterable[Finding]) -> list[str]:
    """Return the lines of a text about findings, with a headline if there are any.

    Args:
        findings: The findings.
    """
    lines: list[str] = []
    for finding in findings:
        lines.append(f"  {finding.at:7.2f}  {finding}")
        refusal = _REFUSAL.search(finding.text)
        if advice := _HINTS.get(refusal[1]) if refusal else finding.advice:
            lines.append(f"{'':11}{advice}")
    return ["", "findings:", *lines] if lines else []
