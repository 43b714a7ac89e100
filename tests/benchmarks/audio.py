"""Where the time of one frame of audio goes: microseconds of the whole, and of its parts, measured within one process.

    python tests/benchmarks/audio.py [--plain] [--repeat 20000]

Frames of 20 ms come by a socket of loopback, and a callback sends each back: one at a time, as streams in real time
have it, and eight at once, as they come where the process is late. The whole is the tenth percentile of many, the parts
the best of many runs, so that other programs on the machine disturb little; the parts are warmer than the whole, and
add up to less. Not in it: the wait for a connection (``epoll_wait``) and the thread of the timers. ``--plain`` leaves
the libraries of the extra ``speed`` out.
"""

from __future__ import annotations

import json
from typing import Any

from served import Served, best, masked, repetitions, settle

SAMPLES = bytes(range(256)) + bytes(64)
METADATA = json.dumps({"sampleRate": 8000, "mixType": "mono", "callSid": "x"}).encode()


def serve() -> Served:
    """A stream whose frames a callback sends back."""
    from jambonz_sync.server.audio_service import AudioService

    service: Any = AudioService()
    service.on("connection", lambda stream: stream.on("audio", stream.send_audio))
    stream = Served(service, "/audio", is_call=False)
    stream.time(masked(1, METADATA), answer=0)
    return stream


def whole(stream: Served, repeat: int, lot: int) -> float:
    """Microseconds of one frame, of which ``lot`` come at once."""
    frames, size = lot * masked(2, SAMPLES), lot * (4 + len(SAMPLES))
    times = sorted(stream.time(frames, size) for _ in range(repeat // lot))
    return times[len(times) // 10] / lot / 1000


def parts(stream: Served) -> dict[str, float]:
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
    repeat = repetitions(__doc__)
    stream = serve()
    settle()
    for lot in (1, 8):
        print(f"{whole(stream, repeat, lot):6.1f}  one frame, from recv to send, {lot} at once")
    for name, microseconds in parts(stream).items():
        print(f"{microseconds:6.1f}  {name}")


if __name__ == "__main__":
    main()
