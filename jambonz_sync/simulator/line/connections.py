"""The two kinds of connection to an app, by WebSocket and by webhooks, with the same few methods."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from typing import Any, Protocol

from ..engine.limits import CallLimits
from ..engine.protocol import CommandReceived, HookAcked, HookUnanswered, InvalidMessage, ServerProtocol, UnknownAck
from ..engine.waits import HookRequest, Notification
from ..engine.wire import Sender
from ..errors import AnswerNotRead, CallFailed, HandshakeRefused, HookFailed, HookUnreachable
from .sockets import AppSocket, MessageArrived, SocketClosed, SocketOpened
from .webhooks import WebhookClient

__all__ = [
    "AnswerIgnored",
    "AppLost",
    "Connection",
    "ConnectionEvent",
    "InboxItem",
    "WebSocketConnection",
    "WebhookConnection",
]


#: a number for each webhook, which its answer has, too
_webhook_numbers = count(1)


@dataclass(frozen=True)
class AppLost:
    """The app is gone; ``why`` is None if it has closed with 1000."""

    connection: Connection
    why: str | None


@dataclass(frozen=True)
class AnswerIgnored:
    """A webhook was answered with a type of content that jambonz does not read."""

    why: str


@dataclass(frozen=True)
class _WebhookAnswered:
    """A webhook has been answered, for the connection that sent it."""

    connection: WebhookConnection
    events: list[ConnectionEvent]


#: news of the app that a connection has
ConnectionEvent = HookAcked | HookUnanswered | CommandReceived | InvalidMessage | UnknownAck | AppLost | AnswerIgnored
#: put into the inbox of the call by the threads that read
InboxItem = MessageArrived | SocketClosed | SocketOpened | _WebhookAnswered


class Record(Protocol):
    """Writes a message of either side into the transcript."""

    def __call__(self, sender: Sender, raw: object, **more: Any) -> None:
        """Write down one message, with further fields of :class:`WireMessage`."""
        ...


class Connection:
    """A connection to the app. Threads: that of :meth:`Call.run`."""

    #: True for a WebSocket, False for webhooks
    websocket: bool
    url: str
    credentials: tuple[str, str] | None

    def request(self, request: HookRequest) -> None:
        """Send a hook."""
        raise NotImplementedError

    def notify(self, notification: Notification) -> None:
        """Send a notification."""
        raise NotImplementedError

    def handle(self, item: object) -> list[ConnectionEvent]:
        """Take an item out of the inbox. Returns what it means; nothing if it is not for this connection."""
        raise NotImplementedError

    def tick(self) -> list[ConnectionEvent]:
        """Do what is due. Returns what comes of it."""
        return []

    @property
    def due(self) -> float | None:
        """The time (monotonic) at which :meth:`tick` has something to do."""
        return None

    @property
    def is_up(self) -> bool:
        """True if messages reach the app at this moment, or never will."""
        return True

    def close(self, code: int = 1000) -> None:
        """Close with this code. Blocks: until all that was sent has been answered, or is late."""
        raise NotImplementedError


class WebSocketConnection(Connection):
    """A control connection, which is made again when it breaks."""

    websocket = True

    def __init__(
        self,
        url: str,
        credentials: tuple[str, str] | None,
        protocol: ServerProtocol,
        limits: CallLimits,
        put: Callable[[InboxItem], None],
        record: Record,
    ) -> None:
        """Connect to the app.

        Raises:
            CallFailed: The app cannot be reached.
        Blocks: up to ``limits.handshake`` for each attempt, and ``limits.backoff`` between them.
        """
        self.url = url
        self.credentials = credentials
        self._protocol = protocol
        self._limits = limits
        self._put = put
        self._record = record
        self._retry_at: float | None = None
        self._socket: AppSocket | None = None
        for attempt in range(limits.retries + 1):
            try:
                self._socket = AppSocket(url, credentials, limits, put).open()
                break
            except CallFailed as error:
                # an HTTP status is an answer: only a fault of the network is worth another attempt
                if attempt == limits.retries or (isinstance(error, HandshakeRefused) and error.status is not None):
                    raise
                time.sleep(limits.backoff * 2**attempt)
        protocol.opened(time.monotonic())

    def request(self, request: HookRequest) -> None:
        self._protocol.request(request, time.monotonic())
        self._flush()

    def notify(self, notification: Notification) -> None:
        self._protocol.notify(notification)
        self._flush()

    def handle(self, item: object) -> list[ConnectionEvent]:
        if isinstance(item, SocketClosed) and item.socket is self._socket:
            return self._dropped(item.code)
        if not isinstance(item, MessageArrived) or item.socket is not self._socket:
            return []
        data = item.data
        self._record("app", data, msgid=_msgid(data))
        if isinstance(data, bytes):
            self._close_socket(1002)
            why = "a binary frame on the control connection is a protocol error"
            return [*self._protocol.give_up(), AppLost(self, why)]
        size = len(data.encode())
        if size > self._limits.message:
            self._close_socket(1009)
            why = f"a message of {size:,} bytes is over jambonz's limit of {self._limits.message:,}: closed with 1009"
            return [InvalidMessage(why, ""), *self._dropped(1009)]
        received = self._protocol.received(data, time.monotonic())
        self._flush()
        return [] if received is None else [received]

    def tick(self) -> list[ConnectionEvent]:
        now = time.monotonic()
        events: list[ConnectionEvent] = list(self._protocol.expired(now))
        if self._retry_at is not None and self._retry_at <= now:
            self._retry_at = None
            try:
                self._socket = AppSocket(self.url, self.credentials, self._limits, self._put).open()
            except CallFailed:
                return events + self._dropped(1006)
            self._protocol.opened(time.monotonic())
            self._flush()
        return events

    @property
    def due(self) -> float | None:
        times = [time for time in (self._protocol.due, self._retry_at) if time is not None]
        return min(times, default=None)

    @property
    def is_up(self) -> bool:
        return self._protocol.connected or self._protocol.closed

    def close(self, code: int = 1000) -> None:
        self._flush()
        self._close_socket(code)

    def _dropped(self, code: int) -> list[ConnectionEvent]:
        self._socket = None
        failed, delay = self._protocol.dropped(code)
        if delay is not None:
            self._retry_at = time.monotonic() + delay
            return list(failed)
        why = None if code == 1000 else "the app cannot be reached any more"
        return [*failed, AppLost(self, why)]

    def _close_socket(self, code: int) -> None:
        socket, self._socket = self._socket, None
        if socket is not None:
            socket.close(code)

    def _flush(self) -> None:
        for text in self._protocol.outgoing():
            if self._socket is not None:
                self._record("jambonz", text, msgid=_msgid(text))
                self._socket.send(text)


class WebhookConnection(Connection):
    """Webhooks. Hooks are sent side by side, events one after the other."""

    websocket = False

    def __init__(
        self,
        client: WebhookClient,
        status_hook: Callable[[], object],
        b3: str,
        put: Callable[[InboxItem], None],
        record: Record,
    ) -> None:
        """Make a connection; nothing is sent yet.

        Args:
            client: Sends the requests.
            status_hook: Returns the hook that call status events go to, which may change.
            b3: The tracing header.
            put: Called in other threads with what has been answered.
        """
        self.url = client.url
        self.credentials = client.credentials
        self._client = client
        self._status_hook = status_hook
        self._b3 = b3
        self._put = put
        self._record = record
        self._hooks = ThreadPoolExecutor(8, thread_name_prefix="simulator-hooks")
        self._statuses = ThreadPoolExecutor(1, thread_name_prefix="simulator-status")

    def request(self, request: HookRequest) -> None:
        self._hooks.submit(self._request, request)

    def notify(self, notification: Notification) -> None:
        hook = self._status_hook() if notification.type == "call:status" else notification.hook
        if hook:
            self._statuses.submit(self._notify, hook, notification)

    def handle(self, item: object) -> list[ConnectionEvent]:
        return item.events if isinstance(item, _WebhookAnswered) and item.connection is self else []

    def close(self, code: int = 1000) -> None:
        self._statuses.shutdown()
        self._hooks.shutdown()

    def _request(self, request: HookRequest) -> None:
        opening = request.type == "session:new"
        events: list[ConnectionEvent]
        try:
            events = [HookAcked(request, self._ask(request.hook, request), opening)]
        except AnswerNotRead as error:
            if opening:
                events = [HookUnanswered(request, str(error))]
            else:
                events = [AnswerIgnored(str(error)), HookAcked(request, None, opening)]
        except HookFailed as error:
            events = [HookUnanswered(request, str(error), unreachable=isinstance(error, HookUnreachable))]
        self._put(_WebhookAnswered(self, events))

    def _ask(self, hook: object, message: HookRequest | Notification) -> object:
        """Send one webhook, and return its answer. Raises HookFailed."""
        msgid = str(next(_webhook_numbers))
        url = str(hook["url"] if isinstance(hook, Mapping) else hook)
        self._record("jambonz", message.data, msgid=msgid, webhook=url, type=message.type)
        try:
            answer = self._client.request(hook, message.data, self._b3)
        except HookFailed as error:
            self._record("app", None, msgid=msgid, webhook=url, type=message.type, error=str(error))
            raise
        self._record("app", answer, msgid=msgid, webhook=url, type=message.type)
        return answer

    def _notify(self, hook: object, notification: Notification) -> None:
        try:
            self._ask(hook, notification)
        except AnswerNotRead:
            pass  # the answer is of no use here
        except HookFailed as error:
            # nothing depends on an event: jambonz writes an alert and goes on
            request = HookRequest(hook, notification.data, notification.type)
            self._put(_WebhookAnswered(self, [HookUnanswered(request, str(error))]))


def _msgid(message: str | bytes) -> str | None:
    """Return the msgid of a message, if it has one."""
    try:
        data = json.loads(message)
    except ValueError:
        return None
    msgid = data.get("msgid") if isinstance(data, dict) else None
    return msgid if isinstance(msgid, str) else None
