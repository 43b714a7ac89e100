"""The look of commands: colour where a person looks on, none in pipes; help and tables as wide as the terminal.

click's own means do it. A command of cron pays for what it imports, and what callers and carriers write must never be
taken for markup.
"""

from __future__ import annotations

import os
import shutil
import sys
from typing import Any, Final, TextIO

import click

__all__ = ["Context", "dress", "has_colour", "has_unicode", "is_live", "state_colour", "width_of"]

#: the widest line of help, in columns
_HELP_WIDTH: Final = 110

#: what the states of calls, checks and campaigns are called -> their colour
_COLOURS: Final = {
    **dict.fromkeys(("ok", "completed", "in-progress", "yes"), "green"),
    **dict.fromkeys(
        ("busy", "no-answer", "ringing", "trying", "early-media", "queued", "unknown", "warning", "waiting", "placed",
         "machine"), "yellow"
    ),
    **dict.fromkeys(("failed", "refused", "invalid", "fail", "no"), "red"),
}  # fmt: skip


class _Help(click.HelpFormatter):
    """Help with coloured headings and options. click leaves the colours out where nobody would see them."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(click.style(prog, bold=True), args, prefix or click.style("Usage: ", fg="yellow"))

    def write_heading(self, heading: str) -> None:
        super().write_heading(click.style(heading, fg="yellow"))

    def write_dl(self, rows: Any, col_max: int = 30, col_spacing: int = 2) -> None:
        styled = [(click.style(first, fg="cyan"), second) for first, second in rows]
        super().write_dl(styled, col_max, col_spacing)


class Context(click.Context):
    """The context of a command: without colour if the environment says so (NO_COLOR, TERM=dumb)."""

    formatter_class = _Help

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
            self.color = False
        if self.max_content_width is None:
            self.max_content_width = _HELP_WIDTH


def _switch_off(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value:
        ctx.color = False


def dress(command: click.Command) -> click.Command:
    """Give a command, and those below it, the look of this module and the option ``--no-color``.

    Args:
        command: The command, dressed or not.
    Returns:
        The same command.
    """
    command.context_class = Context
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            dress(inner)
    if not any(parameter.name == "no_color" for parameter in command.params):
        option = click.Option(
            ["--no-color", "no_color"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_switch_off,
            help="Print no colours.  [env var: NO_COLOR]",
        )
        command.params.append(option)
    return command


def is_live(stream: TextIO) -> bool:
    """Return True if a person looks at ``stream``, on a terminal that can move its cursor."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def has_colour(stream: TextIO) -> bool:
    """Return True if ``click.echo`` leaves colours in what it writes to ``stream`` in the current command."""
    context = click.get_current_context(silent=True)
    colour = context.color if context else None
    return stream.isatty() if colour is None else colour


def width_of(stream: TextIO) -> int | None:
    """Return the columns of the terminal that ``stream`` is, None if it is a pipe or a file."""
    if not stream.isatty():
        return None
    if "COLUMNS" in os.environ:
        return shutil.get_terminal_size().columns
    try:
        return os.get_terminal_size(stream.fileno()).columns or None
    except (OSError, ValueError, AttributeError):
        return None


def state_colour(state: str) -> str | None:
    """Return the colour of a state of a call, a check or a campaign; None for what is none."""
    return _COLOURS.get(state)


def has_unicode(stream: TextIO | None = None) -> bool:
    """Return True if ``stream`` (by default standard output) can show a tick."""
    encoding = getattr(stream or sys.stdout, "encoding", None) or "ascii"
    try:
        "✓✗→·█░…".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
