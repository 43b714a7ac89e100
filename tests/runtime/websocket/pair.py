"""A connection and the raw peer at its other end."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

import trustme

from jambonz_sync.runtime.websocket import Connection
from tests.runtime.websocket.test_frames import masked

TIMEOUT = 15.0


def sockets(family: str) -> tuple[socket.socket, socket.socket]:
    if family == "unix":
        return socket.socketpair()
    host = "127.0.0.1" if family == "ipv4" else "::1"
    with socket.create_server((host, 0), family=socket.AF_INET if family == "ipv4" else socket.AF_INET6) as listener:
        peer = socket.create_connection(listener.getsockname()[:2])
        return listener.accept()[0], peer


class Pair:
    def __init__(self, family: str = "ipv4", **options: Any) -> None:
        self.here, self.peer = sockets(family)
        self.peer.settimeout(TIMEOUT)
        self.connection = Connection(self.here, **options)
        self.inbox: list[str | bytes] = []
        self._buffer = b""

    def __enter__(self) -> Pair:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.here.close()
        self.peer.close()

    # -- the connection

    def receive(self) -> list[str | bytes]:
        """What one call of receive gives; nothing when it says that the connection is over."""
        self.inbox.clear()
        if not self.connection.receive(self.inbox):
            assert not self.inbox
            assert self.connection.over
        return list(self.inbox)

    def to_the_end(self) -> list[str | bytes]:
        """All messages until the connection is over."""
        messages: list[str | bytes] = []
        while received := self.receive():
            messages += received
        return messages

    @property
    def end(self) -> tuple[int, str, bool]:
        assert self.connection.over
        assert self.connection.closing
        return self.connection.code, self.connection.reason, self.connection.ended_on_purpose

    # -- the peer

    def say(self, opcode: int, payload: bytes = b"", *, first: int = 0x80) -> None:
        self.peer.sendall(masked(opcode, payload, first=first))

    def say_close(self, code: int | None = 1000, reason: str = "") -> None:
        self.say(8, b"" if code is None else code.to_bytes(2, "big") + reason.encode())

    def talk_until_cut_off(self, say: Callable[[], bytes]) -> None:
        try:
            while True:
                self.peer.sendall(say())
        except ConnectionError:
            pass

    def _take(self, n: int) -> bytes:
        chunks, have = [self._buffer], len(self._buffer)
        while have < n:
            data = self.peer.recv(1 << 20)
            if not data:
                raise EOFError(b"".join(chunks)[-100:])
            chunks.append(data)
            have += len(data)
        self._buffer = b"".join(chunks)
        out, self._buffer = self._buffer[:n], self._buffer[n:]
        return out

    def hear(self) -> tuple[int, bytes]:
        """The next frame that the connection has written."""
        first, length = self._take(2)
        assert first & 0xF0 == 0x80
        assert not length & 0x80
        if length == 126:
            length = int.from_bytes(self._take(2), "big")
        elif length == 127:
            length = int.from_bytes(self._take(8), "big")
        return first & 15, self._take(length)

    def hear_close(self) -> tuple[int, str]:
        opcode, payload = self.hear()
        assert opcode == 8
        return int.from_bytes(payload[:2], "big"), payload[2:].decode()

    def hear_the_end(self) -> bytes:
        """What stands between here and the end of the connection."""
        try:
            while data := self.peer.recv(65_536):
                self._buffer += data
        except ConnectionResetError:
            pass
        return self._buffer


def in_thread(job: Any, *args: Any) -> threading.Thread:
    thread = threading.Thread(target=job, args=args, daemon=True)
    thread.start()
    return thread


def joined(*threads: threading.Thread) -> None:
    for thread in threads:
        thread.join(TIMEOUT)
        assert not thread.is_alive()


@contextmanager
def tls_sockets() -> Iterator[tuple[ssl.SSLSocket, ssl.SSLSocket]]:
    """Two ends of a TLS connection: that of the server, and the peer."""
    authority = trustme.CA()
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authority.issue_cert("localhost").configure_cert(server)
    authority.configure_trust(client)
    raw_here, raw_peer = sockets("ipv4")
    shaken: list[ssl.SSLSocket] = []
    shaking = in_thread(lambda: shaken.append(server.wrap_socket(raw_here, server_side=True)))
    with client.wrap_socket(raw_peer, server_hostname="localhost") as peer:
        joined(shaking)
        with shaken[0] as here:
            peer.settimeout(TIMEOUT)
            yield here, peer
