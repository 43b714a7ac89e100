"""Options that several commands have, and how they are read."""

from __future__ import annotations

import json
from typing import IO, Any

import click

__all__ = ["fields_option", "limit_option", "name_values", "refuse_second_stdin"]

limit_option = click.option("--limit", type=click.IntRange(min=1), help="The most to show.")


def name_values(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """Read a repeated option of the form NAME=VALUE, as the callback of it."""
    pairs: dict[str, str] = {}
    for value in values:
        name, separator, text = value.partition("=")
        if not separator or not name:
            raise click.BadParameter("is like name=value", ctx, param)
        pairs[name] = text
    return pairs


def refuse_second_stdin(option: str) -> None:
    """Raise UsageError if ``option``, which reads standard input, meets an API key that comes from there, too."""
    key = click.get_current_context().params.get("api_key_file")
    if key is not None and key.name == "<stdin>":
        raise click.UsageError(f"{option} and --api-key-file cannot both come from standard input")


def _read_fields(ctx: click.Context, param: click.Parameter, file: IO[str] | None) -> dict[str, Any]:
    if file is None:
        return {}
    if file.name == "<stdin>":
        refuse_second_stdin("--fields")
    try:
        fields = json.load(file)
    except (ValueError, RecursionError) as error:
        raise click.BadParameter(f"is a file of JSON, and this is none: {error}", ctx, param) from None
    if not isinstance(fields, dict):
        raise click.BadParameter('is a file with one object of JSON: {"name": value, ...}', ctx, param)
    return fields


#: A file, since secrets are among the fields, and others on the machine can see the arguments of a command
fields_option = click.option(
    "--fields",
    type=click.File(),
    callback=_read_fields,
    help="File with further fields, secrets among them, as an object of JSON; - for standard input.",
)
