"""The server's half of the control protocol ``ws.jambonz.org``: messages, acks and reconnects, without a socket.

Methods that need the time are given it as ``now``, in seconds of any clock that only goes forward.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from .javascript import JsonError, parse_json, truthy
from .limits import CallLimits
from .waits import HookRequest, Notification

__all__ = [
    "CommandReceived",
    "HookAcked",
    "HookUnanswered",
    "InvalidMessage",
    "ReconnectUnacked",
    "ServerProtocol",
    "UnknownAck",
]

_OPENINGS = ("session:new", "session:adulting", "session:redirect")
_WITH_HOOK = ("verb:hook", "dial:confirm", "session:redirect")
_WITHOUT_DATA = ("llm:tool-output", "tts:flush", "tts:clear")


@dataclass(frozen=True)
class HookAcked:
    """The app has answered a hook; ``opening`` is True for the first message of the call."""

    request: HookRequest
    data: object
    opening: bool


@dataclass(frozen=True)
class HookUnanswered:
    """A hook will not be answered.

    Args:
        request: The hook.
        why: The reason, in words for the transcript.
        details: The reason in the words of the server; None if it has none.
        code: The code of the finding.
        unreachable: True if nobody has got it.
    """

    request: HookRequest
    why: str
    details: str | None = None
    code: str = "hook-unanswered"
    unreachable: bool = False


@dataclass(frozen=True)
class ReconnectUnacked:
    """The app has not acked ``session:reconnect``, which ends the call."""


@dataclass(frozen=True)
class CommandReceived:
    """The app has sent a command."""

    message: Mapping[str, Any]


@dataclass(frozen=True)
class InvalidMessage:
    """The app has sent something that is no message."""

    why: str
    content: str
    code: str = "message-invalid"


@dataclass(frozen=True)
class UnknownAck:
    """The app has sent an ack that nothing waits for: late, twice, or with a wrong msgid."""

    msgid: str
    code: str
    hook: str = ""


ReceivedMessage = HookAcked | CommandReceived | InvalidMessage | UnknownAck


@dataclass
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
        #: True once the app has closed with 1000, or this side has: nothing is sent any more
        self.closed = False
        #: True once the connection has dropped before the first ack: what is sent from then on is kept for ever
        self.deaf = False
        #: how many connections have been opened
        self.opens = 0
        # a connection that opens with session:redirect has no call of its own
        self._call_sid = None if handed_over_by else call_sid
        self._as_new = handed_over_by is False
        self._b3 = b3
        self._pending: dict[str, _Pending] = {}
        # msgids whose time is up, and those that have been acked
        self._late: dict[str, str] = {}
        self._acked: set[str] = set()
        # messages that wait for a connection
        self._waiting: list[HookRequest | Notification] = []
        self._send: list[str] = []
        # msgid of the first message of the call, until anything has been acked
        self._opening: str | None = None
        self._session: Mapping[str, Any] | None = None
        # msgid of a session:reconnect, which holds everything else back until it is acked, and its deadline
        self._reconnect: str | None = None
        self._reconnect_due: float | None = None

    # -- out

    @property
    def holds(self) -> bool:
        """True if messages are kept back at this moment."""
        return not self.connected or self._reconnect is not None or self.deaf

    def request(self, request: HookRequest, now: float) -> None:
        """Send a hook, or keep it until there is a connection."""
        if self.holds:
            self._waiting.append(request)
            return
        msgid = secrets.token_urlsafe(16)
        kind = "session:new" if self._as_new and self._session is None else request.type
        if kind in _OPENINGS and self._session is None:
            self._session = request.data
            if kind == "session:new":
                self._opening = msgid
        self._pending[msgid] = _Pending(request, now + self.limits.ack)
        # a transcript has its tracing header in its data
        traced = kind not in ("dial:confirm", "session:adulting") and "b3" not in request.data
        self._message(kind, msgid, request.data, request.hook if kind in _WITH_HOOK else None, traced=traced)

    def notify(self, notification: Notification) -> None:
        """Send a notification, or keep it until there is a connection."""
        if self.holds:
            self._waiting.append(notification)
        else:
            traced = notification.b3 is not None
            self._message(
                notification.type, secrets.token_urlsafe(16), notification.data, notification.hook, traced=traced
            )

    def outgoing(self) -> list[str]:
        """Take the messages that are to be sent, in this order."""
        messages, self._send = self._send, []
        return messages

    def _message(self, type: str, msgid: str, data: Mapping[str, Any], hook: Any, *, traced: bool) -> None:
        message: dict[str, Any] = {"type": type, "msgid": msgid}
        if self._call_sid is not None:
            message["call_sid"] = self._call_sid
        if hook is not None:
            message["hook"] = hook["url"] if isinstance(hook, Mapping) else hook
        message["data"] = data
        if traced:
            message["b3"] = self._b3
        self._send.append(json.dumps(message))

    # -- in

    def received(self, text: str, now: float) -> ReceivedMessage | None:
        """Read one message of the app; None if nothing comes of it."""
        try:
            message = parse_json(text)
        except JsonError as error:
            return InvalidMessage(str(error), text)
        if message is None:
            return InvalidMessage("Cannot destructure property 'type' of 'obj' as it is null.", text)
        fields = cast("dict[str, Any]", message) if isinstance(message, dict) else {}
        if not truthy(fields.get("type")):
            return InvalidMessage("type property not supplied", text)
        if fields["type"] == "ack":
            if not truthy(fields.get("msgid")):
                return InvalidMessage("msgid not supplied", text)
            return self._ack(str(fields["msgid"]), fields.get("data"), now)
        if fields["type"] == "command":
            if not truthy(fields.get("command")):
                return InvalidMessage("command property not supplied", text)
            if not truthy(fields.get("data")) and fields["command"] not in _WITHOUT_DATA:
                return InvalidMessage("data property not supplied", text)
            return CommandReceived(fields)
        return InvalidMessage(f"invalid type property: {fields['type']}", text)

    def _ack(self, msgid: str, data: object, now: float) -> ReceivedMessage | None:
        opening, self._opening = self._opening, None
        pending = self._pending.pop(msgid, None)
        if msgid == self._reconnect:
            self._reconnect_due = None
            if pending is not None:
                # the server forgets that it waits for this ack, and goes on to wait
                self.deaf = True
                self._reconnect = None
            else:
                self._release(now)
                return None
        if pending is None:
            if msgid in self._late:
                return UnknownAck(msgid, "ack-late", self._late[msgid])
            return UnknownAck(msgid, "ack-twice" if msgid in self._acked else "ack-unknown")
        self._acked.add(msgid)
        return HookAcked(pending.request, data, msgid == opening)

    def expired(self, now: float) -> list[HookUnanswered | ReconnectUnacked]:
        """Give up the hooks whose time is up."""
        late = [msgid for msgid, pending in self._pending.items() if pending.due <= now]
        why = f"no ack within {self.limits.ack:g} s"
        gone: list[HookUnanswered | ReconnectUnacked] = []
        for msgid in late:
            request = self._pending.pop(msgid).request
            self._late[msgid] = request.name
            gone.append(HookUnanswered(request, why, code="ack-missing"))
        if self._reconnect_due is not None and self._reconnect_due <= now:
            self._reconnect = self._reconnect_due = None
            waiting, self._waiting = self._waiting, []
            gone.append(ReconnectUnacked())
            gone += [HookUnanswered(each, why) for each in waiting if isinstance(each, HookRequest)]
        return gone

    @property
    def due(self) -> float | None:
        """The time at which the next hook will have waited too long."""
        times = [pending.due for pending in self._pending.values()]
        if self._reconnect_due is not None:
            times.append(self._reconnect_due)
        return min(times, default=None)

    # -- connections

    def opened(self, now: float) -> None:
        """Begin to send on a new connection; any but the first begins with session:reconnect."""
        self.connected = True
        self.opens += 1
        if self.opens == 1 or self._session is None:
            self._release(now)
            return
        msgid = secrets.token_urlsafe(16)
        self._reconnect = msgid
        opening = self._pending.pop(self._opening, None) if self._opening is not None else None
        if opening is not None:
            # nothing has been acked yet: the ack of this message takes the place of the first
            self._opening = msgid
            self._pending[msgid] = opening
        else:
            self._reconnect_due = now + self.limits.ack
        self._message("session:reconnect", msgid, self._session, None, traced=False)

    def dropped(self, code: int) -> list[HookUnanswered]:
        """Stop sending on a connection that is gone. Returns the hooks that have failed by that."""
        self.connected = False
        self._reconnect = self._reconnect_due = None
        self._send = []
        if code == 1000:
            # what has been asked is waited for to no avail, and nothing is asked any more
            self.closed = True
            return []
        if self._opening is not None:
            return []
        why = f"the app closed the connection ({code})"
        failed = [HookUnanswered(pending.request, why) for pending in self._pending.values()]
        self._pending = {}
        return failed

    def cannot_connect(self, why: str) -> list[HookUnanswered]:
        """Give up what waits for a connection that cannot be made. Returns the hooks that have failed by that."""
        waiting, self._waiting = self._waiting, []
        return [HookUnanswered(message, why, why) for message in waiting if isinstance(message, HookRequest)]

    def give_up(self) -> list[HookUnanswered]:
        """Close for good. Returns the hooks that have failed by that."""
        self.closed = True
        why = "the app has no connection any more"
        failed = [HookUnanswered(pending.request, why) for pending in self._pending.values()]
        self._pending = {}
        return failed + self.cannot_connect(why)

    def _release(self, now: float) -> None:
        """Send what has waited."""
        self._reconnect = None
        waiting, self._waiting = self._waiting, []
        for message in waiting:
            if isinstance(message, HookRequest):
                self.request(message, now)
            else:
                self.notify(message)
