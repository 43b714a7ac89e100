"""The WebSockets of a call, for its control and for its audio. The one module that knows websocket-client."""

from __future__ import annotations

import selectors
import socket
import struct
import threading
import time
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import websocket

from ...runtime.work import ConnectionWork
from ..engine.limits import CallLimits
from ..errors import CallFailed, HandshakeRefused
from .endpoint_activity import WORK_HEADER, EndpointActivity
from .webhooks import root_cause

__all__ = ["AppSocket", "MessageArrived", "SocketClosed", "SocketOpened"]

#: real seconds beyond its limit after which a handshake is given up
_LONGEST_HANDSHAKE = 20.0


@dataclass(frozen=True)
class MessageArrived:
    """The app has sent a whole message: text, or bytes."""

    socket: AppSocket
    data: str | bytes


@dataclass(frozen=True)
class SocketClosed:
    """A connection is gone; ``code`` is that of the close frame, or 1006."""

    socket: AppSocket
    code: int
    #: the reason why there never was a connection; None if there was one
    why: str | None = None
    #: the error that goes with it
    error: CallFailed | None = None


@dataclass(frozen=True)
class SocketOpened:
    """A connection stands."""

    socket: AppSocket


class _WebSocket(websocket.WebSocket):
    """Sends one close frame: the base class answers that of the app even if that is an answer itself."""

    closing = False

    def send_close(self, *args: Any, **kwargs: Any) -> None:
        if not self.closing:
            self.closing = True
            super().send_close(*args, **kwargs)


class AppSocket:
    """A WebSocket to the app, and the thread that reads it. Threads: any may call its methods."""

    def __init__(
        self,
        url: str,
        credentials: tuple[str, str] | None,
        limits: CallLimits,
        put: Callable[[MessageArrived | SocketClosed | SocketOpened], None],
        *,
        subprotocol: str = "ws.jambonz.org",
        buffer: int | None = None,
        activity: EndpointActivity | None = None,
    ) -> None:
        """Make a socket that is not connected.

        Args:
            url: The URL of the app.
            credentials: User and password for Basic authentication.
            limits: How long a handshake may take.
            put: Called with what arrives, in the thread that reads.
            subprotocol: The subprotocol that the app must select.
            buffer: Bytes that the system may keep to be sent; None: the system decides.
            activity: The activity of an endpoint in this process.
        """
        self._url = url
        self._credentials = credentials
        self._limits = limits
        self._put = put
        self._subprotocol = subprotocol
        sockopt = [] if buffer is None else [(socket.SOL_SOCKET, socket.SO_SNDBUF, buffer)]
        self._ws = _WebSocket(sockopt=sockopt)
        #: what counts the work of an endpoint in this process on it
        self.work: ConnectionWork | None = None
        self._work_name = ""
        if activity is not None:
            self.work, self._work_name = activity.connect()
        # set by any thread: tells the one that connects not to go on
        self._closed = False
        # written by the thread that reads
        self._code = 1006
        self._thread = threading.Thread(target=self._connect_and_read, name="simulator-socket", daemon=True)

    def count_message(self) -> None:
        """Count a message, or the end, of which the app is about to hear."""
        if self.work is not None:
            self.work.sent()

    def note_handled(self, item: MessageArrived | SocketClosed | SocketOpened) -> None:
        """Count what has come from the app no more: it has been dealt with."""
        if self.work is None:
            return
        if isinstance(item, MessageArrived):
            self.work.taken()
        elif isinstance(item, SocketClosed):
            self.work.lost()

    def open_later(self) -> None:
        """Connect in the thread that reads, which then puts SocketOpened, or SocketClosed with the reason."""
        self._thread.start()

    def send(self, message: str | bytes) -> None:
        """Send a message; a connection that is gone is reported by SocketClosed.

        Blocks: while the app does not read, see :attr:`has_room`.
        """
        opcode = websocket.ABNF.OPCODE_TEXT if isinstance(message, str) else websocket.ABNF.OPCODE_BINARY
        try:
            self._ws.send(message, opcode)
        except (OSError, websocket.WebSocketException):
            pass

    @property
    def has_room(self) -> bool:
        """True if a message of a few kilobytes can be sent without waiting for the app to read."""
        sock = self._ws.sock
        if sock is None:
            return True
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(sock, selectors.EVENT_WRITE)
                return bool(selector.select(0))
        except (OSError, ValueError):  # the socket has been closed by another thread
            return True

    @property
    def closed_here(self) -> bool:
        """True if this side has closed it."""
        return self._closed

    def vanish(self) -> None:
        """Break the connection without a word, as a network does."""
        self.count_message()
        self._wake_reader()

    def send_close(self, code: int = 1000) -> None:
        """Send a close frame, once, without waiting for that of the app."""
        if not self._closed:
            self.count_message()
        self._closed = True
        try:
            if self._ws.connected and self.has_room:
                self._ws.send_close(code)
        except (OSError, websocket.WebSocketException):
            pass

    def close(self, code: int = 1000) -> None:
        """Close the connection.

        Blocks: up to a second for the close frame of the app, up to ``limits.handshake`` + 1 s if it still connects.
        """
        self.send_close(code)
        if self._ws.handshake_response is not None:
            self._thread.join(1.0)
        end = time.monotonic() + self._limits.handshake + 1.0
        while self._thread.is_alive() and time.monotonic() < end:
            # a connection has no socket to shut down before its handshake is on its way: look again
            self._wake_reader()
            self._thread.join(0.05)
        self._ws.shutdown()  # type: ignore[no-untyped-call]

    def _wake_reader(self) -> None:
        sock = self._ws.sock
        if sock is not None:
            try:
                # close() alone does not wake a thread that is in recv()
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def _connect(self) -> None:
        limits = self._limits
        header: list[str] = []
        if self.work is not None:
            header.append(f"{WORK_HEADER}: {self._work_name}")
        if self._credentials is not None:
            header.append("Authorization: Basic " + b64encode(":".join(self._credentials).encode()).decode())
        try:
            self._ws.connect(  # type: ignore[no-untyped-call]
                self._url,
                # the clock of the call ends a handshake that takes too long; this is for an app that never answers
                timeout=limits.handshake + _LONGEST_HANDSHAKE,
                subprotocols=[self._subprotocol],
                header=header,
                redirect_limit=2,
                suppress_origin=True,
            )
        except websocket.WebSocketBadStatusException as error:
            text = f"the handshake was answered with {error.status_code}"
            raise HandshakeRefused(text, error.status_code) from error
        except websocket.WebSocketConnectionClosedException as error:
            raise HandshakeRefused("the connection was closed in the handshake", reset=True) from error
        except websocket.WebSocketTimeoutException as error:
            raise HandshakeRefused(f"no handshake within {limits.handshake:g} s") from error
        except websocket.WebSocketAddressException as error:
            raise CallFailed(f"{self._url} cannot be reached: {root_cause(error)}") from error
        except websocket.WebSocketException as error:
            # mostly it is the subprotocol: an app for other clients accepts the handshake without it
            raise HandshakeRefused(
                f"the handshake failed: {error}, the subprotocol must be {self._subprotocol}"
            ) from error
        except (ConnectionResetError, BrokenPipeError) as error:
            raise HandshakeRefused("the connection was closed in the handshake", reset=True) from error
        except OSError as error:
            raise CallFailed(f"{self._url} cannot be reached: {root_cause(error)}") from error
        self._ws.settimeout(None)

    def _connect_and_read(self) -> None:
        try:
            self._connect()
        except (CallFailed, ValueError) as error:  # ValueError: the library takes it for no URL
            failure = error if isinstance(error, CallFailed) else CallFailed(str(error))
            self._put(SocketClosed(self, 1006, str(error), failure))
            return
        if self._closed:
            self._ws.shutdown()  # type: ignore[no-untyped-call]
            return
        self._put(SocketOpened(self))
        self._read()

    def _read(self) -> None:
        try:
            while True:
                opcode, data = self._ws.recv_data(control_frame=True)
                if opcode == websocket.ABNF.OPCODE_CLOSE:
                    self._code = struct.unpack("!H", data[:2])[0] if len(data) >= 2 else 1005
                    break
                if opcode == websocket.ABNF.OPCODE_TEXT:
                    self._put(MessageArrived(self, data.decode()))
                elif opcode == websocket.ABNF.OPCODE_BINARY:
                    self._put(MessageArrived(self, bytes(data)))
        except (OSError, websocket.WebSocketException, ValueError):
            pass
        self._ws.shutdown()  # type: ignore[no-untyped-call]
        self._put(SocketClosed(self, self._code))
