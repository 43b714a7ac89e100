from __future__ import annotations

from collections.abc import Callable

from jambonz_sync import Service
from tests.peer import Peer
from tests.session.conftest import Serve
from tests.waiting import busy_threads, wait_for

Dial = Callable[..., Peer]


def test_a_call_that_is_silent_is_pinged_and_given_up_if_that_is_not_answered(serve: Serve, dial: Dial) -> None:
    service: Service = serve(ping_interval=0.1, reconnect_grace=0)
    closed: list[tuple[int, str]] = []
    service.on("session:new", lambda session: session.say(text="hello").send())
    service.on("close", lambda session, code, reason: closed.append((code, reason)))
    dial(service).begin()
    wait_for(lambda: closed, "the end")
    assert closed == [(1006, "no answer to a ping")]


def test_calls_hold_no_thread_while_they_are_silent(serve: Serve, dial: Dial) -> None:
    service = serve()
    service.on("session:new", lambda session: session.say(text="hello").send())
    for _ in range(30):
        dial(service).begin()
    wait_for(lambda: busy_threads() <= 1, "all threads but the one that leads to be idle")
