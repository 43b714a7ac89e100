from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from jambonz_sync import Session
from tests.peer import Peer
from tests.session.conftest import Serve
from tests.waiting import wait_for

Dial = Callable[..., Peer]


class Slow:
    """A connection that takes its time for one message."""

    def __init__(self, connection: Any, text: str, gate: threading.Event) -> None:
        self._connection = connection
        self._text = text
        self._gate = gate
        self.writing = threading.Event()

    def send(self, text: str) -> None:
        if f'"{self._text}"' in text:
            self.writing.set()
            assert self._gate.wait(15)
        self._connection.send(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


def test_a_command_does_not_overtake_those_that_were_held(serve: Serve, dial: Dial, gate: threading.Event) -> None:
    svc = serve()
    sessions: list[Session] = []

    @svc.on("call:status")
    def before(session: Session) -> None:
        sessions.append(session)
        session._connection = Slow(session._connection, "one", gate)  # type: ignore[assignment]

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.say(text="hi").reply()
        session.say(text="one").send()
        session.say(text="two").send(queue=True)

    peer = dial(svc)
    peer.tell("call:status", {"call_sid": peer.call_sid, "call_status": "trying"})
    peer.begin()
    wait_for(sessions[0]._connection.writing.is_set, "the first command under way")  # type: ignore[attr-defined]
    third = threading.Thread(target=lambda: sessions[0].say(text="three").send(queue=True))
    third.start()
    third.join(0.2)  # as long as it may take to overtake
    gate.set()
    assert [peer.recv()["data"][0]["text"] for _ in range(3)] == ["one", "two", "three"]
    third.join(15)
