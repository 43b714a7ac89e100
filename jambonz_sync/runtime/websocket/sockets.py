"""Time limits of sockets, and what can be asked of them without reading."""

from __future__ import annotations

import os
import select
import socket
import struct
import sys

if sys.platform != "win32":
    import fcntl
    import termios

__all__ = ["has_unread", "pollable", "set_timeouts"]


def pollable(sock: socket.socket) -> int | None:
    """The descriptor by which one thread can wait for many sockets; None under gevent, with TLS, and where the system
    has no epoll."""
    return sock.fileno() if hasattr(select, "epoll") and not _keeps_time(sock) else None


def has_unread(sock: socket.socket) -> bool:
    """Whether something has come on ``sock`` that has not been read. Does not block."""
    if sys.platform == "win32":
        return False
    try:
        count = fcntl.ioctl(sock.fileno(), termios.FIONREAD, bytes(4))
    except (OSError, ValueError):
        return False  # it is closed
    return any(count)


def _keeps_time(sock: socket.socket) -> bool:
    """Whether time limits of the descriptor mean nothing to ``sock``, because it waits above it."""
    return type(sock).__module__.partition(".")[0] in ("gevent", "ssl")


def set_timeouts(sock: socket.socket, receive: float, send: float) -> None:
    """Give reading and writing limits of their own. A Python socket has one for both, and polls first for it."""
    if _keeps_time(sock):
        sock.settimeout(min(receive, send))
        return
    sock.settimeout(None)
    for option, seconds in ((socket.SO_RCVTIMEO, receive), (socket.SO_SNDTIMEO, send)):
        if os.name == "nt":
            sock.setsockopt(socket.SOL_SOCKET, option, max(1, int(seconds * 1000)))
        else:
            whole = int(seconds)
            sock.setsockopt(socket.SOL_SOCKET, option, struct.pack("@ll", whole, int((seconds - whole) * 1e6)))
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError:
        pass  # a Unix socket has no Nagle to switch off
