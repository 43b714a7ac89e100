"""Where the time of one hook goes: microseconds of the whole, and of its parts, measured within one process.

    python tests/benchmarks/hook.py [--plain] [--repeat 20000]

A hook with what a caller said comes by a socket of loopback, a callback answers with ``say`` and ``gather``, and the
answer leaves. The whole is the tenth percentile of many, the parts the best of many runs, so that other programs on the
machine disturb little; the parts are warmer than the whole, and add up to less. Not in it: the wait for a connection
(``epoll_wait``) and the thread of the timers. ``--plain`` leaves the libraries of the extra ``speed`` out.
"""

from __future__ import annotations

import json
from typing import Any

from calls_load import CALL, SAID, SPEECH
from served import Served, best, masked, repetitions, settle

AGAIN = {"text": "Please say something else."}
SID = "b3fbcbad-1bc3-4d4a-8a15-123456000001"


def frame(message: dict[str, Any]) -> bytes:
    """A message as jambonz sends it."""
    return masked(1, json.dumps(message, separators=(",", ":")).encode())


def hook(number: int) -> bytes:
    data = {**CALL, "call_sid": SID, "reason": "speechDetected", "speech": SPEECH}
    return frame({"type": "verb:hook", "msgid": str(number), "call_sid": SID, "hook": "/echo", "data": data})


def begin(session: Any) -> None:
    @session.on("/echo")  # type: ignore[untyped-decorator]
    def echo(evt: Any) -> None:
        session.say(text=f"You said: {evt.transcript}.")
        session.gather(input=["speech"], action_hook="/echo", timeout=25, say=AGAIN).reply()

    session.say(text="Welcome.").gather(input=["speech"], action_hook="/echo", timeout=25, say=AGAIN).send()


def serve() -> Served:
    """A call that has begun."""
    from jambonz_sync.server.service import Service

    service: Any = Service()
    service.on("session:new", begin)
    call = Served(service, "/app", is_call=True)
    call.time(frame({"type": "session:new", "msgid": "new", "call_sid": SID, "data": CALL}))
    return call


def whole(call: Served, repeat: int) -> float:
    """Microseconds of one hook."""
    messages = [hook(number) for number in range(200)]
    return sorted(call.time(messages[number % 200]) for number in range(repeat))[repeat // 10] / 1000


def parts(call: Served) -> dict[str, float]:
    from jambonz_sync.protocol.call_states import REPLIED
    from jambonz_sync.protocol.control import Hook
    from jambonz_sync.protocol.messages import ack_text, parse
    from jambonz_sync.runtime.websocket.frames import TEXT, FrameReader
    from jambonz_sync.runtime.websocket.frames import frame as server_frame
    from jambonz_sync.session.current import Callback, current

    frame, reader = hook(7), FrameReader(1 << 20)
    texts: list[Any] = []
    reader.feed(frame, texts)
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
        call.peer.sendall(frame)
        call.server_side.recv(4096)

    def send() -> None:
        call.server_side.sendall(answer.encode())
        call.peer.recv(65_536)

    there_and_back = (best(receive) + best(send)) / 2
    frames = best(lambda: reader.feed(frame, [])) + best(lambda: server_frame(TEXT, answer.encode()))
    return {
        "system calls: recv, send": there_and_back,
        "frames: unmask, decode, encode": frames,
        "JSON: read, write": best(lambda: parse(text)) + best(lambda: ack_text("7", verbs)),
        "verbs: built, checked": best(build),
        "protocol: taken in, answered": best(protocol) - best(lambda: ack_text("7", ())),
        "queue, lease and call of an empty callback": best(dispatch),
    }


def main() -> None:
    repeat = repetitions(__doc__)
    call = serve()
    settle()
    print(f"{whole(call, repeat):6.1f}  one hook, from recv to send")
    for name, microseconds in parts(call).items():
        print(f"{microseconds:6.1f}  {name}")


if __name__ == "__main__":
    main()
