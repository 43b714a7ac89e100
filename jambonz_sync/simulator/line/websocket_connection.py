"""A control connection to an app, which is made again when it breaks."""

from __future__ import annotations

import json
from collections.abc import Callable

from ..engine.clock import Clock
from ..engine.limits import CallLimits
from ..engine.protocol import HookAcked, HookUnanswered, ServerProtocol
from ..engine.waits import HookRequest, Notification
from ..errors import CallFailed, HandshakeRefused
from .connections import AppLost, Connection, ConnectionEvent, ConnectionFailed, InboxItem, MessageTooBig, Record
from .endpoint_activity import EndpointActivity
from .network import MessagesUnderway
from .sockets import AppSocket, MessageArrived, SocketClosed, SocketOpened

__all__ = ["WebSocketConnection"]

#: further attempts to make a connection, but the very first one of a call
_RETRIES = 5
#: seconds that a backoff is doubled up to; beyond, it grows by as many
_DOUBLED = 2.0


class WebSocketConnection(Connection):
    """A control connection, which is made again when it breaks."""

    websocket = True

    def __init__(
        self,
        url: str,
        credentials: tuple[str, str] | None,
        protocol: ServerProtocol,
        limits: CallLimits,
        clock: Clock,
        put: Callable[[InboxItem], None],
        record: Record,
        count: Callable[[], None],
        underway: MessagesUnderway[str],
        activity: EndpointActivity | None,
        *,
        first: bool,
    ) -> None:
        """Begin to connect to the app.

        Args:
            url: The URL of the app.
            credentials: User and password for Basic authentication.
            protocol: Its protocol.
            limits: How long handshakes and acks may take.
            clock: The clock of the call.
            put: Called in other threads with what arrives.
            record: Writes the messages into the transcript.
            count: Called before each message that is sent.
            underway: The messages on their way to the app.
            activity: The activity of an endpoint in this process.
            first: It is the very first connection of the call.
        """
        self.url = url
        self.credentials = credentials
        self.protocol = protocol
        #: how often a connection was attempted
        self.attempts = 0
        self._limits = limits
        self._clock = clock
        self._put = put
        self._record = record
        self._count = count
        self._underway = underway
        self._activity = activity
        self._first = first
        self._retries = limits.retries if first else _RETRIES
        self._backoff = limits.backoff
        self._retry_at: float | None = None
        self._handshake_due: float | None = None
        self._socket: AppSocket | None = None
        # True until the break of the connection is noticed
        self._breaks = False
        self._reconnects = 0
        self._events: list[ConnectionEvent] = []
        self._connect()

    # -- out

    def request(self, request: HookRequest) -> None:
        if self.protocol.closed:
            # the server asks nobody any more, and goes on as if nothing had been answered
            self._events.append(HookAcked(request, None, False))
            return
        self._connect_for_message()
        if not self.protocol.connected and not self.connecting and self._retry_at is None:
            why = f"max attempts connecting to {self.url}"
            self._events.append(HookUnanswered(request, why, why, unreachable=True))
            return
        self.protocol.request(request, self._clock.now)
        self._flush()

    def notify(self, notification: Notification) -> None:
        if not self.protocol.closed:
            self._connect_for_message()
            self.protocol.notify(notification)
            self._flush()

    def _connect_for_message(self) -> None:
        """Connect once more for what is to be sent, if nothing else is about to."""
        if self._socket is None and self._retry_at is None and self._reconnects <= self._limits.reconnects:
            self._reconnects += 1
            self._retries = _RETRIES
            self._connect()

    # -- in

    def handle(self, item: object) -> list[ConnectionEvent]:
        if isinstance(item, SocketOpened) and item.socket is self._socket:
            self._handshake_due = None
            self._first = False
            self._backoff = max(self._backoff, self._limits.backoff)
            self.protocol.opened(self._clock.now)
            self._flush()
        elif isinstance(item, SocketClosed) and item.socket is self._socket:
            self._socket, self._breaks = None, False
            if item.error is not None:
                return self._failed(item.error)
            return self._dropped(item.code)
        elif isinstance(item, MessageArrived) and item.socket is self._socket:
            return self._received(item.data)
        return []

    def _received(self, data: str | bytes) -> list[ConnectionEvent]:
        self._record("app", data, msgid=_msgid(data))
        # a binary frame is read as text
        size = len(data) if isinstance(data, bytes) else len(data.encode())
        if size > self._limits.message:
            self._close_socket(1009)
            return [MessageTooBig(size), *self._dropped(1006)]
        text = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
        received = self.protocol.received(text, self._clock.now)
        self._flush()
        return [] if received is None else [received]

    # -- time

    def tick(self) -> list[ConnectionEvent]:
        now = self._clock.now
        self._deliver()
        events, self._events = self._events, []
        events += self.protocol.expired(now)
        if self._handshake_due is not None and self._handshake_due <= now:
            self._close_socket(1006)
            events += self._failed(HandshakeRefused(f"no handshake within {self._limits.handshake:g} s"))
        if self._retry_at is not None and self._retry_at <= now:
            self._retry_at = None
            self._connect()
        return events

    @property
    def due(self) -> float | None:
        if self._events:
            return self._clock.now
        dues = (self.protocol.due, self._underway.due, self._retry_at, self._handshake_due)
        times = [time for time in dues if time is not None]
        return min(times, default=None)

    @property
    def is_up(self) -> bool:
        return self.protocol.connected or self.protocol.closed or self.protocol.deaf

    @property
    def connecting(self) -> bool:
        return self._handshake_due is not None or self._breaks

    @property
    def reconnecting(self) -> bool:
        """True while the handshake of a connection that follows another one is on its way."""
        return self._handshake_due is not None and not self._first

    @property
    def awaits_acks(self) -> bool:
        return self.protocol.due is not None

    def give_up(self) -> list[ConnectionEvent]:
        return list(self.protocol.give_up())

    def drop(self) -> None:
        if self._socket is not None:
            self._breaks = True
            self._socket.vanish()

    def close(self, code: int = 1000) -> None:
        self._flush()
        self._deliver(late=True)
        self._close_socket(code)

    # -- inside

    def _connect(self) -> None:
        self.attempts += 1
        self._handshake_due = self._clock.now + self._limits.handshake
        self._socket = AppSocket(self.url, self.credentials, self._limits, self._put, activity=self._activity)
        self._socket.open_later()

    def _failed(self, error: CallFailed) -> list[ConnectionEvent]:
        """Try once more, if nobody has answered at all, or give up."""
        self._handshake_due = None
        answered = isinstance(error, HandshakeRefused) and not error.reset
        if not answered and self._retries > 0:
            self._retries -= 1
            self._back_off()
            return []
        failed: list[ConnectionEvent] = list(self.protocol.cannot_connect(str(error)))
        if self._first:
            return [ConnectionFailed(self, error), *failed]
        return [*failed, AppLost(self, f"the app cannot be reached: {error}")]

    def _dropped(self, code: int) -> list[ConnectionEvent]:
        self._socket = None
        self._underway.clear()
        events: list[ConnectionEvent] = list(self.protocol.dropped(code))
        if code == 1000:
            return [*events, AppLost(self, None)]
        if self._reconnects < self._limits.reconnects:
            self._reconnects += 1
            self._retries = _RETRIES
            self._back_off()
            return events
        return [*events, AppLost(self, "the connection has dropped too often")]

    def _back_off(self) -> None:
        self._retry_at = self._clock.now + self._backoff
        doubled = self._backoff < _DOUBLED
        self._backoff = self._backoff * 2 if doubled else self._backoff + _DOUBLED

    def _close_socket(self, code: int) -> None:
        socket, self._socket = self._socket, None
        self._handshake_due, self._breaks = None, False
        if socket is not None:
            socket.close(code)

    def _flush(self) -> None:
        for text in self.protocol.outgoing():
            if self._socket is not None:
                self._underway.put(text, text)
        self._deliver()

    def _deliver(self, *, late: bool = False) -> None:
        """Let the messages arrive that are due, or all of them."""
        if self._socket is not None:
            for text in self._underway.arrived(late=late):
                self._record("jambonz", text, msgid=_msgid(text))
                self._count()
                self._socket.count_message()
                self._socket.send(text)


def _msgid(message: str | bytes) -> str | None:
    """Return the msgid of a message, if it has one."""
    try:
        data = json.loads(message)
    except (ValueError, RecursionError):
        return None
    msgid = data.get("msgid") if isinstance(data, dict) else None
    return msgid if isinstance(msgid, str) else None
