"""One call, as the code of an application sees it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, overload
from weakref import WeakKeyDictionary

from ..errors import ReplyError
from ..events import CallSession, CallStatus
from ..model.wire import UNSET
from ..protocol.control import OPENINGS, Hook, State
from ..runtime import allow_handover, timers
from ..runtime.handlers import Context, F
from ..verbs.chain import VerbChain
from .control import ControlCommands
from .dispatch import Dispatcher, here
from .tools.methods import MODEL_VERBS, ToolMethods
from .tts import TtsStream
from .tts.methods import TtsMethods

if TYPE_CHECKING:
    from ..protocol.env import EnvValues

T = TypeVar("T")

#: how long a close waits for the close frame of the peer, in seconds
_LINGER = 3.0


class Session(Dispatcher, VerbChain, ControlCommands, TtsMethods, ToolMethods):
    """A call. Verbs are methods, in a chain that :meth:`send` or :meth:`reply` ends::

        session.say(text="Hello").gather(input=["speech"], action_hook="/heard").send()

    Any thread may call any method. A callback may block for as long as it likes: acks, pongs and
    interruptions of its own call, and all other calls, go on meanwhile. Verbs that one thread has queued are its
    own until it sends them.
    """

    call_sid: str
    #: storage for the application; lives as long as the call
    locals: dict[str, Any]
    #: what came with the URL: the variables of the rule of the service
    url_vars: dict[str, Any]

    def __bool__(self) -> bool:
        return True  # its length is that of the verbs that are queued, which says nothing of the call

    def __repr__(self) -> str:
        return f"<Session {self.call_sid} {self._protocol.phase.value}>"

    # -- who calls whom

    @property
    def data(self) -> CallSession:
        """The message that opened the call: all that jambonz tells about it. Before it has come, and a ``call:status``
        has, that."""
        return CallSession(self._raw)

    @property
    def from_(self) -> str:
        """The caller: a phone number or a SIP URI."""
        return str(self._raw.get("from", ""))

    @property
    def to(self) -> str:
        """The called party: a phone number or a SIP URI."""
        return str(self._raw.get("to", ""))

    @property
    def direction(self) -> str:
        """``inbound`` or ``outbound``, as jambonz sees it."""
        return str(self._raw.get("direction", ""))

    @property
    def account_sid(self) -> str:
        """The account that the call belongs to."""
        return str(self._raw.get("account_sid", ""))

    @property
    def application_sid(self) -> str:
        """The application that the call runs."""
        return str(self._raw.get("application_sid", ""))

    @property
    def call_id(self) -> str:
        """The Call-ID of SIP."""
        return str(self._raw.get("call_id", ""))

    @property
    def b3(self) -> str | None:
        """The tracing context that jambonz propagates, None if it sends none."""
        return self._b3 or self._raw.get("b3")

    @property
    def reconnected(self) -> bool:
        """Whether jambonz lost the connection of this call and came back: to this session, or to one that began with
        that because its process does not know the call."""
        return self._reconnected

    @property
    def legs(self) -> dict[str, CallStatus]:
        """The other legs of this call that jambonz has reported: call_sid -> its last status. In the order of their
        appearance, so that the leg dialled last is the last one."""
        return dict(self._legs)

    @overload
    def env(self) -> EnvValues: ...
    @overload
    def env(self, name: str) -> Any: ...
    @overload
    def env(self, name: str, default: T) -> Any | T: ...
    def env(self, name: str | None = None, default: Any = UNSET) -> Any:
        """The application's environment variables in this call, or the value of one: typed, with the defaults of the
        declaration. Raises :class:`EnvVarError` for a name neither declared nor given without a ``default``."""
        values = self._env
        if values is None:
            values = self._env = self._context.options.env_vars.usable_values(
                self._raw.get("env_vars"), call_sid=self.call_sid
            )
        if name is None:
            return values
        return values(name) if default is UNSET else values.get(name, default)

    # -- listening

    @overload
    def on(self, name: str, fn: None = None, *, concurrent: bool = False) -> Callable[[F], F]: ...
    @overload
    def on(self, name: str, fn: F, *, concurrent: bool = False) -> F: ...
    def on(self, name: str, fn: Any = None, *, concurrent: bool = False) -> Any:
        """Call ``fn(event)`` at each event ``name``; without ``fn`` a decorator.

        ``name`` is a hook (``/heard``), ``verb:hook`` for all hooks without a function of their own, or one of
        verb:status, call:status, dial:confirm, queue:status, llm:event, llm:tool-call, agent:event, agent:tool-call,
        tts:stream_open and all other tts:* (tts:streaming-event is any of them), jambonz:error, ``close``
        (code, reason), ``error`` (exception).

        A function for a hook replies with :meth:`reply`, or returns verbs; if it does neither, the verbs it queued,
        or none, are its reply. It gets as many of the event's arguments as it has parameters without a default.
        Functions of a call run one at a time, hooks and notifications each in their order.
        ``concurrent`` lets this one run beside them. Any of them may block. Raises TypeError for an async function.
        """
        return self._handlers.on(name, fn, concurrent=concurrent)

    @overload
    def once(self, name: str, fn: None = None, *, concurrent: bool = False) -> Callable[[F], F]: ...
    @overload
    def once(self, name: str, fn: F, *, concurrent: bool = False) -> F: ...
    def once(self, name: str, fn: Any = None, *, concurrent: bool = False) -> Any:
        """As :meth:`on`, for the next event of that name only."""
        return self._handlers.once(name, fn, concurrent=concurrent)

    def off(self, name: str, fn: Callable[..., Any] | None = None) -> None:
        """Forget ``fn``, or all functions, for the event ``name``."""
        self._handlers.off(name, fn)

    # -- speaking

    def send(self, *, queue: bool = False, split: bool = False) -> None:
        """Send the verbs that this thread has queued.

        In answer to the call's opening (session:new) they are the first verbs of the call. At any other time they
        replace what the call is doing, or with ``queue`` follow it. Blocks only while jambonz takes no data, for
        ``send_timeout`` at most. While jambonz is away and may come back, they wait for it.

        Raises :class:`MessageTooLarge` over 24 KiB, unless ``split`` allows to send them in several messages;
        :class:`SessionClosed` once the call is over. The verbs stay queued then.
        """
        verbs = self._verbs
        opening = self._opening_of_this_thread()
        try:
            if opening is not None:
                self._answer(opening, verbs, split=split)
        except ReplyError:  # another thread was quicker
            opening = None
        if opening is None:
            self._emit(partial(self._protocol.send, verbs, queue=queue, split=split))
        self._drop_queued()

    def _opening_of_this_thread(self) -> Hook | None:
        """The opening message that verbs sent from here answer: in its own callback, and in threads of the
        application. A callback of anything else sends commands."""
        if here.session is not self:
            return self._protocol.opening
        hook = here.hook
        if hook is None or hook.kind not in OPENINGS or hook.state is State.REPLIED:
            return None
        return None if hook.kind == "session:reconnect" and not hook.opening else hook

    def reply(self, *, split: bool = False) -> None:
        """Answer the hook whose callback this is with the verbs that it has queued; they replace those still to run.
        Without verbs jambonz goes on with what it has.

        Where the callback took so long that the hook had to be acked for it, the verbs follow as a command. Blocks
        as :meth:`send`, and raises what that raises, and :class:`ReplyError` if the hook has been replied to or this
        thread is in no callback of a hook.
        """
        hook = here.hook if here.session is self else None
        if hook is None:
            raise ReplyError("reply() answers a hook, and no callback of one runs here: send()", call_sid=self.call_sid)
        self._answer(hook, self._verbs, split=split)
        self._drop_queued()

    def notify_events(self, enable: bool = True) -> None:
        """Ask jambonz for ``verb:status`` events, or for no more of them."""
        self._command({"type": "command", "command": "config", "data": {"notifyEvents": enable}})

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Close the connection. With 1000 that is final: the call ends when its verbs are done. With another code
        jambonz connects again. Does not wait for the other side, as :meth:`wait_closed` does; blocks only while
        jambonz takes no data, for ``send_timeout`` at most. Raises ValueError for a code that may not be sent."""
        connection = self._connection
        self._write(self._protocol.settled)  # commands that wait go first: there is no later
        if connection.over:
            self._finish(code, reason)
        elif connection.close(code, reason):
            with self._lock:
                if code == 1000:
                    self._protocol.closed()
                else:
                    self._protocol.dropped()
            timers.call_later(_LINGER, connection.abort)

    def wait_closed(self, timeout: float | None = None) -> bool:
        """Block until the call is over, or ``timeout`` seconds have passed; whether it is over."""
        allow_handover()
        with self._lock:
            if self._over is None:
                self._over = threading.Condition(self._lock)
            return self._over.wait_for(lambda: self._ended is not None, timeout)

    def _make_tts(self) -> TtsStream:
        options = self._context.options
        return TtsStream(
            self._command, call_sid=self.call_sid, capacity=options.tts_capacity, timeout=options.tts_timeout
        )

    @property
    def _callback_context(self) -> Context | None:
        return self._context.callback_context

    # -- verbs: one queue a thread

    @property
    def _verbs(self) -> list[dict[str, Any]]:
        if here.session is self:
            return here.verbs
        if here.loose is None:
            here.loose = WeakKeyDictionary()
        return here.loose.setdefault(self, [])

    def _append(self, verb: dict[str, Any]) -> None:
        if verb.get("verb") in MODEL_VERBS:
            self._model_verb = verb
        if here.session is self:
            here.verbs.append(verb)
        else:
            self._verbs.append(verb)

    def _drop_queued(self) -> None:
        # a new list each time: the exchange may have kept the old one
        if here.session is self:
            here.verbs = []
        elif here.loose is not None:
            here.loose.pop(self, None)
