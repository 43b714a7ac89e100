"""Which functions listen to which events: the ``on``, ``once`` and ``off`` of services, sessions and streams."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import CodeType
from typing import Any, Protocol, TypeVar, overload

from . import fork

F = TypeVar("F", bound=Callable[..., Any])
#: makes the context that callbacks of the application run in
Context = Callable[[], AbstractContextManager[Any]]

_VARARGS, _COROUTINE = 0x04, 0x80 | 0x200  # of a code object's flags
#: arguments that a function with ``*args`` gets at most: more than any event has
_ALL_ARGUMENTS = 9
#: guards the dict of each Handlers; registrations are rare, so one lock does for all. Reentrant: an iterator of events
#: that is collected as garbage while its thread registers something takes back its own functions. They do nothing any
#: more; at worst they stay
_lock = fork.rlock()


class Events(Protocol):
    """The events that something has."""

    def arguments_of(self, name: str, /) -> tuple[str, ...]:
        """Return the names of the arguments that an event gives; raise an error if there is no such event."""
        ...


class Handler:
    """One registered function, for :func:`run`. ``key`` is the same for all functions of the same code, which each call
    makes anew."""

    __slots__ = ("arity", "concurrent", "conversation", "fn", "key", "once")

    def __init__(self, fn: Callable[..., Any], *, once: bool, concurrent: bool, conversation: bool = False) -> None:
        self.fn = fn
        self.once = once
        self.concurrent = concurrent
        self.conversation = conversation  # it is concurrent, and has its thread for as long as the call lasts
        plain = getattr(fn, "__func__", fn)
        self.key: object = getattr(plain, "__code__", None)
        self.arity = _inspected_arity(fn) if self.key is None else _arity(fn, plain, self.key)


def _callable(name: str, fn: Any) -> Callable[..., Any]:
    if not callable(fn):
        raise TypeError(f"a callback for {name!r} must be callable, not {type(fn).__name__}")
    return fn  # type: ignore[no-any-return]


def _arity(fn: Callable[..., Any], plain: Any, code: Any) -> int:
    """How many positional arguments ``fn`` must have, a function or a method of ``plain``: a default is the
    application's own value, no place for an event's. With ``*args`` it gets as many as any event has."""
    if code.co_flags & _COROUTINE:
        raise TypeError(f"{fn!r} is an async function: callbacks are plain functions here, and may block")
    if code.co_kwonlyargcount > len(plain.__kwdefaults__ or ()):
        names = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
        raise _needs_names(fn, [name for name in names if name not in (plain.__kwdefaults__ or ())])
    if code.co_flags & _VARARGS:  # a decorator takes anything for the function that it wraps
        return _inspected_arity(fn) if hasattr(fn, "__wrapped__") else _ALL_ARGUMENTS
    return int(code.co_argcount) - len(plain.__defaults__ or ()) - (plain is not fn)


def _inspected_arity(fn: Callable[..., Any]) -> int:
    """The same for a partial, a builtin, an object with ``__call__``: rare, so that ``inspect`` is loaded here only."""
    import inspect

    if inspect.iscoroutinefunction(getattr(fn, "func", None) or getattr(fn, "__call__", None)):  # noqa: B004
        raise TypeError(f"{fn!r} is an async function: callbacks are plain functions here, and may block")
    try:
        parameters = inspect.signature(fn).parameters.values()
    except (ValueError, TypeError):
        return 1  # a builtin that tells nothing: most take one
    if by_name := [p.name for p in parameters if p.kind is p.KEYWORD_ONLY and p.default is p.empty]:
        raise _needs_names(fn, by_name)
    if any(p.kind is p.VAR_POSITIONAL for p in parameters):
        return _ALL_ARGUMENTS
    return sum(p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) and p.default is p.empty for p in parameters)


def _needs_names(fn: Callable[..., Any], names: list[str]) -> TypeError:
    key = getattr(getattr(fn, "__func__", fn), "__code__", None)
    return TypeError(
        f"{name_of(key) if key is not None else repr(fn)} takes {', '.join(names)} by name only, and events give their "
        "arguments by position: leave the * out, or give it a default"
    )


def name_of(key: object) -> str:
    """Say what the log calls the function with ``key``, its code object."""
    if isinstance(key, CodeType):
        return f"{key.co_qualname} ({key.co_filename}:{key.co_firstlineno})"
    return "a callback"


def is_ctrl_c(exc: BaseException) -> bool:
    """Tell whether ``exc`` is to end the program: a KeyboardInterrupt where the system delivers them."""
    return isinstance(exc, KeyboardInterrupt) and threading.current_thread() is threading.main_thread()


def run(handler: Handler, args: tuple[Any, ...], context: Context | None) -> Any:
    """Call ``handler`` with as many of an event's arguments as it cannot do without, in a new ``context`` if any."""
    if handler.arity < len(args):
        args = args[: handler.arity]
    try:
        if context is None:
            return handler.fn(*args)
        with context():
            return handler.fn(*args)
    except SystemExit as exc:
        raise RuntimeError("a callback called sys.exit(): it ends no call, hangup() does") from exc
    except Exception:
        raise
    except BaseException as exc:  # CancelledError, GeneratorExit, a time-out of gevent: our callers know Exceptions
        if is_ctrl_c(exc):
            raise
        raise RuntimeError(f"a callback raised {type(exc).__name__}: {exc}") from exc


def _needs_more(name: str, handler: Handler, arguments: tuple[str, ...]) -> TypeError:
    fn = handler.fn
    shown = name_of(handler.key) if handler.key is not None else getattr(fn, "__name__", None) or repr(fn)
    return TypeError(
        f"{shown} needs {handler.arity} arguments, and {name} gives {len(arguments)}: {', '.join(arguments)}; "
        "a parameter with a default needs none"
    )


class Handlers:
    """Registered functions by event name. Any thread may call any method, also from within a callback.

    Args:
        events: The events that there are; None takes any.
    """

    __slots__ = ("_by_name", "_events", "_has_once")

    def __init__(self, events: Events | None = None) -> None:
        self._by_name: dict[str, tuple[Handler, ...]] = {}
        self._events = events
        self._has_once = False  # or had: few applications ever need to look

    @overload
    def on(self, name: str, fn: None = None, *, concurrent: bool = False) -> Callable[[F], F]: ...
    @overload
    def on(self, name: str, fn: F, *, concurrent: bool = False) -> F: ...
    def on(self, name: str, fn: Any = None, *, concurrent: bool = False) -> Any:
        """Call ``fn`` at each event ``name``; without ``fn`` a decorator.

        ``fn`` gets as many of the event's arguments as it has parameters without a default; all of them for ``*args``.
        Functions of one event run in the order of registration.
        ``concurrent`` lets it run beside the call's other callbacks instead of in order with them.
        Raises TypeError for an async function, and one that has more parameters than the event has arguments;
        UnknownEvent for a name that is not that of an event.
        """
        return self._add(name, fn, once=False, concurrent=concurrent)

    @overload
    def once(self, name: str, fn: None = None, *, concurrent: bool = False) -> Callable[[F], F]: ...
    @overload
    def once(self, name: str, fn: F, *, concurrent: bool = False) -> F: ...
    def once(self, name: str, fn: Any = None, *, concurrent: bool = False) -> Any:
        """As :meth:`on`, for the next event of that name only."""
        return self._add(name, fn, once=True, concurrent=concurrent)

    def converse(self, name: str, fn: F) -> F:
        """Call ``fn`` at each event ``name``, on a thread that it may keep for as long as the call lasts."""
        handler = Handler(_callable(name, fn), once=False, concurrent=True, conversation=True)
        self._register(name, self._arguments_of(name), handler)
        return fn

    def check_name(self, name: str) -> None:
        """Refuse a name that is not that of an event."""
        self._arguments_of(name)

    def off(self, name: str, fn: Callable[..., Any] | None = None) -> None:
        """Forget ``fn``, or all functions, for ``name``. Forgetting what is not there is no error."""
        with _lock:
            self._set(name, () if fn is None else tuple(h for h in self._by_name.get(name, ()) if h.fn != fn))

    def clear(self) -> None:
        """Forget all functions."""
        with _lock:
            self._by_name.clear()

    def replace(self, name: str, fn: Callable[..., Any], instead_of: Callable[[Callable[..., Any]], bool]) -> None:
        """Call ``fn`` for ``name`` in the place of those functions of which ``instead_of`` is true. An event that comes
        meanwhile is for ``fn`` or for them, not for both and not for neither."""
        self.check_name(name)
        handler = Handler(fn, once=False, concurrent=False)
        with _lock:
            others = tuple(h for h in self._by_name.get(name, ()) if not instead_of(h.fn))
            self._by_name[name] = (*others, handler)

    def _add(self, name: str, fn: Any, *, once: bool, concurrent: bool) -> Any:
        arguments = self._arguments_of(name)  # a wrong name shows in the line of the decorator

        def add(fn: Any) -> Any:
            self._register(name, arguments, Handler(_callable(name, fn), once=once, concurrent=concurrent))
            return fn

        return add if fn is None else add(fn)

    def _arguments_of(self, name: str) -> tuple[str, ...] | None:
        return None if self._events is None else self._events.arguments_of(name)

    def _register(self, name: str, arguments: tuple[str, ...] | None, handler: Handler) -> None:
        if arguments is not None and len(arguments) < handler.arity != _ALL_ARGUMENTS:
            raise _needs_more(name, handler, arguments)
        with _lock:
            if handler.once:
                self._has_once = True  # before it can be found
            self._by_name[name] = (*self._by_name.get(name, ()), handler)

    def take(self, name: str) -> tuple[Handler, ...]:
        """The functions to call for an event that has come; those for one event only are forgotten."""
        handlers = self._by_name.get(name, ())
        if self._has_once and any(handler.once for handler in handlers):
            with _lock:
                handlers = self._by_name.get(name, ())
                self._set(name, tuple(h for h in handlers if not h.once))
        return handlers

    def _set(self, name: str, handlers: tuple[Handler, ...]) -> None:
        """Put functions in the place of those of an event. Wants the lock."""
        assert _lock._is_owned()  # type: ignore[attr-defined]
        if handlers:
            self._by_name[name] = handlers
        else:
            self._by_name.pop(name, None)

    def names(self) -> list[str]:
        """The events that somebody listens to."""
        return list(self._by_name)

    def __contains__(self, name: object) -> bool:
        return name in self._by_name


class Listeners:
    """The base of what has events: services, sessions and audio streams.

    A subclass makes ``_handlers``, and tells its events and what their functions get in its own docstring.
    """

    __slots__ = ()

    _handlers: Handlers

    @overload
    def on(self, name: str, fn: None = None, *, concurrent: bool = False) -> Callable[[F], F]: ...
    @overload
    def on(self, name: str, fn: F, *, concurrent: bool = False) -> F: ...
    def on(self, name: str, fn: Any = None, *, concurrent: bool = False) -> Any:
        """Call a function at each event of this name; without a function, make a decorator.

        Functions of one event run in the order in which they were registered.

        Args:
            name: The event; the class lists them.
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

    @overload
    def once(self, name: str, fn: None = None, *, concurrent: bool = False) -> Callable[[F], F]: ...
    @overload
    def once(self, name: str, fn: F, *, concurrent: bool = False) -> F: ...
    def once(self, name: str, fn: Any = None, *, concurrent: bool = False) -> Any:
        """Call a function at the next event of this name only; without a function, make a decorator.

        Args:
            name: The event; the class lists them.
            fn: A function as for :meth:`on`.
            concurrent: Run it beside the call's other functions, as for :meth:`on`.
        Returns:
            The function; without one, a decorator that returns what it decorates.
        Raises:
            UnknownEvent: There is no event of that name.
            TypeError: ``fn`` is an async function, cannot be called, or needs more arguments than the event has.
        """
        return self._handlers.once(name, fn, concurrent=concurrent)

    def off(self, name: str, fn: Callable[..., Any] | None = None) -> None:
        """Forget a function, or all functions, of an event.

        Forgetting what is not registered is no error.

        Args:
            name: The event.
            fn: The function; None forgets all of them.
        """
        self._handlers.off(name, fn)
