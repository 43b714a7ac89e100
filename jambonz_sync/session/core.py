"""What goes on behind a session: messages in, frames out, callbacks in their order, deadlines, reconnects."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ..callbacks import Lanes, Timer, spares, watcher
from ..chain import as_verbs
from ..errors import CommandRejected, JambonzError, SendTimeout, SessionClosed
from ..events import CallStatus, for_message
from ..handlers import Handler, Handlers
from ..protocol import OPENINGS, WANT_ACK, Exchange, Hook, Phase, State, is_notification

if TYPE_CHECKING:
    from ..env import EnvValues
    from ..service import Service
    from ..transport import Connection

log = logging.getLogger("jambonz_sync.session")

#: how long jambonz may not be listening to commands after the ack of an opening message, in seconds
_SETTLE = 0.1


class Here(threading.local):
    """What this thread is doing for which call. Verbs are collected per thread, so that two callbacks of a call
    that run beside each other do not mix theirs."""

    session: SessionCore | None = None
    hook: Hook | None = None
    verbs: list[dict[str, Any]]  # of the callback that this thread is in


here = Here()


class SessionCore:
    """The machinery of one call. Its public face is :class:`jambonz_sync.session.Session`."""

    call_sid: str
    server: str | None
    speakable: bool
    locals: dict[str, Any]
    url_vars: dict[str, str]

    def __init__(
        self, service: Service, connection: Connection, call_sid: str, data: dict[str, Any], url_vars: dict[str, str]
    ) -> None:
        self.server = service.options.server
        self.speakable = service.options.speakable
        self.call_sid = call_sid
        self.locals = {}
        self.url_vars = url_vars
        self._service = service
        self._connection = connection
        self._raw = data
        self._lock = threading.Lock()  # guards the exchange and the fields below; no callback runs under it
        self._exchange = Exchange()
        self.lanes = Lanes()
        self._handlers = Handlers()
        self._loose: dict[int, list[dict[str, Any]]] = {}  # verbs of threads that are in no callback of this call
        self._legs: dict[str, CallStatus] = {}
        self._env: EnvValues | None = None
        self._deadline: Timer | None = None
        self._absence: Timer | None = None
        self._over: threading.Condition | None = None
        self._ended: tuple[int, str] | None = None
        self._resumed = False

    def _command(self, message: dict[str, Any]) -> None:
        self._emit(partial(self._exchange.command, message))

    def _emit(self, make: Callable[[], list[str]]) -> None:
        """Write commands; if the connection breaks meanwhile, keep them for the next."""
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
            self._broken(connection)
            with self._lock:
                self._exchange.held.extend(frames[done:])
        if self._exchange.phase is not Phase.OPEN and frames:
            self._settle_later()

    def _answer(self, hook: Hook, verbs: list[dict[str, Any]], *, split: bool = False) -> None:
        try:
            with self._lock:
                frames, connection = self._exchange.answer(hook, verbs, split=split), self._connection
        except JambonzError as exc:
            raise self._mine(exc) from None
        done = 0
        try:
            for text in frames:
                connection.send(text)
                done += 1
        except (SessionClosed, SendTimeout):
            self._broken(connection)
            with self._lock:
                if done:  # the ack has left, the rest of a split answer has not
                    self._exchange.held.extend(frames[done:])
                else:
                    hook.state = State.LOST  # as a hook whose connection dropped before its ack
                    self._exchange.answer(hook, verbs, split=split)
        if hook.opening:
            self._settle_later()

    def _mine(self, exc: JambonzError) -> JambonzError:
        """``exc``, with what only the session knows."""
        exc.call_sid = self.call_sid
        if isinstance(exc, SessionClosed) and self._ended is not None:
            exc.code, exc.reason = self._ended
        return exc

    def _broken(self, connection: Connection) -> None:
        """Writing failed. Raises if that is the end of the call; returns if jambonz may come back."""
        connection.abort()
        if connection is self._connection:
            self.connection_over(connection)
        if self._ended is not None:
            code, reason = self._ended
            raise SessionClosed(f"call {self.call_sid} is over", code=code, reason=reason, call_sid=self.call_sid)

    def _settle_later(self) -> None:
        if self._exchange.phase is Phase.SETTLING:
            watcher.call_later(_SETTLE, self._settled)

    def _settled(self) -> None:
        if self._exchange.held:
            spares.run(partial(self._write, self._exchange.settled))  # the watcher must not wait for a slow peer
        else:
            with self._lock:
                self._exchange.settled()

    def _write(self, make: Callable[[], list[str]]) -> None:
        """Write what the exchange owes; nobody is there to be told if it fails."""
        try:
            self._emit(make)
        except JambonzError as exc:
            log.info("call %s: %s", self.call_sid, exc)

    # -- in

    def on_message(self, message: dict[str, Any]) -> None:
        """A message of this call has come; on the thread that reads."""
        kind, data = message["type"], message["data"]
        if self._exchange.phase is Phase.SETTLING:
            self._write(self._exchange.heard)
        if kind in WANT_ACK:
            self._on_hook(kind, message["msgid"], message.get("hook"), data)
            return
        if kind == "call:status":
            self._on_status(data)
        elif kind == "jambonz:error":
            log.error("call %s: jambonz refused a message: %s", self.call_sid, data)
            self.report(CommandRejected(f"jambonz refused a message: {data}", details=data, call_sid=self.call_sid))
        handlers = self._handlers.take(kind)
        if not handlers and (hook := message.get("hook")):
            handlers = self._take_hook(hook)  # an eventHook or toolHook has a name, like a hook
        if handlers:
            self._notify(handlers, (for_message(kind, None, data),))

    def _on_status(self, data: dict[str, Any]) -> None:
        sid = data.get("call_sid")
        if type(sid) is str and sid != self.call_sid:
            self._legs[sid] = CallStatus(data)
        if self._exchange.phase is Phase.IDLE:
            handlers = self._service.handlers.take("call:status")
            if handlers:
                self._notify(handlers, (self, CallStatus(data)))

    def _on_hook(self, kind: str, msgid: str, name: Any, data: dict[str, Any]) -> None:
        now = monotonic()
        opens = kind in OPENINGS and self._exchange.phase in (Phase.IDLE, Phase.DOWN)
        name = name if type(name) is str and name else kind
        with self._lock:
            if opens:
                hook, frames = self._exchange.open(kind, msgid, now)
            else:
                hook, frames = self._exchange.hook(kind, msgid, name, now, notification=is_notification(kind, data))
        if frames:
            self._write(lambda: frames)
        if opens:
            self._settle_later()
        if opens and self._resumed:
            self._tell_reconnect(data)
            return
        args: tuple[Any, ...]
        if kind in OPENINGS:
            handlers, args = self._take_opening(kind, hook), (self, for_message(kind, None, data))
        else:
            handlers, args = self._take_hook(name, kind), (for_message(kind, name, data),)
        if not handlers:
            if hook.state is State.OWED:
                log.debug("call %s: nobody listens to %s", self.call_sid, name)
                self._answer_quietly(hook)
            return
        job = partial(self._run_hook, hook, handlers, args)
        if handlers[0].concurrent:
            self.lanes.beside(job)
            self.watch_hooks()
        elif not self.lanes.run(self.lanes.hooks, job):
            self.watch_hooks()

    def _take_hook(self, name: str, kind: str = "verb:hook") -> tuple[Handler, ...]:
        handlers = self._handlers.take(name)
        if handlers:
            return handlers
        if "//" in name:  # jambonz was given an absolute URL
            handlers = self._handlers.take(urlsplit(name).path)
        return handlers or self._handlers.take(kind) or self._handlers.take("verb:hook")

    def _take_opening(self, kind: str, hook: Hook) -> tuple[Handler, ...]:
        service = self._service.handlers
        handlers = service.take(kind)
        if handlers:
            return handlers
        if kind == "session:adulting":
            log.info("call %s: a leg of %s is a call of its own now", self.call_sid, self._raw.get("parent_call_sid"))
            return ()
        if kind == "session:redirect" and not hook.opening:
            handlers = self._handlers.take(hook.name)
        handlers = handlers or service.take("session:new")
        if not handlers:
            log.error("call %s: nobody listens to session:new at this path, the call is rejected", self.call_sid)
        return handlers

    def _tell_reconnect(self, data: dict[str, Any]) -> None:
        """The call has gone on all the while, with its callbacks: that it was away is a notification."""
        handlers = self._handlers.take("session:reconnect") or self._service.handlers.take("session:reconnect")
        if handlers:
            self._notify(handlers, (self, for_message("session:reconnect", None, data)))

    # -- callbacks

    def _run_hook(self, hook: Hook, handlers: tuple[Handler, ...], args: tuple[Any, ...]) -> None:
        outer = here.session, here.hook, here.__dict__.get("verbs")
        here.session, here.hook, here.verbs = self, hook, []
        try:
            for handler in handlers:
                result = self._service.call(handler, args)
                if result is not None and result is not self:
                    here.verbs.extend(as_verbs(result, self.server, self.speakable))
            if hook.state is not State.REPLIED:
                self._answer_returned(hook, here.verbs)
            elif here.verbs:
                log.warning("call %s: %s left %d verbs unsent", self.call_sid, hook.name, len(here.verbs))
        except Exception as exc:
            self._failed(hook, exc)
        finally:
            here.session, here.hook, here.verbs = outer  # type: ignore[assignment]

    def _answer_returned(self, hook: Hook, verbs: list[dict[str, Any]]) -> None:
        if hook.kind == "session:new" and not verbs and hook.state is State.OWED:
            log.warning("call %s: session:new was answered without verbs: jambonz rejects the call", self.call_sid)
        self._answer(hook, verbs)

    def _failed(self, hook: Hook, exc: Exception) -> None:
        """The callback of a hook has raised: the call goes on, with the verbs that are there for this."""
        if isinstance(exc, SessionClosed) and self._ended is not None:
            log.info("call %s: %s stopped, the call is over", self.call_sid, hook.name)
            return
        log.error("call %s: the callback of %s failed", self.call_sid, hook.name, exc_info=exc)
        self.report(exc)
        if hook.state in (State.REPLIED, State.NOTIFIED):
            return
        try:
            self._answer(hook, self._service.verbs_on_error(self, exc))
        except JambonzError as second:
            log.error("call %s: no answer to %s after its failure: %s", self.call_sid, hook.name, second)
            self._answer_quietly(hook)

    def _answer_quietly(self, hook: Hook) -> None:
        try:
            self._answer(hook, [])
        except JambonzError as exc:
            log.info("call %s: no answer to %s: %s", self.call_sid, hook.name, exc)

    def _notify(self, handlers: tuple[Handler, ...], args: tuple[Any, ...]) -> None:
        job = partial(self._run_notification, handlers, args)
        if handlers[0].concurrent:
            self.lanes.beside(job)
        else:
            self.lanes.run(self.lanes.notifications, job)

    def _run_notification(self, handlers: tuple[Handler, ...], args: tuple[Any, ...]) -> None:
        outer = here.session, here.hook, here.__dict__.get("verbs")
        here.session, here.hook, here.verbs = self, None, []
        try:
            for handler in handlers:
                self._service.call(handler, args)
            if here.verbs:
                log.warning("call %s: a callback left %d verbs unsent", self.call_sid, len(here.verbs))
        except Exception as exc:
            if isinstance(exc, SessionClosed) and self._ended is not None:
                log.info("call %s: a callback stopped, the call is over", self.call_sid)
            else:
                log.error("call %s: a callback failed", self.call_sid, exc_info=exc)
                if not isinstance(args[-1], Exception):  # the failure of an error callback is not news for it
                    self.report(exc)
        finally:
            here.session, here.hook, here.verbs = outer  # type: ignore[assignment]

    def report(self, exc: Exception) -> None:
        """Tell the ``error`` callbacks of the session, else of the service."""
        handlers = self._handlers.take("error")
        if handlers:
            self._notify(handlers, (exc,))
        elif handlers := self._service.handlers.take("error"):
            self._notify(handlers, (self, exc))

    # -- hooks that take long

    def watch_hooks(self) -> None:
        """See to it that no ack comes too late: a hook waits, or its callback takes long."""
        if self._deadline is None:
            with self._lock:
                if self._deadline is None and self._exchange.owed:
                    self._set_deadline()

    def _set_deadline(self) -> None:
        options = self._service.options
        due = min(
            hook.received + (options.ack_before if hook.warned else min(options.slow_hook, options.ack_before))
            for hook in self._exchange.owed.values()
        )
        self._deadline = watcher.call_later(max(0.0, due - monotonic()), partial(spares.run, self._check_hooks))

    def _check_hooks(self) -> None:
        options = self._service.options
        now = monotonic()
        frames: list[str] = []
        expired: list[Hook] = []
        with self._lock:
            self._deadline = None
            for hook in list(self._exchange.owed.values()):
                age = now - hook.received
                if age >= options.ack_before:
                    frames += self._exchange.expire(hook)
                    expired.append(hook)
                elif age >= options.slow_hook and not hook.warned:
                    hook.warned = True
                    log.warning("call %s: %s has been waiting for its reply for %.1f s", self.call_sid, hook.name, age)
            if self._exchange.owed:
                self._set_deadline()
        for hook in expired:
            log.warning(
                "call %s: %s took over %.1f s and was acked without its reply, which follows as a command",
                self.call_sid,
                hook.name,
                options.ack_before,
            )
        if frames:
            self._write(lambda: frames)
            self._settle_later()

    # -- connections come and go

    def attach(self, service: Service, connection: Connection) -> bool:
        """jambonz has connected anew for this call. False if the call is over, or another service's."""
        with self._lock:
            if self._ended is not None or service is not self._service:
                return False
            old, self._connection = self._connection, connection
            self._exchange.dropped()
            if self._absence is not None:
                self._absence.cancel()
                self._absence = None
            self._resumed = True
        old.abort()  # it may be half open: the peer has given it up
        return True

    def connection_over(self, connection: Connection) -> None:
        """A connection of this call has ended; the call has too, unless jambonz lost it and may come back."""
        with self._lock:
            if connection is not self._connection or self._ended is not None or self._absence is not None:
                return
            self._exchange.dropped()
            grace = self._service.options.reconnect_grace
            final = connection.ended_on_purpose or self._service.hub.draining or not grace or not self._exchange.begun
            if not final:
                self._absence = watcher.call_later(grace, partial(spares.run, partial(self._finish, 1006, "gone")))
        if final:
            self._finish(connection.code, connection.reason)
        else:
            log.info("call %s: the connection dropped (%d), %g s for a new one", self.call_sid, connection.code, grace)

    def _finish(self, code: int, reason: str) -> None:
        """The call is over: wake whoever waits, tell the callbacks."""
        with self._lock:
            if self._ended is not None:
                return
            self._ended = (code, reason)
            self._exchange.closed()
            for timer in (self._deadline, self._absence):
                if timer is not None:
                    timer.cancel()
            if self._over is not None:
                self._over.notify_all()
        self._service.forget(self)
        handlers = self._handlers.take("close")
        if handlers:
            self._notify(handlers, (code, reason))
        handlers = self._service.handlers.take("close")
        if handlers:
            self._notify(handlers, (self, code, reason))
