from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from jambonz_sync import Service
from jambonz_sync.runtime import timers
from tests.peer import Closed, Peer
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


def test_a_connection_without_a_first_message_does_not_keep_its_place(
    serve: Serve, dial: Dial, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("jambonz_sync.server.service._FIRST_MESSAGE", 0.3)
    service = serve(max_sessions=1)
    service.on("session:new", lambda session: session.say(text="hello").send())
    silent = dial(service)
    with pytest.raises(Closed) as closed:
        silent.recv()
    assert closed.value.code == 1008
    assert "no message within 0.3 s" in caplog.text
    wait_for(lambda: len(service.registry) == 0, "the place to be free")
    assert dial(service).begin()


def test_a_call_that_has_begun_may_be_silent(serve: Serve, dial: Dial, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jambonz_sync.server.service._FIRST_MESSAGE", 1.0)
    service = serve()
    service.on("session:new", lambda session: session.say(text="hello").send())
    peer = dial(service)
    peer.begin()
    fired = threading.Event()
    timers.call_later(1.1, fired.set)
    assert fired.wait(15)
    assert peer.ask("/hook") == []
