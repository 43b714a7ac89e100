"""The control protocol as plain values: who owes whom an ack, and when a command may leave.

No socket, no thread, no clock. :class:`ControlProtocol` is told what happened and gives back the frames (JSON texts)
to write, in order. One call has one of it, which outlives the connections that jambonz opens for the call::

      IDLE --opening--> OPENING --acked--> SETTLING --heard/settled--> OPEN
       ^                   |                  |                          |
       |                   +------------------+--------------------------+
       |                                   dropped
       |                                      v
       +-------------connected-------------- DOWN --closed--> CLOSED

A command that jambonz gets together with the ack of the opening message is lost: it is not listening yet. So
commands are held in every phase but OPEN, and leave in order when it is reached: with a message that proves that
jambonz has had the ack, or after a while.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any, Final

from ..errors import BackPressure, MessageTooLarge, ReplyError, SessionClosed
from ..model.json_text import dumps
from .call_states import CLOSED, DOWN, EXPIRED, IDLE, LOST, NEXT, NOTIFIED, OPEN, REPLIED, SETTLING, UNACKED
from .messages import NOTIFICATIONS, OPENINGS, WANT_ACK, Verbs, ack_text, redirect, shown, sized, split_verbs

log = logging.getLogger("jambonz_sync.protocol")

#: messages that verbs and commands bring about, so that jambonz has had the ack of the opening. A status may have been
#: on its way before, and an error tells of a message that was not used
_PROOFS: Final = (WANT_ACK | NOTIFICATIONS) - OPENINGS - {"call:status", "jambonz:error"} | {"session:redirect"}
#: what a call gets to do while the callback of its opening message takes too long: an empty ack would reject it
HOLDING: Final = ({"verb": "pause", "length": 60},)
#: characters of commands that may wait for jambonz to listen
MAX_PENDING: Final = 4 << 20


class Hook:
    """One message that jambonz wants an ack of.

    ``received`` is the caller's clock, in seconds. ``opening`` says that it is the first one of its connection,
    ``begins`` that it is the first one of the call. ``about`` says what it reports, if the log is to tell of its
    answer, and ``thread`` which one its callback runs on.
    """

    __slots__ = ("about", "begins", "kind", "msgid", "name", "opening", "received", "state", "thread", "warned")

    def __init__(self, kind: str, msgid: str, name: str, received: float, *, opening: bool = False) -> None:
        self.kind = kind
        self.msgid = msgid
        self.name = name
        self.received = received
        self.opening = opening
        self.begins = False
        self.state = UNACKED
        self.warned = False
        self.about: str | None = None
        self.thread: int | None = None

    def __str__(self) -> str:
        """Its name, for messages and logs."""
        return shown(self.name)


class Ack(str):
    """The text of an ack, which knows what it answers: if it cannot be written, its verbs leave by command."""

    __slots__ = ("hook", "verbs")

    hook: Hook
    verbs: Verbs


def _ack(hook: Hook, verbs: Verbs) -> Ack:
    ack = Ack(ack_text(hook.msgid, verbs))
    ack.hook, ack.verbs = hook, verbs
    return ack


class ControlProtocol:
    """Acks and commands of one call.

    Not safe for several threads: the lock of the call's outbox guards it. ``call_sid`` is for the log.
    """

    __slots__ = (
        *("_call_sid", "_opening", "_opening_verbs", "_pending_size"),
        *("pending_commands", "phase", "unacked", "unstarted"),
    )

    def __init__(self, call_sid: str = "-") -> None:
        self._call_sid = call_sid
        self.phase = IDLE
        self.unacked: list[Hook] = []  # hooks, not msgids: a peer may use one twice
        self.pending_commands: list[str] = []
        self._pending_size = 0
        self.unstarted: Verbs = ()  # sent, and not begun by jambonz: it forgets them if others replace them now
        self._opening: Hook | None = None
        self._opening_verbs: Verbs = ()  # the answer to it, while it is not known to have reached jambonz

    @property
    def opening(self) -> Hook | None:
        """The opening message while it waits for its answer, None before and after."""
        hook = self._opening
        return hook if hook is not None and hook.state is not REPLIED else None

    @property
    def begun(self) -> bool:
        """True if jambonz has opened the call: until then it only reports on it."""
        return self._opening is not None

    def advance(self, event: str) -> None:
        """Go to the phase that follows. An event that cannot happen in this phase changes nothing, and is logged."""
        following = NEXT.get((self.phase, event))
        if following is None:
            log.error("call %s: %r cannot happen in phase %s", self._call_sid, event, self.phase.value)
        else:
            self.phase = following

    # -- what arrives

    def connected(self) -> None:
        """Note that jambonz has connected again for this call: its opening message comes next."""
        self.advance("connected")

    def heard(self, kind: str) -> list[str]:
        """Note that a message has come in. If it is one that follows the ack, jambonz listens: held commands leave."""
        return self._release("heard") if self.phase is SETTLING and kind in _PROOFS else []

    def settled(self) -> list[str]:
        """Note that the time in which jambonz may not have been listening is over: held commands leave."""
        return self._release("settled") if self.phase is SETTLING else []

    def _release(self, event: str) -> list[str]:
        self.advance(event)
        frames, self.pending_commands, self._pending_size = self.pending_commands, [], 0
        self.unstarted = ()
        return frames

    def receive(
        self, kind: str, msgid: str, name: str, now: float, *, notification: bool = False, current: bool = True
    ) -> tuple[Hook, list[str]]:
        """Take in a message that wants an ack.

        Args:
            kind: Its type.
            msgid: The id that its ack names.
            name: The hook, for errors and logs.
            now: Seconds of the caller's clock.
            notification: jambonz does not use what the ack says.
            current: It has come by the connection that the call has at the moment. jambonz discards the ack of one
                that has come by an earlier connection, so that its verbs follow by command.
        Returns:
            The hook, which says whether it opens its connection, and what leaves at once.
        """
        if kind in OPENINGS and current and self.phase is IDLE:
            return self.open(kind, msgid, now)
        hook = Hook(kind, msgid, name, now)
        if self.phase is CLOSED:
            hook.state = LOST
            return hook, []
        self._opening_verbs = ()  # hooks come from verbs: jambonz has the first ones
        lost = not current or self.phase is DOWN
        if notification:
            hook.state = NOTIFIED
            return hook, [] if lost else [_ack(hook, ())]
        if lost:
            hook.state = LOST
        else:
            self.unacked.append(hook)
        return hook, []

    def open(self, kind: str, msgid: str, now: float) -> tuple[Hook, list[str]]:
        """Take in the first ack-wanting message of a connection. The hook is a new one, except where jambonz reconnects
        before it had the answer to the first: then it is that one, with the msgid that its answer needs now."""
        if self.phase is CLOSED:
            return self.receive(kind, msgid, kind, now)
        first = self._opening if kind == "session:reconnect" else None
        self.advance("opening")
        if first is None:
            hook = Hook(kind, msgid, kind, now, opening=True)
            hook.begins = not self.begun
            self._opening, self._opening_verbs = hook, ()
        elif first.state is LOST and first.kind != "session:redirect":
            hook = first
            hook.state, hook.msgid, hook.received, hook.warned = UNACKED, msgid, now, False
            hook.begins = False
        else:
            hook = Hook(kind, msgid, kind, now, opening=True)
        self.unacked.append(hook)
        if hook is not self._opening:
            # jambonz uses this answer only if it never got the first one; commands settle once more
            return hook, self.answer(hook, self._opening_verbs, split=True)
        if hook.kind in ("session:adulting", "session:reconnect"):
            # the verbs in this ack are ignored, or those of the latter may be: the call's own follow as a command
            return hook, self.expire(hook)
        return hook, []

    def dropped(self) -> None:
        """Note that the connection is gone; jambonz may come back. For it, the hooks in flight have failed."""
        self.advance("dropped")
        self._lose()

    def _lose(self) -> None:
        for hook in self.unacked:
            hook.state = LOST
        self.unacked.clear()
        self.unstarted = ()

    def closed(self) -> None:
        """Note that the call is over."""
        self.advance("closed")
        self._lose()
        self.pending_commands.clear()
        self._pending_size = 0

    # -- what leaves

    def command(self, message: dict[str, Any]) -> list[str]:
        """Make a frame of ``message``, which leaves now or when jambonz listens.

        Raises:
            MessageTooLarge, BackPressure, SessionClosed: It is not taken.
        """
        data = message.get("data")
        return self._commands([sized(dumps(message), data if type(data) is list else ())])

    def send(self, verbs: Verbs, *, queue: bool = False, split: bool = False) -> list[str]:
        """Make a command of ``verbs``, or with ``split`` as many as it takes; it raises as :meth:`command` does."""
        _, first, others = split_verbs(verbs, split, lambda part: dumps(redirect(part, queue=queue)))
        frames = self._commands([first, *others])
        if self.phase is not OPEN:
            self.unstarted = [*(self.unstarted if queue else ()), *verbs]
        return frames

    def _commands(self, frames: list[str]) -> list[str]:
        self._check_room(frames)
        if self.phase is OPEN:
            return frames
        self._hold(frames, len(self.pending_commands))
        return []

    def _hold(self, frames: list[str], place: int) -> None:
        self.pending_commands[place:place] = frames
        self._pending_size += sum(map(len, frames))

    def _check_room(self, frames: list[str]) -> None:
        if self.phase is CLOSED:
            raise SessionClosed("the call is over")
        if self.phase is not OPEN and frames and self._pending_size + sum(map(len, frames)) > MAX_PENDING:
            waiting = len(self.pending_commands)
            raise BackPressure(f"{waiting:,} commands wait for jambonz, which is away or does not listen yet")

    def undelivered(self, frames: Sequence[str]) -> list[str]:
        """Take back frames that could not be written to the connection that they were made for.

        For jambonz a hook whose ack is among them has failed: its verbs go by command. The answer to an opening is
        repeated by that to the session:reconnect that follows.

        Returns:
            What leaves at once, if jambonz is back already; else it is the first to leave when it is.
        """
        if self.phase is CLOSED:
            return []
        commands: list[str] = []
        for text in frames:
            commands += self._in_place_of(text) if type(text) is Ack else [text]
        if self.phase is OPEN:
            return commands
        self._hold(commands, 0)
        return []

    def _in_place_of(self, ack: Ack) -> list[str]:
        hook = ack.hook
        if hook.opening or not ack.verbs:
            return []
        if hook.kind == "dial:confirm":
            log.warning("call %s: the answer to dial:confirm came too late: the connection is gone", self._call_sid)
            return []
        try:
            _, first, others = split_verbs(ack.verbs, True, lambda part: dumps(redirect(part)))
        except MessageTooLarge as exc:  # a command has more around its verbs than an ack
            log.error("call %s: the answer to %s is lost with its connection: %s", self._call_sid, hook, exc)
            return []
        return [first, *others]

    def answer(self, hook: Hook, verbs: Verbs, *, split: bool = False) -> list[str]:
        """Answer ``hook``: by its ack, or a command where the ack has left, or was lost with its connection.

        Args:
            hook: Any that :meth:`receive` has given out.
            verbs: The verbs of the answer.
            split: Allow a too large answer to become an ack and queued commands.
        Raises:
            ReplyError: The hook has been answered, or jambonz would not use the verbs.
            MessageTooLarge, BackPressure, SessionClosed: As for :meth:`command`. Nothing has changed then.
        """
        state = hook.state
        if state is REPLIED:
            raise ReplyError(f"{hook} has been replied to already", hook=hook.name)
        if state is NOTIFIED:
            if verbs:
                raise ReplyError(
                    f"{hook} is a notification, whose answer jambonz does not use: send() the verbs",
                    hook=hook.name,
                )
            hook.state = REPLIED
            return []
        if state is UNACKED and not split and not hook.opening:  # as below, for what happens most
            frames = [sized(_ack(hook, verbs), verbs)]
            self.unacked.remove(hook)
            hook.state = REPLIED
            return frames
        if state is UNACKED or self._awaits_reconnect(hook):
            head, first, others = split_verbs(verbs, split, lambda part: _ack(hook, part))
            if others:
                self._check_room(others)
            if state is UNACKED:
                self.unacked.remove(hook)
            hook.state = REPLIED
            if hook.opening:
                self._opening_verbs = head
                self.unstarted = verbs if hook.begins else ()
                self.advance("acked")
            if others:
                others = self._commands(others)
            return [first, *others] if state is UNACKED else []
        if hook.kind == "dial:confirm" and verbs:
            raise ReplyError("dial:confirm was answered too late: jambonz has connected the call", hook=hook.name)
        frames = []
        if verbs:
            head, first, others = split_verbs(verbs, split, lambda part: dumps(redirect(part)))
            frames = self._commands([first, *others])
            if hook is self._opening and frames:  # they have left in place of what it was acked with
                self._opening_verbs = head
        elif hook.kind == "session:new" and state is EXPIRED:
            frames = self._commands([dumps(redirect([{"verb": "hangup"}]))])  # what no verbs mean to a new call
        hook.state = REPLIED
        return frames

    def _awaits_reconnect(self, hook: Hook) -> bool:
        """Return True if the answer to this lost opening is that to the session:reconnect that takes its place."""
        return (
            hook.state is LOST
            and hook is self._opening
            and hook.kind != "session:redirect"
            and self.phase in (DOWN, IDLE)
        )

    def expire(self, hook: Hook) -> list[str]:
        """Ack ``hook`` for a callback that takes too long, so that neither hook nor call fails; its verbs follow as a
        command when they are there."""
        if hook.state is not UNACKED:
            return []
        rejecting = hook.opening and hook.kind != "session:adulting"
        hook.state = EXPIRED
        self.unacked.remove(hook)
        verbs: Verbs = HOLDING if rejecting else ()
        if hook.opening:
            self._opening_verbs = verbs
            self.advance("acked")
        return [_ack(hook, verbs)]
