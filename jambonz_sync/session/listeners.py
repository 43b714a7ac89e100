"""The events of a session: which functions listen to them, and what those get."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, TypeVar, overload

from ..events.known import KnownEvents
from ..events.names import SERVICE_EVENTS, SESSION_EVENTS
from ..runtime.handlers import F, Listeners

if TYPE_CHECKING:
    from ..events import (
        ActionHook,
        AgentTurn,
        CallStatus,
        ErrorEvent,
        LlmToolCall,
        LlmVendorEvent,
        TokensResult,
        TtsEvent,
        VerbStatus,
    )
    from ..events.names import (
        ActionHookName,
        AgentTurnName,
        CallStatusName,
        ErrorEventName,
        LlmToolCallName,
        LlmVendorEventName,
        TokensResultName,
        TtsEventName,
        VerbStatusName,
    )

E = TypeVar("E")
#: a function that gets an event
On: TypeAlias = Callable[[E], Any]
#: a function that gets code and reason of a close
Closed: TypeAlias = Callable[[int, str], Any]


#: the events of sessions
EVENTS: Final = KnownEvents("a session", SESSION_EVENTS, ("event",), dict.fromkeys(SERVICE_EVENTS, "its service"))


class SessionListeners(Listeners):
    """``on``, ``once`` and ``off`` of a session.

    The overloads tell type checkers what a function gets that does not say so itself, as a lambda does not.
    """

    @overload  # type: ignore[override]  # the overloads say more than those of the base
    def on(
        self,
        name: ActionHookName,
        fn: On[ActionHook],
        *,
        concurrent: bool = False,
    ) -> On[ActionHook]: ...
    @overload
    def on(self, name: CallStatusName, fn: On[CallStatus], *, concurrent: bool = False) -> On[CallStatus]: ...
    @overload
    def on(self, name: VerbStatusName, fn: On[VerbStatus], *, concurrent: bool = False) -> On[VerbStatus]: ...
    @overload
    def on(
        self, name: LlmVendorEventName, fn: On[LlmVendorEvent], *, concurrent: bool = False
    ) -> On[LlmVendorEvent]: ...
    @overload
    def on(self, name: AgentTurnName, fn: On[AgentTurn], *, concurrent: bool = False) -> On[AgentTurn]: ...
    @overload
    def on(self, name: LlmToolCallName, fn: On[LlmToolCall], *, concurrent: bool = False) -> On[LlmToolCall]: ...
    @overload
    def on(self, name: TtsEventName, fn: On[TtsEvent], *, concurrent: bool = False) -> On[TtsEvent]: ...
    @overload
    def on(self, name: TokensResultName, fn: On[TokensResult], *, concurrent: bool = False) -> On[TokensResult]: ...
    @overload
    def on(self, name: ErrorEventName, fn: On[ErrorEvent], *, concurrent: bool = False) -> On[ErrorEvent]: ...
    @overload
    def on(self, name: Literal["error"], fn: On[Exception], *, concurrent: bool = False) -> On[Exception]: ...
    @overload
    def on(self, name: Literal["close"], fn: Closed, *, concurrent: bool = False) -> Closed: ...
    @overload
    def on(self, name: str, fn: None = None, *, concurrent: bool = False) -> Callable[[F], F]: ...
    @overload
    def on(self, name: str, fn: On[ActionHook], *, concurrent: bool = False) -> On[ActionHook]: ...
    @overload
    def on(self, name: str, fn: F, *, concurrent: bool = False) -> F: ...
    def on(self, name: str, fn: Any = None, *, concurrent: bool = False) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Call a function at each event of this name; without a function, make a decorator.

        The name is that of a hook (``/heard``) or one of these: ``verb:hook`` (any hook without a function of its own),
        ``verb:status``, ``call:status``, ``dial:confirm``, ``queue:status``, ``session:reconnect`` (session, event),
        ``llm:event``, ``llm:tool-call``, ``agent:event``, ``agent:tool-call``, ``tts:stream_open`` and the other
        ``tts:...`` events (``tts:streaming-event`` is any of them), ``tts:tokens-result``, ``jambonz:error``, ``close``
        (code, reason) and ``error`` (exception). Where nothing else is said the function gets one argument, the event.

        A function for a hook replies with :meth:`reply`, or returns verbs; if it does neither, the verbs that it
        queued, or none, are its reply. The functions of a call run one at a time: those for hooks in the order in which
        the hooks come, and beside them those for all other events, in their order.

        Args:
            name: The event.
            fn: A plain function, which may block. It gets as many of the event's arguments, from the left, as it has
                parameters without a default, and all of them for ``*args``.
            concurrent: Run it beside the call's other functions, on a thread of its own, instead of in order with them.
        Returns:
            The function; without one, a decorator that returns what it decorates.
        Raises:
            UnknownEvent: There is no event of that name.
            TypeError: ``fn`` is an async function, cannot be called, or needs more arguments than the event has.
        """
        return self._handlers.on(name, fn, concurrent=concurrent)

    @overload  # type: ignore[override]  # the overloads say more than those of the base
    def once(
        self,
        name: ActionHookName,
        fn: On[ActionHook],
        *,
        concurrent: bool = False,
    ) -> On[ActionHook]: ...
    @overload
    def once(self, name: CallStatusName, fn: On[CallStatus], *, concurrent: bool = False) -> On[CallStatus]: ...
    @overload
    def once(self, name: VerbStatusName, fn: On[VerbStatus], *, concurrent: bool = False) -> On[VerbStatus]: ...
    @overload
    def once(
        self, name: LlmVendorEventName, fn: On[LlmVendorEvent], *, concurrent: bool = False
    ) -> On[LlmVendorEvent]: ...
    @overload
    def once(self, name: AgentTurnName, fn: On[AgentTurn], *, concurrent: bool = False) -> On[AgentTurn]: ...
    @overload
    def once(self, name: LlmToolCallName, fn: On[LlmToolCall], *, concurrent: bool = False) -> On[LlmToolCall]: ...
    @overload
    def once(self, name: TtsEventName, fn: On[TtsEvent], *, concurrent: bool = False) -> On[TtsEvent]: ...
    @overload
    def once(self, name: TokensResultName, fn: On[TokensResult], *, concurrent: bool = False) -> On[TokensResult]: ...
    @overload
    def once(self, name: ErrorEventName, fn: On[ErrorEvent], *, concurrent: bool = False) -> On[ErrorEvent]: ...
    @overload
    def once(self, name: Literal["error"], fn: On[Exception], *, concurrent: bool = False) -> On[Exception]: ...
    @overload
    def once(self, name: Literal["close"], fn: Closed, *, concurrent: bool = False) -> Closed: ...
    @overload
    def once(self, name: str, fn: None = None, *, concurrent: bool = False) -> Callable[[F], F]: ...
    @overload
    def once(self, name: str, fn: On[ActionHook], *, concurrent: bool = False) -> On[ActionHook]: ...
    @overload
    def once(self, name: str, fn: F, *, concurrent: bool = False) -> F: ...
    def once(self, name: str, fn: Any = None, *, concurrent: bool = False) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Call a function at the next event of this name only; without a function, make a decorator.

        Args:
            name: The event, as for :meth:`on`.
            fn: A function as for :meth:`on`.
            concurrent: Run it beside the call's other functions, as for :meth:`on`.
        Returns:
            The function; without one, a decorator that returns what it decorates.
        Raises:
            UnknownEvent: There is no event of that name.
            TypeError: ``fn`` is an async function, cannot be called, or needs more arguments than the event has.
        """
        return self._handlers.once(name, fn, concurrent=concurrent)
