"""The two ways to an app: a WebSocket and webhooks, with the same few methods."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from ..engine.limits import Limits
from ..engine.protocol import Acked, Command, Dialogue, Failed, Invalid, Stray
from ..engine.waits import Ask, Notice
from ..errors import AnswerNotRead, CallFailed, HandshakeRefused, HookFailed, HookUnreachable
from .sockets import Arrived, Dropped, Opened, Socket
from .webhooks import Web

__all__ = ["Event", "Inbox", "Line", "Lost", "Unread", "WebLine", "WsLine"]


@dataclass(frozen=True)
class Lost:
    """The app is gone. ``why`` is None if it said goodbye (1000)."""

    line: Line
    why: str | None


@dataclass(frozen=True)
class Unread:
    """A webhook was answered with something that jambonz does not read."""

    why: str


@dataclass(frozen=True)
class _Answered:
    """A webhook has been answered; for the line that sent it."""

    line: WebLine
    events: list[Event]


Event = Acked | Failed | Command | Invalid | Stray | Lost | Unread
Inbox = Arrived | Dropped | Opened | _Answered


class Line:
    """A way to the app. All methods but ``put`` are called from one thread."""

    websocket: bool
    url: str
    credentials: tuple[str, str] | None

    def ask(self, ask: Ask) -> None:
        raise NotImplementedError

    def tell(self, notice: Notice) -> None:
        raise NotImplementedError

    def handle(self, arrived: object) -> list[Event]:
        """What something out of the inbox means; nothing if it is not for this line."""
        raise NotImplementedError

    def tick(self) -> list[Event]:
        """What the passing of time means."""
        return []

    @property
    def due(self) -> float | None:
        """When :meth:`tick` has something to do."""
        return None

    @property
    def up(self) -> bool:
        """Whether messages reach the app now."""
        return True

    def close(self, code: int = 1000) -> None:
        """Say goodbye. Blocks until what has been sent is answered, or late."""
        raise NotImplementedError


class WsLine(Line):
    """A control connection."""

    websocket = True

    def __init__(
        self,
        url: str,
        credentials: tuple[str, str] | None,
        dialogue: Dialogue,
        limits: Limits,
        put: Callable[[Inbox], None],
    ) -> None:
        """Connect. Raises CallFailed."""
        self.url = url
        self.credentials = credentials
        self._dialogue = dialogue
        self._limits = limits
        self._put = put
        self._retry_at: float | None = None
        self._socket: Socket | None = None
        for attempt in range(limits.retries + 1):
            try:
                self._socket = Socket(url, credentials, limits, put).open()
                break
            except CallFailed as error:
                # only what looks like a network fault is tried again
                if attempt == limits.retries or (isinstance(error, HandshakeRefused) and error.status is not None):
                    raise
                time.sleep(limits.backoff * 2**attempt)
        dialogue.opened(time.monotonic())

    def ask(self, ask: Ask) -> None:
        self._dialogue.ask(ask, time.monotonic())
        self._flush()

    def tell(self, notice: Notice) -> None:
        self._dialogue.tell(notice)
        self._flush()

    def handle(self, arrived: object) -> list[Event]:
        if isinstance(arrived, Dropped) and arrived.socket is self._socket:
            return self._dropped(arrived.code)
        if not isinstance(arrived, Arrived) or arrived.socket is not self._socket:
            return []
        data = arrived.data
        if isinstance(data, bytes):
            return self._expel(1002, "a binary frame on the control connection is a protocol error")
        size = len(data.encode())
        if size > self._limits.message:
            self._hang(1009)
            why = f"a message of {size:,} bytes is over jambonz's limit of {self._limits.message:,}: closed with 1009"
            return [Invalid(why, ""), *self._dropped(1009)]
        received = self._dialogue.received(data, time.monotonic())
        self._flush()
        return [] if received is None else [received]

    def tick(self) -> list[Event]:
        now = time.monotonic()
        events: list[Event] = list(self._dialogue.expired(now))
        if self._retry_at is not None and self._retry_at <= now:
            self._retry_at = None
            try:
                self._socket = Socket(self.url, self.credentials, self._limits, self._put).open()
            except CallFailed:
                return events + self._dropped(1006)
            self._dialogue.opened(time.monotonic())
            self._flush()
        return events

    @property
    def due(self) -> float | None:
        times = [time for time in (self._dialogue.due, self._retry_at) if time is not None]
        return min(times, default=None)

    @property
    def up(self) -> bool:
        return self._dialogue.connected or self._dialogue.closed

    def close(self, code: int = 1000) -> None:
        self._flush()
        self._hang(code)

    def _dropped(self, code: int) -> list[Event]:
        self._socket = None
        failed, delay = self._dialogue.dropped(code)
        if delay is not None:
            self._retry_at = time.monotonic() + delay
            return list(failed)
        why = None if code == 1000 else "the app cannot be reached any more"
        return [*failed, Lost(self, why)]

    def _expel(self, code: int, why: str) -> list[Event]:
        self._hang(code)
        return [*self._dialogue.give_up(), Lost(self, why)]

    def _hang(self, code: int) -> None:
        socket, self._socket = self._socket, None
        if socket is not None:
            socket.close(code)

    def _flush(self) -> None:
        for text in self._dialogue.outgoing():
            if self._socket is not None:
                self._socket.send(text)


class WebLine(Line):
    """Webhooks: hooks go out side by side, call status events one after the other."""

    websocket = False

    def __init__(self, web: Web, status_hook: Callable[[], object], b3: str, put: Callable[[Inbox], None]) -> None:
        self.url = web.url
        self.credentials = web.credentials
        self._web = web
        self._status_hook = status_hook
        self._b3 = b3
        self._put = put
        self._hooks = ThreadPoolExecutor(8, thread_name_prefix="stand-in-hooks")
        self._statuses = ThreadPoolExecutor(1, thread_name_prefix="stand-in-status")

    def ask(self, ask: Ask) -> None:
        self._hooks.submit(self._request, ask)

    def tell(self, notice: Notice) -> None:
        hook = self._status_hook()
        if notice.type == "call:status" and hook:
            self._statuses.submit(self._notify, hook, notice)

    def handle(self, arrived: object) -> list[Event]:
        return arrived.events if isinstance(arrived, _Answered) and arrived.line is self else []

    def close(self, code: int = 1000) -> None:
        self._statuses.shutdown()
        self._hooks.shutdown()

    def _request(self, ask: Ask) -> None:
        first = ask.type == "session:new"
        events: list[Event]
        try:
            events = [Acked(ask, self._web.request(ask.hook, ask.data, self._b3), first)]
        except AnswerNotRead as error:
            events = [Failed(ask, str(error))] if first else [Unread(str(error)), Acked(ask, None, first)]
        except HookFailed as error:
            events = [Failed(ask, str(error), unreachable=isinstance(error, HookUnreachable))]
        self._put(_Answered(self, events))

    def _notify(self, hook: object, notice: Notice) -> None:
        try:
            self._web.request(hook, notice.data, self._b3)
        except AnswerNotRead:
            pass  # the answer is of no use here
        except HookFailed as error:
            # nothing depends on a status event: jambonz writes an alert and goes on
            self._put(_Answered(self, [Failed(Ask(hook, notice.data, "call:status"), str(error))]))
