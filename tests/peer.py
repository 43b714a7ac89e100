"""A scripted jambonz for tests: a raw WebSocket client that can also do what a real one never would."""

from __future__ import annotations

import base64
import itertools
import json
import os
import socket
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

CALL = {
    "from": "+15085551212",
    "to": "+15085551213",
    "direction": "inbound",
    "account_sid": "acc-1",
    "application_sid": "app-1",
    "call_id": "sip-1@example.com",
    "call_status": "trying",
    "sip_status": 100,
}
_sids = itertools.count(1)


class Refused(Exception):
    """The handshake was answered with another status than 101."""

    def __init__(self, status: int, body: str, headers: dict[str, str]) -> None:
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body
        self.headers = headers


class Closed(Exception):
    """The server closed; ``code`` is 1006 if it did so without a close frame."""

    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(f"{code} {reason}")
        self.code = code
        self.reason = reason


class Peer:
    """One connection to an endpoint. Every wait ends after ``timeout`` seconds."""

    def __init__(
        self,
        url: str,
        *,
        call_sid: str | None = None,
        protocol: str | None = "ws.jambonz.org",
        auth: tuple[str, str] | None = None,
        headers: dict[str, str] | None = None,
        timeout: float = 15.0,
        method: str = "GET",
    ) -> None:
        self.call_sid = call_sid or f"call-{next(_sids)}-{os.getpid()}"
        parts = urlsplit(url)
        self.sock = socket.create_connection((parts.hostname or "", parts.port or 80), timeout)
        self._buffer = b""
        self._msgids = itertools.count(1)
        lines = [
            f"{method} {parts.path or '/'} HTTP/1.1",
            f"Host: {parts.netloc}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
        ]
        if protocol:
            lines.append(f"Sec-WebSocket-Protocol: {protocol}")
        if auth:
            lines.append("Authorization: Basic " + base64.b64encode(":".join(auth).encode()).decode())
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        try:
            self.sock.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
            head = self._until(b"\r\n\r\n").decode()
            status_line, *header_lines = head.rstrip().split("\r\n")
            self.headers = {k.lower(): v.strip() for k, v in (line.split(":", 1) for line in header_lines)}
            status = int(status_line.split()[1])
            if status != 101:
                body = self._take(int(self.headers.get("content-length", "0"))).decode()
                raise Refused(status, body, self.headers)
        except BaseException:
            self.sock.close()
            raise

    def __enter__(self) -> Peer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.vanish()

    # -- bytes

    def _more(self) -> None:
        try:
            data = self.sock.recv(65_536)
        except ConnectionError:
            data = b""
        if not data:
            raise Closed(1006)
        self._buffer += data

    def _take(self, n: int) -> bytes:
        while len(self._buffer) < n:
            self._more()
        out, self._buffer = self._buffer[:n], self._buffer[n:]
        return out

    def _until(self, end: bytes) -> bytes:
        while end not in self._buffer:
            self._more()
        return self._take(self._buffer.index(end) + len(end))

    def send_frame(self, opcode: int, payload: bytes, *, first: int = 0x80) -> None:
        key = os.urandom(4)
        if len(payload) < 126:
            head = bytes([first | opcode, 0x80 | len(payload)])
        elif len(payload) < 65_536:
            head = bytes([first | opcode, 0x80 | 126]) + len(payload).to_bytes(2, "big")
        else:
            head = bytes([first | opcode, 0x80 | 127]) + len(payload).to_bytes(8, "big")
        mask = int.from_bytes((key * (len(payload) // 4 + 1))[: len(payload)], "big")
        self.sock.sendall(head + key + (int.from_bytes(payload, "big") ^ mask).to_bytes(len(payload), "big"))

    def recv_frame(self) -> tuple[int, bytes]:
        first, length = self._take(2)
        assert first & 0x70 == 0, "a reserved bit is set: nobody agreed on an extension"
        assert length & 0x80 == 0, "a server does not mask"
        if length == 126:
            length = int.from_bytes(self._take(2), "big")
        elif length == 127:
            length = int.from_bytes(self._take(8), "big")
        return first & 15, self._take(length)

    # -- messages

    def recv(self) -> dict[str, Any]:
        """The next message; pings are answered. Raises :class:`Closed`, having answered the close frame."""
        while True:
            opcode, payload = self.recv_frame()
            if opcode == 9:
                self.send_frame(10, payload)
            elif opcode == 8:
                code = int.from_bytes(payload[:2], "big") if payload else 1005
                self.send_frame(8, payload[:2])
                raise Closed(code, payload[2:].decode())
            elif opcode == 1:
                message: dict[str, Any] = json.loads(payload)
                return message

    def send(self, message: dict[str, Any] | str) -> None:
        self.send_frame(1, (message if isinstance(message, str) else json.dumps(message)).encode())

    def tell(self, type: str, data: dict[str, Any] | None = None, **fields: Any) -> str:
        """Send a message of this call; its msgid."""
        msgid = f"m{next(self._msgids)}-{self.call_sid}"
        self.send({"type": type, "msgid": msgid, "call_sid": self.call_sid, "data": data or {}, **fields})
        return msgid

    def open(self, type: str = "session:new", **data: Any) -> str:
        return self.tell(type, {**CALL, "call_sid": self.call_sid, **data})

    def hook(self, name: str, **data: Any) -> str:
        return self.tell("verb:hook", {**CALL, "call_sid": self.call_sid, **data}, hook=name)

    def ask(self, name: str, **data: Any) -> list[dict[str, Any]]:
        """A hook, and the verbs that it is acked with."""
        return self.ack_of(self.hook(name, **data))

    def ack_of(self, msgid: str) -> list[dict[str, Any]]:
        message = self.recv()
        assert message["type"] == "ack", message
        assert message["msgid"] == msgid, message
        verbs: list[dict[str, Any]] = message["data"]
        return verbs

    def begin(self, **data: Any) -> list[dict[str, Any]]:
        """session:new, and its first verbs."""
        return self.ack_of(self.open(**data))

    def close(self, code: int = 1000) -> None:
        """Close as jambonz does at the end of a call, and wait for the other side."""
        self.send_frame(8, code.to_bytes(2, "big"))
        try:
            while True:
                self.recv_frame()
        except Closed:
            pass
        self.sock.close()

    def vanish(self) -> None:
        """Go without a word."""
        self.sock.close()
