"""What leaves a call, in which order, and across the connections that jambonz opens for it.

Acks, replies and commands are made by the control protocol under the lock of the outbox, and get their place in the
queue of the connection under the same hold of it: their order is the one in which they were decided. They are written
after that, without the lock (:mod:`jambonz_sync.runtime.websocket.writer`), by whichever thread gets to write::

    with self.writing() as write:                     # the lock is held
        write(self.protocol.answer(hook, verbs))      # decided, and in its place
                                                      # the lock is free: it leaves

So a late reply cannot overtake its ack, verbs cannot leave before the opening is acked, and a thread that waits for a
slow peer keeps no other one's ack back. Threads of the application wait while jambonz takes no data; those that read,
or keep time, do not (``wait=False``).

If the connection breaks, what it has not written comes back in its order: commands wait for the next connection, and
the verbs of an ack follow as a command. Too many commands that wait are :class:`~jambonz_sync.errors.BackPressure`.

Locks, in the order in which they may be taken: that of the outbox; then those of a connection, or of the timers. No
callback, and nothing that blocks, runs under any of them.
"""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Callable, Sequence
from functools import partial
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ..errors import BackPressure, JambonzError, SessionClosed
from ..logs import origins
from ..protocol.call_states import CLOSED, DOWN, SETTLING
from ..protocol.control import ControlProtocol, Hook
from ..protocol.messages import Verbs, shown
from ..runtime import timers
from ..runtime.websocket.frames import close_frame
from ..runtime.work import Condition, Work
from . import lines

if TYPE_CHECKING:
    from ..runtime import Timer
    from ..runtime.handlers import Handlers
    from ..runtime.websocket import Connection
    from .context import CallContext

log = logging.getLogger("jambonz_sync.session")

#: seconds after the ack of an opening message in which jambonz may not be listening to commands
SETTLE = 0.1
#: characters that may be queued for an open connection before a command is refused
MAX_QUEUED = 4 << 20
#: characters queued from which on a thread that reads waits, too: a peer that asks and does not read fills no memory
READER_WAITS = 1 << 20


class Writing:
    """``with outbox.writing() as write``: what is written in the block leaves, in order, when it ends."""

    __slots__ = ("_connection", "_frames", "_outbox", "_ticket", "_wait")

    def __init__(self, outbox: Outbox, wait: bool) -> None:
        self._outbox = outbox
        self._wait = wait
        self._connection: Connection | None = None
        self._ticket = 0
        self._frames: Sequence[str] = ()

    def __enter__(self) -> Callable[[Sequence[str]], None]:
        outbox = self._outbox
        outbox.lock.acquire()
        if outbox.protocol.phase is SETTLING:
            outbox.settle_if_time()
        return self._write

    def _write(self, frames: Sequence[str]) -> None:
        if frames:
            self._connection = self._outbox.connection
            self._ticket = self._connection.out.enqueue(frames)
            self._frames = [*self._frames, *frames] if self._frames else frames

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        outbox, connection, ticket = self._outbox, self._connection, self._ticket
        outbox.lock.release()
        if exc is not None and isinstance(exc, JambonzError):
            outbox.complete(exc)
        if connection is not None and not connection.out.flush(ticket, wait=self._wait):
            outbox.not_written(connection, wait=self._wait)
        if self._frames and log.isEnabledFor(logging.DEBUG):
            outbox.tell_messages(self._frames)
        if outbox.protocol.phase is SETTLING:
            outbox.settle_later()


class Outbox:
    """The way out of one call.

    Args:
        context: How the call is served.
        connection: The one that it begins with.
        call_sid: For errors and the log.
        on_over: Called once, with code and reason, when the call is over: without a lock, on any thread. It must not
            block.
    """

    __slots__ = (
        *("_absence", "_call_sid", "_context", "_on_over", "_over", "_settle_timer_of", "_settling"),
        *("connection", "ended", "lock", "protocol"),
    )

    def __init__(
        self, context: CallContext, connection: Connection, call_sid: str, on_over: Callable[[int, str], object]
    ) -> None:
        self._context = context
        self._call_sid = call_sid
        self._on_over = on_over
        self.lock = threading.Lock()  # guards all that follows, and the order of what is enqueued
        self.connection = connection
        self.protocol = ControlProtocol(call_sid)
        self.ended: tuple[int, str] | None = None  # code and reason, once the call is over
        self._settling: tuple[Connection | None, float] = (None, math.inf)  # on what jambonz listens, and from when
        self._settle_timer_of: Connection | None = None  # the connection that a timer is set for
        self._absence: Timer | None = None  # for jambonz to come back
        self._over: Condition | None = None  # made for the first who waits: most calls have none

    # -- out

    def tell_messages(self, frames: Sequence[str]) -> None:
        """Tell the log of messages that leave. Called without the lock."""
        for frame in frames:
            lines.tell_message(self._call_sid, "->", frame)

    def writing(self, *, wait: bool = True) -> Writing:
        """Hold the lock; what the block writes leaves when it ends. Errors of ours in it tell of the call.

        Args:
            wait: Wait while jambonz takes no data; not on a thread that reads, or keeps time.
        """
        return Writing(self, wait)

    def not_written(self, connection: Connection, *, wait: bool) -> None:
        """A connection broke before all had left.

        Raises:
            SessionClosed: That is the end of the call, and ``wait`` tells that somebody wants to know.
        """
        self.connection_over(connection)
        if wait and self.ended is not None:
            code, reason = self.ended
            raise SessionClosed(f"call {self._call_sid} is over", code=code, reason=reason, call_sid=self._call_sid)

    def command(self, message: dict[str, Any], *, wait: bool = True) -> None:
        """Send a command, or hold it until jambonz listens.

        Raises:
            MessageTooLarge, BackPressure, SessionClosed: It is not taken.
        """
        with self.writing(wait=wait) as write:
            self._check_room()
            write(self.protocol.command(message))
        origins.sent(self._call_sid, [message])

    def send(self, verbs: Verbs, *, queue: bool, split: bool) -> Verbs:
        """Send verbs by a command of their own; it raises as :meth:`command` does.

        Returns:
            Those that were sent before and are lost, because jambonz has not begun them.
        """
        with self.writing() as write:
            self._check_room()
            lost = () if queue else self.protocol.unstarted
            write(self.protocol.send(verbs, queue=queue, split=split))
        origins.sent(self._call_sid, verbs)
        if log.isEnabledFor(logging.INFO):
            lines.tell_sent(self._call_sid, verbs, queue=queue)
        return lost

    def answer(self, hook: Hook, verbs: Verbs, *, split: bool = False, wait: bool = True) -> None:
        """Answer a hook, by its ack or a command.

        Raises:
            ReplyError: It has been answered.
            MessageTooLarge, BackPressure, SessionClosed: As for :meth:`command`.
        """
        try:
            with self.lock:  # what ``writing`` does, which would take a twentieth of the time of a quick hook
                connection = self.connection
                if self.protocol.phase is SETTLING:
                    self.settle_if_time()
                frames = self.protocol.answer(hook, verbs, split=split)
                ticket = connection.out.enqueue(frames) if frames else 0
        except JambonzError as exc:
            self.complete(exc)
            raise
        if frames and not connection.out.flush(ticket, wait=wait):
            self.not_written(connection, wait=wait)
        if origins.watcher is not None:
            origins.watcher.sent(self._call_sid, verbs)
        if hook.about is not None:
            lines.tell_answered(self._call_sid, hook, verbs)
            if log.isEnabledFor(logging.DEBUG):
                self.tell_messages(frames)
        if self.protocol.phase is SETTLING:
            self.settle_later()

    def _check_room(self) -> None:
        if self.connection.out.queued > MAX_QUEUED:
            raise BackPressure("jambonz takes no data, and too many commands wait for it")

    def complete(self, exc: JambonzError) -> None:
        """Tell in an error of ours what only the call knows."""
        exc.call_sid = self._call_sid
        if isinstance(exc, SessionClosed):
            exc.code, exc.reason = self.ended or (self.connection.code, self.connection.reason)

    # -- in, as far as it makes something leave

    def heard(self, kind: str, connection: Connection) -> None:
        """A message has come: commands that wait for jambonz to listen may leave."""
        with self.writing(wait=False) as write:
            if connection is self.connection:
                write(self.protocol.heard(kind))

    def receive(
        self, kind: str, msgid: str, name: str, now: float, connection: Connection, *, notification: bool
    ) -> Hook:
        """A message that wants an ack has come: see :meth:`ControlProtocol.receive`."""
        with self.lock:  # and not ``writing``, because as a rule nothing leaves yet
            newest = self.connection
            current = connection is newest
            hook, frames = self.protocol.receive(kind, msgid, name, now, notification=notification, current=current)
            ticket = newest.out.enqueue(frames) if frames else 0
        if frames:
            if not newest.out.flush(ticket, wait=False):
                self.not_written(newest, wait=False)
            if self.protocol.phase is SETTLING:
                self.settle_later()
        return hook

    def hold_reader(self, connection: Connection) -> None:
        """Read no more of a peer that goes on asking and takes no answers.

        Blocks: until it has taken them, ``send_timeout`` at most.
        """
        if connection.out.queued > READER_WAITS:
            connection.out.flush(connection.out.enqueued)

    # -- commands, once jambonz listens

    def settle_later(self) -> None:
        """Have commands that wait for jambonz to listen leave a moment after the ack has left. Where none wait, no
        timer is set: who sends the next one finds that the moment is over."""
        if self._settling[0] is not (connection := self.connection):
            self._keep_time(connection, connection.out.enqueued)
        elif self.protocol.pending_commands and self._settle_timer_of is not connection:
            self._set_settle_timer(self._settling[1] - monotonic(), connection)

    def _keep_time(self, connection: Connection, ticket: int) -> None:
        # the time counts from when the ack has left, which a peer that takes no data may put off
        has_left = connection.out.is_written(ticket)
        self._settling = connection, monotonic() + SETTLE if has_left else math.inf
        if not has_left or self.protocol.pending_commands:
            self._set_settle_timer(SETTLE, connection, None if has_left else ticket)

    def _set_settle_timer(self, delay: float, connection: Connection, unwritten: int | None = None) -> None:
        self._settle_timer_of = connection
        timers.call_later(delay, partial(self._settled, connection, unwritten))

    def _settled(self, connection: Connection, unwritten: int | None) -> None:
        self._settle_timer_of = None
        if unwritten is not None and connection is self.connection:
            self._keep_time(connection, unwritten)
        elif unwritten is None:
            with self.writing(wait=False) as write:
                if connection is self.connection:
                    write(self.protocol.settled())

    def settle_if_time(self) -> None:
        """Note that jambonz listens, if it does by now; where commands wait for that, the timer does."""
        assert self.lock.locked()
        connection, at = self._settling
        if connection is self.connection and monotonic() >= at and not self.protocol.pending_commands:
            self.protocol.settled()

    def holds_commands(self) -> bool:
        """Return True while commands wait that will leave by themselves."""
        with self.lock:
            return self.protocol.phase is SETTLING and bool(self.protocol.pending_commands)

    # -- connections come and go

    @property
    def closed(self) -> bool:
        """True once the call is over, or this side has closed it for good: nothing can be sent any more."""
        return self.protocol.phase is CLOSED

    @property
    def away(self) -> bool:
        """True while jambonz has lost the connection and may come back."""
        return self.protocol.phase is DOWN

    def attach(self, handlers: Handlers, connection: Connection) -> bool:
        """Go on with a connection that jambonz has opened for this call.

        Returns:
            False if the call is over, or is that of other ``handlers``: another service's.
        """
        while not self.closed and handlers is self._context.handlers:
            earlier = self.connection
            earlier.out.stop()  # it may be half open: the peer has given it up
            with self.lock:
                if self.closed or earlier is not self.connection:
                    continue
                self.connection = connection
                self.protocol.dropped()
                self.protocol.undelivered(earlier.out.take_unsent())
                self.protocol.connected()
                if self._absence is not None:
                    self._absence.cancel()
                    self._absence = None
            return True
        return False

    def connection_over(self, connection: Connection) -> None:
        """A connection of this call has ended; the call has too, unless jambonz lost it and may come back."""
        final, grace = False, self._context.options.reconnect_grace
        connection.out.stop()
        with self.writing(wait=False) as write:
            unsent = connection.out.take_unsent()
            news = connection is self.connection and self.ended is None and self._absence is None
            if news:
                self.protocol.dropped()
                final = connection.ended_on_purpose or self._context.registry.draining
                final = final or not grace or not self.protocol.begun
                if final:
                    self._end(connection.code, connection.reason)
                else:
                    self._absence = timers.call_later(grace, partial(self.give_up, connection))
            write(self.protocol.undelivered(unsent))
        if final:
            self._tell_over(connection.code, connection.reason)
        elif news:
            why = f"{connection.code} {shown(connection.reason, 200)}".strip()
            log.info("call %s: the connection dropped (%s), %g s for a new one", self._call_sid, why, grace)

    def give_up(self, connection: Connection) -> None:
        """jambonz has not come back in place of ``connection``, or cannot any more: a call that is away is over."""
        with self.lock:
            # asked under the lock that a reconnect takes: either it has come, or it finds the call over
            if connection is not self.connection or self._absence is None or self.ended is not None:
                return
            self._end(connection.code, connection.reason)
        self._tell_over(connection.code, connection.reason)

    def close(self, code: int, reason: str) -> None:
        """Close the connection; with 1000 the call is over, for this side.

        Raises:
            ValueError: ``code`` may not be sent.
        """
        close_frame(code, reason)  # a code that may not be sent changes nothing
        with self.writing(wait=False) as write:
            connection = self.connection
            gone = (connection.over or connection.out.dead) and self.ended is None
            if gone:
                self._end(code, reason)
            else:
                write(self.protocol.settled())  # commands that wait go first: there is no later
                if connection.close_within(code, reason):
                    if code == 1000:
                        self.protocol.closed()
                    else:
                        self.protocol.dropped()
        if gone:
            self._tell_over(code, reason)

    def _tell_over(self, code: int, reason: str) -> None:
        on_over, self._on_over = self._on_over, lambda code, reason: None  # what is over leads in no circle
        on_over(code, reason)

    def wait_closed(self, timeout: float | None, work: Work | None = None) -> bool:
        """Block until the call is over, or ``timeout`` seconds have passed; say whether it is over."""
        with self.lock:
            if self._over is None:
                self._over = Condition(self.lock, work)
            return self._over.wait_for(lambda: self.ended is not None, timeout)

    def _end(self, code: int, reason: str) -> None:
        """The call is over: wake whoever waits."""
        assert self.lock.locked()
        self.ended = (code, reason)
        self.protocol.closed()
        if self._absence is not None:
            self._absence.cancel()
        if self._over is not None:
            self._over.notify_all()
