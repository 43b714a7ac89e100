"""A hook that nobody listens to is told of when the verb that names it is sent."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

import pytest

from jambonz_sync import Session
from jambonz_sync.runtime.handlers import Handlers
from jambonz_sync.session.listeners import EVENTS
from jambonz_sync.session.unheard import UnheardHooks
from tests.peer import Peer
from tests.session.conftest import Serve
from tests.waiting import wait_for

Dial = Callable[..., Peer]


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.message for record in caplog.records if record.levelno == logging.WARNING]


@pytest.mark.parametrize(
    ("verb", "listening", "message"),
    [
        (
            {"verb": "gather", "actionHook": "/herd"},
            ["/heard"],
            "call x: nobody listens to /herd, the action_hook of gather (did you mean /heard?): "
            'session.on("/heard", fn)',
        ),
        (
            {"verb": "gather", "actionHook": "menu"},
            ["/menu"],
            'call x: nobody listens to menu, the action_hook of gather (did you mean /menu?): session.on("/menu", fn)',
        ),
        (
            {"verb": "gather", "actionHook": "menu"},
            [],
            'call x: nobody listens to menu, the action_hook of gather: session.on("/menu", fn)',
        ),
        (
            {"verb": "dial", "confirmHook": {"url": "/confirm"}},
            ["/x"],
            "call x: nobody listens to /confirm, the confirm_hook of dial: "
            'session.on("/confirm", fn)',
        ),
        (
            {"verb": "config", "bargeIn": {"enable": True, "actionHook": "/heared"}},
            ["/heard"],
            'call x: nobody listens to /heared, the action_hook of config (did you mean /heard?): '
            'session.on("/heard", fn)',
        ),
        (
            {"verb": "gather", "input": ["speech"]},
            ["/heard"],
            "call x: a gather without an action_hook: what the caller says or keys in is lost; "
            'gather(action_hook="/heard"), or session.ask()',
        ),
    ],
)  # fmt: skip
def test_a_hook_that_nobody_listens_to_is_told_of_once_with_the_nearest(
    verb: dict[str, Any], listening: list[str], message: str, caplog: pytest.LogCaptureFixture
) -> None:
    handlers = Handlers(EVENTS)
    for name in listening:
        handlers.on(name, print)
    unheard = UnheardHooks("x", handlers)
    unheard.check([verb])
    unheard.check([verb, {"verb": "hangup"}])
    assert warnings(caplog) == [message]


@pytest.mark.parametrize(
    "verb",
    [
        {"verb": "gather", "actionHook": "/heard"},
        {"verb": "gather", "actionHook": "/heard?x=1"},
        {"verb": "gather", "actionHook": {"url": "/heard", "method": "POST"}},
        {"verb": "gather", "actionHook": "https://elsewhere.example.com/x"},
        {"verb": "gather", "actionHook": "/wait/gather/1"},
        {"verb": "gather", "actionHook": "/own"},
        {"verb": "gather", "bargein": True, "input": ["speech"]},
        {"verb": "gather", "partialResultHook": "/heard"},
        {"verb": "redirect", "actionHook": "/elsewhere"},
        {"verb": "redirect", "actionHook": "/heard", "statusHook": "/status"},
        {"verb": "say", "text": "hi"},
        {"say": {"text": "raw"}},
    ],
)
def test_a_hook_that_somebody_listens_to_is_not_told_of(verb: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    handlers = Handlers(EVENTS)
    handlers.on("/heard", print)
    UnheardHooks("x", handlers).check([verb], waited_for="/own")
    assert warnings(caplog) == []


@pytest.mark.parametrize("name", ["verb:hook", "agent:event", "llm:tool-call", "dial:confirm"])
def test_who_listens_to_all_hooks_of_a_kind_listens_to_any(name: str, caplog: pytest.LogCaptureFixture) -> None:
    handlers = Handlers(EVENTS)
    handlers.on(name, print)
    UnheardHooks("x", handlers).check([{"verb": "agent", "eventHook": "/e", "toolHook": "/t"}])
    assert warnings(caplog) == []


def test_a_callback_may_register_the_function_of_a_hook_when_it_has_sent_the_verb(
    serve: Serve, dial: Dial, caplog: pytest.LogCaptureFixture
) -> None:
    svc = serve()

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.gather(input=["digits"], action_hook="/heard").send()
        session.on("/heard", lambda evt: session.hangup().reply())

    peer = dial(svc)
    peer.begin()
    assert [verb["verb"] for verb in peer.ask("/heard")] == ["hangup"]
    assert warnings(caplog) == []


def test_a_hook_that_comes_before_the_callback_has_ended_is_told_of_then(
    serve: Serve, dial: Dial, gate: threading.Event, caplog: pytest.LogCaptureFixture
) -> None:
    svc = serve()

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.gather(input=["digits"], action_hook="/herd").send()
        gate.wait(15)

    peer = dial(svc)
    peer.begin()
    assert peer.ask("/herd") == []
    wait_for(lambda: warnings(caplog), "the warning")  # it follows the ack
    assert warnings(caplog) == [
        f'call {peer.call_sid}: nobody listens to /herd, the action_hook of gather: session.on("/herd", fn)'
    ]


BARGE_IN = {"verb": "config", "bargeIn": {"enable": True, "actionHook": "/heard"}}
STICKY = {"verb": "config", "bargeIn": {"enable": True, "sticky": True, "input": ["digits"], "actionHook": "/heard"}}
GATHER = {"verb": "gather", "input": ["speech"], "actionHook": "/heard"}
KEYS = {"verb": "gather", "actionHook": "/heard"}
OFF = {"verb": "config", "bargeIn": {"enable": False}}
SKIPPED = (
    "call x: jambonz skips a gather, or ask(), while barge_in of config listens in its place, for its own "
    'action_hook: leave it out, or end it with config(barge_in={"enable": False})'
)


@pytest.mark.parametrize(
    ("batches", "warned"),
    [
        ([[BARGE_IN, GATHER]], True),
        ([[BARGE_IN, KEYS]], True),
        ([[BARGE_IN], [GATHER]], False),  # it may be the answer to what barge_in has heard, which ends it
        ([[STICKY, GATHER]], False),  # it hears no speech
        ([[STICKY], [KEYS], [KEYS]], True),
        ([[STICKY], [OFF, KEYS]], False),
        ([[BARGE_IN, OFF, GATHER]], False),
        ([[{"verb": "config", "synthesizer": {"vendor": "google"}}, GATHER]], False),
    ],
)
def test_a_gather_that_jambonz_skips_for_barge_in_is_told_of_once(
    batches: list[list[dict[str, Any]]], warned: bool, caplog: pytest.LogCaptureFixture
) -> None:
    handlers = Handlers(EVENTS)
    handlers.on("/heard", print)
    unheard = UnheardHooks("x", handlers)
    for verbs in batches:
        unheard.check(verbs)
    assert warnings(caplog) == ([SKIPPED] if warned else [])


def test_of_a_hundred_hooks_the_log_tells_and_of_no_more(caplog: pytest.LogCaptureFixture) -> None:
    unheard = UnheardHooks("x", Handlers(EVENTS))
    unheard.check([{"verb": "gather", "actionHook": f"/{i}"} for i in range(200)])
    assert len(warnings(caplog)) == 100


@pytest.mark.parametrize("how", ["send", "reply", "returned", "queued", "converses"])
def test_however_verbs_are_sent_and_not_again_when_the_hook_comes(
    serve: Serve, dial: Dial, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    svc = serve()

    def call(session: Session) -> Any:
        session.on("/heard", lambda evt: None)
        if how == "returned":
            return [{"verb": "gather", "actionHook": "/herd"}]
        session.gather(input=["digits"], action_hook="/herd")
        if how in ("send", "reply"):
            getattr(session, how)()
        return None

    svc.call(call) if how == "converses" else svc.on("session:new", call)
    peer = dial(svc)
    peer.begin()
    assert peer.ask("/herd") == []
    wait_for(lambda: warnings(caplog), "the warning")  # at the end of the callback, whose answer has left before
    assert [text for text in warnings(caplog) if "herd" in text] == [
        f"call {peer.call_sid}: nobody listens to /herd, the action_hook of gather (did you mean /heard?): "
        'session.on("/heard", fn)'
    ]
