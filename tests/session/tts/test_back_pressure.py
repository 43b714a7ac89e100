"""Text of a call whose connection is away, with so many commands waiting that it takes no more."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jambonz_sync import BackPressure, Session
from jambonz_sync.session.tts import sender
from tests.peer import Peer
from tests.session.conftest import Serve
from tests.waiting import wait_for

Dial = Callable[..., Peer]


def repeat(command: Callable[[], None]) -> None:
    for _ in range(5000):
        command()


def test_text_that_found_the_commands_of_an_absent_jambonz_full_is_spoken_when_it_is_back(
    serve: Serve, dial: Dial, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "TICK", 0.05)
    svc = serve()
    sessions: list[Session] = []
    svc.on("session:new", sessions.append)
    svc.on("session:new", lambda session: session.config(tts_stream={"enable": True}).send())
    first = dial(svc, call_sid="CA-back-pressure")
    first.begin()
    (session,) = sessions
    session.send_tts_tokens("Before. ")
    assert first.recv()["data"]["tokens"] == "Before. "
    first.tell("tts:tokens-result", {"id": 1, "status": "ok"})
    wait_for(lambda: session.tts_pending == 0)
    first.vanish()
    wait_for(lambda: session.away)
    for command in (lambda: session.inject_tag({"a": "x" * 10_000}), lambda: session.inject_mute("mute")):
        with pytest.raises(BackPressure):
            repeat(command)
    session.send_tts_tokens("While away. ")
    session.flush_tts_tokens()
    assert session.tts_pending == len("While away. ")
    second = dial(svc, call_sid=first.call_sid)
    second.ack_of(second.open("session:reconnect"))
    message = second.recv()
    while message["command"] != "tts:tokens":
        message = second.recv()
    assert message["data"]["tokens"].rstrip() == "While away."
    second.tell("tts:tokens-result", {"id": message["data"]["id"], "status": "ok"})
    session.wait_tts_tokens(15)
    assert second.recv()["command"] == "tts:flush"
    session.send_tts_tokens("After.")
    assert second.recv()["data"]["tokens"] == "After."
