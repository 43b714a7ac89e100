"""Messages of the token window on their way to a connection that does not always take them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from jambonz_sync.errors import BackPressure, SessionClosed
from jambonz_sync.session.tts import TtsStream, sender
from tests.waiting import wait_for


class Port:
    """The commands of a call: while ``full``, none is taken."""

    def __init__(self) -> None:
        self.full = False
        self.refused = 0
        self.taken: list[dict[str, Any]] = []

    def __call__(self, message: dict[str, Any]) -> None:
        if self.full:
            self.refused += 1
            raise BackPressure("1,000 commands wait for jambonz to come back", call_sid="call-1")
        self.taken.append(message)

    @property
    def said(self) -> list[str]:
        return [message["data"]["tokens"] if "data" in message else message["command"] for message in self.taken]


@pytest.fixture
def port() -> Port:
    return Port()


@pytest.fixture
def stream(port: Port) -> Iterator[TtsStream]:
    stream = TtsStream(port, call_sid="call-1")
    yield stream
    stream.close()


def accept(stream: TtsStream, port: Port) -> None:
    stream.on_result({"id": port.taken[-1]["data"]["id"], "status": "ok"})


def test_text_that_finds_the_commands_of_the_call_full_leaves_when_there_is_room(
    stream: TtsStream, port: Port, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sender, "TICK", 0.01)
    port.full = True
    stream.send("One. ")
    stream.flush()
    stream.send("Two. ")
    wait_for(lambda: port.refused >= 3, "another try")
    assert port.taken == []
    assert stream.pending == 10
    port.full = False
    wait_for(lambda: port.said == ["One. "])
    accept(stream, port)
    assert port.said == ["One. ", "tts:flush", "Two. "]
    accept(stream, port)
    stream.wait()
    waiting = [record for record in caplog.records if "text waits until jambonz takes commands" in record.getMessage()]
    assert len(waiting) == 1
    assert "call-1" in waiting[0].getMessage()


def test_text_that_finds_the_commands_of_the_call_full_leaves_once_when_jambonz_is_back(
    stream: TtsStream, port: Port, monkeypatch: pytest.MonkeyPatch
) -> None:
    port.full = True
    stream.send("One. ")
    port.full = False
    stream.on_reconnect()
    assert port.said == ["One. "]
    accept(stream, port)
    stream.send("Two. ", wait=False)
    assert port.said == ["One. ", "Two. "]


def test_who_waits_for_text_that_cannot_leave_is_told_in_time_and_the_text_stays(stream: TtsStream, port: Port) -> None:
    port.full = True
    with pytest.raises(TimeoutError):
        stream.send("One. ", wait=True, timeout=0.02)
    assert stream.pending == 5


def test_clearing_what_could_not_leave_leaves_the_clear_alone(stream: TtsStream, port: Port) -> None:
    port.full = True
    for _ in range(100):
        stream.send("One. ")
        stream.flush()
        stream.clear()
    port.full = False
    stream.on_reconnect()
    assert port.said == ["tts:clear"]


def test_a_connection_that_breaks_while_sending_closes_the_stream() -> None:
    def broken(message: dict[str, Any]) -> None:
        raise SessionClosed("gone", code=1006)

    stream = TtsStream(broken)
    for text in ("x", "y"):
        with pytest.raises(SessionClosed):
            stream.send(text)


def test_a_window_that_waits_is_seen_to_by_a_thread_that_may_wait_for_a_slow_peer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    senders: list[str] = []
    monkeypatch.setattr(sender, "TICK", 0.01)
    stream = TtsStream(lambda message: senders.append(threading.current_thread().name))
    stream.send("One. ")
    stream.on_result({"id": 1, "status": "failed", "reason": "full"})
    wait_for(lambda: len(senders) == 3)  # the flush, and the text once more
    stream.close()
    assert senders[0] == threading.current_thread().name
    assert all("timer" not in name for name in senders)
