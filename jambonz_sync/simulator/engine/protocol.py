"""The server's half of the control protocol ``ws.jambonz.org``: messages, acks and reconnects, without a socket.

Time is given in as ``now``, seconds of any clock that only goes forward.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from .limits import Limits
from .waits import Ask, Notice

__all__ = ["Acked", "Command", "Dialogue", "Failed", "Invalid", "Stray"]

_OPENINGS = ("session:new", "session:adulting", "session:redirect")
_WITH_HOOK = ("verb:hook", "dial:confirm", "session:redirect")
_WITHOUT_DATA = ("llm:tool-output", "tts:flush", "tts:clear")
#: the server tests data as JavaScript does: an empty array or object is something
_FALSE = (None, "", 0, False)


@dataclass(frozen=True)
class Acked:
    """The app answered a hook. ``opening``: it was the first of the call."""

    ask: Ask
    data: object
    opening: bool


@dataclass(frozen=True)
class Failed:
    """A hook will not be answered any more. ``unreachable``: nobody has got it."""

    ask: Ask
    why: str
    unreachable: bool = False


@dataclass(frozen=True)
class Command:
    """The app wants something done."""

    message: Mapping[str, Any]


@dataclass(frozen=True)
class Invalid:
    """The app sent what is no message."""

    why: str
    content: str


@dataclass(frozen=True)
class Stray:
    """An ack that nothing waits for: it came late, twice, or with a wrong msgid."""

    msgid: str


Received = Acked | Command | Invalid | Stray


@dataclass(frozen=True)
class _Pending:
    ask: Ask
    due: float


class Dialogue:
    """One control connection, over all the sockets that it lives on. ``send`` lists are in the order of sending."""

    def __init__(self, call_sid: str, limits: Limits, b3: str, *, come_from: bool | None = None) -> None:
        """``come_from``: the call is handed over, by an app on a WebSocket (True) or by one of webhooks (False)."""
        self.limits = limits
        self.connected = False
        #: the connection is over for good
        self.closed = False
        # a connection that opens with session:redirect has no call of its own
        self._call_sid = None if come_from else call_sid
        self._as_new = come_from is False
        self._b3 = b3
        self._pending: dict[str, _Pending] = {}
        self._held: list[Ask | Notice] = []
        self._send: list[str] = []
        self._connections = 0
        self._attempts = 0
        #: msgid of the first message of the call, until anything has been acked
        self._opening: str | None = None
        self._session: Mapping[str, Any] | None = None
        #: msgid of a session:reconnect that holds everything else back
        self._reconnect: str | None = None

    # -- out

    def ask(self, ask: Ask, now: float) -> None:
        """Send a hook, or keep it until there is a connection."""
        if not self.connected or self._reconnect is not None:
            self._held.append(ask)
            return
        msgid = secrets.token_urlsafe(9)
        kind = "session:new" if self._as_new and self._session is None else ask.type
        if kind in _OPENINGS and self._session is None:
            self._session = ask.data
            if kind == "session:new":
                self._opening = msgid
        self._pending[msgid] = _Pending(ask, now + self.limits.ack)
        self._message(kind, msgid, ask.data, ask.hook if kind in _WITH_HOOK else None)

    def tell(self, notice: Notice) -> None:
        """Send a notification, or keep it until there is a connection."""
        if not self.connected or self._reconnect is not None:
            self._held.append(notice)
        else:
            self._message(notice.type, secrets.token_urlsafe(9), notice.data, notice.hook)

    def outgoing(self) -> list[str]:
        """The messages to send now."""
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

    def received(self, text: str, now: float) -> Received | None:
        """Read one message of the app."""
        try:
            message = json.loads(text, parse_constant=_no_constant)
        except ValueError as error:
            return Invalid(str(error), text)
        if not isinstance(message, dict) or not message.get("type"):
            return Invalid("type property not supplied", text)
        fields = cast("dict[str, Any]", message)
        if fields["type"] == "ack":
            if not fields.get("msgid"):
                return Invalid("msgid not supplied", text)
            return self._ack(str(fields["msgid"]), fields.get("data"), now)
        if fields["type"] == "command":
            if not fields.get("command"):
                return Invalid("command property not supplied", text)
            if fields.get("data") in _FALSE and fields["command"] not in _WITHOUT_DATA:
                return Invalid("data property not supplied", text)
            return Command(fields)
        return Invalid(f"invalid type property: {fields['type']}", text)

    def _ack(self, msgid: str, data: object, now: float) -> Received | None:
        opening, self._opening = self._opening, None
        pending = self._pending.pop(msgid, None)
        resumed = msgid == self._reconnect
        if resumed:
            self._release(now)
        if pending is None:
            return None if resumed else Stray(msgid)
        return Acked(pending.ask, data, msgid == opening)

    def expired(self, now: float) -> list[Failed]:
        """The hooks whose time is up."""
        late = [msgid for msgid, pending in self._pending.items() if pending.due <= now]
        seconds = f"{self.limits.ack:g} s"
        return [Failed(self._pending.pop(msgid).ask, f"no ack within {seconds}") for msgid in late]

    @property
    def due(self) -> float | None:
        """When the next hook will have waited too long."""
        return min((pending.due for pending in self._pending.values()), default=None)

    # -- connections

    def opened(self, now: float) -> None:
        """A connection stands. Any but the first begins with session:reconnect."""
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

    def dropped(self, code: int) -> tuple[list[Failed], float | None]:
        """The connection is gone: the hooks that have failed by that, and in how many seconds to try again."""
        self.connected = False
        self._reconnect = None
        self._send = []
        failed: list[Failed] = []
        if self._opening is None or code == 1000:
            why = f"the app closed the connection ({code})"
            failed = [Failed(pending.ask, why) for pending in self._pending.values()]
            self._pending = {}
        if code == 1000 or self._attempts >= self.limits.reconnects:
            return failed + self.give_up(), None
        self._attempts += 1
        return failed, self.limits.backoff * 2 ** (self._attempts - 1)

    def give_up(self) -> list[Failed]:
        """There will be no connection any more: the hooks that have failed by that."""
        self.closed = True
        why = "the app has no connection any more"
        failed = [Failed(pending.ask, why) for pending in self._pending.values()]
        failed += [Failed(one, why) for one in self._held if isinstance(one, Ask)]
        self._pending, self._held = {}, []
        return failed

    def _release(self, now: float) -> None:
        self._reconnect = None
        held, self._held = self._held, []
        for one in held:
            if isinstance(one, Ask):
                self.ask(one, now)
            else:
                self.tell(one)


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")
