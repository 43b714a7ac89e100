"""The methods of a session that wait for the call. A session inherits them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from threading import get_ident
from typing import TYPE_CHECKING, Any, Final, ParamSpec, Protocol, overload

from ...errors import CallEnded, SessionClosed
from ...events import ActionHook
from ...events.names import EVENT_CLASSES
from ...model.validation import did_you_mean, nearest
from ..current import current
from .events import EventStream
from .hooks import awaited
from .pending import PendingHook
from .waits import Wait, Waits

P = ParamSpec("P")

if TYPE_CHECKING:
    from ...events import AgentTurn, CallStatus, Event, GatherEvent, LlmToolCall, LlmVendorEvent, TtsEvent, VerbStatus
    from ...events.names import (
        AgentTurnName,
        CallStatusName,
        LlmToolCallName,
        LlmVendorEventName,
        TtsEventName,
        VerbStatusName,
    )
    from ...protocol.control import Hook
    from ...runtime.handlers import Handlers
    from ...verbs import Gather, Say
    from ..tts import TtsStream

    def _with_options_of(verb: Callable[P, Gather]) -> _Ask[P]: ...


__all__ = ["ConversationMethods"]

_KEYS: Final = frozenset({"num_digits", "min_digits", "max_digits", "finish_on_key", "inter_digit_timeout"})
#: events that are no hooks
_NOTIFICATIONS: Final = tuple(
    name
    for name in EVENT_CLASSES
    if not name.startswith("session:") and name not in ("verb:hook", "dial:confirm", "queue:status")
)


class _Ask(Protocol[P]):
    """The type of ``ask``: the options of ``gather`` behind a prompt."""

    def __call__(
        self, prompt: str | Say | Mapping[str, Any] | None = None, /, *args: P.args, **options: P.kwargs
    ) -> GatherEvent: ...


class ConversationMethods:
    """A call written top to bottom: verbs are sent, the thread waits, and goes on with what became of them.

    It declares all that it needs of a session.
    """

    call_sid: str
    _handlers: Handlers
    _tts_made: TtsStream | None

    @property
    @abstractmethod
    def _waits(self) -> Waits:
        """The waits of this call."""

    @property
    @abstractmethod
    def _verbs(self) -> list[dict[str, Any]]:
        """The verbs that this thread has queued."""

    @property
    @abstractmethod
    def _ended(self) -> tuple[int, str] | None:
        """Code and reason of the close, once nothing can be sent any more."""

    @abstractmethod
    def _deliver(self, verbs: list[dict[str, Any]]) -> None:
        """Send verbs as the answer to what this thread owes one, else as a command."""

    @abstractmethod
    def _drop_queued(self) -> None:
        """Forget the verbs that this thread has queued."""

    def wait(self, timeout: float | None = None) -> ActionHook:
        """Send the verbs that this thread has queued, and wait until the last of them has ended.

        A verb that has an ``action_hook`` ends with that hook; it is made up here, unless you have given one. Behind
        any other verb, as ``say`` and ``pause``, a ``redirect`` is sent, whose hook comes when all verbs before it
        have been executed to their ends.

        They leave as the answer to the hook that the callback handles, as the first verbs of the call, or as a
        command, whichever is due. The verbs that follow answer the hook that was waited for; if that takes long, it is
        acked in time, and they follow as a command.

        Args:
            timeout: Seconds to wait; None waits for as long as it takes.
        Returns:
            The event of the hook. Of a ``redirect`` it has only the facts about the call.
        Raises:
            CallEnded: The call is over.
            HookTimeout: The time is up. It is a TimeoutError, and the call goes on with what it does.
            VerbsReplaced: Another thread has sent other verbs, or the call was redirected.
            CommandRejected: jambonz refused the verbs.
            AlreadyWaiting: Another thread waits for this call.
            MessageTooLarge: The verbs need more than 24 KiB. They stay queued, as with the error below.
            BackPressure: Too many commands wait for jambonz.
            ValueError: No verb is queued, or the last one has an ``action_hook`` that leads to another server.
        Blocks: up to ``timeout``, or until the hook comes or the call ends.
        """
        pending = self._start(is_blocking=True)
        try:
            return pending.wait(timeout)
        finally:
            pending.close()

    def start(self) -> PendingHook:
        """Send the verbs that this thread has queued, and go on while they are executed: :meth:`wait`, in two steps.

        So a caller is listened to while text is streamed to them::

            listening = session.gather(input=["speech"], bargein=True, timeout=0).start()
            session.stream_tts(answer)  # ends when the caller cuts in
            heard = listening.wait().transcript

        Verbs that are sent before the hook has come replace those that were started: to wait for them raises
        VerbsReplaced then.

        Returns:
            The hook of the last verb, which can be waited for.
        Raises:
            CallEnded: The call is over.
            AlreadyWaiting: Another thread waits for this call.
            MessageTooLarge: The verbs need more than 24 KiB. They stay queued, as with the error below.
            BackPressure: Too many commands wait for jambonz.
            ValueError: No verb is queued, or the last one has an ``action_hook`` that leads to another server.
        Blocks: while jambonz takes no data, up to ``send_timeout`` of the endpoint (10 s).
        """
        return self._start(is_blocking=False)

    def _start(self, *, is_blocking: bool) -> PendingHook:
        verbs = self._verbs
        if not verbs:
            raise ValueError("wait(): no verb is queued, so there is nothing to wait for")
        waits = self._waits
        sent, hook_name, verb = awaited(verbs, waits.next_number())
        callback = current.callback
        in_callback = callback.session is self
        wait = Wait(hook_name, verb, owes_reply=in_callback, is_blocking=is_blocking, work=waits.work)
        waits.begin(wait)
        pending = PendingHook(wait, waits, self.call_sid, self._hook_taken)
        try:
            if in_callback:
                callback.converses = True
            self._send_waiting(sent)
        except BaseException:
            pending.close()
            raise
        if in_callback:
            callback.pending = pending
        return pending

    def _is_answered(self) -> bool:
        """Return True if this thread has started a gather, and the caller has spoken, or pressed keys.

        They may have begun before there was a text to interrupt.
        """
        callback = current.callback
        pending = callback.pending if callback.session is self else None
        return pending is not None and pending.hears_caller

    def _hook_taken(self, hook: Hook) -> None:
        """The thread has got the hook that it waited for: its next verbs are the answer."""
        callback = current.callback
        if callback.session is self:
            callback.hook = hook
            hook.thread = get_ident()
            if callback.pending is not None and callback.pending.hook is hook:
                callback.pending = None  # its words are known: they cut off no text that follows
            if self._tts_made is not None:
                self._tts_made.hook_begins()

    def _send_waiting(self, verbs: list[dict[str, Any]]) -> None:
        try:
            self._deliver(verbs)
        except SessionClosed as exc:
            raise CallEnded(str(exc), code=exc.code, reason=exc.reason, call_sid=self.call_sid) from None
        self._drop_queued()
        if self._ended is not None:  # asked after the wait has begun: the end of the call finds it, or this does
            code, reason = self._ended
            raise CallEnded(f"call {self.call_sid} is over", code=code, reason=reason, call_sid=self.call_sid)

    def _forget_streams(self) -> None:
        for stream in list(self._waits.streams):
            stream.end()

    if TYPE_CHECKING:
        ask = _with_options_of(Gather)
    else:

        def ask(self, prompt=None, /, **options):
            """Ask the caller something: a ``gather``, and :meth:`wait` for its event.

            Verbs that were queued before are spoken first::

                name = session.say(text="Welcome.").ask("What is your name?").transcript
                digits = session.ask("Your account number, please.", num_digits=6).digits

            Args:
                prompt: The question: a text, or the options of ``say``. None says nothing.
                options: Those of ``gather``. Without ``input`` the caller is to press keys where one of the options is
                    about keys (``num_digits``, ``finish_on_key`` ...), and else to speak; to do either where there is a
                    ``recognizer`` as well.
            Returns:
                What was said or keyed in. ``reason`` is ``timeout`` where it was neither, in time.
            Raises:
                InvalidVerb: jambonz would not take the options.
                CallEnded: The call is over.
                VerbsReplaced: Another thread has sent other verbs, or the call was redirected.
                CommandRejected: jambonz refused the verbs.
                AlreadyWaiting: Another thread waits for this call.
                MessageTooLarge: The verbs need more than 24 KiB. They stay queued, as with the error below.
                BackPressure: Too many commands wait for jambonz.
            Blocks: until the caller has answered, or the call ends.
            """
            if prompt is not None:
                options["say"] = {"text": prompt} if isinstance(prompt, str) else prompt
            if "input" not in options:
                keys = not _KEYS.isdisjoint(options)
                speech = not keys or "recognizer" in options
                options["input"] = [*(["speech"] if speech else []), *(["digits"] if keys else [])]
            return self.gather(**options).wait()

    @overload
    def events(self, *names: CallStatusName, timeout: float | None = None) -> EventStream[CallStatus]: ...
    @overload
    def events(self, *names: VerbStatusName, timeout: float | None = None) -> EventStream[VerbStatus]: ...
    @overload
    def events(self, *names: AgentTurnName, timeout: float | None = None) -> EventStream[AgentTurn]: ...
    @overload
    def events(self, *names: LlmVendorEventName, timeout: float | None = None) -> EventStream[LlmVendorEvent]: ...
    @overload
    def events(self, *names: LlmToolCallName, timeout: float | None = None) -> EventStream[LlmToolCall]: ...
    @overload
    def events(self, *names: TtsEventName, timeout: float | None = None) -> EventStream[TtsEvent]: ...
    @overload
    def events(self, *names: str, timeout: float | None = None) -> EventStream[Event]: ...
    def events(self, *names: str, timeout: float | None = None) -> EventStream[Any]:
        """Iterate over notifications of the call, from now on::

            for status in session.events("call:status", timeout=30):
                if status.call_status == "in-progress":
                    break

        The iteration ends when the time is up, and when the call is over. Callbacks for the same events are called as
        well. Of more than 1,000 events that wait to be taken the oldest are dropped, and the log says so.

        Args:
            names: ``call:status``, ``verb:status`` (after :meth:`notify_events`), ``agent:event``, ``llm:event``,
                ``llm:tool-call``, ``tts:stream_open`` and the other events of token streams, ``jambonz:error``.
            timeout: Seconds, from now, until the iteration ends; None for as long as the call is up.
        Returns:
            The iterator. It hears of events until it ends, is closed, or is dropped.
        Raises:
            ValueError: One of the names is not that of a notification, or there is none.
        """
        for name in names or ("",):
            if name not in _NOTIFICATIONS:
                near = did_you_mean(nearest(name, _NOTIFICATIONS))
                raise ValueError(f"events(): {name!r} is not the name of a notification{near}")
        waits = self._waits
        stream: EventStream[Any] = EventStream(self._handlers, names, self.call_sid, timeout, waits.work)
        waits.streams.add(stream)
        if self._ended is not None:  # asked last: its end may have been told before the stream listened
            stream.close()
        return stream
