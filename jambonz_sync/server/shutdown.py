"""The end of a worker that another server runs: its calls go on for a while, and new connections hear that it ends."""

from __future__ import annotations

import logging
import select
import socket
import threading
from collections.abc import Callable, Iterator, Sequence

from ..runtime.websocket import pollable
from .listener import Listener
from .registry import drain, registries
from .wsgi import Environ, StartResponse

log = logging.getLogger("jambonz_sync.server")

#: a connection that waits to be accepted is looked at so many times, so many seconds apart, before it is refused: other
#: workers on the same address would have taken it by then
_LOOKS, _LOOK_EVERY = 6, 0.05
#: seconds between two looks for connections, at most
_IDLE = 0.1
#: seconds between two looks whether the server has begun to end by itself
_WATCH_EVERY = 0.5
#: seconds in which those who have connected are answered before the process ends
_LAST_ANSWERS = 2.0


class Shutdown:
    """Drains all registries of this process when it is told to.

    Its threads wait from the start, because a signal handler must not wait for one, and the system may have none then.

    Args:
        timeout: Seconds that running calls may go on.
        listeners: Listening sockets from which nobody accepts once the drain has begun: new connections are answered
            503 in place of waiting until they give up.
        is_ending: Returns True once the server ends by itself, which begins the drain; None if it never does.
    Raises:
        RuntimeError: The system has no thread for it.
    """

    def __init__(
        self,
        timeout: float,
        listeners: Sequence[socket.socket] = (),
        is_ending: Callable[[], bool] | None = None,
    ) -> None:
        self._timeout = timeout
        self._is_ending = is_ending
        self._begun = threading.Event()
        self._finishing = threading.Event()
        # its own descriptors: the server closes its sockets when its last call is over, and then strangers still come
        self._listeners = [listener.dup() for listener in listeners if pollable(listener) is not None]
        self._refuser = _started(self._refuse) if self._listeners else None
        _started(self._drain)

    def begin(self) -> None:
        """Take no new calls, and drain.

        Threads: any, and signal handlers.
        """
        for registry in registries():
            registry.draining = True
        self._begun.set()

    def finish(self) -> None:
        """Answer those who have connected already, and close the listeners: the process is about to end.

        Blocks: up to 2 s, while one of them has not said what it wants.
        """
        self.begin()
        self._finishing.set()
        if self._refuser is not None:
            self._refuser.join(_LAST_ANSWERS)

    def _drain(self) -> None:
        while not self._begun.wait(_WATCH_EVERY if self._is_ending is not None else None):
            if self._is_ending is not None and self._is_ending():
                self.begin()
        drain(registries(), self._timeout)

    def _refuse(self) -> None:
        self._begun.wait()
        refuse_connections(self._listeners, self._finishing)


def _started(target: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=target, name="jambonz-sync-shutdown", daemon=True)
    thread.start()
    return thread


def refuse_connections(listeners: Sequence[socket.socket], finishing: threading.Event) -> None:
    """Answer 503 to all who connect, unless another process serves them, and close the listeners at the end.

    Args:
        listeners: Listening sockets.
        finishing: Set when those who have connected by now are the last.
    Blocks: until then, and until the last have their answers and have gone.
    """
    poll = select.poll()
    refusers: dict[int, tuple[socket.socket, Listener]] = {}
    for sock in listeners:
        sock.setblocking(False)
        refusers[sock.fileno()] = sock, Listener(sock, _going_down, _NoRoom())
        poll.register(sock, select.POLLIN)
    pause = threading.Event()
    received: list[socket.socket] = []
    is_last = False
    while not is_last:
        waiting = {descriptor for descriptor, _ in poll.poll(_IDLE * 1000)}
        is_last = finishing.is_set()
        for _ in range(_LOOKS):
            if not waiting:
                break
            pause.wait(_LOOK_EVERY)
            waiting &= {descriptor for descriptor, _ in poll.poll(0)}
        received = [connection for connection in received if _is_open(connection)]
        for descriptor in waiting:
            received += _receive_all(*refusers[descriptor])
    for sock, _ in refusers.values():
        sock.close()
    while any(map(_is_open, received)):
        pause.wait(_LOOK_EVERY)


def _receive_all(sock: socket.socket, refuser: Listener) -> Iterator[socket.socket]:
    """Accept all that wait. They are closed when they have their answers."""
    while True:
        try:
            connection, address = sock.accept()
        except OSError:  # there is none, or no descriptor for it
            return
        refuser.receive(connection, address)
        yield connection


def _is_open(sock: socket.socket) -> bool:
    return sock.fileno() >= 0


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
