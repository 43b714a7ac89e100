"""The page from its start to its end: the app, the calls, the web server."""

from __future__ import annotations

import logging
import socket
import threading
from pathlib import Path

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from ..server.development import AppEvent
from .desk import Desk
from .guard import Guard
from .store import CallStore
from .target import make_target
from .web import make_web

__all__ = ["PhonePage"]

log = logging.getLogger("jambonz_sync.phone")


class _Quiet(WSGIRequestHandler):
    """Logs no requests: those of the page are of no interest to who writes an app."""

    def log(self, type: str, message: str, *args: object) -> None:
        log.debug(message, *args)


class PhonePage:
    """A page on loopback from which a person calls an app.

    Args:
        target: A URL, or an app as :func:`~jambonz_sync.server.loading.load_app` takes it.
        port: The port of the page; 0 takes a free one.
        path: The path of the call in an app that is served.
        websocket: True to call it over a WebSocket, False by webhook; by default an endpoint is called over a
            WebSocket, anything else by webhook.
        store: The file in which calls are kept.
        all_runs: Show the calls of earlier runs, too.
    Raises:
        OSError: The port cannot be had.
    """

    def __init__(
        self,
        target: str,
        *,
        port: int = 0,
        path: str = "/",
        websocket: bool | None = None,
        store: Path | str = ":memory:",
        all_runs: bool = False,
    ) -> None:
        self._store = CallStore(store, all_runs=all_runs)
        self._target = make_target(target, path, self._app_changed, self._app_happened, websocket=websocket)
        self.desk = Desk(self._target, self._store.add)
        # bound here, because Werkzeug answers an address in use by ending the process
        with socket.create_server(("127.0.0.1", port)) as listener:
            self.port = int(listener.getsockname()[1])
            guard = Guard(self.port)
            web = make_web(self.desk, guard, self._store)
            # not the server of apps: its listener answers handshakes of jambonz itself
            self._server = ThreadedWSGIServer("127.0.0.1", self.port, web, handler=_Quiet, fd=listener.fileno())
        self._thread = threading.Thread(target=self._server.serve_forever, name="jambonz-phone-server", daemon=True)
        self._thread.start()
        #: what to open in a browser; the token is for nobody else
        self.url = f"http://127.0.0.1:{self.port}/#token={guard.token}"

    def close(self) -> None:
        """Hang up, end the app, and stop.

        Blocks: up to 15 s.
        """
        self.desk.close()
        self._target.close()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._store.close()

    def _app_changed(self) -> None:
        if hasattr(self, "desk"):
            self.desk.app_changed()

    def _app_happened(self, event: AppEvent) -> None:
        if not hasattr(self, "desk"):
            return
        if event.kind == "sent":
            self.desk.app_sent(event.call_sid, event.origins)
        else:
            self.desk.app_raised(event.text, event.traceback, event.call_sid)
