"""The objects within events."""

from __future__ import annotations

from jambonz_sync.events import CallSession


def test_the_first_message_tells_how_the_call_came_in() -> None:
    call = CallSession(
        {
            "sip": {"headers": {"X-Account": "7"}, "calledNumber": "+1", "source_port": 5060},
            "defaults": {"synthesizer": {"vendor": "google", "voice": "v"}},
            "env_vars": {"GREETING": "Hi"},
        }
    )
    assert call.sip is not None
    assert call.defaults is not None
    assert call.defaults.synthesizer is not None
    assert (call.sip.header("x-account"), call.sip.header("X-Other"), call.sip.called_number) == ("7", None, "+1")
    assert (call.defaults.synthesizer.voice, call.defaults.recognizer) == ("v", None)
    strange = CallSession({"sip": {"headers": "none"}}).sip
    assert strange is not None
    assert strange.header("x-account") is None
