"""``jambonz-sync doctor``: all that calls need, checked at once, with what to do about each thing that is missing."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from itertools import chain
from typing import IO, Final

import click

from .checks.check import Check
from .connection import connection_options, open_client, shell_words
from .exits import REFUSED
from .table import printable, wrap
from .terminal import has_unicode, width_of

__all__ = ["doctor"]

#: result -> sign, sign for terminals without Unicode, colour
_SIGNS: Final = {
    "ok": ("✓", "ok", "green"),
    "warning": ("!", "warning", "yellow"),
    "failed": ("✗", "FAILED", "red"),
    "skipped": ("-", "-", None),
}
#: columns of the longest name of a check
_NAME: Final = 14


@click.command()
@connection_options
@click.option("--request-timeout", type=click.FloatRange(min=0, min_open=True), default=30, show_default=True,
              help="Seconds that an answer may take.")  # fmt: skip
@click.option("--speech/--no-speech", default=True, show_default=True, help="Have the vendors try their keys.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor(
    base_url: str | None,
    account_sid: str | None,
    api_key_file: IO[str] | None,
    request_timeout: float,
    speech: bool,
    as_json: bool,
) -> None:
    """Check all that calls need: settings, server, clock, key, account, speech, hooks, and this machine.

    Changes nothing, and dials nobody. Vendors of speech are asked to try their keys, and hooks for their environment
    variables (OPTIONS). Exit code 1: something failed.
    """
    checks = chain(_check_api(base_url, account_sid, api_key_file, request_timeout, speech), _check_machine())
    if as_json:
        done = list(checks)
        click.echo(json.dumps([check._asdict() for check in done], indent=2, ensure_ascii=False))
    else:
        done = []
        for check in checks:
            done.append(check)
            click.echo(_lines(check, width_of(sys.stdout)))
        click.echo(_sum(done))
    if any(check.result == "failed" for check in done):
        raise click.exceptions.Exit(REFUSED)


def _check_api(
    base_url: str | None, account_sid: str | None, api_key_file: IO[str] | None, timeout: float, speech: bool
) -> Iterator[Check]:
    from ..rest import ConfigurationError  # here, because it loads requests, which the help does not need
    from .checks.server import check_server

    try:
        with open_client(base_url, account_sid, api_key_file, timeout=(min(5.0, timeout), timeout)) as client:
            yield from check_server(client, test_speech=speech)
    except ConfigurationError as error:
        yield Check("settings", "failed", shell_words(error), "the portal shows all three: URL, account and API keys")
        yield Check("server", "skipped", "the settings come first")


def _check_machine() -> Iterator[Check]:
    from .checks.machine import check_machine

    yield from check_machine()


def _lines(check: Check, width: int | None) -> str:
    """The lines of a check: its sign, its name, what was found, and below that what to do."""
    sign, plain, colour = _SIGNS[check.result]
    unicode = has_unicode()
    shown = sign if unicode else f"{plain:<7}"
    indent = len(shown) + 1 + _NAME + 1
    room = max(width - indent, 20) if width else sys.maxsize
    head = click.style(shown, fg=colour, bold=True) + " " + click.style(f"{check.check:<{_NAME}}", bold=True)
    first, *more = wrap(printable(check.detail), room)
    arrow = "→ " if unicode else "-> "
    advice = wrap(check.advice, room - len(arrow)) if check.advice else []
    below = [" " * indent + line for line in more]
    below += [" " * indent + click.style((arrow if n == 0 else " " * len(arrow)) + line, fg="cyan")
              for n, line in enumerate(advice)]  # fmt: skip
    return "\n".join([f"{head} {first}", *below])


def _sum(checks: list[Check]) -> str:
    failed = sum(check.result == "failed" for check in checks)
    warnings = sum(check.result == "warning" for check in checks)
    if not failed and not warnings:
        return click.style("all is well", fg="green")
    parts = [click.style(f"{failed} failed", fg="red")] if failed else []
    parts += [click.style(f"{warnings} warning{'' if warnings == 1 else 's'}", fg="yellow")] if warnings else []
    return ", ".join(parts)
