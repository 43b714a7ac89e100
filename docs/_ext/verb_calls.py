"""A call of each verb, which the reference shows with the JSON that it becomes."""

from __future__ import annotations

from jambonz_sync import WebhookResponse


def calls(session: WebhookResponse) -> None:
    """Append each verb once."""
    session.say("Hello!", synthesizer={"vendor": "google", "language": "en-US", "voice": "en-US-Neural2-C"})
    session.play("https://example.com/music.mp3", loop=2)
    session.dub(action="playOnTrack", track="music", play="https://example.com/music.mp3", loop=True, gain=-10)
    session.dtmf("1234#", duration=200)
    session.gather(
        input=["speech", "digits"],
        num_digits=1,
        timeout=8,
        say={"text": "Press 1, or say sales."},
        recognizer={"vendor": "google", "language": "en-US", "hints": ["sales"]},
        action_hook="/menu",
    )
    session.dial(
        target=[{"type": "phone", "number": "+15085550101"}, {"type": "user", "name": "ann@example.com"}],
        caller_id="+15085550100",
        timeout=20,
        answer_on_bridge=True,
        action_hook="/dialled",
    )
    session.conference("support", member_tag="agent", end_conference_on_exit=True, beep=True)
    session.room("support", join_muted=True)
    session.enqueue("support", wait_hook="/hold", action_hook="/left")
    session.dequeue("support", beep=True, timeout=10, action_hook="/done")
    session.message(from_="+15085550100", to="+15085551212", text="Your order has arrived.")
    session.transcribe(transcription_hook="/said", recognizer={"vendor": "google", "language": "en-US"})
    session.llm(
        vendor="openai",
        model="gpt-4o-realtime-preview-2024-12-17",
        auth={"apiKey": "..."},
        llm_options={"response_create": {"instructions": "Be brief."}},
        event_hook="/event",
        action_hook="/done",
    )
    session.s2s(
        vendor="openai",
        auth={"apiKey": "..."},
        llm_options={"response_create": {"instructions": "Be brief."}},
        action_hook="/done",
    )
    session.openai_s2s(
        model="gpt-4o-realtime-preview-2024-12-17",
        auth={"apiKey": "..."},
        llm_options={
            "response_create": {"instructions": "Be brief.", "voice": "alloy"},
            "session_update": {"turn_detection": {"type": "server_vad"}},
        },
        tool_hook="/tool",
        action_hook="/done",
    )
    session.google_s2s(
        model="models/gemini-2.0-flash-live-001",
        auth={"apiKey": "..."},
        llm_options={"setup": {"systemInstruction": {"parts": [{"text": "Be brief."}]}}},
        action_hook="/done",
    )
    session.deepgram_s2s(
        auth={"apiKey": "..."},
        llm_options={
            "Settings": {
                "type": "Settings",
                "agent": {"think": {"provider": {"type": "open_ai", "model": "gpt-4o-mini"}, "prompt": "Be brief."}},
            }
        },
        action_hook="/done",
    )
    session.ultravox_s2s(
        auth={"apiKey": "..."}, llm_options={"systemPrompt": "Be brief."}, events=["transcript"], event_hook="/event"
    )
    session.qwen_s2s(auth={"apiKey": "..."}, llm_options={"response_create": {"instructions": "Be brief."}})
    session.microsoft_s2s(
        auth={"apiKey": "..."},
        connect_options={"host": "example.openai.azure.com"},
        llm_options={"response_create": {"instructions": "Be brief."}},
    )
    session.voiceagent_s2s(
        auth={"apiKey": "..."},
        llm_options={
            "Settings": {
                "type": "Settings",
                "agent": {"think": {"provider": {"type": "open_ai", "model": "gpt-4o-mini"}}},
            }
        },
    )
    session.elevenlabs_s2s(auth={"agent_id": "...", "api_key": "..."}, llm_options={}, tool_hook="/tool")
    session.gptlive_s2s(auth={"apiKey": "..."}, llm_options={"session_update": {"instructions": "Be brief."}})
    session.voicelive_s2s(
        auth={"apiKey": "..."},
        connect_options={"host": "example.services.ai.azure.com"},
        llm_options={"session_update": {"instructions": "Be brief."}, "response_create": {}},
    )
    session.nova_s2s(auth={"access_key_id": "...", "secret_access_key": "...", "region": "us-east-1"})
    session.agent(
        llm={
            "vendor": "openai",
            "model": "gpt-4.1-mini",
            "llm_options": {"system_prompt": "Be brief."},
        },
        greeting=True,
        barge_in={"enable": True},
        event_hook="/event",
        tool_hook="/tool",
        action_hook="/done",
    )
    session.dialogflow(
        project="my-project",
        credentials="{...}",
        lang="en-US",
        event_hook="/event",
        action_hook="/done",
    )
    session.hangup(headers={"X-Reason": "done"})
    session.pause(2)
    session.redirect("/menu")
    session.tag(data={"order": "A-17"})
    session.alert("Ringing")
    session.answer()
    session.leave()
    session.sip_decline(status=480, reason="Gone Fishing", headers={"Retry-After": "1800"})
    session.sip_refer("sip:sales@pbx.example.com", action_hook="/referred")
    session.sip_request(method="INFO", headers={"Content-Type": "application/text"}, body="hello", action_hook="/sent")
    session.config(
        synthesizer={"vendor": "google", "language": "en-US", "voice": "en-US-Neural2-C"},
        recognizer={"vendor": "google", "language": "en-US"},
        tts_stream={"enable": True},
    )
    session.listen(
        url="/audio",
        sample_rate=8000,
        mix_type="mono",
        bidirectional_audio={"enabled": True, "streaming": True, "sample_rate": 8000},
        action_hook="/done",
    )
    session.stream(url="/audio", mix_type="stereo", pass_dtmf=True)
    session.transfer(
        target=[{"type": "phone", "number": "+15085550101"}], mode="warm", timeout=20, action_hook="/transferred"
    )
