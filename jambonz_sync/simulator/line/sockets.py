"""The WebSockets of a call: to control it, and for its audio. The one module that knows websocket-client."""

from __future__ import annotations

import selectors
import socket
import struct
import threading
import time
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..engine.limits import Limits
from ..errors import CallFailed, HandshakeRefused
from .webhooks import cause

if TYPE_CHECKING:
    import websocket

__all__ = ["Arrived", "Dropped", "Opened", "Socket"]


@dataclass(frozen=True)
class Arrived:
    """A whole message: text, or bytes."""

    socket: Socket
    data: str | bytes


@dataclass(frozen=True)
class Dropped:
    """The connection is gone, with the code of the close frame or 1006."""

    socket: Socket
    code: int
    #: why there never was one
    why: str | None = None


@dataclass(frozen=True)
class Opened:
    """A connection that was to be opened later stands."""

    socket: Socket


def _websocket(buffer: int | None) -> websocket.WebSocket:
    import websocket

    class Once(websocket.WebSocket):
        """Sends one close frame: the base class answers the app's even if it answers ours."""

        closing = False

        def send_close(self, *args: Any, **kwargs: Any) -> None:
            if not self.closing:
                self.closing = True
                super().send_close(*args, **kwargs)

    # the value is that of the socket alone: what the app has not read is in its own buffer, too
    return Once(sockopt=[] if buffer is None else [(socket.SOL_SOCKET, socket.SO_SNDBUF, buffer)])


class Socket:
    """A connection to the app, and the thread that reads it. Any thread may call its methods."""

    def __init__(
        self,
        url: str,
        credentials: tuple[str, str] | None,
        limits: Limits,
        put: Callable[[Arrived | Dropped | Opened], None],
        *,
        subprotocol: str = "ws.jambonz.org",
        buffer: int | None = None,
    ) -> None:
        """Nothing happens yet. ``put`` is given what comes, in the thread that reads; ``buffer`` is how many bytes may
        wait to be sent, if the system is not to decide."""
        self._url = url
        self._credentials = credentials
        self._limits = limits
        self._put = put
        self._subprotocol = subprotocol
        self._ws = _websocket(buffer)
        self._closed = False
        self._code = 1006
        self._thread = threading.Thread(target=self._read, name="stand-in", daemon=True)

    def open(self) -> Socket:
        """Connect: blocks for about ``limits.handshake``. Raises HandshakeRefused, or CallFailed if nobody answers."""
        self._connect()
        self._thread.start()
        return self

    def open_later(self) -> None:
        """Connect in the thread that reads, which then puts Opened, or Dropped with the reason. Does not block."""
        self._thread = threading.Thread(target=self._connect_and_read, name="stand-in-audio", daemon=True)
        self._thread.start()

    def send(self, message: str | bytes) -> None:
        """Send a message; a connection that is gone is reported by Dropped, not here. Blocks while there is no room."""
        import websocket

        opcode = websocket.ABNF.OPCODE_TEXT if isinstance(message, str) else websocket.ABNF.OPCODE_BINARY
        try:
            self._ws.send(message, opcode)
        except (OSError, websocket.WebSocketException):
            pass

    @property
    def has_room(self) -> bool:
        """Whether a message of a few kilobytes can be sent without waiting for the app to read."""
        sock = self._ws.sock
        if sock is None:
            return True
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(sock, selectors.EVENT_WRITE)
                return bool(selector.select(0))
        except (OSError, ValueError):  # closed meanwhile
            return True

    def say_goodbye(self, code: int = 1000) -> None:
        """Send a close frame, without waiting for the app's."""
        import websocket

        self._closed = True
        try:
            if self._ws.connected and self.has_room:
                self._ws.send_close(code)
        except (OSError, websocket.WebSocketException):
            pass

    def close(self, code: int = 1000) -> None:
        """Send a close frame, unless that has been done, and wait up to a second for the app's."""
        self.say_goodbye(code)
        if self._ws.handshake_response is not None:
            self._thread.join(1.0)
        end = time.monotonic() + self._limits.handshake + 1.0
        while self._thread.is_alive() and time.monotonic() < end:
            # one that connects has no socket to be seen before the other side does
            self._wake_reader()
            self._thread.join(0.05)
        self._ws.shutdown()  # type: ignore[no-untyped-call]

    def _wake_reader(self) -> None:
        sock = self._ws.sock
        if sock is not None:
            try:
                # closing alone does not wake a thread that reads
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def _connect(self) -> None:
        import websocket

        limits = self._limits
        header: list[str] = []
        if self._credentials is not None:
            header.append("Authorization: Basic " + b64encode(":".join(self._credentials).encode()).decode())
        try:
            self._ws.connect(  # type: ignore[no-untyped-call]
                self._url,
                timeout=limits.handshake,
                subprotocols=[self._subprotocol],
                header=header,
                redirect_limit=2,
                suppress_origin=True,
            )
        except websocket.WebSocketBadStatusException as error:
            raise HandshakeRefused(f"the handshake was answered with {error.status_code}", error.status_code) from error
        except websocket.WebSocketTimeoutException as error:
            raise HandshakeRefused(f"no handshake within {limits.handshake:g} s") from error
        except websocket.WebSocketAddressException as error:
            raise CallFailed(f"{self._url} cannot be reached: {cause(error)}") from error
        except websocket.WebSocketException as error:
            # the only header that differs between a WebSocket and one for jambonz
            raise HandshakeRefused(
                f"the handshake failed: {error}, the subprotocol must be {self._subprotocol}"
            ) from error
        except OSError as error:
            raise CallFailed(f"{self._url} cannot be reached: {cause(error)}") from error
        self._ws.settimeout(None)

    def _connect_and_read(self) -> None:
        try:
            self._connect()
        except (CallFailed, ValueError) as error:  # ValueError: no URL, as the library sees it
            self._put(Dropped(self, 1006, str(error)))
            return
        if self._closed:
            self._ws.shutdown()  # type: ignore[no-untyped-call]
            return
        self._put(Opened(self))
        self._read()

    def _read(self) -> None:
        import websocket

        try:
            while True:
                opcode, data = self._ws.recv_data(control_frame=True)
                if opcode == websocket.ABNF.OPCODE_CLOSE:
                    self._code = struct.unpack("!H", data[:2])[0] if len(data) >= 2 else 1005
                    break
                if opcode == websocket.ABNF.OPCODE_TEXT:
                    self._put(Arrived(self, data.decode()))
                elif opcode == websocket.ABNF.OPCODE_BINARY:
                    self._put(Arrived(self, bytes(data)))
        except (OSError, websocket.WebSocketException, ValueError):
            pass
        self._ws.shutdown()  # type: ignore[no-untyped-call]
        self._put(Dropped(self, self._code))
