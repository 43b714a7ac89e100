"""What type checkers know about actions on a running call, by both ways. Checked by mypy and pyright, and never run.

Each line marked as ignored must be an error: the checkers are told to report an ignore that is of no use.
"""

# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from typing import assert_type

from jambonz_sync import Session
from jambonz_sync.rest import JambonzClient, models
from jambonz_sync.verbs import Say
from jambonz_sync.verbs.components import ActionHook


def a_session_takes_the_spellings_of_the_node_sdk_and_its_own(session: Session, leg: str) -> None:
    session.inject_mute("mute")
    session.inject_mute("unmute", leg)
    session.inject_whisper({"verb": "say", "text": "The customer is a VIP."}, leg)
    session.inject_whisper(Say(text="The customer is a VIP."))
    session.inject_noise_isolation("enable", {"vendor": "krisp", "level": 80})
    session.inject_noise_isolation("disable", vendor="krisp", level=0.5)
    session.inject_record("startCallRecording", {"siprecServerURL": "sip:siprec@recorder.example.com"}, leg)
    session.inject_record("start", siprec_server_url=["sip:a", "sip:b"])
    session.inject_listen_status("pause", leg)
    session.inject_llm_status("move-to-room", room="support")
    session.inject_llm_status("move-to-conference", leg, conference="support")
    session.inject_stream_status("move-to-room", room="support")
    session.inject_dtmf("1234", 200, leg)
    session.inject_redirect("/new-webhook")
    session.inject_redirect([{"verb": "hangup"}], queue=True)
    session.inject_redirect(child={"url": "/child"})
    session.inject_redirect(ActionHook(url="/new", method="GET"))
    session.inject_redirect(Say(text="Goodbye."), child=Say(text="Goodbye."))
    session.inject_tag({"priority": "high"})
    session.inject_boost_audio(-3)
    session.inject_conference(mute=True)
    session.update_agent({"type": "generate_reply", "interrupt": True})
    session.update_agent("update_instructions", instructions="Be brief.")

    session.inject_mute("quiet")  # type: ignore[arg-type]
    session.inject_noise_isolation("on")  # type: ignore[arg-type]
    session.inject_record("begin")  # type: ignore[arg-type]
    session.inject_record("stop", recording=1)  # type: ignore[call-arg]
    session.inject_listen_status("stop")  # type: ignore[arg-type]
    session.inject_llm_status("pause")  # type: ignore[arg-type]
    session.inject_stream_status("stop")  # type: ignore[arg-type]
    session.inject_dtmf(1)  # type: ignore[arg-type]
    session.inject_dub("sayOnTrack")  # type: ignore[call-arg]
    session.inject_media_path("half-media")  # type: ignore[arg-type]
    session.inject_conference(action="dance")  # type: ignore[arg-type]


def the_rest_client_takes_the_same_after_the_call(client: JambonzClient, call_sid: str) -> None:
    calls = client.calls
    calls.mute(call_sid, "mute")
    calls.mute(call_sid)
    calls.mute(call_sid=call_sid, status="unmute")
    calls.redirect(call_sid, "https://example.com/new-flow")
    calls.redirect(call_sid, child={"url": "/child"})
    calls.whisper(call_sid, {"verb": "say", "text": "The customer is a VIP."})
    calls.noise_isolation(call_sid, "enable", {"vendor": "krisp", "level": 80})
    calls.record(call_sid, "startCallRecording", {"siprecServerURL": "sip:siprec@recorder.example.com"})
    calls.record(call_sid, "start", siprec_server_url=["sip:a", "sip:b"])
    calls.listen(call_sid, "silence")
    calls.dtmf(call_sid, "1234", 200)
    calls.tag(call_sid, {"priority": "high"})
    calls.boost_audio(call_sid, "+3 dB")
    calls.conference_mute(call_sid, False)
    calls.conference_hold(call_sid, "hold", wait_hook="/music")
    calls.agent_update(call_sid, {"type": "generate_reply", "interrupt": True})
    calls.agent_update(call_sid, "update_instructions", instructions="Be brief.")
    assert_type(calls.hangup(call_sid), bool)
    assert_type(calls.sip_request(call_sid, "INFO", "text/plain", "x"), models.SipAnswer)

    calls.mute("mute", call_sid)  # type: ignore[arg-type]
    calls.mute(call_sid, "quiet")  # type: ignore[arg-type]
    calls.noise_isolation(call_sid, "on")  # type: ignore[arg-type]
    calls.record(call_sid, "begin")  # type: ignore[arg-type]
    calls.record(call_sid)  # type: ignore[call-arg]
    calls.listen(call_sid, "stop")  # type: ignore[arg-type]
    calls.llm_status(call_sid, "move-to-room")  # type: ignore[arg-type]
    calls.dtmf(call_sid, 1)  # type: ignore[arg-type]
    calls.media_path(call_sid, "half-media")  # type: ignore[arg-type]
    calls.redirect(call_sid, [{"verb": "hangup"}])  # type: ignore[arg-type]
