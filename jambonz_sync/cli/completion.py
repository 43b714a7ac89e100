"""``jambonz-sync completion``: the script that completes commands and options in a shell."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

__all__ = ["completion"]


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script that completes commands, options and files in SHELL.

    \b
    bash, in ~/.bashrc:               eval "$(jambonz-sync completion bash)"
    zsh, in ~/.zshrc after compinit:  eval "$(jambonz-sync completion zsh)"
    fish:                             jambonz-sync completion fish > ~/.config/fish/completions/jambonz-sync.fish
    """
    source = get_completion_class(shell)
    assert source is not None, "click knows the shells of the argument"
    # the name of the variable is what click's entry point looks for, made from the name of the command
    click.echo(source(ctx.find_root().command, {}, "jambonz-sync", "_JAMBONZ_SYNC_COMPLETE").source())
