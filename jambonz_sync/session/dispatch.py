"""What comes into a session: messages, the callbacks that they run, and the order of those."""

from __future__ import annotations

import logging
import threading
from abc import abstractmethod
from collections.abc import Callable, Sequence
from functools import partial
from time import monotonic
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from ..errors import CommandRejected, JambonzError, SessionClosed
from ..events import CallStatus, for_message
from ..model.checks import nearest
from ..protocol.control import NOTIFICATIONS, OPENINGS, WANT_ACK, Hook, Phase, State, is_notification, shown
from ..protocol.tts import TtsStopped
from ..runtime.handlers import Handler, run
from ..runtime.queues import SerialQueue
from ..verbs.chain import as_verbs
from .outbox import Outbox

log = logging.getLogger("jambonz_sync.session")

_TTS = frozenset({"tts:tokens-result", "tts:streaming-event"})


#: names of hooks that nobody listens to, of which the log tells in one call
_MOST_UNHEARD = 100


def _path_of(name: str) -> str:
    """The path of a hook that is an absolute URL, or has a query; else nothing."""
    if "//" in name or "?" in name or "#" in name:
        try:
            return urlsplit(name).path
        except ValueError:
            pass  # it is no URL
    return ""


class Here(threading.local):
    """What this thread is doing for which call. Verbs are collected per thread, so that two callbacks of a call
    that run beside each other do not mix theirs."""

    session: Dispatcher | None = None
    hook: Hook | None = None
    verbs: list[dict[str, Any]]  # of the callback that this thread is in
    loose: WeakKeyDictionary[Dispatcher, list[dict[str, Any]]] | None = None  # of calls that it is in no callback of

    def enter(self, session: Dispatcher, hook: Hook | None) -> tuple[Any, ...]:
        """A callback begins. What was before, for :meth:`leave`."""
        mine = self.__dict__  # an attribute of a local costs as much as this
        outer = mine.get("session"), mine.get("hook"), mine.get("verbs"), mine.get("loose")
        mine["session"], mine["hook"], mine["verbs"], mine["loose"] = session, hook, [], None
        return outer

    def leave(self, outer: tuple[Any, ...]) -> None:
        """It ends, and what it queued on other calls with it: this thread may serve any call next."""
        mine = self.__dict__
        loose = mine["loose"]
        mine["session"], mine["hook"], mine["verbs"], mine["loose"] = outer
        for session, verbs in loose.items() if loose is not None else ():
            if verbs:
                log.warning("call %s: a callback of another call left %d verbs unsent", session.call_sid, len(verbs))


here = Here()


class Dispatcher(Outbox):
    """The machinery of one call. Its public face is :class:`jambonz_sync.session.Session`."""

    @abstractmethod
    def _append(self, verb: dict[str, Any]) -> None:
        """Queue a verb of this thread."""

    # -- in

    def on_message(self, message: dict[str, Any], size: int = 0) -> None:
        """A message of this call has come, of ``size`` characters; on the thread that reads."""
        kind, data = message["type"], message["data"]
        if self._protocol.phase is Phase.SETTLING:
            self._write(partial(self._protocol.heard, kind))
        if kind in WANT_ACK:
            self._on_hook(kind, message, data, size)
            return
        if kind in _TTS:
            self._on_tts(kind, data, size)
            return
        if kind == "call:status":
            self._on_status(data, size)
        elif kind == "jambonz:error":
            self._on_refusal(data)
        handlers = self._handlers.take(kind)
        if type(hook := message.get("hook")) is str:
            handlers += self._take_hook(hook, kind)  # an eventHook or toolHook has a name, like a hook
        if handlers:
            self._notify(handlers, (for_message(kind, None, data),), size=size)

    def _on_refusal(self, data: dict[str, Any]) -> None:
        # not its ``content``: that is the message itself, with what is secret in it
        what = shown(f"{data.get('msg', 'no reason given')}: {data.get('details')}".removesuffix(": None"), 500)
        log.error("call %s: jambonz refused a message: %s", self.call_sid, what)
        self.report(CommandRejected(f"jambonz refused a message: {what}", details=data, call_sid=self.call_sid))

    def _on_tts(self, kind: str, data: dict[str, Any], size: int) -> None:
        """The token window hears of it first: who blocks in it must wake, whatever the callbacks do."""
        stream = self._tts_made
        handlers = self._handlers.take(kind)
        if kind == "tts:tokens-result":
            if stream is not None:
                stream.on_result(data)
        else:
            if stream is not None:
                stream.on_event(data)
            event_type = data.get("event_type")
            handlers += self._handlers.take(f"tts:{event_type}")
            if event_type == "user_interruption":
                handlers += self._handlers.take("tts:user_interrupt")  # as the Node SDK calls it, too
        if handlers:
            self._notify(handlers, (for_message(kind, None, data),), size=size)

    def _on_status(self, data: dict[str, Any], size: int) -> None:
        sid = data.get("call_sid")
        if type(sid) is str and sid != self.call_sid:
            self._legs[sid] = CallStatus(data)
        if self._protocol.phase is Phase.IDLE:
            handlers = self._context.handlers.take("call:status")
            if handlers:
                self._notify(handlers, (self, CallStatus(data)), size=size)

    def _on_hook(self, kind: str, message: dict[str, Any], data: dict[str, Any], size: int) -> None:
        now, msgid, name = monotonic(), message["msgid"], message.get("hook")
        opens = kind in OPENINGS and self._protocol.phase in (Phase.IDLE, Phase.DOWN)
        begins = opens and not self._protocol.begun
        if begins:  # a status may have come before: this is what the call is
            self._raw, self._b3, self._env = data, message.get("b3"), None
            self._reconnected = kind == "session:reconnect"
        if not (type(name) is str and name):
            name = kind
        with self._lock:
            if opens:
                hook, frames = self._protocol.open(kind, msgid, now)
            else:
                hook, frames = self._protocol.hook(kind, msgid, name, now, notification=is_notification(kind, data))
        if frames:
            self._write(lambda: frames)
        if opens:
            self._settle_later()
        if opens and not begins:
            self.watch_hooks()  # the opening itself may be waiting for its answer again
            self._on_reconnect(Hook(kind, msgid, kind, now), data)
            return
        event = for_message(kind, name, data)
        args: tuple[Any, ...] = (event,)
        run_them = self._run_hook
        if kind not in OPENINGS:
            handlers = self._take_hook(name, kind)
        elif opens or not (handlers := self._take_named(name)):  # a redirect may lead to a hook of this call
            if not opens and kind not in self._context.handlers:
                run_them = self._run_anew
            handlers, args = self._take_opening(kind), (self, event)
        if not handlers:
            if hook.state is State.UNACKED:
                self._answer_quietly(hook)
                self._nobody_listens(hook)
            return
        if handlers[0].concurrent or handlers[0] is not handlers[-1]:
            handlers = self._beside(self.queues.hooks, handlers, args, partial(run_them, hook), size)
        if not handlers or not self.queues.run(
            self.queues.hooks, partial(run_them, hook, handlers, args), handlers[0].key, size
        ):
            self.watch_hooks()

    def _take_hook(self, name: str, kind: str) -> tuple[Handler, ...]:
        handlers = self._take_named(name)
        if handlers or kind in NOTIFICATIONS:
            return handlers
        return self._handlers.take(kind) or self._handlers.take("verb:hook")

    def _take_named(self, name: str) -> tuple[Handler, ...]:
        handlers = self._handlers.take(name)
        if not handlers and (path := _path_of(name)):
            handlers = self._handlers.take(path)
        return handlers

    def _nobody_listens(self, hook: Hook) -> None:
        if hook.kind in OPENINGS:
            return  # that has been told
        unheard = self._unheard = self._unheard or set()
        name = hook.name[:100]  # what is longer resembles nothing
        if name in unheard or len(unheard) >= _MOST_UNHEARD:
            return
        unheard.add(name)
        near = nearest(_path_of(name) or name, self._handlers.names())
        log.warning("call %s: nobody listens to %s%s", self.call_sid, hook, f", but to {near}" if near else "")

    def _take_opening(self, kind: str) -> tuple[Handler, ...]:
        service = self._context.handlers
        handlers = service.take(kind)
        if handlers:
            return handlers
        if kind == "session:adulting":
            log.info(
                "call %s: a leg of %s is a call of its own now", self.call_sid, shown(self._raw.get("parent_call_sid"))
            )
            return ()
        handlers = service.take("session:new")
        if not handlers:
            log.error("call %s: nobody listens to session:new at this path, the call gets no verbs", self.call_sid)
        return handlers

    def _on_reconnect(self, hook: Hook, data: dict[str, Any]) -> None:
        """The call has gone on all the while, with its callbacks. It is acked: verbs for it are a command."""
        hook.state = State.EXPIRED
        if self._tts_made is not None:
            self._tts_made.on_reconnect()
        handlers = self._handlers.take("session:reconnect") or self._context.handlers.take("session:reconnect")
        if handlers:
            self._notify(handlers, (self, for_message("session:reconnect", None, data)), partial(self._run_hook, hook))

    # -- callbacks

    def _beside(
        self,
        queue: SerialQueue,
        handlers: tuple[Handler, ...],
        args: tuple[Any, ...],
        answer: Callable[..., None] | None,
        size: int,
    ) -> tuple[Handler, ...]:
        """Have the concurrent ones run beside the queues, and return the others. Where there are none of these, the
        concurrent ones are to give the ``answer`` to a hook."""
        ordered = tuple([handler for handler in handlers if not handler.concurrent])
        if answer is not None and not ordered:
            self.queues.run_concurrently(queue, partial(answer, handlers, args), handlers[0].key, size)
            return ()
        for handler in handlers:
            if handler.concurrent:
                self.queues.run_concurrently(
                    self.queues.notifications, partial(self._run_notification, (handler,), args), handler.key, size
                )
        return ordered

    def _run_hook(self, hook: Hook, handlers: tuple[Handler, ...], args: tuple[Any, ...]) -> None:
        outer = here.enter(self, hook)
        if self._tts_made is not None:
            if hook.kind == "session:reconnect":
                self._tts_made.notification_begins()
            else:
                self._tts_made.hook_begins()
        try:
            for handler in handlers:
                result = run(handler, args, self._context.callback_context)
                if result is not None and result is not self:
                    for verb in as_verbs(result, self.server, self.escape_urls):
                        self._append(verb)
            if hook.state is not State.REPLIED:
                self._answer_returned(hook, here.verbs)
            elif here.verbs:
                log.warning("call %s: %s left %d verbs unsent", self.call_sid, hook, len(here.verbs))
        except Exception as exc:
            self._failed(hook, exc)
        finally:
            here.leave(outer)

    def _run_anew(self, hook: Hook, handlers: tuple[Handler, ...], args: tuple[Any, ...]) -> None:
        """The call goes to session:new once more, which registers its callbacks once more."""
        self._handlers.clear()
        self._run_hook(hook, handlers, args)

    def _answer_returned(self, hook: Hook, verbs: list[dict[str, Any]]) -> None:
        if hook.kind == "session:new" and not verbs and hook.state is State.UNACKED:
            log.warning("call %s: session:new was answered without verbs: jambonz rejects the call", self.call_sid)
        self._answer(hook, verbs)

    def _failed(self, hook: Hook, exc: Exception) -> None:
        """The callback of a hook has raised: the call goes on, with the verbs that are there for this."""
        if isinstance(exc, SessionClosed) and self.closed:
            log.info("call %s: %s stopped, the call is over", self.call_sid, hook)
            return
        if isinstance(exc, TtsStopped):  # what the caller cut short is no failure
            log.info("call %s: %s stopped: %s", self.call_sid, hook, exc)
            if hook.state is not State.REPLIED:
                self._answer_quietly(hook, here.verbs)
            return
        log.error("call %s: the callback of %s failed", self.call_sid, hook, exc_info=exc)
        self.report(exc)
        if hook.state in (State.REPLIED, State.NOTIFIED) or (hook.kind == "session:reconnect" and not hook.opening):
            return  # nothing waits for verbs
        try:
            self._answer(hook, self._context.verbs_on_error(self, exc))
        except JambonzError as second:
            log.error("call %s: no answer to %s after its failure: %s", self.call_sid, hook, second)
            self._answer_quietly(hook)

    def _answer_quietly(self, hook: Hook, verbs: Sequence[dict[str, Any]] = ()) -> None:
        try:
            self._answer(hook, list(verbs))
        except JambonzError as exc:
            log.info("call %s: no answer to %s: %s", self.call_sid, hook, exc)

    def _notify(
        self,
        handlers: tuple[Handler, ...],
        args: tuple[Any, ...],
        answer: Callable[..., None] | None = None,
        size: int = 0,
    ) -> None:
        """Have callbacks run that nothing waits for. Those of a message, which has a ``size``, may be dropped."""
        if handlers[0].concurrent or handlers[0] is not handlers[-1]:
            handlers = self._beside(self.queues.notifications, handlers, args, answer, size)
            if not handlers:
                return
        job = partial(answer or self._run_notification, handlers, args)
        self.queues.run(self.queues.notifications, job, handlers[0].key, size)

    def _run_notification(self, handlers: tuple[Handler, ...], args: tuple[Any, ...]) -> None:
        outer = here.enter(self, None)
        if self._tts_made is not None:
            self._tts_made.notification_begins()
        try:
            for handler in handlers:
                try:
                    run(handler, args, self._context.callback_context)
                except Exception as exc:  # the next one is called all the same
                    here.verbs = []
                    self._notification_failed(exc, args)
            if here.verbs:
                log.warning("call %s: a callback left %d verbs unsent", self.call_sid, len(here.verbs))
        finally:
            here.leave(outer)

    def _notification_failed(self, exc: Exception, args: tuple[Any, ...]) -> None:
        if isinstance(exc, SessionClosed) and self.closed:
            log.info("call %s: a callback stopped, the call is over", self.call_sid)
        elif isinstance(exc, TtsStopped):
            log.info("call %s: a callback stopped: %s", self.call_sid, exc)
        else:
            log.error("call %s: a callback failed", self.call_sid, exc_info=exc)
            if not isinstance(args[-1], Exception):  # the failure of an error callback is not news for it
                self.report(exc)

    def report(self, exc: Exception) -> None:
        """Tell the ``error`` callbacks of the session, else of the service."""
        handlers = self._handlers.take("error")
        if handlers:
            self._notify(handlers, (exc,))
        elif handlers := self._context.handlers.take("error"):
            self._notify(handlers, (self, exc))
