"""The server's half of the control protocol ``ws.jambonz.org``: messages, acks and reconnects, without a socket.

Methods that need the time are given it as ``now``, in seconds of any clock that only goes forward.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from .limits import CallLimits
from .waits import HookRequest, Notification

__all__ = ["CommandReceived", "HookAcked", "HookUnanswered", "InvalidMessage", "ServerProtocol", "UnknownAck"]

_OPENINGS = ("session:new", "session:adulting", "session:redirect")
_WITH_HOOK = ("verb:hook", "dial:confirm", "session:redirect")
_WITHOUT_DATA = ("llm:tool-output", "tts:flush", "tts:clear")
#: data that counts as none: the server tests it as JavaScript does, where an empty array or object is true
_FALSE = (None, "", 0, False)


@dataclass(frozen=True)
class HookAcked:
    """The app has answered a hook; ``opening`` is True for the first message of the call."""

    request: HookRequest
    data: object
    opening: bool


@dataclass(frozen=True)
class HookUnanswered:
    """A hook will not be answered; ``unreachable`` is True if nobody has got it."""

    request: HookRequest
    why: str
    unreachable: bool = False


@dataclass(frozen=True)
class CommandReceived:
    """The app has sent a command."""

    message: Mapping[str, Any]


@dataclass(frozen=True)
class InvalidMessage:
    """The app has sent something that is no message."""

    why: str
    content: str


@dataclass(frozen=True)
class UnknownAck:
    """The app has sent an ack that nothing waits for: late, twice, or with a wrong msgid."""

    msgid: str


ReceivedMessage = HookAcked | CommandReceived | InvalidMessage | UnknownAck


@dataclass(frozen=True)
class _Pending:
    request: HookRequest
    due: float


class ServerProtocol:
    """One control connection, over all the sockets that it needs. Not thread-safe."""

    def __init__(self, call_sid: str, limits: CallLimits, b3: str, *, handed_over_by: bool | None = None) -> None:
        """Make the protocol of a connection that has not been opened.

        Args:
            call_sid: The sid of the call.
            limits: How long acks and reconnects may take.
            b3: The tracing header.
            handed_over_by: True if an app on a WebSocket hands the call over to this one, False if an app of webhooks
                does, None if nobody does.
        """
        self.limits = limits
        self.connected = False
        #: True once there will be no connection any more
        self.closed = False
        # a connection that opens with session:redirect has no call of its own
        self._call_sid = None if handed_over_by else call_sid
        self._as_new = handed_over_by is False
        self._b3 = b3
        self._pending: dict[str, _Pending] = {}
        # messages that wait for a connection
        self._waiting: list[HookRequest | Notification] = []
        self._send: list[str] = []
        self._connections = 0
        self._attempts = 0
        # msgid of the first message of the call, until anything has been acked
        self._opening: str | None = None
        self._session: Mapping[str, Any] | None = None
        # msgid of a session:reconnect, which holds everything else back until it is acked
        self._reconnect: str | None = None

    # -- out

    def request(self, request: HookRequest, now: float) -> None:
        """Send a hook, or keep it until there is a connection."""
        if not self.connected or self._reconnect is not None:
            self._waiting.append(request)
            return
        msgid = secrets.token_urlsafe(9)
        kind = "session:new" if self._as_new and self._session is None else request.type
        if kind in _OPENINGS and self._session is None:
            self._session = request.data
            if kind == "session:new":
                self._opening = msgid
        self._pending[msgid] = _Pending(request, now + self.limits.ack)
        self._message(kind, msgid, request.data, request.hook if kind in _WITH_HOOK else None)

    def notify(self, notification: Notification) -> None:
        """Send a notification, or keep it until there is a connection."""
        if not self.connected or self._reconnect is not None:
            self._waiting.append(notification)
        else:
            self._message(notification.type, secrets.token_urlsafe(9), notification.data, notification.hook)

    def outgoing(self) -> list[str]:
        """Take the messages that are to be sent, in this order."""
        messages, self._send = self._send, []
        return messages

    def _message(self, type: str, msgid: str, data: Mapping[str, Any], hook: Any) -> None:
        message: dict[str, Any] = {"type": type, "msgid": msgid}
        if self._call_sid is not None:
            message["call_sid"] = self._call_sid
        if hook is not None:
            message["hook"] = hook["url"] if isinstance(hook, Mapping) else hook
        message["data"] = data
        message["b3"] = self._b3
        self._send.append(json.dumps(message))

    # -- in

    def received(self, text: str, now: float) -> ReceivedMessage | None:
        """Read one message of the app; None if nothing comes of it."""
        try:
            message = json.loads(text, parse_constant=_no_constant)
        except ValueError as error:
            return InvalidMessage(str(error), text)
        if not isinstance(message, dict) or not message.get("type"):
            return InvalidMessage("type property not supplied", text)
        fields = cast("dict[str, Any]", message)
        if fields["type"] == "ack":
            if not fields.get("msgid"):
                return InvalidMessage("msgid not supplied", text)
            return self._ack(str(fields["msgid"]), fields.get("data"), now)
        if fields["type"] == "command":
            if not fields.get("command"):
                return InvalidMessage("command property not supplied", text)
            if fields.get("data") in _FALSE and fields["command"] not in _WITHOUT_DATA:
                return InvalidMessage("data property not supplied", text)
            return CommandReceived(fields)
        return InvalidMessage(f"invalid type property: {fields['type']}", text)

    def _ack(self, msgid: str, data: object, now: float) -> ReceivedMessage | None:
        opening, self._opening = self._opening, None
        pending = self._pending.pop(msgid, None)
        resumed = msgid == self._reconnect
        if resumed:
            self._release(now)
        if pending is None:
            return None if resumed else UnknownAck(msgid)
        return HookAcked(pending.request, data, msgid == opening)

    def expired(self, now: float) -> list[HookUnanswered]:
        """Give up the hooks whose time is up."""
        late = [msgid for msgid, pending in self._pending.items() if pending.due <= now]
        seconds = f"{self.limits.ack:g} s"
        return [HookUnanswered(self._pending.pop(msgid).request, f"no ack within {seconds}") for msgid in late]

    @property
    def due(self) -> float | None:
        """The time at which the next hook will have waited too long."""
        return min((pending.due for pending in self._pending.values()), default=None)

    # -- connections

    def opened(self, now: float) -> None:
        """Begin to send on a new connection; any but the first begins with session:reconnect."""
        self.connected = True
        self._connections += 1
        if self._connections == 1 or self._session is None:
            self._release(now)
            return
        msgid = secrets.token_urlsafe(9)
        self._reconnect = msgid
        opening = self._pending.pop(self._opening, None) if self._opening is not None else None
        if opening is not None:
            # nothing has been acked yet: the ack of this message takes the place of the first
            self._opening = msgid
            self._pending[msgid] = opening
        self._message("session:reconnect", msgid, self._session, None)

    def dropped(self, code: int) -> tuple[list[HookUnanswered], float | None]:
        """Stop sending on a connection that is gone.

        Returns the hooks that have failed by that, and in how many seconds to connect again, None for never.
        """
        self.connected = False
        self._reconnect = None
        self._send = []
        failed: list[HookUnanswered] = []
        if self._opening is None or code == 1000:
            why = f"the app closed the connection ({code})"
            failed = [HookUnanswered(pending.request, why) for pending in self._pending.values()]
            self._pending = {}
        if code == 1000 or self._attempts >= self.limits.reconnects:
            return failed + self.give_up(), None
        self._attempts += 1
        return failed, self.limits.backoff * 2 ** (self._attempts - 1)

    def give_up(self) -> list[HookUnanswered]:
        """Close for good. Returns the hooks that have failed by that."""
        self.closed = True
        why = "the app has no connection any more"
        failed = [HookUnanswered(pending.request, why) for pending in self._pending.values()]
        failed += [HookUnanswered(message, why) for message in self._waiting if isinstance(message, HookRequest)]
        self._pending, self._waiting = {}, []
        return failed

    def _release(self, now: float) -> None:
        """Send what has waited."""
        self._reconnect = None
        waiting, self._waiting = self._waiting, []
        for message in waiting:
            if isinstance(message, HookRequest):
                self.request(message, now)
            else:
                self.notify(message)


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")
