"""``jambonz-sync run``: an app served while somebody writes it, with a line for each thing that happens."""

from __future__ import annotations

import json
import os
import sys
import threading
import urllib.request
from typing import Final
from urllib.error import HTTPError

import click

from ..logs.live import LIVE
from ..server.development import AppEvent, Reloader
from ..server.http import netloc
from ..server.running import PortError, port_of_environment, signals_set
from .exits import REFUSED, USAGE, Failure

__all__ = ["ngrok_url", "run"]

#: where ngrok tells which of its URLs lead here
_NGROK: Final = "http://127.0.0.1:4040/api/tunnels"
#: the schemes of URLs for the portal, for what is opened as a WebSocket and for what is posted to
_WEBSOCKETS: Final = frozenset({"calls", "audio"})


def ngrok_url(port: int, api: str = _NGROK) -> str | None:
    """Return the public URL that ngrok has for a port of this machine; None if it does not run, or has none.

    Args:
        port: The port.
        api: Where ngrok tells of its tunnels.
    Blocks: up to 0.3 s.
    """
    try:
        with urllib.request.urlopen(api, timeout=0.3) as answer:
            tunnels = json.load(answer)["tunnels"]
        urls = [
            str(tunnel["public_url"])
            for tunnel in tunnels
            if str(tunnel["config"]["addr"]).rstrip("/").endswith(f":{port}")
        ]
    except HTTPError as refusal:
        refusal.close()  # it holds the connection
        return None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return next((url for url in urls if url.startswith("https:")), None)


class _Console:
    """What the command itself says, beside the lines of the app."""

    def __init__(self, reloader: Reloader, host: str, public_url: str | None, *, watch: bool, mode: str) -> None:
        self._reloader = reloader
        self._host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
        self._public_url = public_url
        self._watch = watch
        self._mode = mode
        self._is_up = False
        self._told_where = False
        #: set when there is nothing more to serve
        self.failed = threading.Event()
        #: why the port of the app cannot be had; "" if it can
        self.refusal = ""

    def on_event(self, event: AppEvent) -> None:
        """Tell what has happened to the app. Called on the thread of the reloader, one at a time."""
        if event.kind == "raised":
            return  # the log of the app itself tells it
        if event.kind == "refused":
            self.refusal = event.text
            self.failed.set()
            return
        if self._mode == "json":
            facts = {name: value for name, value in vars(event).items() if value and name != "kind"}
            click.echo(json.dumps({"event": f"app-{event.kind}", **facts}))
        else:
            self._show(event)
        if event.kind in ("failed", "ended") and not self._watch:
            self.failed.set()
        self._is_up = event.kind == "up" or (self._is_up and event.kind != "ended")

    def say(self, text: str, style: str | None = None) -> None:
        """Print a line, in a colour where there are colours."""
        click.secho(text, fg=style, color=self._mode == "color")  # said: on other threads click knows of no option

    def _show(self, event: AppEvent) -> None:
        match event.kind:
            case "loading":
                changed = ", ".join(event.changed)
                if changed:
                    self.say(f"{changed} has changed: loading it anew", style="cyan")
            case "up":
                self.say(event.text, style="cyan")
                if not self._told_where:
                    self._show_urls(event.paths)
            case "failed":
                self.say(event.text, style="red")
                for line in event.traceback.rstrip().splitlines():
                    self.say(f"    {line}", style="red")
                if self._watch:
                    served = "the version before is served on, until" if self._is_up else "it is tried again when"
                    self.say(f"{served} a file changes", style="cyan")
            case "ended":
                self.say(event.text, style="red")

    def _show_urls(self, paths: tuple[tuple[str, str], ...]) -> None:
        self._told_where = True
        port = self._reloader.port
        local = f"http://{netloc(self._host, port)}"
        public = self._public_url or ngrok_url(port)
        base = public or local
        for path, kind in paths:
            self.say(f"  {kind:<8} {_url(base, kind, path)}")
        if not paths:
            self.say("  no service and no webhook: endpoint.call(path), endpoint.service(path)", style="yellow")
        elif public is None:
            self.say(
                f"  In the portal these URLs need a host that jambonz reaches: ngrok http {port}, or --url "
                "https://your.host"
            )
        else:
            self.say("  These are the URLs for the portal.")
        self.say(f"  Try it without a phone: jambonz-sync call {_url(local, 'calls', '/')}   Ctrl-C ends.")


def _url(base: str, kind: str, path: str) -> str:
    scheme, _, rest = base.partition("://")
    if kind in _WEBSOCKETS:
        scheme = {"https": "wss", "http": "ws"}.get(scheme, scheme)
    return f"{scheme}://{rest.rstrip('/')}{path}"


@click.command()
@click.argument("app", default="app.py")
@click.option("--reload", "watch", is_flag=True, help="Serve a new version when a file of the app is saved.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen at: that of PORT, or of the app, or 3000.")
@click.option("--url", envvar="JAMBONZ_PUBLIC_URL", help="The public URL that leads here, as https://your.host.")
@click.option("--color/--no-color", default=None, help="Colours: where a terminal is there, if you do not say.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_context
def run(
    ctx: click.Context,
    app: str,
    watch: bool,
    host: str,
    port: int | None,
    url: str | None,
    color: bool | None,
    as_json: bool,
) -> None:
    """Serve APP while you write it, with a line for each thing that happens.

    APP is a file or a module, with the name of the endpoint or of the Flask application if there are several: app.py,
    app.py:endpoint, package.module:app. What stands under ``if __name__ == "__main__":`` is not run. The port is that
    of --port, or of the environment variable PORT, or of create_endpoint(port=...), or 3000.

    With --reload a save loads the app anew. Running calls are closed with 1012 then, upon which jambonz connects them
    to the new version, which gets them as session:reconnect, or else as session:new. A version that cannot be loaded
    changes nothing.

    It is for development: one process, and a log of everything. For many calls there is gunicorn.
    """
    if color is None:
        color = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    try:
        if port is None and os.environ.get("PORT"):
            port = port_of_environment()
    except PortError as exc:
        raise Failure(USAGE, str(exc)) from None
    mode = "json" if as_json else "color" if color else "plain"
    console: _Console | None = None
    try:
        reloader = Reloader(
            app,
            host=host,
            port=port,
            on_event=lambda event: console.on_event(event) if console is not None else None,
            watch=watch,
            env={**os.environ, LIVE: mode},
        )
    except OSError as exc:
        raise Failure(USAGE, f"{exc.strerror}: choose another --port") from None
    console = _Console(reloader, host, url, watch=watch, mode=mode)
    stop, second = threading.Event(), threading.Event()
    with signals_set(stop, second), reloader:
        while not stop.wait(0.2) and not console.failed.is_set():
            pass
        if not as_json and not console.failed.is_set():
            console.say("\nending: jambonz connects running calls anew, elsewhere if it can", "cyan")
    if console.refusal:
        raise Failure(USAGE, f"{console.refusal}: choose another --port")
    if console.failed.is_set():
        ctx.exit(REFUSED)
