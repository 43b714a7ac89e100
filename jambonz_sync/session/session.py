"""One call, as the code of an application sees it."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any, TypeVar, overload
from weakref import WeakKeyDictionary

from ..errors import ReplyError
from ..events import CallSession, CallStatus
from ..model.wire import UNSET
from ..protocol.call_states import NOTIFIED, REPLIED
from ..protocol.control import Hook
from ..protocol.messages import OPENINGS
from ..runtime import allow_handover
from ..verbs.chain import VerbChain
from .control import ControlCommands
from .conversation.methods import ConversationMethods
from .current import current
from .dispatch import Dispatcher
from .lines import tell_lost, verb_names
from .listeners import SessionListeners
from .llm.methods import LlmMethods
from .tools.methods import MODEL_VERBS, ToolMethods
from .tts import TtsStream
from .tts.methods import TtsMethods
from .tts.opening import NEVER_OPEN, command_may_open, verb_may_open

if TYPE_CHECKING:
    from ..protocol.env import EnvValues
    from ..runtime.handlers import Context
    from ..runtime.websocket import Connection
    from .context import CallContext
    from .conversation.waits import Waits

T = TypeVar("T")

log = logging.getLogger("jambonz_sync.session")


class Session(VerbChain, SessionListeners, ConversationMethods, ControlCommands, TtsMethods, ToolMethods, LlmMethods):
    """A call. Verbs are methods, in a chain that :meth:`send` or :meth:`reply` ends::

        session.say(text="Hello").gather(input=["speech"], action_hook="/heard").send()

    Made by the service of its path when a call begins. Any thread may call any method. A callback may block for as
    long as it likes: acks, pongs and interruptions of its own call, and all other calls, go on meanwhile. Verbs that
    one thread has queued are its own until it sends them.
    """

    #: the id that jambonz gave the call, or this leg of it
    call_sid: str
    #: storage for the application; lives as long as the call
    locals: dict[str, Any]
    #: what came with the URL: the variables of the rule of the service
    url_vars: dict[str, Any]

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
        self._dispatcher = Dispatcher(self, context, connection, call_sid, data)
        self._outbox = self._dispatcher.outbox
        self._handlers = self._dispatcher.callbacks.handlers
        self._queues: dict[int, tuple[str, list[dict[str, Any]]]] = {}  # of threads that are in no callback of the call
        self._env: tuple[dict[str, Any], EnvValues] | None = None  # and the data that they were made of

    def __bool__(self) -> bool:
        return True  # its length is that of the verbs that are queued, which says nothing of the call

    def __repr__(self) -> str:
        return f"<Session {self.call_sid} {self._outbox.protocol.phase.value}>"

    # -- who calls whom

    @property
    def data(self) -> CallSession:
        """The data of the message that opened the call, usually ``session:new``: all that jambonz tells about it.

        Where a ``call:status`` comes before that message, this is its data until then.
        """
        return CallSession(self._dispatcher.data)

    @property
    def from_(self) -> str:
        """The caller: a phone number or a SIP URI; empty if jambonz does not tell."""
        return str(self._dispatcher.data.get("from", ""))

    @property
    def to(self) -> str:
        """The called party: a phone number or a SIP URI; empty if jambonz does not tell."""
        return str(self._dispatcher.data.get("to", ""))

    @property
    def direction(self) -> str:
        """``inbound`` or ``outbound``, as jambonz sees it."""
        return str(self._dispatcher.data.get("direction", ""))

    @property
    def account_sid(self) -> str:
        """The account that the call belongs to."""
        return str(self._dispatcher.data.get("account_sid", ""))

    @property
    def application_sid(self) -> str:
        """The application that the call runs."""
        return str(self._dispatcher.data.get("application_sid", ""))

    @property
    def call_id(self) -> str:
        """The SIP Call-ID of this leg, by which a SIP trace has it."""
        return str(self._dispatcher.data.get("call_id", ""))

    @property
    def b3(self) -> str | None:
        """The tracing context in the B3 format that jambonz propagates; None if it sends none."""
        return self._dispatcher.b3 or self._dispatcher.data.get("b3")

    @property
    def reconnected(self) -> bool:
        """True if jambonz lost the connection of this call and connected again.

        It does so to this session; or to a new one, if this process does not know the call because it was restarted, or
        because another process had it.
        """
        return self._dispatcher.reconnected

    @property
    def legs(self) -> dict[str, CallStatus]:
        """The last status of each other leg of this call that jambonz has reported, by the call_sid of the leg.

        The leg that appeared last, which is the one dialled last, comes last. Of more than a hundred legs, the last
        hundred are kept.
        """
        return dict(self._dispatcher.legs)

    @property
    def closed(self) -> bool:
        """True once the call is over, or this side has closed it for good: nothing can be sent any more."""
        return self._outbox.closed

    @property
    def away(self) -> bool:
        """True while jambonz has lost the connection and may come back, within the endpoint's ``reconnect_grace``."""
        return self._outbox.away

    @overload
    def env(self) -> EnvValues: ...
    @overload
    def env(self, name: type[T]) -> T: ...
    @overload
    def env(self, name: str) -> Any: ...
    @overload
    def env(self, name: str, default: T) -> Any | T: ...
    def env(self, name: str | type[Any] | None = None, default: Any = UNSET) -> Any:
        """Read the application's environment variables in this call.

        Args:
            name: Name of a variable; or the class that declares the variables, for an object of it that has the
                values as attributes; or None for a mapping of all values.
            default: The value of a variable that is neither declared nor set.
        Returns:
            The value, of the type of the declaration.
        Raises:
            EnvVarError: The variable is neither declared nor set, and there is no ``default``; or one that the class
                declares as required has no value that it could have.
        """
        data = self._dispatcher.data
        if self._env is None or self._env[0] is not data:
            declared = self._context.options.env_vars
            self._env = data, declared.usable_values(data.get("env_vars"), call_sid=self.call_sid)
        values: Any = self._env[1]
        return values(name, default)

    # -- speaking

    def send(self, *, queue: bool = False, split: bool = False) -> None:
        """Send the verbs that this thread has queued.

        In answer to the call's opening (session:new) they are the first verbs of the call. At any other time they
        replace what the call is doing, or with ``queue`` follow it. While jambonz is away and may come back, they wait
        for it.

        Args:
            queue: Let them follow what the call is doing, instead of replacing it.
            split: Send verbs that are too many for one message, of 24 KiB at most, in several.
        Raises:
            MessageTooLarge: They need more than 24 KiB, or with ``split`` one verb does. They stay queued, as with the
                errors below.
            BackPressure: Too many commands wait for jambonz.
            SessionClosed: The call is over.
        Blocks: while jambonz takes no data, up to ``send_timeout`` of the endpoint (10 s).
        """
        waits = self._dispatcher.waits
        if waits is None or queue:
            self._deliver(self._verbs, queue=queue, split=split)
        else:
            with waits.replaced():
                self._deliver(self._verbs, split=split)
        self._drop_queued()

    def _deliver(self, verbs: list[dict[str, Any]], *, queue: bool = False, split: bool = False) -> None:
        hook = self._hook_to_answer()
        waits, callback = self._dispatcher.waits, current.callback
        self._dispatcher.callbacks.unheard.check(
            verbs,
            waits.waited_for if waits is not None else None,
            later=callback.session is self and not callback.converses,
        )
        try:
            if hook is not None:
                self._outbox.answer(hook, verbs, split=split)
        except ReplyError:  # another thread was quicker
            hook = None
        if hook is None:
            lost = self._outbox.send(verbs, queue=queue, split=split)
            if callback.session is not self:
                tell_lost(self.call_sid, lost)
            elif not callback.converses:  # who waits sees what becomes of them
                if not queue:
                    lost = lost or callback.unstarted_before(verbs)
                tell_lost(self.call_sid, lost)
                callback.note_sent(verbs, queue=queue)

    def _hook_to_answer(self) -> Hook | None:
        """The hook that verbs sent from here answer: the opening message in its own callback, and in threads of the
        application; and any hook in a callback that waits. All else sends commands."""
        callback = current.callback
        if callback.session is not self:
            return self._outbox.protocol.opening
        callback.take_hook()
        hook = callback.hook
        if hook is None or hook.state in (REPLIED, NOTIFIED):
            return None
        if hook.kind not in OPENINGS:
            return hook if callback.converses else None
        return None if hook.kind == "session:reconnect" and not hook.opening else hook

    def reply(self, *, split: bool = False) -> None:
        """Answer the hook whose callback this runs in, with the verbs that the callback has queued.

        They replace those still to run; without verbs jambonz goes on with what it has. Where the callback took so long
        that the hook had to be acked for it, they follow as a command.

        Args:
            split: Send verbs that are too many for one message, of 24 KiB at most, in several.
        Raises:
            ReplyError: The hook has been replied to, this thread is in no callback of a hook, or jambonz would not use
                the verbs because the hook is a mere notification.
            MessageTooLarge: The verbs need more than 24 KiB, or with ``split`` one verb does. They stay queued.
            BackPressure: They would follow as a command, and too many of those wait for jambonz.
            SessionClosed: The call is over.
        Blocks: while jambonz takes no data, up to ``send_timeout`` of the endpoint (10 s).  Threads: that of the
        callback.
        """
        callback = current.callback
        if callback.pending is not None:
            callback.take_hook()
        hook = callback.hook
        if hook is None or callback.session is not self:
            raise ReplyError("reply() answers a hook, and no callback of one runs here: send()", call_sid=self.call_sid)
        verbs, lost = callback.verbs, callback.unstarted_before(callback.verbs)
        self._dispatcher.callbacks.unheard.check(verbs, later=not callback.converses)
        self._outbox.answer(hook, verbs, split=split)
        callback.verbs = []  # as _drop_queued does
        if not (hook.opening or callback.converses):  # of an opening, the outbox knows what is lost
            if lost:
                tell_lost(self.call_sid, lost)
            callback.note_sent(verbs)

    def notify_events(self, enable: bool = True) -> None:
        """Ask jambonz for ``verb:status`` events, which tell when each verb starts and ends; or for no more of them.

        Args:
            enable: True asks for them, False stops them.
        Raises:
            BackPressure: Too many commands wait for jambonz.
            SessionClosed: The call is over.
        Blocks: while jambonz takes no data, up to ``send_timeout`` of the endpoint (10 s).
        """
        self._command({"type": "command", "command": "config", "data": {"notifyEvents": enable}})

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Close the connection.

        With 1000 that is final: the call ends when its verbs are done. With another code jambonz connects again.
        Messages that were sent earlier still leave first. If jambonz has not closed its side after 3 s, the connection
        ends. ``close`` callbacks run when it has ended, on another thread; :meth:`wait_closed` waits for the end.

        Args:
            code: The code of the close frame.
            reason: The reason in the close frame, cut off after 123 bytes.
        Raises:
            ValueError: ``code`` may not be sent.
        """
        self._outbox.close(code, reason)

    def wait_closed(self, timeout: float | None = None) -> bool:
        """Wait until the call is over.

        Args:
            timeout: Seconds to wait; None waits for as long as it takes.
        Returns:
            True if it is over, False if the time is up before.
        Blocks: up to ``timeout``, or until the call is over.
        """
        allow_handover()
        return self._outbox.wait_closed(timeout, self._dispatcher.work)

    # -- for the mixins

    @property
    def _waits(self) -> Waits:
        return self._dispatcher.make_waits()

    @property
    def _ended(self) -> tuple[int, str] | None:
        return self._outbox.ended

    @property
    def _began_elsewhere(self) -> bool:
        return self._dispatcher.began_elsewhere

    def _command(self, message: dict[str, Any], *, wait: bool = True) -> None:
        if not self._may_have_token_stream and command_may_open(message):
            self._may_have_token_stream = True
        self._outbox.command(message, wait=wait)

    @property
    def _callback_context(self) -> Context | None:
        return self._context.callback_context

    def _make_tts(self) -> TtsStream:
        options, send, work = self._context.options, self._outbox.command, self._dispatcher.work
        return TtsStream(
            send, call_sid=self.call_sid, capacity=options.tts_capacity, timeout=options.tts_timeout, work=work
        )

    # -- verbs: one queue a thread

    @property
    def _verbs(self) -> list[dict[str, Any]]:
        callback = current.callback
        if callback.session is self:
            return callback.verbs
        if callback.verbs_elsewhere is None:
            callback.verbs_elsewhere = WeakKeyDictionary()
        verbs = callback.verbs_elsewhere.get(self)
        if verbs is None:
            verbs = callback.verbs_elsewhere[self] = []
            self._queues[id(verbs)] = threading.current_thread().name, verbs
        return verbs

    def _append(self, verb: dict[str, Any]) -> None:
        name = verb.get("verb")
        if name not in NEVER_OPEN and ("stream" in verb if name == "say" else verb_may_open(verb)):
            self._may_have_token_stream = True
        if name in MODEL_VERBS:
            self._model_verb = verb
        callback = current.callback
        if callback.session is self:  # as in _verbs, without a call in between
            callback.verbs.append(verb)
        else:
            self._verbs.append(verb)

    def _drop_queued(self) -> None:
        # a new list each time: the protocol may have kept the old one
        callback = current.callback
        if callback.session is self:
            callback.verbs = []
        elif callback.verbs_elsewhere is not None:
            self._forget_queue(callback.verbs_elsewhere.pop(self, None))

    def _forget_queue(self, verbs: list[dict[str, Any]] | None) -> None:
        self._queues.pop(id(verbs), None)

    def _tell_unsent(self) -> None:
        for thread, verbs in tuple(self._queues.values()):
            if verbs:
                log.warning(
                    "call %s: it is over, and thread %s never sent the verbs that it has queued (%s): end the chain "
                    "with send()",
                    *(self.call_sid, thread, verb_names(verbs)),
                )


def dispatcher_of(session: Session) -> Dispatcher:
    """Return what the server tells about the call of a session."""
    return session._dispatcher
