"""The services of calls and of audio streams, as a user sees them; ``tests/session`` has what they do with a call."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from jambonz_sync import AudioService, Endpoint, Service, Session, create_endpoint
from jambonz_sync.runtime import timers
from tests.peer import Closed, Peer
from tests.waiting import wait_for


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with create_endpoint(host="127.0.0.1", port=0) as endpoint:
        yield endpoint


@pytest.mark.parametrize(("kind", "more"), [(Service, ["call"]), (AudioService, [])])
def test_a_service_shows_what_a_user_may_call(kind: type, more: list[str]) -> None:
    assert [name for name in dir(kind()) if not name.startswith("_")] == [*more, "off", "on", "once"]


def test_functions_are_registered_forgotten_and_called_once(endpoint: Endpoint) -> None:
    svc = endpoint.service("/")
    calls: list[str] = []

    @svc.on("session:new")
    def every(session: Session) -> None:
        calls.append("every")
        session.say(text="hi").send()

    svc.once("session:new", lambda session: calls.append("once"))
    forgotten = svc.on("session:new", lambda session: calls.append("forgotten"))
    svc.off("session:new", forgotten)
    for _ in range(2):
        with Peer(endpoint.url) as peer:
            peer.begin()
            peer.close()
    wait_for(lambda: len(calls) == 3)
    assert calls == ["every", "once", "every"]


@pytest.mark.parametrize("register", ["on", "once"])
def test_an_async_function_is_refused(register: str) -> None:
    async def call(session: Session) -> None: ...

    with pytest.raises(TypeError, match="async function"):
        getattr(Service(), register)("session:new", call)


def test_a_peer_that_says_nothing_is_closed_without_a_thread(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint.service("/")
    monkeypatch.setattr("jambonz_sync.server.service._FIRST_MESSAGE", 0.05)

    def no_thread(job: object) -> None:
        raise RuntimeError("can't start new thread")

    with Peer(endpoint.url) as peer:
        monkeypatch.setattr("jambonz_sync.runtime.pool.run", no_thread)
        with pytest.raises(Closed) as caught:
            peer.recv()
        assert caught.value.code == 1008
        monkeypatch.undo()
    wait_for(lambda: len(endpoint.registry) == 0, "the place to be free")


def fails(*args: Any, **options: Any) -> Any:
    raise RuntimeError("can't start new thread")


FAILURES: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "a timer": lambda broken: broken.setattr(timers, "call_later", fails),
    "a reader": lambda broken: broken.setattr("jambonz_sync.server.service.Reader", fails),
    "a start of one": lambda broken: broken.setattr("jambonz_sync.server.service.Reader.start", fails),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_a_failure_between_the_handshake_and_the_call_costs_neither_place_nor_peer(
    monkeypatch: pytest.MonkeyPatch, failure: str, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("jambonz_sync.server.service._FIRST_MESSAGE", 0.3)
    endpoint = create_endpoint(host="127.0.0.1", port=0, max_sessions=1)
    endpoint.service("/").on("session:new", lambda session: session.say(text="hi").send())
    with endpoint:
        app = endpoint.app.wsgi_app

        @functools.wraps(app)
        def wsgi_app(environ: dict[str, Any], start_response: Any) -> Any:
            with pytest.MonkeyPatch.context() as broken:
                FAILURES[failure](broken)
                return app(environ, start_response)

        with pytest.MonkeyPatch.context() as wrapped:
            wrapped.setattr(endpoint.app, "wsgi_app", wsgi_app)
            with Peer(endpoint.url) as peer, pytest.raises(Closed):
                peer.recv()
        wait_for(lambda: len(endpoint.registry) == 0, "the place to be free")
        wait_for(lambda: "can't start new thread" in caplog.text, "the failure to be logged")
        with Peer(endpoint.url) as peer:
            assert peer.begin()
            time_is_over = threading.Event()
            timers.call_later(0.35, time_is_over.set)  # that of the first connection has come by then
            assert time_is_over.wait(15)
    assert "no message" not in caplog.text
