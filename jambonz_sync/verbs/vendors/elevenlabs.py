"""Settings of ElevenLabs, in ``recognizer``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from ...model.declare import Model, model

__all__ = ["ElevenlabsOptions"]


@model
class ElevenlabsOptions(Model):
    """Settings of ElevenLabs.

    Args:
        include_timestamps: Deliver the time of each word.
        commit_strategy: The end of a segment: by the application or by voice activity.
        vad_silence_threshold_secs: Seconds of silence that end a segment.
        vad_threshold: Threshold of voice activity.
        min_speech_duration_ms: Least length of speech, in milliseconds.
        min_silence_duration_ms: Least length of silence, in milliseconds.
        enable_logging: Let ElevenLabs keep the audio.
    """

    include_timestamps: bool | None = None
    commit_strategy: Literal["manual", "vad"] | None = None
    vad_silence_threshold_secs: float | None = None
    vad_threshold: float | None = None
    min_speech_duration_ms: float | None = None
    min_silence_duration_ms: float | None = None
    enable_logging: bool | None = None
    extra: Mapping[str, Any] | None = None
