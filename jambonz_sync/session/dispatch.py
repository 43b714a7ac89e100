"""What comes into a call: its messages, and which callbacks they are for.

The thread that reads brings each message here. A hook is taken in by the outbox, which decides under its lock what it
is and what jambonz is owed for it; then its callbacks are chosen, and run (:mod:`.callbacks`).
"""

from __future__ import annotations

import logging
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any

from ..errors import CallEnded, CommandRejected, VerbsReplaced
from ..events import CallStatus, for_message
from ..model.validation import did_you_mean, nearest
from ..protocol.call_states import EXPIRED, LOST, SETTLING, UNACKED
from ..protocol.control import Hook
from ..protocol.messages import NOTIFICATIONS, OPENINGS, WANT_ACK, is_notification, shown
from ..runtime import pool
from . import lines
from .callbacks import Callbacks, CalledSession
from .conversation.hooks import PREFIX
from .conversation.waits import Waits
from .deadlines import HookDeadlines
from .outbox import Outbox
from .unheard import path_of

if TYPE_CHECKING:
    from ..runtime.handlers import Handler, Handlers
    from ..runtime.websocket import Connection
    from .context import CallContext

log = logging.getLogger("jambonz_sync.session")

_TTS = frozenset({"tts:tokens-result", "tts:streaming-event"})
#: other legs of a call whose last status is kept: those heard of first are forgotten
_MAX_LEGS = 100
#: the error of jambonz for the answer to a hook that it could not use
_REFUSED_ANSWER = "invalid actionHook response"


class Dispatcher:
    """The way in of one call. The server tells it what comes; users see its session.

    Args:
        session: The session that callbacks are given.
        context: How the call is served.
        connection: The one that it begins with.
        call_sid: For errors and the log.
        data: The data of the first message.
    """

    __slots__ = (
        "_context",
        "b3",
        "began_at",
        "began_elsewhere",
        "call_sid",
        "callbacks",
        "data",
        "deadlines",
        "legs",
        "outbox",
        "reconnected",
        "waits",
        "work",
    )

    def __init__(
        self,
        session: CalledSession,
        context: CallContext,
        connection: Connection,
        call_sid: str,
        data: dict[str, Any],
    ) -> None:
        self._context = context
        self.call_sid = call_sid
        self.data = data  # of the message that opened the call; before it has come, of the first one
        self.b3: str | None = None
        self.reconnected = False
        self.began_at = 0.0  # on the monotonic clock
        self.began_elsewhere = False  # the call had verbs before this session was made
        self.legs: dict[str, CallStatus] = {}
        self.outbox = Outbox(context, connection, call_sid, self._over)
        self.deadlines = HookDeadlines(self.outbox, context.options, call_sid)
        self.callbacks = Callbacks(session, context, call_sid, self.outbox)
        self.waits: Waits | None = None  # made for the first thread that waits: most calls have none
        #: the work of the call; None where nobody counts, which is everywhere but in tests
        self.work = None if connection.work is None else connection.work.total
        if self.work is not None:
            self.work.owes.append(self.outbox.holds_commands)

    def make_waits(self) -> Waits:
        """Return the waits of this call. Any thread may ask."""
        if self.waits is None:
            with self.outbox.lock:
                if self.waits is None:
                    self.waits = Waits(self.call_sid, self.work)
        return self.waits

    # -- from the server

    def attach(self, handlers: Handlers, connection: Connection) -> bool:
        """Go on with a connection that jambonz has opened for this call.

        Returns:
            False if the call is over, or is that of other ``handlers``: another service's.
        """
        attached = self.outbox.attach(handlers, connection)
        self.reconnected = self.reconnected or attached
        return attached

    def connection_over(self, connection: Connection) -> None:
        """A connection of this call has ended, and all that it brought is here."""
        self.outbox.connection_over(connection)

    def watch_hooks(self) -> None:
        """A callback takes long: see to it that no ack comes too late."""
        self.deadlines.watch()

    def on_message(self, message: dict[str, Any], connection: Connection, size: int = 0) -> None:
        """A message of this call, of ``size`` characters, has come by ``connection``; on the thread that reads."""
        kind, data = message["type"], message["data"]
        outbox = self.outbox
        is_told = log.isEnabledFor(logging.INFO)
        if is_told and log.isEnabledFor(logging.DEBUG):
            lines.tell_message(self.call_sid, "<-", message)
        if outbox.protocol.phase is SETTLING:
            outbox.heard(kind, connection)
        if kind in WANT_ACK:
            self._on_hook(kind, message, data, connection, size, is_told)
            return
        if kind in _TTS:
            self._on_tts(kind, data, size)
            return
        if kind == "call:status":
            self._on_status(data, size)
        elif kind == "jambonz:error":
            self._on_error(data)
        handlers = self.callbacks.handlers.take(kind)
        if type(hook := message.get("hook")) is str:
            handlers += self._take_hook(hook, kind)  # an eventHook or toolHook has a name, like a hook
        if handlers:
            self.callbacks.notify(handlers, (for_message(kind, None, data),), size=size)

    # -- notifications

    def _on_error(self, data: dict[str, Any]) -> None:
        # not its ``content``: that is the message itself, with what is secret in it
        what = shown(f"{data.get('msg', 'no reason given')}: {data.get('details')}".removesuffix(": None"), 500)
        log.error("call %s: jambonz refused a message: %s", self.call_sid, what)
        error = CommandRejected(f"jambonz refused a message: {what}", details=data, call_sid=self.call_sid)
        self.callbacks.report(error)
        if self.waits is not None and data.get("msg") == _REFUSED_ANSWER:
            self.waits.fail(error)  # the verbs that it waits for are not executed

    def _on_tts(self, kind: str, data: dict[str, Any], size: int) -> None:
        """The token window hears of it first: who blocks in it must wake, whatever the callbacks do."""
        session = self.callbacks.session
        stream = session._tts_made
        handlers = self.callbacks.handlers.take(kind)
        if kind == "tts:tokens-result":
            if data.get("id") is None and data.get("status") == "failed":  # nobody waits for it: a bare command sent it
                log.warning("call %s: jambonz refused text to speak: %s", self.call_sid, shown(data.get("reason")))
            if stream is not None:
                stream.on_result(data)
        else:
            session._may_have_token_stream = True
            if stream is not None:
                stream.on_event(data)
            event_type = data.get("event_type")
            handlers += self.callbacks.handlers.take(f"tts:{event_type}")
            if event_type == "user_interruption":
                handlers += self.callbacks.handlers.take("tts:user_interrupt")  # as the Node SDK calls it, too
        if handlers:
            self.callbacks.notify(handlers, (for_message(kind, None, data),), size=size)

    def _on_status(self, data: dict[str, Any], size: int) -> None:
        sid = data.get("call_sid")
        if type(sid) is str and sid != self.call_sid:
            legs = {**self.legs, sid: CallStatus(data)}  # a new dict: another thread may be reading the old one
            if len(legs) > _MAX_LEGS:
                del legs[next(iter(legs))]
            self.legs = legs
        if not self.outbox.protocol.begun:
            handlers = self._context.handlers.take("call:status")
            if handlers:
                self.callbacks.notify(handlers, (self.callbacks.session, CallStatus(data)), size=size)

    # -- hooks

    def _on_hook(
        self, kind: str, message: dict[str, Any], data: dict[str, Any], connection: Connection, size: int, is_told: bool
    ) -> None:
        now, msgid, name = monotonic(), message["msgid"], message.get("hook")
        if not (type(name) is str and name):
            name = kind
        notification = is_notification(kind, data)
        hook = self.outbox.receive(kind, msgid, name, now, connection, notification=notification)
        opens = hook.opening
        if is_told:
            hook.about = "" if kind in OPENINGS else lines.about(data)
        if hook.begins:  # a status may have come before: this is what the call is
            self.data, self.b3 = data, message.get("b3")
            self.began_at = now
            self.reconnected = kind == "session:reconnect"
            self.began_elsewhere = kind != "session:new"
        elif opens:
            self.deadlines.watch()  # the opening itself may be waiting for its answer again
            self._on_reconnect(Hook(kind, msgid, kind, now), data)
            return
        if self.waits is not None and self._is_waited_for(hook, kind, name, data, connection):
            return
        if name.startswith(PREFIX):
            log.info("call %s: %s came when nobody waited for it any more", self.call_sid, hook)
            self.callbacks.answer_quietly(hook, wait=False)
            self.outbox.hold_reader(connection)
            return
        event = for_message(kind, name, data)
        args: tuple[Any, ...] = (event,)
        anew = False
        if kind not in OPENINGS:
            handlers = self.callbacks.handlers.take(name) or self._take_hook(name, kind)
        elif hook.state is LOST and kind != "session:redirect":
            log.info("call %s: a %s came too late and is left out", self.call_sid, kind)
            return
        elif opens or not (handlers := self._take_named(name)):  # a redirect may lead to a hook of this call
            anew = not opens and kind not in self._context.handlers
            handlers, args = self._take_opening(kind), (self.callbacks.session, event)
        if not handlers:
            if hook.state is UNACKED:
                self.callbacks.answer_quietly(hook, wait=False)
                self._nobody_listens(hook)
            self.outbox.hold_reader(connection)
            return
        answered = self.callbacks.answer_hook(hook, handlers, args, anew=anew, size=size)
        if not answered:
            self.deadlines.watch()
        if not answered or notification:  # else the callback has waited for its answer to leave
            self.outbox.hold_reader(connection)

    def _is_waited_for(self, hook: Hook, kind: str, name: str, data: dict[str, Any], connection: Connection) -> bool:
        """Give a hook to the thread that waits for it, if one does."""
        assert self.waits is not None
        wait = self.waits.take(name, hook, data)
        if wait is None:
            if kind == "session:redirect":
                why = f"call {self.call_sid}: the call was redirected to {shown(name)}"
                self.waits.fail(VerbsReplaced(why, call_sid=self.call_sid))
            return False
        is_kept = wait.came is not None
        if wait.owes_reply and not is_kept:
            self.deadlines.watch()
        elif hook.state is UNACKED:
            self.callbacks.answer_quietly(hook, wait=False)
        if not is_kept:
            wait.give(hook, data)
        self.outbox.hold_reader(connection)
        return True

    def _take_hook(self, name: str, kind: str) -> tuple[Handler, ...]:
        handlers = self._take_named(name)
        if handlers or kind in NOTIFICATIONS:
            return handlers
        return self.callbacks.handlers.take(kind) or self.callbacks.handlers.take("verb:hook")

    def _take_named(self, name: str) -> tuple[Handler, ...]:
        handlers = self.callbacks.handlers.take(name)
        if not handlers and (path := path_of(name)):
            handlers = self.callbacks.handlers.take(path)
        return handlers

    def _nobody_listens(self, hook: Hook) -> None:
        if hook.kind in OPENINGS:
            return  # that has been told
        self.callbacks.unheard.check_later()  # the callback that has sent the verb is too late with its function
        name = hook.name[:100]  # what is longer resembles nothing
        if not self.callbacks.unheard.is_new(name):
            return
        near = nearest(path_of(name) or name, [name for name in self.callbacks.handlers.names() if name[0] == "/"])
        log.warning(
            'call %s: nobody listens to %s%s, and it was answered without verbs: session.on("%s", fn)',
            *(self.call_sid, hook, did_you_mean(near), near or hook),
        )

    def _take_opening(self, kind: str) -> tuple[Handler, ...]:
        service = self._context.handlers
        handlers = service.take(kind)
        if handlers:
            return handlers
        if kind == "session:adulting":
            parent = shown(self.data.get("parent_call_sid"))
            log.info("call %s: a leg of %s is a call of its own now", self.call_sid, parent)
            return ()
        handlers = service.take("session:new")
        if not handlers:
            log.error(
                "call %s: nobody listens to session:new at this path, and the call gets no verbs: "
                'svc.on("session:new", fn)',
                self.call_sid,
            )
        return handlers

    def _on_reconnect(self, hook: Hook, data: dict[str, Any]) -> None:
        """The call has gone on all the while, with its callbacks. It is acked: verbs for it are a command."""
        hook.state = EXPIRED
        session = self.callbacks.session
        if session._tts_made is not None:
            session._tts_made.on_reconnect()
        handlers = self.callbacks.handlers.take("session:reconnect") or self._context.handlers.take("session:reconnect")
        if handlers:
            event = for_message("session:reconnect", None, data)
            self.callbacks.notify(handlers, (session, event), hook)

    # -- the end

    def _over(self, code: int, reason: str) -> None:
        """The call is over. On any thread, under whatever lock of the application that holds: its callbacks run on
        another one."""
        if log.isEnabledFor(logging.INFO):
            lines.tell_end(self.call_sid, code, reason, self.began_at)
        session = self.callbacks.session
        session._tell_unsent()
        if session._tts_made is not None:
            session._tts_made.close(code, reason)
        if self.waits is not None:
            message = f"call {self.call_sid} is over"
            self.waits.fail(CallEnded(message, code=code, reason=reason, call_sid=self.call_sid))
        self.deadlines.cancel()
        if self.work is not None:
            self.work.owes.remove(self.outbox.holds_commands)
        self._context.registry.forget(session)
        if "close" in self.callbacks.handlers or "close" in self._context.handlers:
            tell_over = partial(self.callbacks.tell_over, session, code, reason)
            pool.run(tell_over if self.work is None else self.work.job(tell_over))
