"""The server of a script: Werkzeug's threaded one. A request has a thread for itself; a WebSocket only until it is
open (:mod:`jambonz_sync.runtime`)."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from werkzeug.serving import BaseWSGIServer, ThreadedWSGIServer, WSGIRequestHandler

from ..runtime import pool, timers
from ..runtime.websocket import DETACHABLE, pollable
from .listener import REQUEST_TIMEOUT, Listener

log = logging.getLogger("jambonz_sync.server.http")

#: connections that may wait to be accepted: calls come in bursts, and jambonz gives up after 1.5 s
_BACKLOG = 512


def pin_to_core_number(number: int) -> None:
    """Keep this process on one of the processors that it may use, counted from 0. Does nothing where the system
    cannot."""
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[number % len(cores)]})


class _Handler(WSGIRequestHandler):
    """Says nothing on stderr, and gives up on a peer that does not finish its request."""

    timeout = REQUEST_TIMEOUT

    def version_string(self) -> str:
        return "jambonz_sync"

    def handle(self) -> None:
        # the time-out of the socket is one for each read: bytes that drip would never meet it
        self._deadline = timers.call_later(REQUEST_TIMEOUT, self._give_up)
        try:
            super().handle()
        finally:
            self._deadline.cancel()

    def make_environ(self) -> dict[str, Any]:
        environ = super().make_environ()
        environ[DETACHABLE] = True
        return environ

    def run_wsgi(self) -> None:
        self._deadline.cancel()
        super().run_wsgi()

    def connection_dropped(self, error: BaseException, environ: Any = None) -> None:
        self.close_connection = True  # what a WebSocket leaves unread is no second request

    def _give_up(self) -> None:
        log.warning("a request from %s did not come within %g s", self.client_address[0], REQUEST_TIMEOUT)
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # it has ended by itself

    def log_request(self, code: Any = "-", size: Any = "-") -> None:
        log.debug("%s %s %s", self.address_string(), self.requestline, code)

    def log(self, type: str, message: str, *args: Any) -> None:
        getattr(log, type, log.info)(message, *args)


class _Server(ThreadedWSGIServer):
    def process_request(self, request: Any, client_address: Any) -> None:
        # a thread that is idle costs less than a new one, whose start this one would wait for
        pool.run(partial(self.process_request_thread, request, client_address))

    def log(self, type: str, message: str, *args: Any) -> None:
        getattr(log, type, log.info)(message, *args)


class HttpServer:
    """Serves a WSGI application at an address, from ``__init__`` to ``stop``.

    Raises OSError where the address cannot be had.
    """

    def __init__(self, host: str, port: int, app: Callable[..., Any]) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        both = host == "::" and socket.has_dualstack_ipv6()
        # bound here, because Werkzeug answers an address in use by ending the process
        with socket.create_server((host, port), family=family, backlog=_BACKLOG, dualstack_ipv6=both) as listener:
            self._server: BaseWSGIServer = _Server(host, port, app, handler=_Handler, fd=listener.fileno())
        self.port = int(self._server.server_address[1])
        self._listener: Listener | None = None
        self._thread: threading.Thread | None = None
        if pollable(self._server.socket) is not None:
            self._listener = Listener(self._server.socket, app, self._server.process_request)
            self._listener.open()
        else:
            self._thread = threading.Thread(
                target=self._server.serve_forever,
                kwargs={"poll_interval": 0.1},
                name="jambonz-sync-server",
                daemon=True,
            )
            self._thread.start()

    def stop(self) -> None:
        """Take no more connections. Those that are open go on."""
        if self._listener is not None:
            self._listener.close()
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()
