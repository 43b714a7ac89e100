"""The end of a worker that another server runs: its calls go on for a while, and new connections hear that it ends."""

from __future__ import annotations

import logging
import select
import socket
import threading
from collections.abc import Sequence

from ..runtime.websocket import pollable
from .listener import Listener
from .registry import drain, registries
from .wsgi import Environ, StartResponse

log = logging.getLogger("jambonz_sync.server")

#: a connection that waits to be accepted is looked at so many times, so many seconds apart, before it is refused: other
#: workers on the same address would have taken it by then
_LOOKS, _LOOK_EVERY = 6, 0.05
#: seconds between two looks for connections, at most
_IDLE = 0.5


class Shutdown:
    """Drains all registries of this process when it is told to.

    Its thread waits from the start, because a signal handler must not wait for one, and the system may have none then.

    Args:
        timeout: Seconds that running calls may go on.
        listeners: Listening sockets from which nobody accepts once the drain has begun: new connections are answered
            503 in place of waiting until they give up.
    Raises:
        RuntimeError: The system has no thread for it.
    """

    def __init__(self, timeout: float, listeners: Sequence[socket.socket] = ()) -> None:
        self._timeout = timeout
        self._listeners = listeners
        self._begun = threading.Event()
        for target in (self._drain, self._refuse) if listeners else (self._drain,):
            threading.Thread(target=target, name="jambonz-sync-shutdown", daemon=True).start()

    def begin(self) -> None:
        """Take no new calls, and drain.

        Threads: any, and signal handlers.
        """
        for registry in registries():
            registry.draining = True
        self._begun.set()

    def _drain(self) -> None:
        self._begun.wait()
        drain(registries(), self._timeout)

    def _refuse(self) -> None:
        self._begun.wait()
        try:
            refuse_connections(self._listeners)
        except (OSError, ValueError):
            pass  # the server has closed the sockets: the process ends


def refuse_connections(listeners: Sequence[socket.socket]) -> None:
    """Answer 503 to all who connect, unless another process serves them.

    Args:
        listeners: Listening sockets that do not block.
    Raises:
        OSError: A listener has been closed; so does ValueError.
    Blocks: until then.
    """
    refusers = {
        sock.fileno(): Listener(sock, _going_down, _NoRoom()) for sock in listeners if pollable(sock) is not None
    }
    if not refusers:
        return
    poll = select.poll()
    for descriptor in refusers:
        poll.register(descriptor, select.POLLIN)
    sockets = {sock.fileno(): sock for sock in listeners}
    pause = threading.Event()
    while True:
        waiting = {descriptor for descriptor, _ in poll.poll(_IDLE * 1000)}
        for _ in range(_LOOKS):
            if not waiting:
                break
            pause.wait(_LOOK_EVERY)
            waiting &= {descriptor for descriptor, _ in poll.poll(0)}
        for descriptor in waiting:
            try:
                sock, address = sockets[descriptor].accept()
            except BlockingIOError:
                continue
            refusers[descriptor].receive(sock, address)


class _NoRoom:
    """Serves no request, so that the listener answers 503."""

    def reserve(self) -> bool:
        return False

    def serve(self, sock: socket.socket, address: object, head: bytes) -> None:
        raise AssertionError("there is no reservation")


def _going_down(environ: Environ, start_response: StartResponse) -> list[bytes]:
    """The application for usual handshakes."""
    start_response("503 Service Unavailable", [("Retry-After", "1"), ("Content-Length", "0")])
    return []
