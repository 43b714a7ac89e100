from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from jambonz_sync import Session
from jambonz_sync.session import dispatcher_of
from tests.peer import Peer
from tests.session.conftest import Serve
from tests.waiting import wait_for

Dial = Callable[..., Peer]
SORRY = [{"verb": "say", "text": "sorry"}]


def raises(exc: BaseException) -> Callable[[], None]:
    def callback() -> None:
        raise exc

    return callback


@pytest.mark.parametrize("kind", [asyncio.CancelledError, GeneratorExit, SystemExit, KeyboardInterrupt, ValueError])
def test_whatever_a_callback_raises_its_hook_is_answered_at_once_and_the_connection_stays(
    serve: Serve, dial: Dial, kind: type[BaseException]
) -> None:
    svc = serve(on_error=SORRY, hook_ack_deadline=60, hook_warning_after=60)
    reported: list[Exception] = []

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.on("/raises", raises(kind("now")))
        session.on("/beside", raises(kind("now")), concurrent=True)
        session.on("/next", lambda evt: session.say(text="still here"))
        session.on("error", reported.append)
        session.say(text="hi").send()

    peer = dial(svc)
    peer.begin()
    assert peer.ask("/raises") == SORRY
    assert peer.ask("/beside") == SORRY
    assert peer.ask("/next") == [{"verb": "say", "text": "still here"}]
    wait_for(lambda: len(reported) == 2)
    assert all(isinstance(exc, Exception) for exc in reported)
    assert kind.__name__ in repr(reported[0]) or kind is SystemExit


@pytest.mark.parametrize("kind", [asyncio.CancelledError, GeneratorExit, SystemExit, KeyboardInterrupt])
def test_whatever_a_callback_of_a_notification_raises_the_next_one_is_called_and_the_connection_stays(
    serve: Serve, dial: Dial, kind: type[BaseException]
) -> None:
    svc = serve()
    ran: list[Any] = []

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.on("verb:status", raises(kind()))
        session.on("verb:status", lambda: ran.append("second"))
        session.on("error", lambda exc: ran.append(type(exc)))
        session.say(text="hi").send()

    peer = dial(svc)
    peer.begin()
    for _ in range(2):
        peer.tell("verb:status", {"event": "starting"})
    assert peer.ask("/nobody") == []
    wait_for(lambda: ran == ["second", RuntimeError] * 2)


@pytest.mark.parametrize("kind", [asyncio.CancelledError, GeneratorExit, SystemExit])
def test_an_on_error_that_raises_whatever_leaves_an_ack(serve: Serve, dial: Dial, kind: type[BaseException]) -> None:
    svc = serve(on_error=lambda session, exc: raises(kind())())
    svc.on("session:new", lambda: 1 / 0)
    peer = dial(svc)
    assert peer.begin() == []
    assert peer.ask("/nobody") == []


def test_a_ctrl_c_in_a_callback_on_the_main_thread_is_for_whoever_runs_that_and_the_hook_is_answered(
    serve: Serve, dial: Dial
) -> None:
    svc = serve(on_error=SORRY, hook_ack_deadline=60, hook_warning_after=60)
    sessions: list[Session] = []

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.on("/interrupted", raises(KeyboardInterrupt()))
        session.say(text="hi").send()
        sessions.append(session)

    peer = dial(svc)
    peer.begin()
    wait_for(lambda: sessions)
    dispatcher = dispatcher_of(sessions[0])
    message = {"type": "verb:hook", "msgid": "m-main", "hook": "/interrupted", "data": {}}
    with pytest.raises(KeyboardInterrupt):
        dispatcher.on_message(message, dispatcher.outbox.connection)
    assert peer.ack_of("m-main") == SORRY
    assert peer.ask("/nobody") == []
