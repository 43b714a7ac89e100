"""Where the time of one frame of audio goes: microseconds of the whole, and of its parts, measured within one process.

    python tests/benchmarks/audio.py [--plain] [--repeat 20000]

Frames of 20 ms come by a socket of loopback, and a callback sends each back: one at a time, as streams in real time
have it, and eight at once, as they come where the process is late. The whole is the tenth percentile of many, the parts
the best of many runs, so that other programs on the machine disturb little; the parts are warmer than the whole, and
add up to less. Not in it: the wait for a connection (``epoll_wait``) and the thread of the timers. ``--plain`` leaves
the libraries of the extra ``speed`` out.
"""

from __future__ import annotations

import argparse
import gc
import json
import socket
import sys
from time import perf_counter_ns
from typing import Any

from hook import KEY, best

SAMPLES = bytes(range(256)) + bytes(64)
METADATA = json.dumps({"sampleRate": 8000, "mixType": "mono", "callSid": "x"}).encode()


def masked(opcode: int, payload: bytes) -> bytes:
    """A frame as the media server sends it."""
    length = len(payload)
    size = bytes((0x80 | length,)) if length < 126 else b"\xfe" + length.to_bytes(2, "big")
    return bytes((0x80 | opcode,)) + size + KEY + bytes(byte ^ KEY[i % 4] for i, byte in enumerate(payload))


class OneStream:
    """A stream whose frames are handled on this thread, as the leader does it."""

    def __init__(self) -> None:
        from jambonz_sync.runtime import Reader, ReadLease, timers
        from jambonz_sync.runtime.lease import current
        from jambonz_sync.runtime.websocket import Connection
        from jambonz_sync.server.audio_service import AudioService
        from jambonz_sync.server.registry import Registry
        from jambonz_sync.server.service import Upgrade
        from jambonz_sync.session.context import CallContext, SessionOptions

        service: Any = AudioService()
        service.on("connection", lambda stream: stream.on("audio", stream.send_audio))
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.peer = socket.create_connection(listener.getsockname())
            self.server_side, _ = listener.accept()
        self.peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        registry: Any = Registry()
        context = CallContext(SessionOptions(), service._handlers, registry)
        self.connection = Connection(self.server_side)
        place = registry.admit({}, is_call=False)
        self.sink: Any = service._sink(Upgrade(self.connection, place, registry, context, {}, "/audio"))
        self._reader, self._timers = Reader(self.connection, self.sink), timers
        self._lease = current.lease = ReadLease(lambda: None, has_successor=True)
        timers._revoke = lambda now, late: None  # type: ignore[method-assign]  # whatever the machine does meanwhile
        self.peer.sendall(masked(1, METADATA))
        self.handle()

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

    def whole(self, repeat: int, lot: int) -> float:
        """Microseconds of one frame, of which ``lot`` come at once."""
        frames, times = lot * masked(2, SAMPLES), []
        size = lot * (4 + len(SAMPLES))
        for _ in range(repeat // lot):
            self.peer.sendall(frames)
            begun = perf_counter_ns()
            self.handle()
            times.append(perf_counter_ns() - begun)
            left = size
            while left:
                left -= len(self.peer.recv(left))
        return sorted(times)[len(times) // 10] / lot / 1000


def parts(stream: OneStream) -> dict[str, float]:
    from jambonz_sync.protocol.audio import Aligner, without_markers
    from jambonz_sync.runtime.websocket.frames import BINARY, FrameReader
    from jambonz_sync.runtime.websocket.frames import frame as server_frame

    frame, reader, aligner = masked(2, SAMPLES), FrameReader(1 << 20), Aligner(2)
    receiver = stream.sink._receiver

    def receive() -> None:
        stream.peer.sendall(frame)
        stream.server_side.recv(4096)

    def send() -> None:
        stream.server_side.sendall(server)
        stream.peer.recv(4096)

    server = server_frame(BINARY, SAMPLES)
    there_and_back = (best(receive) + best(send)) / 2
    frames = best(lambda: reader.feed(frame, [])) + best(lambda: server_frame(BINARY, SAMPLES))
    receiver.callbacks.handlers.off("audio")
    receiver.on("audio", lambda samples: None)
    return {
        "system calls: recv, send": there_and_back,
        "frames: unmask, encode": frames,
        "samples: whole ones, none that is a marker": 2 * best(lambda: aligner.feed(SAMPLES))
        + best(lambda: without_markers(SAMPLES)),
        "queue, lease and call of an empty callback": best(lambda: receiver.feed(SAMPLES)),
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--plain", action="store_true")
    options.add_argument("--repeat", type=int, default=20_000)
    given = options.parse_args()
    if given.plain:
        sys.modules.update(dict.fromkeys(("orjson", "websockets", "websockets.speedups")))  # type: ignore[arg-type]
    stream = OneStream()
    gc.collect()
    gc.freeze()
    for lot in (1, 8):
        print(f"{stream.whole(given.repeat, lot):6.1f}  one frame, from recv to send, {lot} at once")
    for name, microseconds in parts(stream).items():
        print(f"{microseconds:6.1f}  {name}")


if __name__ == "__main__":
    main()
