"""The control protocol as plain values: what a message means, who owes whom an ack, when a command may leave.

No socket, no thread, no clock. :class:`ControlProtocol` is told what happened and gives back the frames (JSON texts)
to write, in order. One call has one exchange, which outlives the connections that jambonz opens for it::

      IDLE --opening--> OPENING --acked--> SETTLING --heard/settled--> OPEN
                           ^                  |                          |
                           |               dropped <---------------------+
                           |                  v
                           +--opening------- DOWN --closed--> CLOSED

A command that jambonz gets together with the ack of the opening message is lost: it is not listening yet. So
commands are held in every phase but OPEN, and leave in order when it is reached: with a message that proves that
jambonz has had the ack, or after a while.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any, Final

from ..errors import MessageTooLarge, ProtocolError, ReplyError, SessionClosed
from ..model.wire import MAX_MESSAGE, dumps
from ..verbs.chain import check_size

Verbs = Sequence[dict[str, Any]]

#: the first message of a connection is one of these, or a call:status
OPENINGS: Final = frozenset({"session:new", "session:redirect", "session:adulting", "session:reconnect"})
#: messages that jambonz waits for an ack of
WANT_ACK: Final = OPENINGS | {"verb:hook", "dial:confirm", "queue:status"}
#: messages that want no ack
NOTIFICATIONS: Final = frozenset(
    {
        "call:status",
        "verb:status",
        "llm:event",
        "llm:tool-call",
        "agent:event",
        "agent:tool-call",
        "tts:tokens-result",
        "tts:streaming-event",
        "jambonz:error",
    }
)
#: messages that verbs and commands bring about, so that jambonz has had the ack of the opening. A status may have been
#: on its way before, and an error tells of a message that was not used
_PROOFS: Final = (WANT_ACK | NOTIFICATIONS) - OPENINGS - {"call:status", "jambonz:error"} | {"session:redirect"}
#: what a call gets to do while the callback of its opening message takes too long: an empty ack would reject it
HOLDING: Final = ({"verb": "pause", "length": 60},)
#: commands that may wait for jambonz to come back
_MOST_PENDING: Final = 1000


class Phase(Enum):
    IDLE = "idle"
    OPENING = "opening"
    SETTLING = "settling"
    OPEN = "open"
    DOWN = "down"
    CLOSED = "closed"


_NEXT: Final = {
    (Phase.IDLE, "opening"): Phase.OPENING,
    (Phase.DOWN, "opening"): Phase.OPENING,
    (Phase.OPENING, "acked"): Phase.SETTLING,
    (Phase.SETTLING, "heard"): Phase.OPEN,
    (Phase.SETTLING, "settled"): Phase.OPEN,
    (Phase.IDLE, "dropped"): Phase.DOWN,
    (Phase.OPENING, "dropped"): Phase.DOWN,
    (Phase.SETTLING, "dropped"): Phase.DOWN,
    (Phase.OPEN, "dropped"): Phase.DOWN,
}


class State(Enum):
    """Of a hook: UNACKED an ack; REPLIED to; EXPIRED, acked without verbs before its time ran out; LOST with its
    connection; NOTIFIED, a notification that was acked at once and whose answer jambonz does not use."""

    UNACKED = "unacked"
    REPLIED = "replied"
    EXPIRED = "expired"
    LOST = "lost"
    NOTIFIED = "notified"


class Hook:
    """One message that jambonz wants an ack of. ``received`` is the caller's clock, in seconds."""

    __slots__ = ("kind", "msgid", "name", "opening", "received", "state", "warned")

    def __init__(self, kind: str, msgid: str, name: str, received: float, *, opening: bool = False) -> None:
        self.kind = kind
        self.msgid = msgid
        self.name = name
        self.received = received
        self.opening = opening
        self.state = State.UNACKED
        self.warned = False

    def __str__(self) -> str:
        """Its name, for messages and logs."""
        return shown(self.name)


def parse(text: str) -> dict[str, Any]:
    """The message in ``text``. Raises :class:`ProtocolError` if it is none that the protocol knows of."""
    try:
        message = json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise ProtocolError(f"a message that is not JSON ({exc}): {shown(text)}", code=1007) from None
    if type(message) is not dict:
        raise ProtocolError(f"a message that is no JSON object: {shown(text)}", code=1007)
    kind = message.get("type")
    if type(kind) is not str:
        raise ProtocolError(f"a message without a type: {shown(text)}", code=1007)
    if kind in WANT_ACK and not (type(message.get("msgid")) is str and message["msgid"]):
        raise ProtocolError(f"a {kind} without a msgid: {shown(text)}", code=1007)
    data = message.get("data")
    if type(data) is not dict:
        if data is not None:
            raise ProtocolError(f"a {shown(kind)} whose data is no object: {shown(text)}", code=1007)
        message["data"] = {}
    return message


def shown(text: object, most: int = 80) -> str:
    """What the peer has sent, for a line of the log: short, and escaped where it could pass for a line of its own."""
    text = str(text)
    if len(text) > most:
        text = f"{text[: most - 3]}..."
    if text.isprintable():
        return text
    return "".join([char if char.isprintable() else char.encode("unicode_escape").decode() for char in text])


def is_notification(kind: str, data: dict[str, Any]) -> bool:
    """Whether the answer to this ack-wanting message is not used: queue events, and hooks that report an ``event``."""
    return kind == "queue:status" or (kind == "verb:hook" and type(data.get("event")) is str)


def redirect(verbs: Verbs, *, queue: bool = False) -> dict[str, Any]:
    """The command that replaces the verbs of a call, or appends to them."""
    command: dict[str, Any] = {"type": "command", "command": "redirect", "data": verbs}
    if queue:
        command["queueCommand"] = True
    return command


def _ack(msgid: str, verbs: Verbs) -> str:
    return dumps({"type": "ack", "msgid": msgid, "data": verbs or []})


def _sized(text: str, verbs: Verbs = ()) -> str:
    # a text of a quarter of the limit fits however its characters encode
    if len(text) * 4 > MAX_MESSAGE and (size := len(text) if text.isascii() else len(text.encode())) > MAX_MESSAGE:
        if verbs:
            check_size(list(verbs), size)
        raise MessageTooLarge(
            f"a message of {size:,} bytes, jambonz takes {MAX_MESSAGE:,}", size=size, limit=MAX_MESSAGE
        )
    return text


class ControlProtocol:
    """Acks and commands of one call. Not safe for several threads: the session's lock guards it."""

    __slots__ = ("_opening", "_opening_verbs", "pending_commands", "phase", "unacked")

    def __init__(self) -> None:
        self.phase = Phase.IDLE
        self.unacked: dict[str, Hook] = {}
        self.pending_commands: list[str] = []
        self._opening: Hook | None = None
        self._opening_verbs: Verbs = ()  # given, and not known to have reached jambonz

    @property
    def opening(self) -> Hook | None:
        """The opening message while it waits for its answer, None before and after."""
        hook = self._opening
        return hook if hook is not None and hook.state is not State.REPLIED else None

    @property
    def begun(self) -> bool:
        """Whether jambonz has opened the call: until then it only reports on it."""
        return self._opening is not None

    def _go(self, event: str) -> None:
        self.phase = _NEXT.get((self.phase, event), self.phase)

    # -- what arrives

    def heard(self, kind: str) -> list[str]:
        """A message has come in. If it is one that follows the ack, jambonz listens: held commands may leave."""
        return self._release("heard") if self.phase is Phase.SETTLING and kind in _PROOFS else []

    def settled(self) -> list[str]:
        """The time in which jambonz may not have been listening is over."""
        return self._release("settled") if self.phase is Phase.SETTLING else []

    def _release(self, event: str) -> list[str]:
        self._go(event)
        frames, self.pending_commands = self.pending_commands, []
        return frames

    def hook(
        self, kind: str, msgid: str, name: str, now: float, *, notification: bool = False
    ) -> tuple[Hook, list[str]]:
        """An ack-wanting message that does not open a connection."""
        hook = Hook(kind, msgid, name, now)
        if self.phase is Phase.CLOSED:
            hook.state = State.LOST
            return hook, []
        self._opening_verbs = ()  # hooks come from verbs: jambonz has the first ones
        if notification:
            hook.state = State.NOTIFIED
            return hook, [_ack(msgid, ())]
        self.unacked[msgid] = hook
        return hook, []

    def open(self, kind: str, msgid: str, now: float) -> tuple[Hook, list[str]]:
        """The first ack-wanting message of a connection. The hook is a new one, except where jambonz reconnects
        before it had the answer to the first: then it is that one, with the msgid that its answer needs now."""
        if self.phase is Phase.CLOSED:
            return self.hook(kind, msgid, kind, now)
        first = self._opening if kind == "session:reconnect" and self.phase is Phase.DOWN else None
        self._go("opening")
        if first is None:
            hook = self._opening = Hook(kind, msgid, kind, now, opening=True)
            self._opening_verbs = ()
        elif first.state is State.LOST and first.kind != "session:redirect":
            hook = first
            hook.state, hook.msgid, hook.received, hook.warned = State.UNACKED, msgid, now, False
        else:
            hook = Hook(kind, msgid, kind, now, opening=True)
        self.unacked[msgid] = hook
        if hook is not self._opening:
            # jambonz uses this answer only if it never got the first one; commands settle once more
            return hook, self.answer(hook, self._opening_verbs, split=True)
        if hook.kind in ("session:adulting", "session:reconnect"):
            # the verbs in this ack are ignored, or those of the latter may be: the call's own follow as a command
            return hook, self.expire(hook)
        return hook, []

    def dropped(self) -> None:
        """The connection is gone; jambonz may come back. For it, the hooks in flight have failed."""
        self._go("dropped")
        for hook in self.unacked.values():
            hook.state = State.LOST
        self.unacked.clear()

    def closed(self) -> None:
        """The call is over."""
        self.dropped()
        self.phase = Phase.CLOSED
        self.pending_commands.clear()

    # -- what leaves

    def command(self, message: dict[str, Any]) -> list[str]:
        """``message`` as a frame, now or when jambonz listens. Raises :class:`MessageTooLarge`,
        :class:`SessionClosed`."""
        data = message.get("data")
        return self._commands([_sized(dumps(message), data if type(data) is list else ())])

    def _commands(self, frames: list[str]) -> list[str]:
        self._check_room(frames)
        if self.phase is Phase.OPEN:
            return frames
        self.pending_commands.extend(frames)
        return []

    def _check_room(self, frames: list[str]) -> None:
        if self.phase is Phase.CLOSED:
            raise SessionClosed("the call is over")
        if frames and self.phase is not Phase.OPEN and len(self.pending_commands) + len(frames) > _MOST_PENDING:
            raise SessionClosed(f"{_MOST_PENDING:,} commands wait for jambonz to come back")

    def requeue(self, frames: list[str]) -> list[str]:
        """Commands that could not be written to the connection that they were made for: they are the first to leave
        when jambonz is back. What is to be written at once, if it is back already."""
        if self.phase is Phase.OPEN:
            return frames
        if self.phase is not Phase.CLOSED:
            self.pending_commands[:0] = frames
        return []

    def answer(self, hook: Hook, verbs: Verbs, *, split: bool = False) -> list[str]:
        """The answer to ``hook``: its ack, or a command where the ack has left, or was lost with its connection.

        ``split`` allows a too large answer to become an ack and queued commands. Raises :class:`ReplyError` if the
        hook has been answered, :class:`MessageTooLarge`, :class:`SessionClosed`; nothing has changed then.
        """
        state = hook.state
        if state is State.REPLIED:
            raise ReplyError(f"{hook} has been replied to already", hook=hook.name)
        if state is State.NOTIFIED:
            if verbs:
                raise ReplyError(
                    f"{hook} is a notification, whose answer jambonz does not use: send() the verbs",
                    hook=hook.name,
                )
            hook.state = State.REPLIED
            return []
        if state is State.UNACKED or self._awaits_reconnect(hook):
            head, first, rest = self._parts(verbs, split, lambda part: _ack(hook.msgid, part))
            self._check_room(rest)
            hook.state = State.REPLIED
            self.unacked.pop(hook.msgid, None)
            if hook.opening:
                self._opening_verbs = head
                self._go("acked")
            rest = self._commands(rest)
            return [first, *rest] if state is State.UNACKED else []
        if hook.kind == "dial:confirm" and verbs:
            raise ReplyError("dial:confirm was answered too late: jambonz has connected the call", hook=hook.name)
        frames: list[str] = []
        if verbs:
            head, first, rest = self._parts(verbs, split, lambda part: dumps(redirect(part)))
            frames = self._commands([first, *rest])
            if hook is self._opening and frames:  # they have left in place of what it was acked with
                self._opening_verbs = head
        elif hook.kind == "session:new" and state is State.EXPIRED:
            frames = self._commands([dumps(redirect([{"verb": "hangup"}]))])  # what no verbs mean to a new call
        hook.state = State.REPLIED
        return frames

    def _awaits_reconnect(self, hook: Hook) -> bool:
        """Whether the answer to this lost opening is that to the session:reconnect that takes its place."""
        return (
            hook.state is State.LOST
            and hook is self._opening
            and hook.kind != "session:redirect"
            and self.phase is Phase.DOWN
        )

    def undelivered(self, hook: Hook, verbs: Verbs, *, split: bool = False) -> list[str]:
        """The ack that :meth:`answer` gave could not be written: for jambonz the hook has failed, and its verbs go
        as a command."""
        if hook.opening or self.phase is Phase.CLOSED:
            return []  # the answer to the session:reconnect repeats the verbs
        hook.state = State.LOST
        return self.answer(hook, verbs, split=split)

    def _parts(self, verbs: Verbs, split: bool, first: Callable[[Verbs], str]) -> tuple[Verbs, str, list[str]]:
        """What of ``verbs`` goes first, the frame that ``first`` makes of it and, if need be, commands that queue the
        rest."""
        whole = first(verbs)
        if not split:
            return verbs, _sized(whole, verbs), []
        parts = [verbs]
        try:
            _sized(whole)
        except MessageTooLarge:
            parts = _pack(verbs)
            whole = first(parts[0])
        head, *tail = parts
        return head, _sized(whole, head), [_sized(dumps(redirect(part, queue=True)), part) for part in tail]

    def send(self, verbs: Verbs, *, queue: bool = False, split: bool = False) -> list[str]:
        """``verbs`` as a command of their own."""
        _, first, rest = self._parts(verbs, split, lambda part: dumps(redirect(part, queue=queue)))
        return self._commands([first, *rest])

    def expire(self, hook: Hook) -> list[str]:
        """Ack ``hook`` for a callback that takes too long, so that neither hook nor call fails; its verbs follow as a
        command when they are there."""
        if hook.state is not State.UNACKED:
            return []
        rejecting = hook.opening and hook.kind != "session:adulting"
        hook.state = State.EXPIRED
        self.unacked.pop(hook.msgid, None)
        verbs: Verbs = HOLDING if rejecting else ()
        if hook.opening:
            self._opening_verbs = verbs
            self._go("acked")
        return [_ack(hook.msgid, verbs)]


def _pack(verbs: Verbs) -> list[Verbs]:
    """``verbs`` in runs that fit a message each, as few as there can be."""
    room = MAX_MESSAGE - 256  # for what stands around the verbs
    parts: list[list[dict[str, Any]]] = []
    used = room + 1
    for verb in verbs:
        size = len(dumps(verb).encode()) + 1
        if used + size > room:
            parts.append([])
            used = 0
        parts[-1].append(verb)
        used += size
    return list(parts) or [()]
