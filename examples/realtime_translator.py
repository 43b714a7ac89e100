"""Two people talk, each in their own language: what one says is spoken to the other as a track over the quiet original.

TRANSLATE_URL=http://localhost:5000/translate python realtime_translator.py
It is LibreTranslate's API. The application needs a call status hook in the portal, for the sid of the dialled leg.
"""

import os

import requests

from jambonz_sync import Session, create_endpoint
from jambonz_sync.events import TranscribeEvent
from jambonz_sync.verbs.components import Recognizer

endpoint = create_endpoint(
    env_vars={
        "DIAL": {"type": "string", "description": "Phone number to call", "required": True},
        "CALLER_LANGUAGE": {"type": "string", "description": "What the caller speaks", "default": "en-US"},
        "CALLEE_LANGUAGE": {"type": "string", "description": "What the called party speaks", "default": "es-ES"},
    }
)
svc = endpoint.service("/")


def translate(text: str, source: str, target: str):
    body = {"q": text, "source": source[:2], "target": target[:2], "api_key": os.environ.get("TRANSLATE_KEY", "")}
    response = requests.post(os.environ["TRANSLATE_URL"], json=body, timeout=10)
    response.raise_for_status()
    return response.json()["translatedText"]


def recognizer(language: str):
    return Recognizer(vendor="google", language=language)


@svc.on("session:new")
def call(session: Session):
    caller, callee = session.env("CALLER_LANGUAGE"), session.env("CALLEE_LANGUAGE")

    def speak(text: str, source: str, target: str, call_sid: str | None = None):
        session.reply()  # the transcription goes on meanwhile
        if text:
            say = {"text": translate(text, source, target), "synthesizer": {"vendor": "google", "language": target}}
            session.inject_dub("sayOnTrack", "translation", say=say, call_sid=call_sid)

    @session.on("/caller-said")
    def caller_said(evt: TranscribeEvent):
        answered = [sid for sid, leg in session.legs.items() if leg.call_status == "in-progress"]
        if answered:
            speak(evt.transcript, caller, callee, call_sid=answered[-1])

    @session.on("/callee-said")
    def callee_said(evt: TranscribeEvent):
        speak(evt.transcript, callee, caller)

    session.answer().config(
        boost_audio_signal="-20 dB",
        transcribe={"enable": True, "transcription_hook": "/caller-said", "recognizer": recognizer(caller)},
    ).dub(action="addTrack", track="translation").dial(
        target=[{"type": "phone", "number": session.env("DIAL")}],
        boost_audio_signal="-20 dB",
        transcribe={"channel": 2, "transcription_hook": "/callee-said", "recognizer": recognizer(callee)},
        dub=[{"action": "addTrack", "track": "translation"}],
    ).hangup().send()


if __name__ == "__main__":
    endpoint.run()
