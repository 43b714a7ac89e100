"""A media app that is a bare socket."""

from __future__ import annotations

import base64
import hashlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class RawApp:
    """A media app that is a bare socket: it takes one connection and leaves it to ``serve``."""

    def __init__(self, serve: Callable[[socket.socket], None]) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        # what it does not read soon fills all buffers on the way
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.url = f"ws://127.0.0.1:{self._listener.getsockname()[1]}/"
        self.done = threading.Event()
        self.begun = threading.Event()
        self._serve = serve
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        connection, _ = self._listener.accept()
        with connection:
            self._serve(connection)
            self.begun.set()
            self.done.wait(30)

    def stop(self) -> None:
        self.done.set()
        self._thread.join(30)
        self._listener.close()


def shakes_hands(connection: socket.socket) -> None:
    head = b""
    while b"\r\n\r\n" not in head:
        head += connection.recv(4096)
    key = next(line.split()[1] for line in head.split(b"\r\n") if line.lower().startswith(b"sec-websocket-key"))
    accept = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
    connection.sendall(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Protocol: audio.drachtio.org\r\nSec-WebSocket-Accept: " + accept + b"\r\n\r\n"
    )


@contextmanager
def raw_app(serve: Callable[[socket.socket], None]) -> Iterator[RawApp]:
    app = RawApp(serve)
    try:
        yield app
    finally:
        app.stop()
