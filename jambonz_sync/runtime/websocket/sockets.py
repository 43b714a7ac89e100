"""What a connection needs of its socket, whichever kind it is: plain, of gevent, or with TLS."""

from __future__ import annotations

import os
import select
import socket
import struct
import sys
from functools import cache

if sys.platform != "win32":
    import fcntl
    import termios

#: 0 where a system has no such flag
DONTWAIT = getattr(socket, "MSG_DONTWAIT", 0)


def pollable(sock: socket.socket) -> int | None:
    """The descriptor by which one thread can wait for many sockets; None under gevent, with TLS, and where the system
    has no epoll."""
    return sock.fileno() if hasattr(select, "epoll") and not keeps_time(sock) else None


def has_unread(sock: socket.socket) -> bool:
    """Return True if something has come on ``sock`` that has not been read. Does not block."""
    if sys.platform == "win32":
        return False
    try:
        count = fcntl.ioctl(sock.fileno(), termios.FIONREAD, bytes(4))
    except (OSError, ValueError):
        return False  # it is closed
    return any(count)


def keeps_time(sock: socket.socket) -> bool:
    """Return True if time limits of the descriptor mean nothing to ``sock``, because it waits above it."""
    return type(sock).__module__.partition(".")[0] in ("gevent", "ssl")


@cache
def _timeval(seconds: float) -> bytes | int:
    """A time limit as ``setsockopt`` takes it."""
    if os.name == "nt":
        return max(1, int(seconds * 1000))
    whole = int(seconds)
    return struct.pack("@ll", whole, int((seconds - whole) * 1e6))


def set_timeouts(sock: socket.socket, receive: float, send: float) -> None:
    """Give reading and writing limits of their own. A Python socket has one for both, and polls first for it."""
    if keeps_time(sock):
        sock.settimeout(min(receive, send))
        return
    if sock.gettimeout() is not None:
        sock.settimeout(None)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _timeval(receive))
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, _timeval(send))
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError:
        pass  # a Unix socket has no Nagle to switch off


def takes_data(sock: socket.socket) -> bool:
    """Return True if a frame of the usual size can be written without waiting, as far as that can be told."""
    try:
        poll = select.poll()
        poll.register(sock, select.POLLOUT)
        return bool(poll.poll(0))
    except (AttributeError, OSError, ValueError):  # a system without poll; a socket that is closed
        return False


def end(sock: socket.socket) -> None:
    """End what goes over a socket now, both ways; whoever waits for it wakes. The descriptor stays open."""
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except (OSError, ValueError):
        pass  # it is already down
