"""The command ``jambonz-sync``: a module for each subcommand, imported when it is used, so that none pays for others.

May import every other package. click lives here only.
Used by the entry point of the package (``console_scripts`` in setup.cfg), and by no other package.
"""

from __future__ import annotations

from importlib import import_module
from typing import Final, NamedTuple

import click
from click.shell_completion import CompletionItem

from .._version import __version__
from .terminal import dress

__all__ = ["main"]


class _Command(NamedTuple):
    """A subcommand: the module and the attribute that hold it, and its line in the help."""

    module: str
    attribute: str
    help: str


_COMMANDS: Final = {
    "alerts": _Command("rest", "alerts", "What went wrong in calls, hooks and speech."),
    "api": _Command("api", "api", "Any request to the REST API, for what has no command."),
    "applications": _Command("resources", "applications", "The applications of the account."),
    "call": _Command("call", "call", "Place a call to an app, here and now, with no jambonz server."),
    "calls": _Command("rest", "calls", "Calls in progress: list, create, change, end."),
    "campaign": _Command("campaign", "campaign", "Calls for a list of numbers."),
    "carriers": _Command("resources", "carriers", "SIP trunks, and their gateways."),
    "completion": _Command("completion", "completion", "The script that completes commands in your shell."),
    "conferences": _Command("rest", "conferences", "Conferences in progress."),
    "demo": _Command("demo", "demo", "Start an example app and call it."),
    "docs": _Command("docs", "docs", "Search the documentation, or read it."),
    "doctor": _Command("doctor", "doctor", "Check all that calls need, and say what to do where it is missing."),
    "mcp": _Command("mcp", "mcp", "Serve coding agents: documentation, checks, and calls to your apps."),
    "new": _Command("new", "new", "Make a project that works at once: app, test, Dockerfile."),
    "phone": _Command("phone", "phone", "Call an app from a page in the browser, loaded anew when it changes."),
    "phone-numbers": _Command("resources", "phone_numbers", "Numbers, and the applications that they lead to."),
    "queues": _Command("rest", "queues", "Queues and who waits in them."),
    "recent-calls": _Command("rest", "recent_calls", "Calls that have ended."),
    "replay": _Command("replay", "replay", "Play a recorded call again, and show where the app differs."),
    "run": _Command("run", "run", "Serve an app while you write it: what happens, live, and reload on save."),
    "speech-credentials": _Command("resources", "speech_credentials", "Keys of speech vendors: list, test, add."),
    "test": _Command("scenarios", "test", "Play scenarios against an app, and report what it gets wrong."),
}


#: the modules whose commands work with the REST API of a jambonz server
_WITH_SERVER: Final = frozenset({"api", "campaign", "doctor", "resources", "rest"})


class _LazyGroup(click.Group):
    """Imports a subcommand when it is run or asked for its help.

    Not by ``_lazy.lazy_exports``: several commands have the name of the module that they live in, and a package has
    one attribute of that name.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = _COMMANDS.get(cmd_name)
        if entry is None:
            return None
        try:
            command: click.Command = getattr(import_module(f"{__name__}.{entry.module}"), entry.attribute)
        except ImportError as error:
            raise click.ClickException(f"{cmd_name} cannot be used: {error}") from error
        return dress(command)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        # from the table, as for the help
        names = [name for name in self.list_commands(ctx) if name.startswith(incomplete)]
        commands = [CompletionItem(name, help=_COMMANDS[name].help) for name in names]
        return commands + click.Command.shell_complete(self, ctx, incomplete)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        # from the table, because click would import every command for its help
        names = self.list_commands(ctx)
        width = max(map(len, names))
        for title, with_server in (("Without a server", False), ("With a server", True)):
            with formatter.section(title):
                formatter.write_dl(
                    [
                        (f"{name:<{width}}", _COMMANDS[name].help)
                        for name in names
                        if (_COMMANDS[name].module in _WITH_SERVER) == with_server
                    ]
                )


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="jambonz-sync")
def main() -> None:
    """jambonz from the command line: try an app without a server, and work with the REST API."""


dress(main)
