"""What is registered for an event that there is not is refused, and so is a function that wants more than it gives."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pytest

from jambonz_sync import AudioService, JambonzError, Service, UnknownEvent
from jambonz_sync.audio.callbacks import StreamCallbacks
from jambonz_sync.events.known import KnownEvents
from jambonz_sync.events.names import SERVICE_EVENTS, SESSION_EVENTS
from jambonz_sync.runtime.handlers import Handlers, Listeners
from jambonz_sync.session.listeners import EVENTS


class Call(Listeners):
    """The events of a session, without a call."""

    def __init__(self) -> None:
        self._handlers = Handlers(EVENTS)


class Audio(Listeners):
    """The events of an audio stream, without one."""

    def __init__(self) -> None:
        self._handlers = StreamCallbacks("x", lambda handler, args: None).handlers


def anything(*args: Any) -> None: ...


UNKNOWN = [
    (Service, "sesion:new", "a service has no event 'sesion:new' (did you mean session:new?)", "session:new"),
    (Service, "closed", "a service has no event 'closed' (did you mean close?)", "close"),
    (
        Service,
        "zzz",
        "a service has no event 'zzz': it has session:new, session:redirect, session:adulting, session:reconnect, "
        "call:status, error, close",
        None,
    ),
    (Service, "verb:hook", "a service has no event 'verb:hook': a session has it", None),
    (
        Service,
        "/heard",
        "a service has no hooks, such as '/heard': a session has, session.on('/heard')",
        None,
    ),
    (Call, "call:stauts", "a session has no event 'call:stauts' (did you mean call:status?)", "call:status"),
    (
        Call,
        "closed",
        "a session has no event 'closed' (did you mean close?); the name of a hook begins with \"/\" or is a URL: "
        "'/closed'",
        "close",
    ),
    (
        Call,
        "heard",
        "a session has no event 'heard'; the name of a hook begins with \"/\" or is a URL: '/heard'",
        None,
    ),
    (Call, "session:new", "a session has no event 'session:new': its service has it", None),
    (
        Call,
        "tts:stream_opn",
        "a session has no event 'tts:stream_opn' (did you mean tts:stream_open?)",
        "tts:stream_open",
    ),
    (AudioService, "conection", "an audio service has no event 'conection' (did you mean connection?)", "connection"),
    (AudioService, "dtmf", "an audio service has no event 'dtmf': a stream has it", None),
    (Audio, "adio", "an audio stream has no event 'adio' (did you mean audio?)", "audio"),
    (Audio, "connection", "an audio stream has no event 'connection': the audio service has it", None),
]  # fmt: skip


@pytest.mark.parametrize(("owner", "name", "message", "near"), UNKNOWN)
def test_a_name_that_is_no_event_is_refused_with_the_nearest(
    owner: Callable[[], Listeners], name: str, message: str, near: str | None
) -> None:
    listeners = owner()
    for register in (
        lambda: listeners.on(name, anything),
        lambda: listeners.once(name, anything),
        lambda: listeners.on(name),  # in the line of the decorator
    ):
        with pytest.raises(UnknownEvent) as caught:
            register()
        assert str(caught.value) == message
        assert (caught.value.name, caught.value.nearest) == (name, near)
        assert isinstance(caught.value, JambonzError)
    listeners.off(name)


def test_every_event_and_every_hook_is_taken() -> None:
    for name in SESSION_EVENTS:
        Call().on(name, anything)
    for name in ("/", "/heard?x=1", "https://example.com/x", "http://x/y", "wss://x/y"):
        Call().on(name, anything)
    service = Service()
    for name in SERVICE_EVENTS:
        service.on(name, anything)
    for name in ("connection", "close", "error"):
        AudioService().on(name, anything)


def test_the_decorator_without_a_name_is_told_what_is_missing() -> None:
    with pytest.raises(TypeError) as caught:
        Call().on(anything)  # type: ignore[call-overload]
    assert str(caught.value) == 'on() wants the name of an event first, as in on("close", fn), got function'


def test_a_hook_of_tools_is_a_path_too() -> None:
    with pytest.raises(UnknownEvent, match="begins with"):
        Call()._handlers.replace("tools", anything, lambda fn: False)


def two(evt: Any, more: Any) -> None: ...


def four(session: Any, code: int, reason: str, more: Any) -> None: ...


class Bot:
    def heard(self, evt: Any, more: Any) -> None: ...

    def __call__(self, evt: Any, more: Any) -> None: ...

    def __repr__(self) -> str:
        return "<Bot>"


@pytest.mark.parametrize(
    ("owner", "name", "fn", "message"),
    [
        (Call, "/heard", two, "two ({file}:{two}) needs 2 arguments, and /heard gives 1: event"),
        (Call, "call:status", two, "two ({file}:{two}) needs 2 arguments, and call:status gives 1: event"),
        (Call, "/heard", Bot().heard, "Bot.heard ({file}:{heard}) needs 2 arguments, and /heard gives 1: event"),
        (Call, "/heard", Bot(), "<Bot> needs 2 arguments, and /heard gives 1: event"),
        (Call, "/heard", functools.partial(four, 1), None),
        (Call, "close", four, "four ({file}:{four}) needs 4 arguments, and close gives 2: code, reason"),
        (Service, "call:status", four,
         "four ({file}:{four}) needs 4 arguments, and call:status gives 2: session, event"),
        (Service, "close", four, "four ({file}:{four}) needs 4 arguments, and close gives 3: session, code, reason"),
        (AudioService, "connection", two, "two ({file}:{two}) needs 2 arguments, and connection gives 1: stream"),
        (Audio, "audio", two, "two ({file}:{two}) needs 2 arguments, and audio gives 1: samples"),
    ],
)  # fmt: skip
def test_a_function_that_needs_more_than_the_event_gives_is_refused(
    owner: Callable[[], Listeners], name: str, fn: Any, message: str | None
) -> None:
    listeners = owner()
    lines = {f.__name__: f.__code__.co_firstlineno for f in (two, four, Bot.heard)}
    for register in (lambda: listeners.on(name, fn), lambda: listeners.on(name)(fn), lambda: listeners.once(name, fn)):
        with pytest.raises(TypeError) as caught:
            register()
        if message is not None:
            expected = message.format(file=__file__, **lines)
            assert str(caught.value) == f"{expected}; a parameter with a default needs none"


def by_name(evt: Any, *, tenant: str, tone: str = "warm") -> None: ...


@functools.wraps(by_name)
def decorated(*args: Any, **options: Any) -> None: ...


@pytest.mark.parametrize("fn", [by_name, decorated, functools.partial(by_name, 1)])
def test_a_function_with_a_parameter_that_must_go_by_name_is_refused(fn: Any) -> None:
    with pytest.raises(TypeError) as caught:
        Call().on("/heard", fn)
    assert str(caught.value).endswith(
        "takes tenant by name only, and events give their arguments by position: leave the * out, or give it a default"
    )
    Call().on("/heard", functools.partial(by_name, tenant="x"))


def test_a_function_that_conducts_calls_is_held_to_its_arguments() -> None:
    with pytest.raises(TypeError, match=r"needs 4 arguments, and session:new gives 2: session, event"):
        Service().call(four)


def test_a_function_that_can_do_without_the_rest_is_taken() -> None:
    Call().on("/heard", lambda evt, more=None: None)
    Call().on("/heard", lambda: None)
    Service().on("session:new", lambda session: None)
    Service().on("close", lambda session, code, reason: None)


def test_what_has_no_hooks_and_no_others_lists_what_it_has() -> None:
    with pytest.raises(UnknownEvent, match=r"^a door has no event 'bell': it has open, shut$"):
        KnownEvents("a door", {"open": (), "shut": ()}).arguments_of("bell")
