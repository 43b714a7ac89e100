"""A connection to an app, whatever carries it, and the news that it has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from ..engine.protocol import (
    CommandReceived,
    HookAcked,
    HookUnanswered,
    InvalidMessage,
    ReconnectUnacked,
    UnknownAck,
)
from ..engine.waits import HookRequest, Notification
from ..engine.wire import Sender
from ..errors import CallFailed
from .sockets import MessageArrived, SocketClosed, SocketOpened

__all__ = [
    "AnswerIgnored",
    "AppLost",
    "Connection",
    "ConnectionEvent",
    "ConnectionFailed",
    "InboxItem",
    "MessageTooBig",
    "Record",
    "WebhookAnswered",
]


@dataclass(frozen=True)
class AppLost:
    """The app has closed with 1000, or cannot be reached any more; ``why`` is None for the former."""

    connection: Connection
    why: str | None


@dataclass(frozen=True)
class ConnectionFailed:
    """The very first connection of a call cannot be made."""

    connection: Connection
    error: CallFailed


@dataclass(frozen=True)
class MessageTooBig:
    """The app has sent a message over the limit, at which the connection was closed."""

    size: int


@dataclass(frozen=True)
class AnswerIgnored:
    """A webhook was answered with a type of content that jambonz does not read."""

    why: str


@dataclass(frozen=True)
class WebhookAnswered:
    """A webhook has been answered, for the connection that sent it."""

    connection: Connection
    number: int
    events: list[ConnectionEvent]


#: news of the app that a connection has
ConnectionEvent = (
    HookAcked
    | HookUnanswered
    | CommandReceived
    | InvalidMessage
    | MessageTooBig
    | UnknownAck
    | ReconnectUnacked
    | AppLost
    | AnswerIgnored
    | ConnectionFailed
)
#: put into the inbox of the call by the threads that read
InboxItem = MessageArrived | SocketClosed | SocketOpened | WebhookAnswered


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
        """The time of the call at which :meth:`tick` has something to do."""
        return None

    @property
    def is_up(self) -> bool:
        """True if messages reach the app at this moment, or never will."""
        return True

    @property
    def connecting(self) -> bool:
        """True while a handshake is on its way, or the break of the connection."""
        return False

    @property
    def awaits_acks(self) -> bool:
        """True while hooks on a WebSocket wait for their acks."""
        return False

    def give_up(self) -> list[ConnectionEvent]:
        """Wait for no answer any more. Returns the hooks that will have none."""
        return []

    def drop(self) -> None:
        """Break the connection, as a network does; does nothing where there is none."""

    def close(self, code: int = 1000) -> None:
        """Close with this code. Blocks: until all that was sent has been answered, or is late."""
        raise NotImplementedError
