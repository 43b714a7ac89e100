"""Threads that wait for the token window, when something fails while they do."""

from __future__ import annotations

from typing import Any

import pytest

from jambonz_sync.protocol.tts import TtsTimeout
from jambonz_sync.session.tts import TtsStream, waits


def test_a_wait_for_room_that_fails_gives_the_stream_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_thread() -> None:
        raise RuntimeError("can't start new thread")

    taken: list[dict[str, Any]] = []
    stream = TtsStream(taken.append, capacity=10)
    stream.send("x" * 10)
    with monkeypatch.context() as patch:
        patch.setattr(waits, "allow_handover", no_thread)
        with pytest.raises(RuntimeError, match="can't start new thread"):
            stream.send("y")
    assert stream.waiting == 0
    with pytest.raises(TtsTimeout):
        stream.send("y", timeout=0.01)
    stream.on_result({"id": 1, "status": "ok"})
    stream.send("y")
    assert [message["data"]["tokens"] for message in taken] == ["x" * 10, "y"]
