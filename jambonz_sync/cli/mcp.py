"""``jambonz-sync mcp``: the server for coding agents."""

from __future__ import annotations

import os
import secrets
import socket
from pathlib import Path

import click

from ..mcp.apps import AppRunner

try:
    from ..mcp.http import serve_http
    from ..mcp.server import make_server
except ModuleNotFoundError as error:
    raise ImportError(f"{error.name} is missing: pip install 'jambonz-sync[mcp]'") from error

__all__ = ["mcp"]


@click.command()
@click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    help="The folder whose apps may be run; by default this one.",
)
@click.option(
    "--allow",
    multiple=True,
    metavar="FOLDER",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A further folder whose apps may be run; repeatable.",
)
@click.option("--allow-host", multiple=True, metavar="HOST", help="A host besides loopback whose apps may be called.")
@click.option("--http", is_flag=True, help="Serve HTTP on loopback, with a token, in place of stdin and stdout.")
@click.option("--port", default=8765, show_default=True, type=click.IntRange(0, 65535), help="The port of --http.")
def mcp(root: Path, allow: tuple[Path, ...], allow_host: tuple[str, ...], http: bool, port: int) -> None:
    """Serve coding agents by the Model Context Protocol: documentation, checks, and calls to the apps in this folder.

    It dials nobody and reads no credentials. By default it speaks over standard input and output, as agents start it.
    With --http it prints its URL and a token, or takes that of the environment, JAMBONZ_MCP_TOKEN.
    """
    server = make_server(AppRunner(root, allow, allow_host))
    if not http:
        server.run("stdio")
        return
    token = os.environ.get("JAMBONZ_MCP_TOKEN") or secrets.token_urlsafe(32)
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        raise click.ClickException(f"port {port} of 127.0.0.1 cannot be had: {error.strerror}") from error
    listener.listen(64)
    click.echo(f"http://127.0.0.1:{listener.getsockname()[1]}/mcp", err=True)
    if not os.environ.get("JAMBONZ_MCP_TOKEN"):
        click.echo(f"Authorization: Bearer {token}", err=True)
    serve_http(server, token, listener)
