"""A server as the main program: the port that it has, why it cannot be had in one line, and the signals that end it."""

from __future__ import annotations

import errno
import gc
import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = [
    "PortError",
    "check_port",
    "exit_in_one_line",
    "loaded_objects_frozen",
    "port_of_environment",
    "run_ignored",
    "running_ignored",
    "signals_set",
    "tell_drain",
    "tell_start",
]

log = logging.getLogger("jambonz_sync.server")

#: True while an app is imported by somebody who serves it in their own way
_ignored: ContextVar[bool] = ContextVar("running_ignored", default=False)
#: has ``Flask.run`` do nothing, too, as the command ``flask run`` does
_FLASK_IGNORES = "FLASK_RUN_FROM_CLI"


class PortError(ValueError):
    """Something that is no port."""


def check_port(port: object, name: str) -> int:
    """Return a port, if it is one.

    Args:
        port: The number.
        name: Where it comes from, for the message.
    Raises:
        PortError: It is none.
    """
    if isinstance(port, int) and not isinstance(port, bool) and 0 <= port <= 65535:
        return port
    raise PortError(f"{name}: expected a port, a whole number from 0 to 65535, got {port!r}")


def port_of_environment() -> int:
    """Return the port of the environment variable ``PORT``, 3000 if it is not set.

    Raises:
        PortError: It is none.
    """
    value = os.environ.get("PORT") or "3000"
    return check_port(int(value) if value.isascii() and value.isdecimal() else value, "the environment variable PORT")


@contextmanager
def running_ignored() -> Iterator[None]:
    """Have ``endpoint.run()`` and Flask's ``app.run()`` do nothing in the block, where an app is only imported."""
    token, of_flask = _ignored.set(True), os.environ.get(_FLASK_IGNORES)
    os.environ[_FLASK_IGNORES] = "true"
    try:
        yield
    finally:
        _ignored.reset(token)
        if of_flask is None:
            del os.environ[_FLASK_IGNORES]
        else:
            os.environ[_FLASK_IGNORES] = of_flask


def run_ignored() -> bool:
    """Return True if a server is not to run, because its app is only being imported."""
    return _ignored.get()


@contextmanager
def exit_in_one_line(host: str, port: int | None) -> Iterator[None]:
    """Where a server cannot start in the block, say why in one line and exit with 2, if it is the main program.

    Args:
        host: The address that it is to listen at.
        port: The port; None if it is that of the environment.
    """
    try:
        yield
    except (OSError, PortError) as exc:
        if threading.current_thread() is not threading.main_thread():
            raise  # nobody would hear of the exit of a thread
        print(f"jambonz_sync: {_in_one_line(exc, host, port)}", file=sys.stderr, flush=True)
        raise SystemExit(2) from None


def _in_one_line(exc: Exception, host: str, port: int | None) -> str:
    elsewhere = "create_endpoint(port=...), or the environment variable PORT"
    port = port_of_environment() if port is None and isinstance(exc, OSError) else port
    match getattr(exc, "errno", None):
        case errno.EADDRINUSE:
            return (
                f"port {port} is in use, by another program or another run of this one: end it, or choose another "
                f"port: {elsewhere}"
            )
        case errno.EACCES:
            return f"port {port} may not be used by this user: choose one from 1024 on: {elsewhere}"
        case errno.EADDRNOTAVAIL:
            return f"host {host!r} is no address of this machine"
    return str(exc)


def tell_start(url: str, host: str) -> None:
    """Say on stdout that calls are served.

    Args:
        url: Where.
        host: The address that is listened at.
    """
    print(f"jambonz_sync: serving calls at {url} (Ctrl-C ends)", flush=True)
    if host not in ("127.0.0.1", "localhost", "::1"):
        log.info("for many calls, or behind no proxy, run it under gunicorn: the documentation tells how")


def tell_drain(connections: int) -> None:
    """Say on stdout that no new calls are taken.

    Args:
        connections: How many are up.
    """
    are_up = " is up" if connections == 1 else "s are up"
    print(f"\njambonz_sync: no new calls; {connections} connection{are_up}", flush=True)


@contextmanager
def loaded_objects_frozen() -> Iterator[None]:
    """Leave what is loaded by now out of garbage collections in the block: modules, classes and functions stay anyway,
    and looking through all of them stops every call of the process for some 20 ms."""
    gc.collect()  # what is garbage by now would stay, too
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@contextmanager
def signals_set(first: threading.Event, second: threading.Event) -> Iterator[None]:
    """Have Ctrl-C and SIGTERM set an event in the block, and the other one the next time.

    Args:
        first: Set by the first signal.
        second: Set by the next.
    Threads: any; only the main one gets signals.
    """

    def on_signal(number: int, frame: object) -> None:
        if first.is_set():
            second.set()
        first.set()

    replaced = {}
    if threading.current_thread() is threading.main_thread():
        replaced = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in replaced.items():
            signal.signal(number, handler)
