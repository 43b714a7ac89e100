"""How the callbacks of a call run: in its queues, each with the verbs that it queues, and all of them answered for.

A hook whose callback has ended is answered, whatever the callback did: replied, returned verbs, queued some, or raised.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial
from threading import get_ident
from typing import TYPE_CHECKING, Any, Protocol
from weakref import ref

from ..errors import JambonzError, SessionClosed, VerbsReplaced
from ..logs.context import call_sid as current_call_sid
from ..protocol.call_states import NOTIFIED, REPLIED, UNACKED
from ..protocol.control import Hook
from ..protocol.tts import TtsStopped
from ..runtime import conversations, pool
from ..runtime.counted import make_queues
from ..runtime.handlers import Handler, Handlers, run
from ..runtime.queues import SerialQueue
from ..verbs.chain import as_verbs
from . import lines
from .context import is_ctrl_c
from .current import Callback, current
from .listeners import EVENTS
from .tts.opening import verb_may_open
from .unheard import UnheardHooks

if TYPE_CHECKING:
    from .context import CallContext
    from .outbox import Outbox
    from .tts import TtsStream

log = logging.getLogger("jambonz_sync.session")

Answer = Callable[[tuple[Handler, ...], tuple[Any, ...]], None]


class CalledSession(Protocol):
    """What callbacks are run with needs of the session that users see."""

    call_sid: str
    server: str | None
    escape_urls: bool

    _tts_made: TtsStream | None
    _may_have_token_stream: bool

    def _append(self, verb: dict[str, Any], /) -> None:
        """Queue a verb of this thread."""

    def _tell_unsent(self) -> None:
        """Tell the log of verbs that threads have queued and not sent: the call is over."""

    def _forget_streams(self) -> None:
        """End the iterators over events: their callbacks are gone."""


class Callbacks:
    """The callbacks of one call: they run one at a time in each queue, hooks and notifications.

    Args:
        session: The session that callbacks are given.
        context: How the call is served.
        call_sid: For the log.
        outbox: Where answers go.
    """

    __slots__ = ("_call_sid", "_context", "_outbox", "_session", "handlers", "queues", "unheard")

    def __init__(self, session: CalledSession, context: CallContext, call_sid: str, outbox: Outbox) -> None:
        # the session holds this, not the other way round: without a circle, an ended call is gone at once
        self._session = ref(session)
        self._context = context
        self._call_sid = call_sid
        self._outbox = outbox
        self.handlers = Handlers(EVENTS)  # those of the session; those of the service are in the context
        self.unheard = UnheardHooks(call_sid, self.handlers, context.registry.missing_audio)
        self.queues = make_queues(f"call {call_sid}", outbox.connection.work)

    @property
    def session(self) -> Any:
        """What callbacks are given. Whoever brings something into a call holds it meanwhile, and so do the jobs that
        wait in its queues."""
        return self._session()

    def report(self, exc: Exception) -> None:
        """Tell the ``error`` callbacks of the session, else of the service."""
        handlers = self.handlers.take("error")
        if handlers:
            self.notify(handlers, (exc,))
        elif handlers := self._context.handlers.take("error"):
            self.notify(handlers, (self.session, exc))

    def tell_over(self, session: CalledSession, code: int, reason: str) -> None:
        """Tell the ``close`` callbacks of the session and of the service."""
        handlers = self.handlers.take("close")
        if handlers:
            self.notify(handlers, (code, reason))
        handlers = self._context.handlers.take("close")
        if handlers:
            self.notify(handlers, (session, code, reason))

    def answer_hook(
        self, hook: Hook, handlers: tuple[Handler, ...], args: tuple[Any, ...], *, anew: bool = False, size: int = 0
    ) -> bool:
        """Have ``handlers`` answer a hook, in their turn.

        Args:
            hook: The hook.
            handlers: At least one.
            args: Their arguments.
            anew: The call begins once more with this hook: forget the callbacks of the session before.
            size: Characters of the message.
        Returns:
            True if they have, False if they run on another thread or wait.
        """
        run_hook = self._run_hook_anew if anew else self._run_hook
        if handlers[0].concurrent or handlers[0] is not handlers[-1]:
            handlers = self._beside(self.queues.hooks, handlers, args, partial(run_hook, self.session, hook), size)
            if not handlers:
                return False
        job = partial(run_hook, self.session, hook, handlers, args)
        return self.queues.run(self.queues.hooks, job, handlers[0].key, size)

    def notify(
        self, handlers: tuple[Handler, ...], args: tuple[Any, ...], hook: Hook | None = None, *, size: int = 0
    ) -> None:
        """Have ``handlers`` hear of something, in their turn; among the notifications also if it is a ``hook``.

        A message, which has a ``size``, may be dropped where too many wait.
        """
        answer = None if hook is None else partial(self._run_hook, self.session, hook)
        if handlers[0].concurrent or handlers[0] is not handlers[-1]:
            handlers = self._beside(self.queues.notifications, handlers, args, answer, size)
            if not handlers:
                return
        job = partial(answer or partial(self._run_notification, self.session), handlers, args)
        self.queues.run(self.queues.notifications, job, handlers[0].key, size)

    def answer_quietly(self, hook: Hook, verbs: Sequence[dict[str, Any]] = (), *, wait: bool = True) -> None:
        """Answer a hook where nobody is there to be told if that fails."""
        try:
            self._outbox.answer(hook, list(verbs), wait=wait)
        except JambonzError as exc:
            log.info("call %s: no answer to %s: %s", self._call_sid, hook, exc)

    def _beside(
        self,
        queue: SerialQueue,
        handlers: tuple[Handler, ...],
        args: tuple[Any, ...],
        answer: Answer | None,
        size: int,
    ) -> tuple[Handler, ...]:
        """Have the concurrent ones run beside the queues, and return the others. Where there are none of these, the
        concurrent ones are to give the ``answer`` to a hook."""
        ordered = tuple([handler for handler in handlers if not handler.concurrent])
        if answer is not None and not ordered:
            threads = conversations if handlers[0].conversation else pool
            job = partial(answer, handlers, args)
            self.queues.run_concurrently(queue, job, handlers[0].key, size, threads)
            return ()
        for handler in handlers:
            if handler.concurrent:
                job = partial(self._run_notification, self.session, (handler,), args)
                self.queues.run_concurrently(self.queues.notifications, job, handler.key, size)
        return ordered

    def _run_hook(
        self, session: CalledSession, hook: Hook, handlers: tuple[Handler, ...], args: tuple[Any, ...]
    ) -> None:
        outer = current.callback
        current.callback = me = Callback()
        me.session, me.hook, me.verbs = session, hook, []
        if handlers[0].conversation:
            me.converses = True
        me.token = current_call_sid.set(self._call_sid)
        hook.thread = get_ident()
        if session._tts_made is not None:
            if hook.kind == "session:reconnect":
                session._tts_made.notification_begins()
            else:
                session._tts_made.hook_begins()
        try:
            for handler in handlers:
                result = run(handler, args, self._context.callback_context)
                if result is not None and result is not session:
                    for verb in as_verbs(result, session.server, session.escape_urls):
                        session._append(verb)
            if me.converses:
                self._conversation_over(me, began_with=hook)
            elif hook.state is not REPLIED:
                lost = me.unstarted_before(me.verbs)
                self._answer_returned(hook, me.verbs)
                lines.tell_lost(self._call_sid, lost)
            elif me.verbs:
                log.warning(
                    "call %s: %s left %d verbs unsent, queued after its reply: send() them",
                    *(self._call_sid, hook, len(me.verbs)),
                )
        except BaseException as exc:  # whatever it is, jambonz waits for an answer
            me.wait_no_more()
            self._hook_failed(me, me.hook or hook, _as_error(exc), drives_call=handlers[0].conversation)
            if is_ctrl_c(exc):
                raise
        finally:
            hook.thread = None
            self._leave(me, outer)

    def _run_hook_anew(
        self, session: CalledSession, hook: Hook, handlers: tuple[Handler, ...], args: tuple[Any, ...]
    ) -> None:
        """The call goes to session:new once more, which registers its callbacks once more."""
        self.handlers.clear()
        session._forget_streams()
        self._run_hook(session, hook, handlers, args)

    def _answer_returned(self, hook: Hook, verbs: list[dict[str, Any]]) -> None:
        if hook.kind == "session:new" and not verbs and hook.state is UNACKED:
            log.warning("call %s: session:new was answered without verbs: jambonz rejects the call", self._call_sid)
        if verbs:
            self.unheard.check(verbs)
        self._outbox.answer(hook, verbs)

    def _conversation_over(self, callback: Callback, began_with: Hook | None) -> None:
        """A callback that has sent verbs and waited has ended: what it has queued leaves as all before did."""
        callback.wait_no_more()
        hook, verbs = callback.hook, callback.verbs
        if hook is None or hook.state in (REPLIED, NOTIFIED):
            if verbs:
                self.unheard.check(verbs)
                self._outbox.send(verbs, queue=False, split=False)
            return
        if not verbs and hook is not began_with:
            log.warning(
                "call %s: after %s the call has nothing to do, and stays up: hangup() ends it", self._call_sid, hook
            )
        self._answer_returned(hook, verbs)

    def _hook_failed(self, callback: Callback, hook: Hook, exc: Exception, *, drives_call: bool) -> None:
        """The callback of a hook has raised: the call goes on, with the verbs that are there for this. Where there are
        none, a call that nothing else drives is hung up: the caller would hear silence."""
        if isinstance(exc, SessionClosed) and self._outbox.closed:
            log.info("call %s: %s stopped, the call is over", self._call_sid, hook)
            return
        if isinstance(exc, TtsStopped | VerbsReplaced):  # what the caller, or another thread, cut short is no failure
            log.info("call %s: %s stopped: %s", self._call_sid, hook, exc)
            if hook.state is not REPLIED:
                self.answer_quietly(hook, callback.verbs)
            return
        log.error("call %s: the callback of %s failed", self._call_sid, hook, exc_info=exc)
        self.report(exc)
        replied = hook.state in (REPLIED, NOTIFIED)
        if not drives_call and (replied or (hook.kind == "session:reconnect" and not hook.opening)):
            return  # nothing waits for verbs
        verbs = self._context.verbs_on_error(self.session, exc)
        self.session._may_have_token_stream |= any(map(verb_may_open, verbs))
        if drives_call and not (hook.kind == "session:new" and hook.state is UNACKED):  # that rejects the call
            verbs = verbs or [{"verb": "hangup"}]
        try:
            if replied:
                self._outbox.send(verbs, queue=False, split=False)
            else:
                self._outbox.answer(hook, verbs)
        except JambonzError as second:
            log.error("call %s: no answer to %s after its failure: %s", self._call_sid, hook, second)
            self.answer_quietly(hook)

    def _run_notification(self, session: CalledSession, handlers: tuple[Handler, ...], args: tuple[Any, ...]) -> None:
        outer = current.callback
        current.callback = me = Callback()
        me.session, me.verbs = session, []
        me.token = current_call_sid.set(self._call_sid)
        if session._tts_made is not None:
            session._tts_made.notification_begins()
        try:
            for handler in handlers:
                try:
                    run(handler, args, self._context.callback_context)
                except BaseException as exc:  # the next one is called all the same
                    me.verbs = []
                    self._notification_failed(_as_error(exc), args)
                    if is_ctrl_c(exc):
                        raise
            if me.converses:
                try:
                    self._conversation_over(me, began_with=None)
                except JambonzError as exc:
                    self._notification_failed(exc, args)
            elif me.verbs:
                log.warning(
                    "call %s: a callback left %d verbs unsent: end the chain with send()", self._call_sid, len(me.verbs)
                )
        finally:
            self._leave(me, outer)

    def _leave(self, callback: Callback, outer: Callback) -> None:
        """End a callback: its thread may serve any call next."""
        current.callback = outer
        current_call_sid.reset(callback.token)
        if callback.verbs_elsewhere is not None:
            callback.forget_elsewhere()
        if self.unheard.later is not None:
            self.unheard.check_later()

    def _notification_failed(self, exc: Exception, args: tuple[Any, ...]) -> None:
        if isinstance(exc, SessionClosed) and self._outbox.closed:
            log.info("call %s: a callback stopped, the call is over", self._call_sid)
        elif isinstance(exc, TtsStopped | VerbsReplaced):
            log.info("call %s: a callback stopped: %s", self._call_sid, exc)
        else:
            log.error("call %s: a callback failed", self._call_sid, exc_info=exc)
            if not isinstance(args[-1], Exception):  # the failure of an error callback is not news for it
                self.report(exc)


def _as_error(exc: BaseException) -> Exception:
    """What a callback raised, as what ``error`` callbacks and ``on_error`` are made for."""
    if isinstance(exc, Exception):
        return exc
    error = RuntimeError(f"a callback raised {type(exc).__name__}: that ends no call, hangup() does")
    error.__cause__ = exc
    return error
