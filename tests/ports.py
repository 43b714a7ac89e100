"""Ports for servers that tests start in processes of their own."""

from __future__ import annotations

import random
import socket


def free_port() -> int:
    """Return a port of loopback at which nobody listens.

    It is none of those that the system gives to whoever asks for any port, from 32768 on: another test, in another
    process, could have it before the server that it is for.
    """
    while True:
        port = random.SystemRandom().randrange(20_000, 32_000)
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return port
