"""One process of the load generator of calls.py: plays jambonz on many connections. Prints one JSON object.

python calls_load.py MODE '{"port": 3000, "sessions": 10, ...}'
"""

from __future__ import annotations

import base64
import json
import os
import selectors
import socket
import sys
import time
from collections.abc import Callable
from typing import Any

CALL = {
    "from": "+15085551212",
    "to": "+15085551213",
    "direction": "inbound",
    "account_sid": "9351f46a-678c-43f5-b8a6-d4eb58d131af",
    "application_sid": "0e0681b0-d49f-4fb8-b973-b5a3c6758de1",
    "call_id": "8b6d2d52-1d5b-123c-d6ba-02e1b4c1b4a2",
    "sbc_callid": "b6d2d521d5b123cd6ba02e1b4c1b4a2@10.0.0.1",
    "call_status": "in-progress",
    "sip_status": 200,
    "sip_reason": "OK",
    "trace_id": "5b1e4b0e8a525d9c1a5d1a11c4b2c3a0",
    "originating_sip_ip": "10.0.0.2",
    "originating_sip_trunk_name": "trunk",
}
SAID = "I would like to talk to sales please"
SPEECH = {
    "language_code": "en-US",
    "channel_tag": 1,
    "is_final": True,
    "alternatives": [{"transcript": SAID, "confidence": 0.91}],
}
#: what the caller's key masks to nothing: reading masked bytes costs the server the same
_KEY = b"\0\0\0\0"
#: stands for the msgid of a message that is made once and sent often: what a hook costs here takes from the server
_MSGID = "(msgid)"
#: seconds after which a run has failed
_LIMIT = 60.0


class Wire:
    """A connection: whole messages out, whole messages in."""

    def __init__(self, port: int, path: str, protocol: str, number: int = 0) -> None:
        self.number = number
        self.sid = f"b3fbcbad-1bc3-4d4a-8a15-{os.getpid() % 10**6:06d}{number:06d}"
        self.hooks = 0
        self.next_hook = ""
        self._prepared = ""  # the hook whose message is made already, but for its msgid
        self._before = self._after = self._answer = b""
        self._in = b""
        self._whole: list[bytes] = []
        self.sock = socket.create_connection(("127.0.0.1", port), _LIMIT)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        key = base64.b64encode(os.urandom(16)).decode()
        head = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Upgrade: websocket", "Connection: Upgrade"]
        head += [f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Protocol: {protocol}"]
        if protocol == "ws.jambonz.org":  # as jambonz does; its audio connections offer nothing
            head.append("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits")
        self.sock.sendall("\r\n".join([*head, "", ""]).encode())
        while b"\r\n\r\n" not in self._in:
            self._more()
        answer, _, self._in = self._in.partition(b"\r\n\r\n")
        if b" 101" not in answer.split(b"\r\n")[0]:
            raise RuntimeError(f"the handshake was answered {answer[:60]!r}")
        self._inflate: Any = None
        if b"permessage-deflate" in answer.lower():
            import zlib

            self._inflate = zlib.decompressobj(-15)

    def _more(self) -> None:
        data = self.sock.recv(262_144)
        if not data:
            raise RuntimeError("the server closed the connection")
        self._in += data

    def send(self, payload: bytes, opcode: int = 1) -> None:
        length = len(payload)
        head = bytes((0x80 | opcode, 0x80 | length)) if length < 126 else bytes((0x80 | opcode, 0xFE))
        self.sock.sendall(head + (length.to_bytes(2, "big") if length > 125 else b"") + _KEY + payload)

    def waiting(self) -> list[bytes]:
        """The messages that have come whole."""
        found: list[bytes] = []
        data, at = self._in, 0
        while len(data) - at >= 2:
            first, length, start = data[at], data[at + 1] & 127, at + 2
            if length > 125:
                size = 2 if length == 126 else 8
                length, start = int.from_bytes(data[start : start + size], "big"), start + size
            if len(data) < start + length:
                break
            payload = data[start : start + length]
            if first & 0x40:
                payload = self._inflate.decompress(payload + b"\0\0\xff\xff")
            if first & 15 in (1, 2):
                found.append(payload)
            elif first & 15 == 8:
                raise RuntimeError(f"the server closed: {payload!r}")
            at = start + length
        self._in = data[at:]
        return found

    def take(self) -> list[bytes]:
        """Read once, and give what is whole."""
        self._more()
        return self.waiting()

    def receive(self) -> bytes:
        """The next message; not to be mixed with ``take``, which passes over what has come with it."""
        while not self._whole:
            self._whole += self.waiting() or self.take()
        return self._whole.pop(0)

    def begin(self) -> None:
        """From session:new to its ack."""
        data = {**CALL, "call_sid": self.sid, "defaults": {"synthesizer": {"vendor": "google", "language": "en-US"}}}
        self.send(json.dumps({"type": "session:new", "msgid": "new", "call_sid": self.sid, "data": data}).encode())
        ack = json.loads(self.receive())
        if ack["msgid"] != "new":
            raise RuntimeError("another ack than that of session:new")
        self.next_hook = ack["data"][-1].get("actionHook", "")

    def hook(self, name: str = "", **data: Any) -> None:
        """Send the hook of that name, or that of the last verb of the last answer."""
        self.hooks += 1
        name = name or self.next_hook
        if name != self._prepared or data:
            given = {**CALL, "call_sid": self.sid, "reason": "speechDetected", "speech": SPEECH, **data}
            message = {"type": "verb:hook", "msgid": _MSGID, "call_sid": self.sid, "hook": name, "data": given}
            before, _, after = json.dumps(message).encode().partition(_MSGID.encode())
            self._prepared, self._before, self._after = "" if data else name, before, after
        self.send(b"%b%d%b" % (self._before, self.hooks, self._after))

    def check(self, message: bytes) -> None:
        """See to it that this answers the last hook. Of answers like the last one the text is compared."""
        answer = message.replace(b'"%d"' % self.hooks, b'""', 1)
        if answer == self._answer:
            return
        reply = json.loads(message)
        if reply["msgid"] != str(self.hooks) or SAID not in reply["data"][0]["text"]:
            raise RuntimeError(f"a wrong answer: {message[:80]!r}")
        self.next_hook = reply["data"][-1]["actionHook"]
        self._answer = answer


def call(port: int, number: int) -> Wire:
    wire = Wire(port, "/app", "ws.jambonz.org", number)
    wire.begin()
    return wire


def poll(wires: list[Wire]) -> Callable[[float], list[Wire]]:
    """What waits until something has come on some of the connections."""
    selector = selectors.DefaultSelector()
    for wire in wires:
        selector.register(wire.sock, selectors.EVENT_READ, wire)
    return lambda timeout: [key.data for key, _ in selector.select(timeout)]


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] if values else 0.0


def hooks(port: int, sessions: int, seconds: float, **_: Any) -> dict[str, float]:
    """Each session sends its next hook when the last one is answered."""
    wires = [call(port, number) for number in range(sessions)]
    ready = poll(wires)
    done, begun = 0, time.monotonic()
    for wire in wires:
        wire.hook()
    while (now := time.monotonic()) - begun < seconds:
        for wire in ready(1.0):
            for message in wire.take():
                wire.check(message)
                wire.hook()
                done += 1
    return {"rate": done / (now - begun), "done": done}


def paced(port: int, sessions: int, seconds: float, interval: float, sleeper: int = 0, **_: Any) -> dict[str, float]:
    """Each session sends a hook every ``interval`` seconds; of every ``sleeper``-th session the handler sleeps. Times
    count from when a hook was due."""
    wires = [call(port, number) for number in range(sessions)]
    ready = poll(wires)
    begun = time.monotonic() + 0.1
    due = [begun + interval * i / sessions for i in range(sessions)]
    sent_at = [0.0] * sessions
    times: list[float] = []
    at = done = 0
    while (now := time.monotonic()) < begun + seconds:
        while due[at] <= now:
            wire = wires[at]
            sent_at[at] = due[at]
            given: dict[str, Any] = {"sleep_ms": 50} if sleeper and at % sleeper == 0 else {}
            wire.hook(**given)
            due[at] += interval
            at = (at + 1) % sessions
        for wire in ready(max(0.0, due[at] - time.monotonic())):
            for message in wire.take():
                wire.check(message)
                done += 1
                if not (sleeper and wire.number % sleeper == 0):
                    times.append(time.monotonic() - sent_at[wire.number])
    return {"p50": 1000 * percentile(times, 0.5), "p99": 1000 * percentile(times, 0.99), "done": done}


def calls(port: int, seconds: float, **_: Any) -> dict[str, float]:
    """Calls one after the other, each over as soon as its opening is answered."""
    done, begun = 0, time.monotonic()
    while (now := time.monotonic()) - begun < seconds:
        wire = call(port, done)
        wire.send((1000).to_bytes(2, "big"), 8)
        wire.sock.close()
        done += 1
    return {"rate": done / (now - begun), "done": done}


def tokens(port: int, sessions: int, count: int, full: int = 0, **_: Any) -> dict[str, float]:
    """Each session streams ``count`` numbered tokens, each message answered; with ``full`` every so many tokens are
    turned away once. Counts what is lost and what comes out of order."""
    wires = [call(port, number) for number in range(sessions)]
    ready = poll(wires)
    heard: dict[Wire, list[int]] = {wire: [] for wire in wires}
    refused = dict.fromkeys(wires, 0)
    open_ = set(wires)
    begun = time.monotonic()
    for wire in wires:
        wire.hook("/tokens", count=count)
    while open_ and time.monotonic() - begun < _LIMIT:
        for wire in ready(1.0):
            for message in wire.take():
                said = json.loads(message)
                if said.get("command") == "tts:flush":
                    open_.discard(wire)
                elif said.get("command") == "tts:tokens":
                    answer(wire, said["data"], heard[wire], refused, full)
    elapsed = time.monotonic() - begun
    right = list(range(1, count + 1))
    lost = sum(len(set(right) - set(numbers)) for numbers in heard.values())
    disorder = sum(numbers != sorted(set(numbers)) for numbers in heard.values())
    return {"rate": sessions * count / elapsed, "lost": lost, "disorder": disorder, "done": sessions * count}


def answer(wire: Wire, data: dict[str, Any], heard: list[int], refused: dict[Wire, int], full: int) -> None:
    numbers = [int(word[1:]) for word in data["tokens"].split()]
    result: dict[str, Any] = {"id": data["id"], "status": "ok"}
    turned_away = full and numbers and numbers[-1] // full > refused[wire]
    if turned_away:
        refused[wire] = numbers[-1] // full
        result.update(status="failed", reason="full")
    else:
        heard += numbers
    wire.send(json.dumps({"type": "tts:tokens-result", "data": result}).encode())
    if turned_away:
        for kind in ("stream_paused", "stream_resumed"):
            wire.send(json.dumps({"type": "tts:streaming-event", "data": {"event_type": kind}}).encode())


def sentence(port: int, count: int, **_: Any) -> dict[str, float]:
    """Seconds from the arrival of the first token of a sentence to that of its last."""
    wire = call(port, 0)
    wire.hook("/tokens", count=count)
    came, first = 0, 0.0
    while came < count:
        said = json.loads(wire.receive())
        if said.get("command") == "tts:tokens":
            first = first or time.monotonic()
            came += len(said["data"]["tokens"].split())
            answer(wire, said["data"], [], {}, 0)
    return {"seconds": time.monotonic() - first}


def audio(port: int, sessions: int, seconds: float, window: int = 0, **_: Any) -> dict[str, float]:
    """Streams whose frames are echoed: ``window`` of them under way at a time, or 50 a second each.

    Times count from when a frame was due; ``own`` from when it was sent, which leaves out by how much the load
    generator is late itself."""
    wires = [Wire(port, "/audio", "audio.drachtio.org", number) for number in range(sessions)]
    metadata = {"sampleRate": 8000, "mixType": "mono", "callSid": "x"}
    for wire in wires:
        wire.send(json.dumps(metadata).encode())
    ready = poll(wires)
    frame = bytes(range(256)) + bytes(64)
    times: list[float] = []
    own: list[float] = []
    done, begun = 0, time.monotonic()
    if window:
        for wire in wires:
            for _number in range(window):
                wire.send(frame, 2)
        while time.monotonic() - begun < seconds:
            for wire in ready(1.0):
                came = wire.take()
                for _echo in came:
                    wire.send(frame, 2)
                done += len(came)
        return {"rate": done / (time.monotonic() - begun), "done": done}
    due = [begun + 0.02 * i / sessions for i in range(sessions)]
    sent: list[list[tuple[float, float]]] = [[] for _ in wires]
    at = 0
    while (now := time.monotonic()) < begun + seconds:
        while due[at] <= now:
            sent[at].append((due[at], time.monotonic()))
            wires[at].send(frame, 2)
            due[at] += 0.02
            at = (at + 1) % sessions
        for wire in ready(max(0.0, due[at] - time.monotonic())):
            for _echo in wire.take():
                came, (was_due, was_sent) = time.monotonic(), sent[wire.number].pop(0)
                times.append(came - was_due)
                own.append(came - was_sent)
    p50, p99, own_p99 = percentile(times, 0.5), percentile(times, 0.99), percentile(own, 0.99)
    return {"p50": 1000 * p50, "p99": 1000 * p99, "own": 1000 * own_p99, "done": len(times)}


MODES: dict[str, Callable[..., dict[str, float]]] = {
    mode.__name__: mode for mode in (hooks, paced, calls, tokens, sentence, audio)
}

if __name__ == "__main__":
    print(json.dumps(MODES[sys.argv[1]](**json.loads(sys.argv[2]))))
