"""The verb that makes settings for the rest of the call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..model.declare import model
from .base import Verb
from .components.calls import Amd
from .components.common import FillerNoise, Hook, Vad
from .components.recognizer import Recognizer
from .components.session import (
    BargeIn,
    ListenOptions,
    NoiseIsolation,
    RecordOptions,
    TranscribeOptions,
    TtsStream,
    TurnTaking,
)
from .components.synthesizer import Synthesizer
from .delay import ActionHookDelayAction
from .dicts import (
    ActionHookDelayActionDict,
    AmdDict,
    BargeInDict,
    FillerNoiseDict,
    RecognizerDict,
    SynthesizerDict,
    TtsStreamDict,
    VadDict,
)

__all__ = ["Config"]


@model(verb="config", since="0.9.6")
class Config(Verb):
    """Make settings for the rest of the call. As a rule the first verb.

    Args:
        synthesizer: Text-to-speech to use.
        recognizer: Speech-to-text to use.
        barge_in: Let the caller interrupt every prompt.
        tts_stream: Speak text as it comes, through ``send_tts_tokens``.
        record: Start, pause or stop a recording of the call.
        listen: Stream the whole call to a WebSocket.
        stream: The same under its other name.
        transcribe: Transcribe the whole call.
        amd: Find out whether a human or a machine has answered. Let a ``pause`` follow.
        filler_noise: Sound while the caller waits for the application.
        vad: Detection of speech.
        notify_events: Send ``verb:status`` messages.
        notify_stt_latency: Say in results how long the recognition took.
        reset: Settings to take back: ``"synthesizer"``, ``"recognizer"``; one or several.
        on_hold_music: Audio file for a caller on hold, http(s).
        action_hook_delay_action: Verbs to run while a hook takes its time.
        sip_request_within_dialog_hook: Called when a SIP request comes within the dialog.
        boost_audio_signal: Volume in dB, 6 or ``"-6 dB"``.
        refer_hook: Called when the caller's side wants a transfer with a REFER.
        early_media: Speak and play before the call is answered.
        auto_stream_tts: Stream every ``say`` to vendors that can.
        disable_tts_cache: Synthesize anew, even if the same text has been spoken before.
        track_tts_playout: Send ``tts_spoken`` events with the text that has been heard (ElevenLabs).
        noise_isolation: Take noise out of the audio.
        turn_taking: Find the end of the caller's turn with a model.
    """

    synthesizer: Synthesizer | SynthesizerDict | None = None
    recognizer: Recognizer | RecognizerDict | None = None
    barge_in: BargeIn | BargeInDict | None = None
    tts_stream: TtsStream | TtsStreamDict | None = None
    record: RecordOptions | Mapping[str, Any] | None = None
    listen: ListenOptions | Mapping[str, Any] | None = None
    stream: ListenOptions | Mapping[str, Any] | None = None
    transcribe: TranscribeOptions | Mapping[str, Any] | None = None
    amd: Amd | AmdDict | None = None
    filler_noise: FillerNoise | FillerNoiseDict | None = None
    vad: Vad | VadDict | None = None
    notify_events: bool | None = None
    notify_stt_latency: bool | None = None
    reset: str | Sequence[str] | None = None
    on_hold_music: str | None = None
    action_hook_delay_action: ActionHookDelayAction | ActionHookDelayActionDict | None = None
    sip_request_within_dialog_hook: Hook | None = None
    boost_audio_signal: float | str | None = None
    refer_hook: Hook | None = None
    early_media: bool | None = None
    auto_stream_tts: bool | None = None
    disable_tts_cache: bool | None = None
    track_tts_playout: bool | None = None
    noise_isolation: NoiseIsolation | Mapping[str, Any] | None = None
    turn_taking: TurnTaking | Mapping[str, Any] | None = None
    id: str | None = None
    extra: Mapping[str, Any] | None = None
