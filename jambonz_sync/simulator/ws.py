"""The sockets of the control connection. The one module that knows websocket-client."""

from __future__ import annotations

import struct
import threading
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .dialogue import Limits
from .effects import CallFailed

if TYPE_CHECKING:
    import websocket

__all__ = ["Arrived", "Dropped", "Refused", "Socket"]

_SUBPROTOCOL = "ws.jambonz.org"


class Refused(CallFailed):
    """The app answered the handshake, but not with a WebSocket. ``status`` is its HTTP status, if it sent one."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Arrived:
    """A whole message: text, or bytes where there should be none."""

    socket: Socket
    data: str | bytes


@dataclass(frozen=True)
class Dropped:
    """The connection is gone, with the code of the close frame or 1006."""

    socket: Socket
    code: int


def _class() -> type[websocket.WebSocket]:
    import websocket

    class Once(websocket.WebSocket):
        """Sends one close frame: the base class answers the app's even if it answers ours."""

        closing = False

        def send_close(self, *args: Any, **kwargs: Any) -> None:
            if not self.closing:
                self.closing = True
                super().send_close(*args, **kwargs)

    return Once


class Socket:
    """An open connection, with a thread that reads it."""

    def __init__(
        self, url: str, credentials: tuple[str, str] | None, limits: Limits, put: Callable[[Arrived | Dropped], None]
    ) -> None:
        """Connect: blocks for at most ``limits.handshake``. Raises Refused, or CallFailed if nobody answers."""
        import websocket

        header: list[str] = []
        if credentials is not None:
            header.append("Authorization: Basic " + b64encode(":".join(credentials).encode()).decode())
        try:
            self._ws = websocket.create_connection(
                url,
                timeout=limits.handshake,
                subprotocols=[_SUBPROTOCOL],
                header=header,
                redirect_limit=2,
                suppress_origin=True,
                class_=_class(),
            )
        except websocket.WebSocketBadStatusException as error:
            raise Refused(f"the handshake was answered with {error.status_code}", error.status_code) from error
        except websocket.WebSocketTimeoutException as error:
            raise Refused(f"no handshake within {limits.handshake:g} s") from error
        except websocket.WebSocketException as error:
            # the only header that differs between a WebSocket and one for jambonz
            raise Refused(f"the handshake failed: {error}, the subprotocol must be {_SUBPROTOCOL}") from error
        except OSError as error:
            raise CallFailed(f"{url} cannot be reached: {error.strerror or error}") from error
        self._ws.settimeout(None)
        self._put = put
        self._code = 1006
        self._thread = threading.Thread(target=self._read, name="stand-in", daemon=True)
        self._thread.start()

    def send(self, text: str) -> None:
        """Send a message; a connection that is gone is reported by Dropped, not here."""
        import websocket

        try:
            self._ws.send(text)
        except (OSError, websocket.WebSocketException):
            pass

    def close(self, code: int = 1000) -> None:
        """Send a close frame and wait up to a second for the app's."""
        import websocket

        try:
            self._ws.send_close(code)
        except (OSError, websocket.WebSocketException):
            pass
        self._thread.join(1.0)
        self._ws.shutdown()  # type: ignore[no-untyped-call]
        self._thread.join(1.0)

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
