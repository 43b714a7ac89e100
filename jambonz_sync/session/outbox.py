"""What leaves a session, and when: acks in time, commands when jambonz listens, all of it across reconnects."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any

from ..errors import JambonzError, SendTimeout, SessionClosed
from ..protocol.control import ControlProtocol, Hook, Phase, State, shown
from ..runtime import CallbackQueues, Timer, pool, timers
from ..runtime.handlers import Handler, Handlers

if TYPE_CHECKING:
    from ..events import CallStatus
    from ..protocol.env import EnvValues
    from ..runtime.websocket import Connection
    from .context import CallContext
    from .tts import TtsStream

log = logging.getLogger("jambonz_sync.session")

#: how long jambonz may not be listening to commands after the ack of an opening message, in seconds
_SETTLE = 0.1


class Outbox:
    """A call and the connection that it has at the moment. The base of :class:`jambonz_sync.session.Session`."""

    call_sid: str
    server: str | None
    escape_urls: bool
    locals: dict[str, Any]
    url_vars: dict[str, Any]
    _handlers: Handlers
    _tts_made: TtsStream | None = None
    _b3: str | None = None
    _unheard: set[str] | None = None  # hooks that nobody listens to

    def __init__(
        self,
        context: CallContext,
        connection: Connection,
        call_sid: str,
        data: dict[str, Any],
        url_vars: dict[str, Any],
    ) -> None:
        self.server = context.options.server
        self.escape_urls = context.options.escape_urls
        self.call_sid = call_sid
        self.locals = {}
        self.url_vars = url_vars
        self._context = context
        self._connection = connection
        self._raw = data
        self._lock = threading.Lock()  # guards the exchange and the fields below; no callback runs under it
        self._out = threading.Lock()  # frames are made and written under it, so that they leave in their order
        self._protocol = ControlProtocol()
        self.queues = CallbackQueues(f"call {call_sid}")
        self._handlers = Handlers()
        self._legs: dict[str, CallStatus] = {}
        self._env: EnvValues | None = None
        self._deadline: Timer | None = None
        self._absence: Timer | None = None
        self._over: threading.Condition | None = None
        self._ended: tuple[int, str] | None = None
        self._reconnected = False

    # -- out

    def _command(self, message: dict[str, Any]) -> None:
        self._emit(partial(self._protocol.command, message))

    def _emit(self, make: Callable[[], list[str]]) -> None:
        """Write commands; if the connection breaks meanwhile, keep them for the next."""
        frames, left, connection = self._make_and_write(make)
        if left:
            self._broken(connection)
            self._emit(partial(self._protocol.requeue, left))
        if self._protocol.phase is not Phase.OPEN and frames:
            self._settle_later()

    def _make_and_write(self, make: Callable[[], list[str]]) -> tuple[list[str], list[str], Connection]:
        """The frames that ``make`` gave, those of them that could not be written, and to what."""
        with self._out:
            try:
                with self._lock:
                    frames, connection = make(), self._connection
            except JambonzError as exc:
                raise self._mine(exc) from None
            done = 0
            try:
                for text in frames:
                    connection.send(text)
                    done += 1
            except (SessionClosed, SendTimeout):
                pass
        return frames, frames[done:], connection

    def _answer(self, hook: Hook, verbs: list[dict[str, Any]], *, split: bool = False) -> None:
        was: list[State] = []

        def make() -> list[str]:
            was.append(hook.state)
            return self._protocol.answer(hook, verbs, split=split)

        frames, left, connection = self._make_and_write(make)
        if left:
            self._broken(connection)
            if len(left) == len(frames) and was == [State.UNACKED]:  # the ack itself
                self._emit(partial(self._protocol.undelivered, hook, verbs, split=split))
            else:
                self._emit(partial(self._protocol.requeue, left))
        if hook.opening:
            self._settle_later()

    def _mine(self, exc: JambonzError) -> JambonzError:
        """``exc``, with what only the session knows."""
        exc.call_sid = self.call_sid
        if isinstance(exc, SessionClosed):
            exc.code, exc.reason = self._ended or (self._connection.code, self._connection.reason)
        return exc

    def _broken(self, connection: Connection) -> None:
        """Writing failed. Raises if that is the end of the call; returns if jambonz may come back."""
        if connection is self._connection:
            self.connection_over(connection)
        if self._ended is not None:
            code, reason = self._ended
            raise SessionClosed(f"call {self.call_sid} is over", code=code, reason=reason, call_sid=self.call_sid)

    def _settle_later(self) -> None:
        if self._protocol.phase is Phase.SETTLING:
            timers.call_later(_SETTLE, self._settled)

    def _settled(self) -> None:
        if self._protocol.pending_commands:
            pool.run(
                partial(self._write, self._protocol.settled), urgent=True
            )  # the timers must not wait for a slow peer
        else:
            with self._lock:
                self._protocol.settled()

    def _write(self, make: Callable[[], list[str]]) -> None:
        """Write what the exchange owes; nobody is there to be told if it fails."""
        try:
            self._emit(make)
        except JambonzError as exc:
            log.info("call %s: %s", self.call_sid, exc)

    # -- hooks that take long

    def watch_hooks(self) -> None:
        """See to it that no ack comes too late: a hook waits, or its callback takes long."""
        if self._deadline is None:
            with self._lock:
                if self._deadline is None and self._protocol.unacked:
                    self._set_deadline()

    def _set_deadline(self) -> None:
        options = self._context.options
        due = min(
            hook.received
            + (options.hook_ack_deadline if hook.warned else min(options.hook_warning_after, options.hook_ack_deadline))
            for hook in self._protocol.unacked.values()
        )
        self._deadline = pool.run_later(max(0.0, due - monotonic()), self._check_hooks, "see to hooks that wait")

    def _check_hooks(self) -> None:
        options = self._context.options
        now = monotonic()
        frames: list[str] = []
        expired: list[Hook] = []
        with self._lock:
            self._deadline = None
            for hook in list(self._protocol.unacked.values()):
                age = now - hook.received
                if age >= options.hook_ack_deadline:
                    frames += self._protocol.expire(hook)
                    expired.append(hook)
                elif age >= options.hook_warning_after and not hook.warned:
                    hook.warned = True
                    log.warning("call %s: %s has been waiting for its reply for %.1f s", self.call_sid, hook, age)
            if self._protocol.unacked:
                self._set_deadline()
        for hook in expired:
            log.warning(
                "call %s: %s took over %.1f s and was acked without its reply, which follows as a command",
                self.call_sid,
                hook,
                options.hook_ack_deadline,
            )
        if frames:
            self._write(lambda: frames)
            self._settle_later()

    # -- connections come and go

    @property
    def closed(self) -> bool:
        """Whether the call is over, or this side has closed it for good: nothing can be sent any more."""
        return self._protocol.phase is Phase.CLOSED

    @property
    def away(self) -> bool:
        """Whether jambonz has lost the connection, and may come back."""
        return self._protocol.phase is Phase.DOWN

    def attach(self, handlers: Handlers, connection: Connection) -> bool:
        """jambonz has connected anew for this call. False if the call is over, or is that of
        other ``handlers``: another service's."""
        with self._lock:
            if self.closed or handlers is not self._context.handlers:
                return False
            old, self._connection = self._connection, connection
            self._protocol.dropped()
            if self._absence is not None:
                self._absence.cancel()
                self._absence = None
            self._reconnected = True
        old.abort()  # it may be half open: the peer has given it up
        return True

    def connection_over(self, connection: Connection) -> None:
        """A connection of this call has ended; the call has too, unless jambonz lost it and may come back."""
        with self._lock:
            if connection is not self._connection or self._ended is not None or self._absence is not None:
                return
            self._protocol.dropped()
            grace = self._context.options.reconnect_grace
            final = (
                connection.ended_on_purpose or self._context.registry.draining or not grace or not self._protocol.begun
            )
            end = partial(self._finish, connection.code, connection.reason)
            if not final:
                self._absence = pool.run_later(grace, end, "end a call that did not come back")
        if final:
            end()
        else:
            why = f"{connection.code} {shown(connection.reason, 200)}".strip()
            log.info("call %s: the connection dropped (%s), %g s for a new one", self.call_sid, why, grace)

    def _finish(self, code: int, reason: str) -> None:
        """The call is over: wake whoever waits, tell the callbacks."""
        with self._lock:
            if self._ended is not None:
                return
            self._ended = (code, reason)
            self._protocol.closed()
            for timer in (self._deadline, self._absence):
                if timer is not None:
                    timer.cancel()
            if self._over is not None:
                self._over.notify_all()
        if self._tts_made is not None:
            self._tts_made.close(code, reason)
        self._context.registry.forget(self)
        handlers = self._handlers.take("close")
        if handlers:
            self._notify(handlers, (code, reason))
        handlers = self._context.handlers.take("close")
        if handlers:
            self._notify(handlers, (self, code, reason))

    def _notify(self, handlers: tuple[Handler, ...], args: tuple[Any, ...]) -> None:
        raise NotImplementedError
