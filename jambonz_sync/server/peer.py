"""Reading from and writing to peers that nobody knows yet: bounded in bytes and in seconds.

Whoever can open a connection can be slow on purpose. So a peer may keep a thread waiting for :data:`PATIENCE` seconds,
and longer only while it takes or gives :data:`MIN_RATE` bytes a second. The time that an application takes is its own.
"""

from __future__ import annotations

import io
import socket
from collections.abc import Callable
from time import monotonic
from typing import Any

#: seconds that a peer may keep a thread waiting, for its request and once more for the answer
PATIENCE = 10.0
#: bytes a second that earn a peer more time
MIN_RATE = 10_000
#: bytes that are read and dropped behind a request that has been answered, and seconds for it
MAX_DISCARDED, DISCARD_TIME = 262_144, 1.0

_PIECE = 65_536


class Patience:
    """The seconds that a peer may keep a thread waiting, in one direction.

    Waiting uses them up, and bytes earn some back, but never more than there were: who took a lot at first may not
    stand still for the longer afterwards.
    """

    __slots__ = ("_seconds",)

    def __init__(self) -> None:
        self._seconds = PATIENCE

    def wait(self, sock: socket.socket, transfer: Callable[[Any], int], data: Any) -> int:
        """Transfer some data.

        Args:
            sock: The socket.
            transfer: The method of it that transfers ``data``, and returns how many bytes that were.
            data: Bytes to send, or a buffer for those that are received.
        Returns:
            The number of bytes that it moved.
        Raises:
            TimeoutError: The patience is at its end.
        Blocks: for as long as it lasts.
        """
        if self._seconds <= 0:
            raise TimeoutError("the peer is too slow")
        sock.settimeout(self._seconds)
        since = monotonic()
        moved = transfer(data)
        self._seconds = min(PATIENCE, self._seconds - (monotonic() - since) + moved / MIN_RATE)
        return moved


class PeerStream(io.RawIOBase):
    """The socket of a peer as an unbuffered file.

    Args:
        sock: The socket; closing the stream leaves it open.
        received: The bytes that have been read from it already.
    Raises:
        TimeoutError: From all that reads or writes: the peer is too slow.
    """

    def __init__(self, sock: socket.socket, received: bytes = b"") -> None:
        self._sock = sock
        self._received = received
        self._reading = Patience()
        self._writing = Patience()

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._received:
            piece = self._received[: len(buffer)]
            self._received = self._received[len(piece) :]
            buffer[: len(piece)] = piece
            return len(piece)
        return self._reading.wait(self._sock, self._sock.recv_into, buffer)

    def write(self, data: Any) -> int:
        """Write all of ``data``."""
        unsent = memoryview(data)
        while unsent:
            unsent = unsent[self._writing.wait(self._sock, self._sock.send, unsent) :]
        return len(data)


class Leftover:
    """The bytes that a peer sends behind the request that has been answered.

    They are read, because closing a socket with bytes unread would reset the connection, and the answer could be lost
    with it; but no more than a little.

    Args:
        sock: The socket of the peer.
    """

    __slots__ = ("_deadline", "_discarded", "_sock")

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._discarded = 0
        self._deadline: float | None = None

    def read(self, size: int = -1) -> bytes:
        """Read some of them; nothing once it has been enough, or too much.

        Args:
            size: Of no use: at most 64 KiB are read.
        """
        now = monotonic()
        if self._deadline is None:
            self._deadline = now + DISCARD_TIME
        if now >= self._deadline or self._discarded >= MAX_DISCARDED:
            return b""
        try:
            self._sock.settimeout(self._deadline - now)
            piece = self._sock.recv(_PIECE)
        except (OSError, ValueError):
            return b""
        self._discarded += len(piece)
        return piece

    def close(self) -> None:
        """Do nothing: the socket is the server's."""
