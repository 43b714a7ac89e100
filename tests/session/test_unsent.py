"""Verbs that a thread has queued and never sent are told of when the call ends: nobody has heard them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

import pytest

from jambonz_sync import Session
from tests.peer import Peer
from tests.session.conftest import Serve
from tests.waiting import wait_for

Dial = Callable[..., Peer]


def run(name: str, job: Callable[[], Any]) -> None:
    thread = threading.Thread(target=job, name=name)
    thread.start()
    thread.join(15)


@pytest.fixture
def ended(
    serve: Serve, dial: Dial, caplog: pytest.LogCaptureFixture
) -> Callable[[Callable[[Session], Any]], list[str]]:
    """A call in which a thread of the application does this; the warnings at its end."""

    def end(job: Callable[[Session], Any]) -> list[str]:
        svc = serve()
        sessions: list[Session] = []
        over = threading.Event()

        @svc.on("session:new")
        def call(session: Session) -> None:
            sessions.append(session)
            session.on("close", over.set)
            session.pause(60)

        peer = dial(svc, call_sid="abc")
        peer.begin()
        run("worker-1", lambda: job(sessions[0]))
        peer.close()
        assert over.wait(15)
        return [record.message for record in caplog.records if record.levelno >= logging.WARNING]

    return end


def test_the_thread_and_its_verbs_are_named(ended: Any) -> None:
    assert ended(lambda session: session.say("Your table is ready").hangup()) == [
        "call abc: it is over, and thread worker-1 never sent the verbs that it has queued (say, hangup): "
        "end the chain with send()"
    ]


def test_of_many_verbs_the_first_are_named(ended: Any) -> None:
    (warning,) = ended(lambda session: [session.pause(1) for _ in range(7)])
    assert "(pause, pause, pause, pause, pause, and 2 more)" in warning


def test_what_was_sent_and_what_was_queued_after_it_are_told_apart(ended: Any) -> None:
    (warning,) = ended(lambda session: (session.say("sent").send(), session.play("https://x/y.wav")))
    assert "(play)" in warning


@pytest.mark.parametrize(
    "job",
    [
        lambda session: session.say("x").send(),
        lambda session: session.say("x").clear(),
        len,
        lambda session: session.say("x").send() or session.say("y").send(queue=True),
    ],
)
def test_verbs_that_were_sent_or_dropped_are_not_told_of(ended: Any, job: Callable[[Session], Any]) -> None:
    assert ended(job) == []


def test_what_a_callback_of_another_call_left_is_told_of_once(
    serve: Serve, dial: Dial, caplog: pytest.LogCaptureFixture
) -> None:
    svc = serve()
    sessions: list[Session] = []
    over = threading.Event()

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.on("close", over.set)
        if sessions:
            sessions[0].say("for the other call")
        sessions.append(session)
        session.pause(60)

    first, second = dial(svc, call_sid="first"), dial(svc, call_sid="second")
    first.begin()
    second.begin()
    wait_for(lambda: "unsent" in caplog.text)
    first.close()
    assert over.wait(15)
    assert [record.message for record in caplog.records if "first" in record.message and record.levelno > 20] == [
        "call first: a callback of another call left 1 verbs unsent: send() them"
    ]
