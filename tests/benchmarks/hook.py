"""Where the time of one hook goes: microseconds of the whole, and of its parts, measured within one process.

    python tests/benchmarks/hook.py [--plain] [--repeat 20000]

A hook with what a caller said comes by a socket of loopback, a callback answers with ``say`` and ``gather``, and the
answer leaves. The whole is the tenth percentile of many, the parts the best of many runs, so that other programs on the
machine disturb little; the parts are warmer than the whole, and add up to less. Not in it: the wait for a connection
(``epoll_wait``) and the thread of the timers. ``--plain`` leaves the libraries of the extra ``speed`` out.
"""

from __future__ import annotations

import argparse
import gc
import json
import socket
import sys
import timeit
from collections.abc import Callable
from time import perf_counter_ns
from typing import Any

from calls_load import CALL, SAID, SPEECH

AGAIN = {"text": "Please say something else."}
SID = "b3fbcbad-1bc3-4d4a-8a15-123456000001"
KEY = b"\x12\x34\x56\x78"


def frame(message: dict[str, Any]) -> bytes:
    """A message as jambonz sends it: masked, of more than 125 bytes."""
    payload = json.dumps(message, separators=(",", ":")).encode()
    masked = bytes(byte ^ KEY[i % 4] for i, byte in enumerate(payload))
    return b"\x81\xfe" + len(payload).to_bytes(2, "big") + KEY + masked


def hook(number: int) -> bytes:
    data = {**CALL, "call_sid": SID, "reason": "speechDetected", "speech": SPEECH}
    return frame({"type": "verb:hook", "msgid": str(number), "call_sid": SID, "hook": "/echo", "data": data})


class OneCall:
    """A call whose messages are handled on this thread, as the leader does it."""

    def __init__(self) -> None:
        from jambonz_sync.runtime import Reader, ReadLease, timers
        from jambonz_sync.runtime.lease import current
        from jambonz_sync.runtime.websocket import Connection
        from jambonz_sync.server.registry import Registry
        from jambonz_sync.server.service import Service, Upgrade
        from jambonz_sync.session.context import CallContext, SessionOptions

        service: Any = Service()
        service.on("session:new", self._begin)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.peer = socket.create_connection(listener.getsockname())
            self.server_side, _ = listener.accept()
        self.peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        registry: Any = Registry()
        context = CallContext(SessionOptions(), service._handlers, registry)
        self.connection = Connection(self.server_side)
        place = registry.admit({}, is_call=True)
        self.sink: Any = service._sink(Upgrade(self.connection, place, registry, context, {}, "/app"))
        self._reader, self._timers = Reader(self.connection, self.sink), timers
        self._lease = current.lease = ReadLease(lambda: None, has_successor=True)
        timers._revoke = lambda now, late: None  # type: ignore[method-assign]  # whatever the machine does meanwhile
        self.peer.sendall(frame({"type": "session:new", "msgid": "new", "call_sid": SID, "data": CALL}))
        self.handle()
        self.peer.recv(65_536)

    def _begin(self, session: Any) -> None:
        @session.on("/echo")  # type: ignore[untyped-decorator]
        def echo(evt: Any) -> None:
            session.say(text=f"You said: {evt.transcript}.")
            session.gather(input=["speech"], action_hook="/echo", timeout=25, say=AGAIN).reply()

        session.say(text="Welcome.").gather(input=["speech"], action_hook="/echo", timeout=25, say=AGAIN).send()

    def handle(self) -> None:
        """Handle what has come."""
        self._reader.take_turn()
        self._lease.acquire(self._reader)
        self._timers.watch(self._lease)
        self._reader.step(self._lease)
        self._lease.release()
        self._timers.unwatch(self._lease)

    def whole(self, repeat: int) -> float:
        """Microseconds of one hook."""
        messages, times = [hook(number) for number in range(200)], []
        for number in range(repeat):
            self.peer.sendall(messages[number % 200])
            begun = perf_counter_ns()
            self.handle()
            times.append(perf_counter_ns() - begun)
            self.peer.recv(65_536)
        return sorted(times)[repeat // 10] / 1000


def best(call: Callable[[], object]) -> float:
    """Microseconds of one call, the best of many runs, less those of a call that does nothing."""
    return 1e3 * (min(timeit.repeat(call, number=1000, repeat=50)) - min(timeit.repeat(bool, number=1000, repeat=50)))


def parts(call: OneCall) -> dict[str, float]:
    from jambonz_sync.protocol.call_states import REPLIED
    from jambonz_sync.protocol.control import Hook
    from jambonz_sync.protocol.messages import ack_text, parse
    from jambonz_sync.runtime.websocket.frames import TEXT, FrameReader
    from jambonz_sync.runtime.websocket.frames import frame as server_frame
    from jambonz_sync.session.current import Callback, current

    masked, reader = hook(7), FrameReader(1 << 20)
    texts: list[Any] = []
    reader.feed(masked, texts)
    [text] = texts
    session, outbox = call.sink._session, call.sink._dispatcher.outbox
    current.callback = callback = Callback()
    callback.session = session

    def build() -> None:
        callback.verbs = []
        session.say(text=f"You said: {SAID}.")
        session.gather(input=["speech"], action_hook="/echo", timeout=25, say=AGAIN)

    def protocol() -> None:
        one = outbox.receive("verb:hook", "7", "/echo", 0.0, call.connection, notification=False)
        outbox.protocol.answer(one, ())

    build()
    verbs, answer = callback.verbs, ack_text("7", callback.verbs)
    callbacks = call.sink._dispatcher.callbacks
    callbacks.handlers.on("/nothing", lambda evt: None)
    handlers, event = callbacks.handlers.take("/nothing"), (parse(text)["data"],)

    def dispatch() -> None:
        one = Hook("verb:hook", "7", "/nothing", 0.0)
        one.state = REPLIED
        callbacks.answer_hook(one, handlers, event)

    def receive() -> None:
        call.peer.sendall(masked)
        call.server_side.recv(4096)

    def send() -> None:
        call.server_side.sendall(answer.encode())
        call.peer.recv(65_536)

    there_and_back = (best(receive) + best(send)) / 2
    frames = best(lambda: reader.feed(masked, [])) + best(lambda: server_frame(TEXT, answer.encode()))
    return {
        "system calls: recv, send": there_and_back,
        "frames: unmask, decode, encode": frames,
        "JSON: read, write": best(lambda: parse(text)) + best(lambda: ack_text("7", verbs)),
        "verbs: built, checked": best(build),
        "protocol: taken in, answered": best(protocol) - best(lambda: ack_text("7", ())),
        "queue, lease and call of an empty callback": best(dispatch),
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--plain", action="store_true")
    options.add_argument("--repeat", type=int, default=20_000)
    given = options.parse_args()
    if given.plain:
        sys.modules.update(dict.fromkeys(("orjson", "websockets", "websockets.speedups")))  # type: ignore[arg-type]
    call = OneCall()
    gc.collect()
    gc.freeze()
    print(f"{call.whole(given.repeat):6.1f}  one hook, from recv to send")
    for name, microseconds in parts(call).items():
        print(f"{microseconds:6.1f}  {name}")


if __name__ == "__main__":
    main()
