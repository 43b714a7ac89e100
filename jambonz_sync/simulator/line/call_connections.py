"""The connections of one call: how they are made, and which of them a message belongs to."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

from ..engine.limits import CallLimits
from ..engine.protocol import ServerProtocol
from ..engine.state import CallState
from ..engine.waits import HookRequest, Notification
from ..engine.wire import Sender, WireMessage
from ..media.fork import AudioFork
from .audio import StreamAddress
from .connections import Connection, ConnectionEvent, InboxItem
from .endpoint_activity import EndpointActivity
from .network import MessagesUnderway, Network
from .webhook_connection import Webhook, WebhookConnection
from .webhooks import WebhookClient, split_url
from .websocket_connection import WebSocketConnection

__all__ = ["WEBHOOK_SCHEMES", "WEBSOCKET_SCHEMES", "CallConnections"]

WEBSOCKET_SCHEMES = ("ws", "wss")
WEBHOOK_SCHEMES = ("http", "https")


class CallConnections:
    """All connections of one call to its apps. Threads: that of :meth:`Call.run`."""

    def __init__(
        self,
        call: CallState,
        *,
        credentials: tuple[str, str] | None,
        secret: str | None,
        status_hook: str | None,
        limits: CallLimits,
        put: Callable[[InboxItem], None],
        count: Callable[[], None] = lambda: None,
        network: Network | None = None,
        activity: EndpointActivity | None = None,
    ) -> None:
        """Make the connections of a call, of which there are none yet.

        Args:
            call: The state of the call.
            credentials: User and password for the first app.
            secret: Signs webhooks.
            status_hook: The hook for call status events of webhook apps, unless the call has another.
            limits: How long apps may take.
            put: Called in other threads with what arrives.
            count: Called before each message that is sent on a WebSocket.
            network: How messages reach the app; at once by default.
            activity: The activity of an endpoint in this process.
        """
        self._activity = activity
        self._count = count
        self._network = network or Network()
        self._call = call
        self._credentials = credentials
        self._secret = secret
        self._status_hook = status_hook
        self._limits = limits
        self._put = put
        self._all: list[Connection] = []
        # base of a URL -> the connection for single webhooks there
        self._webhooks: dict[str, Connection] = {}

    def open(self, url: str, *, begins: bool = True) -> None:
        """Begin to connect to the first app.

        Args:
            url: Its URL.
            begins: False for a leg that goes on: the app is not told which call its messages are of.
        """
        self._add(self._connect(url, first=begins, named=begins))
        self._call.websocket = self.current.websocket

    @property
    def current(self) -> Connection:
        """The connection to the app that has the call."""
        return self._current

    def connection_for(self, request: HookRequest) -> Connection:
        """Return the connection that a hook goes to; a redirect may hand the call over to another app."""
        url = str(request.hook["url"] if isinstance(request.hook, Mapping) else request.hook)
        if request.type == "queue:status":
            # a webhook of the account, whatever carries the messages of the app
            app = self.current.url
            return self._webhook_at(urljoin("http" + app[len("ws") :] if self.current.websocket else app, url))
        scheme = urlsplit(url).scheme
        if request.type == "session:redirect" and scheme in WEBSOCKET_SCHEMES + WEBHOOK_SCHEMES:
            self._add(self._connect(url, handed_over_by=self.current))
            self._call.note("event", f"the call is handed over to {self.current.url}")
            self._call.websocket = self.current.websocket
        elif scheme in WEBHOOK_SCHEMES and self.current.websocket:
            # one webhook of an app that is on a WebSocket otherwise
            return self._webhook_at(url)
        return self.current

    def _webhook_at(self, url: str) -> Connection:
        """Return the connection for single webhooks at the host of a URL."""
        parts = urlsplit(url)
        base = f"{parts.scheme}://{parts.netloc}"
        if base not in self._webhooks:
            self._webhooks[base] = self._connect(url, handed_over_by=self.current)
            self._all.append(self._webhooks[base])
        return self._webhooks[base]

    def notify(self, notification: Notification) -> None:
        """Send a notification: call status events to the first app, others to the one that has the call."""
        connection = self._all[0] if notification.type == "call:status" else self.current
        connection.notify(notification)

    def stream_address(self, fork: AudioFork) -> StreamAddress:
        """Return where an audio stream goes: a relative URL to the host of the app, with the credentials of the app."""
        url, credentials = split_url(fork.url)
        if fork.auth:
            credentials = str(fork.auth.get("username")), str(fork.auth.get("password"))
        if url.startswith("/"):
            app = urlsplit(self.current.url)
            url, credentials = f"{app.scheme}://{app.netloc}{url}", self.current.credentials or credentials
        # http becomes ws, and https becomes wss
        return url.replace("http", "ws", 1) if url.startswith("http") else url, credentials

    @property
    def unanswered(self) -> int:
        """How many webhooks have not been answered."""
        return sum(connection.unanswered for connection in self._all if isinstance(connection, WebhookConnection))

    @property
    def connecting(self) -> int:
        """How many handshakes, and breaks of connections, are on their way."""
        return sum(connection.connecting for connection in self._all)

    @property
    def reconnecting(self) -> bool:
        """True while a connection is made again."""
        return any(isinstance(each, WebSocketConnection) and each.reconnecting for each in self._all)

    @property
    def awaits_acks(self) -> bool:
        """True while hooks on a WebSocket wait for their acks."""
        return any(connection.awaits_acks for connection in self._all)

    @property
    def is_deaf(self) -> bool:
        """True once the server tells the app nothing any more."""
        return any(isinstance(each, WebSocketConnection) and each.protocol.deaf for each in self._all)

    def give_up(self) -> Iterator[ConnectionEvent]:
        """Wait for no answer any more."""
        for connection in self._all:
            yield from connection.give_up()

    def handle(self, item: object) -> Iterator[ConnectionEvent]:
        """Take an item out of the inbox, and give what it means."""
        for connection in list(self._all):
            yield from connection.handle(item)

    def tick(self) -> Iterator[ConnectionEvent]:
        """Do what is due, and give what comes of it."""
        for connection in list(self._all):
            yield from connection.tick()

    @property
    def due(self) -> float | None:
        """The time of the call at which :meth:`tick` has something to do."""
        return min((connection.due for connection in self._all if connection.due is not None), default=None)

    def close(self, code: int) -> None:
        """Close all connections. Blocks: until all that was sent has been answered, or is late."""
        for connection in self._all:
            connection.close(code)

    def _add(self, connection: Connection) -> None:
        self._all.append(connection)
        self._current = connection

    def _connect(
        self, url: str, *, handed_over_by: Connection | None = None, first: bool = False, named: bool = True
    ) -> Connection:
        plain_url, url_credentials = split_url(url)
        # the credentials of one app are not for another
        credentials = url_credentials or (self._credentials if handed_over_by is None else None)
        leg, clock = self._call.leg, self._call.clock
        if urlsplit(url).scheme in WEBSOCKET_SCHEMES:
            from_websocket = (None if named else True) if handed_over_by is None else handed_over_by.websocket
            protocol = ServerProtocol(leg.call_sid, self._limits, leg.b3, handed_over_by=from_websocket)
            address = plain_url.partition("#")[0]
            return WebSocketConnection(
                address,
                credentials,
                protocol,
                self._limits,
                clock,
                self._put,
                self._record,
                self._count,
                MessagesUnderway[str](self._network, clock, self._note_lost),
                self._activity,
                first=first,
            )
        client = WebhookClient(plain_url, credentials, self._secret, self._limits)
        underway = MessagesUnderway[Webhook](self._network, clock, self._note_lost)
        return WebhookConnection(
            client, self._find_status_hook, leg.b3, self._limits, clock, self._put, self._record, underway
        )

    def _note_lost(self, text: str) -> None:
        self._call.note("event", text)

    def _find_status_hook(self) -> object:
        return self._call.status_hook or self._status_hook

    def _record(self, sender: Sender, raw: object, **more: Any) -> None:
        """Write a message into the transcript, with the times at which it was sent."""
        self._call.transcript.add_message(WireMessage(sender, raw, self._call.now, time.monotonic(), **more))
