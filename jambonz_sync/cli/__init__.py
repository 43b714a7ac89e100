"""The command ``jambonz-sync``. A subcommand is imported when it is used, so that none pays for the others."""

from __future__ import annotations

from importlib import import_module

import click

from .._version import __version__

__all__ = ["main"]

#: subcommand -> where it is
_COMMANDS = {
    "applications": "rest:applications",
    "call": "call:call",
    "calls": "rest:calls",
    "campaign": "campaign:campaign",
    "conferences": "rest:conferences",
    "demo": "demo:demo",
    "doctor": "rest:doctor",
    "queues": "rest:queues",
    "recent-calls": "rest:recent_calls",
}

_HELP = {
    "applications": "The applications of the account.",
    "call": "Place a call to an app, here and now, with no jambonz server.",
    "calls": "Calls in progress: list, create, change, end.",
    "campaign": "Calls for a list of numbers.",
    "conferences": "Conferences in progress.",
    "demo": "Start an example app and call it.",
    "doctor": "Check that the REST API can be reached with the given credentials.",
    "queues": "Queues and who waits in them.",
    "recent-calls": "Calls that have ended.",
}


class _Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(":")
        try:
            command: click.Command = getattr(import_module(f"{__name__}.{module}"), name)
        except ImportError as error:
            raise click.ClickException(f"{cmd_name} cannot be used: {error}") from error
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        # from the table: help must not import all of them
        with formatter.section("Commands"):
            formatter.write_dl([(name, _HELP[name]) for name in self.list_commands(ctx)])


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="jambonz-sync")
def main() -> None:
    """jambonz from the command line: try an app without a server, and work with the REST API."""
