"""The app of a case: a server that answers as the case says, in the time of the call, over real sockets."""

from __future__ import annotations

import base64
import hashlib
import json
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from jambonz_sync.simulator.line.activity import AppActivity

__all__ = ["CaseApp"]

Case = dict[str, Any]


class CaseApp:
    """Serves all cases, each under its name; ``seen`` has what came in, in order."""

    def __init__(self, cases: dict[str, Case], activity: AppActivity) -> None:
        self._cases = cases
        self.activity = activity
        #: what the app has got: (transport, what, content)
        self.seen: list[tuple[str, str, Any]] = []
        #: codes of the ends of WebSockets, in the order in which they ended
        self.closes: list[int] = []
        self.opens = 0
        self._turns: dict[str, int] = {}
        self._threads: list[threading.Thread] = []
        self._sockets: list[socket.socket] = []
        self._events: list[threading.Event] = []
        self._stopped = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._start(self._accept)

    def stop(self) -> None:
        """Close everything, and wait until all threads have ended."""
        self._stopped = True
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for event in self._events:
            event.set()
        for sock in self._sockets:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        for sock in self._sockets:
            sock.close()

    def _start(self, target: Callable[..., None], *args: Any) -> None:
        thread = threading.Thread(target=target, args=args, name="case-app", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stopped:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._sockets.append(sock)
            self._start(self._serve, sock)

    # -- cases

    def case_of(self, path: str) -> Case:
        return self._cases.get(path.split("/")[1], {})

    def answer_of(self, path: str) -> Any:
        """What the case says about a hook."""
        name = path.split("/")[1]
        case = self.case_of(path)
        key = f"/@{path[len(name) + 1 :]}"
        answer = case.get("hooks", {}).get(key, []) if key != "/@" else case["first"]
        return self.in_turn(path, answer)

    def in_turn(self, key: str, answer: Any) -> Any:
        if isinstance(answer, dict) and "inTurn" in answer:
            turn = self._turns.get(key, 0)
            self._turns[key] = turn + 1
            return answer["inTurn"][min(turn, len(answer["inTurn"]) - 1)]
        return answer

    def fill(self, value: Any, name: str) -> Any:
        """Put the name of the case and the port into what it says."""
        if isinstance(value, dict):
            return {key: self.fill(item, name) for key, item in value.items()}
        if isinstance(value, list):
            return [self.fill(item, name) for item in value]
        if isinstance(value, str):
            return value.replace("/@", f"/{name}").replace(":PORT", f":{self.port}")
        return value

    def wait(self, milliseconds: float | None) -> None:
        """Park what this thread is asked for, until so much time of the call has passed; None is for ever."""
        event = threading.Event()
        self._events.append(event)
        activity = self.activity

        def go_on() -> None:
            activity.unpark()
            event.set()
            activity.end()

        if milliseconds is not None:
            activity.call_later(milliseconds / 1000, lambda: (activity.begin(), go_on())[0])
        activity.park()
        event.wait()

    # -- HTTP

    def _serve(self, sock: socket.socket) -> None:
        with suppress(OSError, ValueError), sock, sock.makefile("rb") as stream:
            method, path, _ = stream.readline().decode().split()
            headers: dict[str, str] = {}
            while line := stream.readline().decode().strip():
                name, _, value = line.partition(":")
                headers[name.lower()] = value.strip()
            body = stream.read(int(headers.get("content-length", "0")))
            if headers.get("upgrade", "").lower() == "websocket":
                Socket(self, sock, stream, path, headers).serve()
            elif method == "OPTIONS":
                self._reply(sock, 404, None, b"")
            else:
                self._webhook(sock, method, path, body)

    def _webhook(self, sock: socket.socket, method: str, path: str, body: bytes) -> None:
        path = path.partition("?")[0]
        self.seen.append(("http", f"{method} {path}", json.loads(body) if body else None))
        answer = self.answer_of(path)
        options = answer if isinstance(answer, dict) else {"verbs": answer}
        if options.get("destroy"):
            sock.close()
            return
        if options.get("none") or "delay" in options:
            self.wait(None if options.get("none") else options["delay"])
        verbs = options.get("verbs", [])
        text = options["body"] if "body" in options else json.dumps(self.fill(verbs, path.split("/")[1]))
        kind = options.get("type", "application/json")
        location = self.fill(options.get("location"), path.split("/")[1])
        self._reply(sock, options.get("status", 200), kind, text.encode(), location)

    @staticmethod
    def _reply(sock: socket.socket, status: int, kind: str | None, body: bytes, location: str | None = None) -> None:
        reason = HTTPStatus(status).phrase
        lines = [f"HTTP/1.1 {status} {reason}", "Connection: close"]
        lines += [f"Content-Type: {kind}"] if kind else []
        lines += [f"Location: {location}"] if location else []
        if status != 204:
            lines.append(f"Content-Length: {len(body)}")
        sock.sendall("\r\n".join([*lines, "", ""]).encode() + (body if status != 204 else b""))
        sock.shutdown(socket.SHUT_WR)


class Socket:
    """One WebSocket of the app."""

    def __init__(self, app: CaseApp, sock: socket.socket, stream: Any, path: str, headers: dict[str, str]) -> None:
        self.app = app
        self.name = path.split("/")[1]
        self.case = app.case_of(path)
        self._sock = sock
        self._stream = stream
        self._path = path
        self._headers = headers
        self._closed = False
        self._messages = 0

    def serve(self) -> None:
        """Do the handshake and read to the end."""
        app = self.app
        handshake = app.in_turn("handshake", self.case.get("handshake", {}))
        if handshake.get("destroy"):
            self._sock.close()
            return
        if "delay" in handshake:
            app.wait(handshake["delay"])
        if "status" in handshake:
            app._reply(self._sock, handshake["status"], None, b"")
            return
        key = self._headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        accept = base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()
        lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"]
        lines.append(f"Sec-WebSocket-Accept: {accept}")
        if not self.case.get("noProtocol"):
            lines.append(f"Sec-WebSocket-Protocol: {self._headers.get('sec-websocket-protocol')}")
        self._sock.sendall("\r\n".join([*lines, "", ""]).encode())
        code = 1006
        try:
            code = self._read()
        finally:
            if not self._closed and self._messages:
                app.closes.append(1006 if code == 1009 else code)

    def _read(self) -> int:
        while True:
            opcode, data = self._frame()
            if opcode == 8:
                with suppress(OSError):
                    self._write(8, data[:2])
                return struct.unpack("!H", data[:2])[0] if len(data) >= 2 else 1005
            if opcode == 1:
                self.app.opens += not self._messages
                self._messages += 1
                try:
                    self._handle(json.loads(data))
                finally:
                    self.app.activity.end()

    def _frame(self) -> tuple[int, bytes]:
        head = self._stream.read(2)
        if len(head) < 2:
            raise OSError("the connection is gone")
        length = head[1] & 127
        if length == 126:
            length = struct.unpack("!H", self._stream.read(2))[0]
        elif length == 127:
            length = struct.unpack("!Q", self._stream.read(8))[0]
        mask = self._stream.read(4) if head[1] & 128 else bytes(4)
        data = self._stream.read(length)
        return head[0] & 15, bytes(byte ^ mask[index % 4] for index, byte in enumerate(data))

    def _write(self, opcode: int, data: bytes) -> None:
        head = bytes([0x80 | opcode])
        if len(data) < 126:
            head += bytes([len(data)])
        elif len(data) < 65_536:
            head += bytes([126]) + struct.pack("!H", len(data))
        else:
            head += bytes([127]) + struct.pack("!Q", len(data))
        self._sock.sendall(head + data)

    def send(self, text: str, *, binary: bool = False) -> None:
        """Send a message, which the call takes off the count."""
        if self._closed:
            return
        self.app.activity.begin()
        try:
            self._write(2 if binary else 1, text.encode())
        except OSError:
            self.app.activity.end()

    def close(self, code: int) -> None:
        """Close, or with 1006 be gone."""
        if self._closed:
            return
        self._closed = True
        self.app.closes.append(code)
        self.app.activity.begin()
        with suppress(OSError):
            if code != 1006:
                self._write(8, struct.pack("!H", code))
            else:
                self._sock.shutdown(socket.SHUT_RDWR)

    # -- messages

    def _handle(self, message: dict[str, Any]) -> None:
        kind, data = message["type"], message.get("data") or {}
        self.app.seen.append(("ws", kind, message))
        if kind == "session:new":
            self._answer(message, self.app.answer_of(f"/{self.name}"))
        elif kind == "session:reconnect":
            self._answer(message, self.app.in_turn("reconnect", self.case.get("reconnect", [])))
        elif kind in ("verb:hook", "session:redirect", "dial:confirm", "session:adulting", "queue:status"):
            self._answer(message, self.app.answer_of(str(message.get("hook", f"/{self.name}"))))
        events = {kind, str(data.get("event_type")), f"{data.get('direction')} {data.get('call_status')}"}
        for event in events & set(self.case.get("on", {})):
            self._act(self.case["on"][event])

    def _answer(self, message: dict[str, Any], answer: Any) -> None:
        options = answer if isinstance(answer, dict) else {"verbs": answer}
        self._act(options.get("before", []))
        if options.get("delay"):
            self.app.activity.call_later(options["delay"] / 1000, lambda: self._ack(message, options))
        else:
            self._ack(message, options)

    def _ack(self, message: dict[str, Any], options: dict[str, Any]) -> None:
        if not options.get("none"):
            ack: dict[str, Any] = {"type": "ack", "msgid": "wrong" if options.get("wrongId") else message["msgid"]}
            ack["data"] = self.app.fill(options["data"] if "data" in options else options.get("verbs", []), self.name)
            for _ in range(2 if options.get("twice") else 1):
                self.send(json.dumps(ack), binary=bool(options.get("binaryAck")))
        self._act(options.get("then", []))

    def _act(self, actions: list[dict[str, Any]]) -> None:
        for action in actions:
            if action.get("after"):
                self.app.activity.call_later(action["after"] / 1000, lambda action=action: self._do(action))
            else:
                self._do(action)

    def _do(self, action: dict[str, Any]) -> None:
        if "close" in action:
            self.close(action["close"])
        elif "raw" in action:
            self.send(action["raw"])
        elif "binary" in action:
            self.send(action["binary"], binary=True)
        elif "big" in action:
            data = [{"verb": "say", "text": "x" * action["big"]}]
            self.send(json.dumps({"type": "command", "command": "redirect", "data": data}))
        else:
            command = {key: value for key, value in action.items() if key != "after"}
            self.send(json.dumps({"type": "command", **self.app.fill(command, self.name)}))
