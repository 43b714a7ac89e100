"""A call as lines: a conversation for people, JSON for programs."""

from __future__ import annotations

import json

import click

from ..simulator import Finding, Transcript, TranscriptEntry, WireMessage
from ..testing.app_errors import AppError

__all__ = ["COLOURS", "LABELS", "Printer", "ending_of", "wire_line"]

LABELS = {"event": "--", "status": ".."}
COLOURS = {
    "app": "cyan",
    "caller": "green",
    "callee": "yellow",
    "party": "yellow",
    "event": None,
    "status": "blue",
    "error": "red",
}
#: characters of a message that a line shows
_WIDEST_MESSAGE = 400
#: what every message of jambonz says about its call
_OF_EVERY_CALL = frozenset(
    {"call_sid", "direction", "from", "to", "call_id", "sbc_callid", "sip_status", "sip_reason", "account_sid"}
    | {"trace_id", "application_sid", "fs_sip_address", "originating_sip_ip", "originating_sip_trunk_name"}
)


def ending_of(transcript: Transcript) -> str:
    """Return the line about how a call has ended.

    Args:
        transcript: The whole call.
    """
    reason = transcript.end_reason or ""
    verbs = len(transcript.verbs)
    ended = f"ended by the {transcript.ended_by}".replace("the jambonz", "jambonz")
    outcome = reason if reason.startswith(("rejected", "declined")) else f"{ended} ({reason})"
    return f"call {outcome} after {verbs} verb{'' if verbs == 1 else 's'}"


def wire_line(message: WireMessage) -> str:
    """Return a message between jambonz and the app in a line, without what every message says.

    Args:
        message: The message.
    """
    arrow = "<-" if message.sender == "app" else "->"
    data = message.data
    name, content = message.webhook, data
    if message.webhook is None and isinstance(data, dict):
        name, content = data.get("hook") or data.get("command"), data.get("data")
    if isinstance(content, dict) and message.sender == "jambonz":
        content = {field: value for field, value in content.items() if field not in _OF_EVERY_CALL}
    text = message.error or json.dumps(content, ensure_ascii=False, default=str)
    if len(text) > _WIDEST_MESSAGE:
        text = f"{text[:_WIDEST_MESSAGE]}... ({message.size:,} bytes)"
    return " ".join(filter(None, (arrow, message.kind, name, message.msgid, text)))


class Printer:
    """Prints a call while it runs, as a conversation or as JSON.

    Args:
        as_json: Print one JSON object a line.
        events: Print status events and commands, too.
        wire: Print each message between jambonz and the app, too.
    """

    def __init__(self, *, as_json: bool = False, events: bool = False, wire: bool = False) -> None:
        self.events = events
        self.wire = wire
        self.as_json = as_json
        self._prompted = False

    def entry(self, entry: TranscriptEntry) -> None:
        """Print one entry.

        Args:
            entry: The entry that has just been added.
        """
        if self.as_json:
            click.echo(json.dumps(entry.to_dict(), ensure_ascii=False))
        elif entry.who != "status" or self.events:
            if self._prompted and entry.who == "caller":
                # they have just typed it behind the prompt
                self._prompted = False
                return
            self.line(entry.who, entry.text)

    def message(self, message: WireMessage) -> None:
        """Print a message between jambonz and the app, if that is asked for.

        Args:
            message: The message.
        """
        if not self.wire:
            return
        if self.as_json:
            click.echo(json.dumps({"who": "wire", **message.to_dict()}, ensure_ascii=False, default=str))
        else:
            self.line("status", wire_line(message))

    def end(self, transcript: Transcript, findings: list[Finding], app_errors: list[AppError]) -> None:
        """Print how the call ended, and what the app got wrong that is no line of the transcript.

        Args:
            transcript: The whole call.
            findings: What the server holds against the app.
            app_errors: The exceptions that callbacks have raised.
        """
        if self.as_json:
            end = {"end_reason": transcript.end_reason, "ended_by": transcript.ended_by, "ok": transcript.ok}
            held = [finding.to_dict() for finding in findings]
            click.echo(json.dumps({**end, "verbs": len(transcript.verbs), "findings": held}, default=str))
            return
        self.line("event", ending_of(transcript))
        told = set(transcript.errors)
        for finding in findings:
            if finding.text not in told and finding.severity != "hint":
                self.line("error" if finding.lost else "event", f"{finding.code}: {finding.text}")
        for error in app_errors:
            self.line("error", error.traceback)

    def prompt(self) -> None:
        """Ask the person at the keyboard for their turn."""
        if not self._prompted:
            click.secho(f"{'caller':<8}", fg=COLOURS["caller"], nl=False)
            self._prompted = True

    def line(self, who: str, text: str) -> None:
        """Print a line.

        Args:
            who: Whose it is, as in :class:`jambonz_sync.simulator.TranscriptEntry`.
            text: The line; a text may have lines of its own.
        """
        if self._prompted:
            click.echo()
            self._prompted = False
        label = click.style(f"{LABELS.get(who, who):<8}", fg=COLOURS[who], dim=True if who == "event" else None)
        click.echo(label + text.replace("\n", "\n" + " " * 8))
