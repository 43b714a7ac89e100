"""Verbs that the caller hears."""

from __future__ import annotations

import pytest

from ..driver import DrivenCall

SAY = {"verb": "say", "text": "Hi."}


def test_a_streaming_say_needs_a_websocket() -> None:
    call = DrivenCall([{"verb": "say", "stream": True}, SAY], websocket=False)
    assert call.transcript.errors == ["say with stream needs an app on a WebSocket"]
    assert call.machine.finished


def test_a_config_has_each_say_streamed_and_wait_until_it_has_been_spoken() -> None:
    config = {"verb": "config", "autoStreamTts": True}
    verbs = [config, {"verb": "say", "text": "One. Two.", "closeStreamOnEmpty": False}, {"verb": "hangup"}]
    call = DrivenCall(verbs)
    assert call.transcript.lines("app") == ["One. Two."]
    assert {"event_type": "stream_open"} in call.notified("tts:streaming-event")
    assert call.state.now == pytest.approx(0.1 + 9 / 15, abs=0.05)


def test_an_app_of_webhooks_has_nothing_streamed_by_itself() -> None:
    call = DrivenCall([{"verb": "config", "autoStreamTts": True}, SAY, {"verb": "hangup"}], websocket=False)
    assert call.transcript.lines("app") == ["Hi."]
    assert not call.notified("tts:streaming-event")
