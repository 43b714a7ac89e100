"""A connection that is served on this thread, and a stopwatch: for the benchmarks of one hook and of one frame."""

from __future__ import annotations

import argparse
import gc
import socket
import sys
import timeit
from collections.abc import Callable
from time import perf_counter_ns
from typing import Any

KEY = b"\x12\x34\x56\x78"


def masked(opcode: int, payload: bytes) -> bytes:
    """A frame as jambonz sends it."""
    length = len(payload)
    size = bytes((0x80 | length,)) if length < 126 else b"\xfe" + length.to_bytes(2, "big")
    return bytes((0x80 | opcode,)) + size + KEY + bytes(byte ^ KEY[i % 4] for i, byte in enumerate(payload))


class Served:
    """A connection whose messages are handled on this thread, as the leader does it."""

    def __init__(self, service: Any, path: str, *, is_call: bool) -> None:
        from jambonz_sync.runtime import Reader, ReadLease, timers
        from jambonz_sync.runtime.lease import current
        from jambonz_sync.runtime.websocket import Connection
        from jambonz_sync.server.registry import Registry
        from jambonz_sync.server.service import Upgrade
        from jambonz_sync.session.context import CallContext, SessionOptions

        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.peer = socket.create_connection(listener.getsockname())
            self.server_side, _ = listener.accept()
        self.peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        registry: Any = Registry()
        context = CallContext(SessionOptions(), service._handlers, registry)
        self.connection = Connection(self.server_side)
        place = registry.admit({}, is_call=is_call)
        self.sink: Any = service._sink(Upgrade(self.connection, place, registry, context, {}, path))
        self._reader, self._timers = Reader(self.connection, self.sink), timers
        self._lease = current.lease = ReadLease(lambda: None, has_successor=True)
        timers._revoke = lambda now, late: None  # type: ignore[method-assign]  # whatever the machine does meanwhile

    def handle(self) -> None:
        """Handle what has come, which takes another turn where the machine is late."""
        self._take_turn()
        while self._reader.has_more():
            self._take_turn()

    def _take_turn(self) -> None:
        self._reader.take_turn()
        self._lease.acquire(self._reader)
        self._timers.watch(self._lease)
        self._reader.step(self._lease)
        self._lease.release()
        self._timers.unwatch(self._lease)

    def time(self, frames: bytes, answer: int = 1) -> int:
        """Send frames, and return the nanoseconds that they are handled in. The answer has so many bytes or more."""
        self.peer.sendall(frames)
        begun = perf_counter_ns()
        self.handle()
        taken = perf_counter_ns() - begun
        while answer > 0:
            answer -= len(self.peer.recv(65_536))
        return taken


def best(call: Callable[[], object]) -> float:
    """Microseconds of one call, the best of many runs, less those of a call that does nothing."""
    return 1e3 * (min(timeit.repeat(call, number=1000, repeat=50)) - min(timeit.repeat(bool, number=1000, repeat=50)))


def repetitions(doc: str | None) -> int:
    """Read the arguments of a benchmark, and leave the libraries of the extra ``speed`` out if they say so."""
    options = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--plain", action="store_true")
    options.add_argument("--repeat", type=int, default=20_000)
    given = options.parse_args()
    if given.plain:
        sys.modules.update(dict.fromkeys(("orjson", "websockets", "websockets.speedups")))  # type: ignore[arg-type]
    return int(given.repeat)


def settle() -> None:
    """Have the collector leave alone what there is."""
    gc.collect()
    gc.freeze()
