"""``jambonz-sync api``: any request to the REST API, for what has no command."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .arguments import refuse_second_stdin
from .connection import connected

if TYPE_CHECKING:
    from ..rest import JambonzClient

__all__ = ["api"]


def _parameters(ctx: click.Context, param: click.Parameter, values: Sequence[str]) -> dict[str, list[str]]:
    parameters: dict[str, list[str]] = {}
    for value in values:
        name, separator, text = value.partition("=")
        if not separator or not name:
            raise click.BadParameter("is like name=value", ctx, param)
        parameters.setdefault(name, []).append(text)
    return parameters


def _body(text: str | None) -> Any:
    """Parse the option ``--body``."""
    if text is None:
        return None
    try:
        if text == "-":
            refuse_second_stdin("--body")
            return json.loads(sys.stdin.read())
        return json.loads(Path(text[1:]).read_text(encoding="utf-8") if text.startswith("@") else text)
    except OSError as error:
        raise click.UsageError(f"--body cannot be read: {error}") from error
    except (ValueError, RecursionError) as error:
        raise click.UsageError(f"--body is JSON, @FILE or -, and this is no JSON: {error}") from error


@click.command("api")
@click.argument("method")
@click.argument("path")
@click.option("--query", multiple=True, callback=_parameters, metavar="NAME=VALUE", help="Parameter of the URL.")
@click.option("--body", metavar="JSON", help="The body: JSON, @FILE, or - for standard input.")
@connected
def api(
    client: JambonzClient, as_json: bool, method: str, path: str, query: Mapping[str, Sequence[str]], body: str | None
) -> None:
    """Send any request to the API, and print its answer as it came, secrets included.

    METHOD is GET, POST, PUT, DELETE, PATCH or HEAD.

    PATH is below /v1 and may have {account_sid} in it: '/Accounts/{account_sid}/CallCount'. JSON is indented, with
    --json on one line; sound and other bytes are written as they are.
    """
    answer = client.request(method, path, query=query, body=_body(body))
    try:
        parsed = answer.json()
    except (ValueError, RecursionError):
        click.echo(answer.content, nl=not _is_bytes(answer.content))
    else:
        if answer.content:
            click.echo(json.dumps(parsed, indent=None if as_json else 2, ensure_ascii=False))


def _is_bytes(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return True
    return False
