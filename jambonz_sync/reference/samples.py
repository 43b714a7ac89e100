"""One use of each verb, as it is written, from which its JSON is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

__all__ = ["SAMPLES"]

_PHONE: Final = {"type": "phone", "number": "+15085550101"}
_OPENAI: Final = {
    "response_create": {"instructions": "Greet the caller."},
    "session_update": {"instructions": "You are friendly."},
}
_DEEPGRAM: Final = {"Settings": {"agent": {"think": {"provider": {"type": "open_ai", "model": "gpt-4.1-mini"}}}}}
_KEY: Final = {"apiKey": "..."}

#: chain method -> options
SAMPLES: Final[Mapping[str, Mapping[str, Any]]] = {
    "say": {"text": "Hello!"},
    "play": {"url": "https://example.com/hello.wav"},
    "dub": {"action": "playOnTrack", "track": "music", "play": "https://example.com/music.mp3"},
    "dtmf": {"dtmf": "12#"},
    "gather": {
        "input": ["speech", "digits"],
        "num_digits": 1,
        "timeout": 8,
        "action_hook": "/choice",
        "say": {"text": "For sales, press 1 or say sales."},
    },
    "dial": {"target": [_PHONE], "timeout": 20, "action_hook": "/dialled"},
    "conference": {"name": "meeting", "start_conference_on_enter": True},
    "room": {"name": "meeting"},
    "enqueue": {"name": "support", "wait_hook": "/waiting", "action_hook": "/left-queue"},
    "dequeue": {"name": "support", "timeout": 30, "action_hook": "/took-caller"},
    "message": {"to": "+15085550101", "from_": "+15085550100", "text": "Your table is ready."},
    "transcribe": {"transcription_hook": "/transcript", "recognizer": {"vendor": "google", "language": "en-US"}},
    "llm": {
        "vendor": "openai",
        "model": "gpt-realtime",
        "auth": _KEY,
        "llm_options": _OPENAI,
        "tool_hook": "/tool-call",
    },
    "s2s": {
        "vendor": "openai",
        "model": "gpt-realtime",
        "auth": _KEY,
        "llm_options": _OPENAI,
        "tool_hook": "/tool-call",
    },
    "openai_s2s": {"model": "gpt-realtime", "auth": _KEY, "llm_options": _OPENAI, "tool_hook": "/tool-call"},
    "google_s2s": {"auth": _KEY, "llm_options": {"setup": {"model": "models/gemini-live"}}, "tool_hook": "/tool-call"},
    "deepgram_s2s": {"auth": _KEY, "llm_options": _DEEPGRAM, "tool_hook": "/tool-call"},
    "ultravox_s2s": {"auth": _KEY, "llm_options": {"systemPrompt": "You are friendly."}, "tool_hook": "/tool-call"},
    "qwen_s2s": {"auth": _KEY, "llm_options": _OPENAI, "tool_hook": "/tool-call"},
    "microsoft_s2s": {
        "auth": _KEY,
        "connect_options": {"host": "example.openai.azure.com"},
        "llm_options": _OPENAI,
        "tool_hook": "/tool-call",
    },
    "voiceagent_s2s": {"auth": _KEY, "llm_options": _DEEPGRAM, "tool_hook": "/tool-call"},
    "elevenlabs_s2s": {"auth": {"agent_id": "..."}, "tool_hook": "/tool-call"},
    "gptlive_s2s": {"auth": _KEY, "llm_options": _OPENAI},
    "voicelive_s2s": {"auth": _KEY, "connect_options": {"host": "example.azure.com"}, "llm_options": _OPENAI},
    "nova_s2s": {"auth": {"access_key_id": "...", "secret_access_key": "...", "region": "us-east-1"}},
    "agent": {
        "llm": {
            "vendor": "openai",
            "model": "gpt-4.1-mini",
            "auth": _KEY,
            "llm_options": {"system_prompt": "You are friendly."},
        },
        "barge_in": {"enable": True},
        "tool_hook": "/tool-call",
        "event_hook": "/event",
        "action_hook": "/done",
    },
    "dialogflow": {"project": "my-project", "credentials": "...", "lang": "en-US"},
    "hangup": {},
    "pause": {"length": 2},
    "redirect": {"action_hook": "/menu"},
    "tag": {"data": {"customer": 17}},
    "alert": {"message": "1"},
    "answer": {},
    "leave": {},
    "sip_decline": {"status": 486, "reason": "Busy Here"},
    "sip_refer": {"refer_to": "+15085550101", "action_hook": "/referred"},
    "sip_request": {"method": "INFO", "body": "hello", "headers": {"Content-Type": "text/plain"}},
    "config": {
        "synthesizer": {"vendor": "google", "language": "en-US"},
        "recognizer": {"vendor": "google", "language": "en-US"},
    },
    "listen": {"url": "/audio", "sample_rate": 8000, "mix_type": "mono", "action_hook": "/done"},
    "stream": {"url": "/audio", "sample_rate": 8000},
    "transfer": {"target": [_PHONE], "mode": "blind"},
}
