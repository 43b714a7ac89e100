"""The REST API from the command line, for people and for cron.

Exit codes: ``exits.py``. Tables for people, ``--json`` for programs. Secrets are never shown.
"""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .arguments import limit_option, name_values
from .connection import connected
from .exits import REFUSED, UNKNOWN, Failure
from .rest_output import Progress, public, show, show_done, show_one

if TYPE_CHECKING:
    from ..rest import JambonzClient

__all__ = ["alerts", "calls", "conferences", "queues", "recent_calls"]


_wait_timeout = click.option(
    "--wait-timeout", type=click.FloatRange(min=0), default=3600, show_default=True, help="Seconds to wait at most."
)


@click.group()
def calls() -> None:
    """Place, list and steer calls."""


@calls.command("create")
@click.option("--from", "from_", required=True, help="The number that calls.")
@click.option("--to", required=True, help="Number, sip:..., user:name, name@realm or teams:number.")
@click.option("--application-sid", help="The application to run, instead of a call hook.")
@click.option("--call-hook", help="Url of the application to run.")
@click.option("--call-status-hook", help="Url that is told how the call goes.")
@click.option("--speech-synthesis", nargs=3, metavar="VENDOR LANGUAGE VOICE", help="Needed with a call hook.")
@click.option("--speech-recognizer", nargs=2, metavar="VENDOR LANGUAGE", help="Needed with a call hook.")
@click.option("--caller-name", help="Display name.")
@click.option("--from-host", help="Host part of the From header.")
@click.option("--timeout", type=float, help="Seconds to ring.")
@click.option("--time-limit", type=float, help="Seconds that the call may last.")
@click.option("--tag", multiple=True, callback=name_values, metavar="NAME=VALUE", help="Data for the application.")
@click.option("--header", "headers", multiple=True, callback=name_values, metavar="NAME=VALUE", help="SIP header.")
@click.option("--wait", "waits", is_flag=True, help="Wait for the end of the call, and print how it ended.")
@_wait_timeout
@connected
def create_call(
    client: JambonzClient,
    as_json: bool,
    waits: bool,
    wait_timeout: float,
    speech_synthesis: tuple[str, str, str] | None,
    speech_recognizer: tuple[str, str] | None,
    tag: dict[str, str],
    headers: dict[str, str],
    **fields: Any,
) -> None:
    """Place a call and print its sid. It is dialled then, not answered. Never dials twice by itself.

    Exit codes: 0 placed, 1 not placed, 2 not placed for wrong usage, 3 it may have been placed. With --wait: 0 it was
    answered and has ended, 1 not placed, or busy, no-answer or failed; 3 nobody knows, or it goes on.
    """
    names = ("vendor", "language", "voice")
    fields.update({f"speech_synthesis_{n}": v for n, v in zip(names, speech_synthesis or (), strict=False)})
    fields.update({f"speech_recognizer_{n}": v for n, v in zip(names, speech_recognizer or (), strict=False)})
    call = client.calls.create(tag=tag or None, headers=headers or None, **fields)
    show_done(as_json, {"sid": call, "call_id": call.call_id}, call)
    if waits:
        _wait(client, as_json, call, "completed", wait_timeout)


def _wait(client: JambonzClient, as_json: bool, call_sid: str, until: Any, timeout: float) -> None:
    """Wait for a call, print its state, and exit with 0 only if it came to the one that was waited for."""
    from ..rest import ApiError, CallEndedEarly  # here, because it loads requests, which the help does not need

    try:
        call = client.calls.wait(call_sid, until, timeout)
    except CallEndedEarly as error:
        call = error.call
    except KeyboardInterrupt:
        raise Failure(UNKNOWN, f"interrupted; the call {call_sid} goes on") from None
    except ApiError as error:
        raise Failure(UNKNOWN, f"the call {call_sid} cannot be followed: {error}") from error
    after = "" if call.duration is None else f" after {call.duration} s"
    sip = "" if call.sip_status in (None, 200) else f" (SIP {call.sip_status})"
    if as_json:
        click.echo(json.dumps(public(call), ensure_ascii=False))
    else:
        click.echo(f"{call.call_status}{after}{sip}")
    if call.ended and call.call_status != "completed":
        raise click.exceptions.Exit(REFUSED)


@calls.command("wait")
@click.argument("call_sid")
@click.option("--until", type=click.Choice(["ringing", "early-media", "in-progress", "completed"]), default="completed",
              show_default=True, help="The state to wait for; any end of the call ends it, too.")  # fmt: skip
@_wait_timeout
@connected
def wait_for_call(client: JambonzClient, as_json: bool, call_sid: str, until: str, wait_timeout: float) -> None:
    """Wait until a call has ended, or has come to another state, and print that.

    Exit codes: 0 it is there, 1 it was busy, not answered or failed, 3 nobody knows, or it goes on.
    """
    _wait(client, as_json, call_sid, until, wait_timeout)


@calls.command("list")
@click.option("--direction", type=click.Choice(["inbound", "outbound"]))
@click.option("--from", "from_", help="Only from this number.")
@click.option("--to", help="Only to this number.")
@click.option("--status", "call_status", help="Only in this state: in-progress, ringing, completed ...")
@limit_option
@connected
def list_calls(client: JambonzClient, as_json: bool, **filters: Any) -> None:
    """List calls. Those that have ended stay for up to an hour."""
    listing = client.calls.list(**filters)
    headers = ("call_sid", "direction", "from", "to", "status", "sip", "sec")
    show(as_json, listing, headers, lambda c: (
        c.call_sid, c.direction, c.from_, c.to, c.call_status, c.sip_status, c.duration))  # fmt: skip


@calls.command("get")
@click.argument("call_sid")
@connected
def get_call(client: JambonzClient, as_json: bool, call_sid: str) -> None:
    """Show the record of a call."""
    show_one(as_json, client.calls.get(call_sid))


@calls.command("hangup")
@click.argument("call_sid")
@connected
def hangup_call(client: JambonzClient, as_json: bool, call_sid: str) -> None:
    """End a call, whether it rings or talks."""
    ended = client.calls.hangup(call_sid)
    show_done(as_json, {"call_sid": call_sid, "hung_up": ended}, "hung up" if ended else "it was over already")


@calls.command("redirect")
@click.argument("call_sid")
@click.argument("url")
@click.option("--child", is_flag=True, help="Redirect the dialled leg.")
@connected
def redirect_call(client: JambonzClient, as_json: bool, call_sid: str, url: str, child: bool) -> None:
    """Give a call another application."""
    if child:
        client.calls.redirect(call_sid, child_call_hook=url)
    else:
        client.calls.redirect(call_sid, url)
    show_done(as_json, {"call_sid": call_sid, "accepted": True}, "accepted")


@calls.command("mute")
@click.argument("call_sid")
@click.option("--off", is_flag=True, help="Unmute.")
@connected
def mute_call(client: JambonzClient, as_json: bool, call_sid: str, off: bool) -> None:
    """Mute a caller who is in a dial or a conference."""
    if off:
        client.calls.unmute(call_sid)
    else:
        client.calls.mute(call_sid)
    show_done(as_json, {"call_sid": call_sid, "accepted": True}, "accepted")


@calls.command("recording")
@click.argument("call_sid")
@click.option("--output", "-o", type=click.Path(path_type=Path), help="File to write.  [default: CALL_SID.FORMAT]")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="Day of the call, UTC.  [default: looked up]")
@click.option("--format", "kind", type=click.Choice(["mp3", "wav"]), default="mp3", show_default=True)
@connected
def download_recording(
    client: JambonzClient, as_json: bool, call_sid: str, output: Path | None, day: datetime | None, kind: Any
) -> None:
    """Download the recording of a call that is over."""
    target = output or Path(f"{call_sid}.{kind}")
    when = day.date() if day else _day_of(client, call_sid)
    with Progress(target.name) as progress:
        size = client.recent_calls.download_recording(call_sid, target, day=when, format=kind, progress=progress)
    show_done(as_json, {"call_sid": call_sid, "file": str(target), "bytes": size}, f"{target}: {size:,} bytes")


def _day_of(client: JambonzClient, call_sid: str) -> date:
    """The day under which a recording is stored: that in its url, else that of the call."""
    for call in client.recent_calls.list(filter=call_sid, days=365, limit=1):
        parts = (call.recording_url or "").split("/")
        for place in range(len(parts) - 2):
            with suppress(ValueError):
                return date(*map(int, parts[place : place + 3]))
        if call.attempted_at:
            return call.attempted_at.date()
    raise click.ClickException(f"there is no record of the call {call_sid}; say --day")


@click.command("recent-calls")
@click.option("--days", type=click.IntRange(min=1), help="Of the last so many days.")
@click.option("--start", help="From this time on (ISO 8601).")
@click.option("--end", help="Up to this time (ISO 8601).")
@click.option("--direction", type=click.Choice(["inbound", "outbound"]))
@click.option("--answered/--unanswered", default=None, help="Only those.")
@click.option("--trunk", help="Only of this carrier, by name.")
@click.option("--filter", help="Part of a number, or a call sid.")
@click.option("--limit", type=click.IntRange(min=1), default=100, show_default=True, help="The most to show.")
@connected
def recent_calls(client: JambonzClient, as_json: bool, limit: int, **filters: Any) -> None:
    """List calls that are over, newest first."""
    listing = client.recent_calls.list(limit=limit, page_size=min(limit, 500), **filters)
    headers = ("attempted", "direction", "from", "to", "answered", "sip", "sec", "call_sid", "ended by")
    show(as_json, listing, headers, lambda c: (
        c.attempted_at, c.direction, c.from_, c.to, c.answered, c.sip_status, c.duration, c.call_sid,
        c.termination_reason))  # fmt: skip


@click.command()
@click.argument("search", required=False)
@connected
def queues(client: JambonzClient, as_json: bool, search: str | None) -> None:
    """List the queues that have callers in them. SEARCH is a glob over the whole name, like 'sup*'."""
    show(as_json, client.queues.list(search), ("queue", "length"), lambda q: (q.name, q.length))


@click.command()
@connected
def conferences(client: JambonzClient, as_json: bool) -> None:
    """List the conferences that are going on."""
    show(as_json, client.conferences.list(), ("conference",), lambda name: (name,))


@click.command()
@click.option("--days", type=click.IntRange(min=1), help="Of the last so many days.")
@click.option("--start", help="From this time on (ISO 8601).")
@click.option("--end", help="Up to this time (ISO 8601).")
@click.option("--type", "alert_type", help="Only those: webhook-failure, tts-failure, stt-failure, no-carrier ...")
@click.option("--limit", type=click.IntRange(min=1), default=100, show_default=True, help="The most to show.")
@connected
def alerts(client: JambonzClient, as_json: bool, limit: int, **filters: Any) -> None:
    """List what went wrong, newest first: hooks that failed, speech that was refused, limits that were met."""
    listing = client.alerts.list(limit=limit, page_size=min(limit, 500), **filters)
    headers = ("time", "type", "message", "vendor", "call_sid")
    show(as_json, listing, headers, lambda a: (a.time, a.alert_type, a.message, a.vendor, a.target_sid))
