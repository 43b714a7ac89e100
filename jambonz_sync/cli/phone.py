"""``jambonz-sync phone``: call an app from a page in the browser."""

from __future__ import annotations

import threading
import webbrowser

import click

from ..phone.page import PhonePage
from ..phone.store import default_path
from ..server.running import signals_set

__all__ = ["phone"]


@click.command()
@click.argument("app")
@click.option("--port", default=0, metavar="PORT", help="The port of the page; by default a free one.")
@click.option("--path", default="/", show_default=True, help="The path of the call in an app that is served.")
@click.option(
    "--websocket/--webhook",
    default=None,
    help="Call it over a WebSocket or by webhook; by default an endpoint over a WebSocket, a Flask app by webhook.",
)
@click.option("--open/--no-open", "open_browser", default=True, help="Open the page in the browser.")
@click.option("--all-calls", is_flag=True, help="Show the calls of earlier runs, too.")
def phone(app: str, port: int, path: str, websocket: bool | None, open_browser: bool, all_calls: bool) -> None:
    """Serve APP, load it anew when a file of it changes, and call it from a page in the browser.

    APP is app.py, app.py:endpoint, package.module:app, or the URL of an app in any language (http, https, ws or wss),
    which is not served, but called where it is. The page is on loopback, and for who has its URL only.
    """
    try:
        page = PhonePage(app, port=port, path=path, websocket=websocket, store=default_path(), all_runs=all_calls)
    except OSError as error:
        raise click.UsageError(f"port {port} cannot be had: {error.strerror}") from None
    stop, end_now = threading.Event(), threading.Event()
    with signals_set(stop, end_now):
        click.echo(f"Call {app} from {click.style(page.url, bold=True)} (Ctrl-C ends)")
        if open_browser:
            webbrowser.open(page.url)
        while not stop.wait(0.5):
            pass  # a signal that comes just before a wait does not end it: its handler runs after the wait
        page.close()
