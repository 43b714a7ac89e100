"""Verbs that the caller hears."""

from __future__ import annotations

from ..driver import DrivenCall

SAY = {"verb": "say", "text": "Hi."}


def test_a_streaming_say_needs_a_websocket() -> None:
    call = DrivenCall([{"verb": "say", "stream": True}, SAY], websocket=False)
    assert call.transcript.errors == ["say with stream needs an app on a WebSocket"]
    assert call.machine.finished
