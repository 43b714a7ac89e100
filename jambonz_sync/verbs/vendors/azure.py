"""Settings of Microsoft Azure, in ``recognizer``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from ...model.declare import Model, model

__all__ = ["AzureOptions"]


@model
class AzureOptions(Model):
    """Settings of Microsoft Azure.

    Args:
        speech_segmentation_silence_timeout_ms: Silence that ends a segment, in milliseconds.
        post_processing: Processing of transcripts.
        audio_logging: Let Azure keep the audio.
        language_id_mode: The time of the language identification.
        speech_recognition_mode: Kind of speech to expect.
    """

    speech_segmentation_silence_timeout_ms: float | None = None
    post_processing: str | None = None
    audio_logging: bool | None = None
    language_id_mode: Literal["AtStart", "Continuous"] | None = None
    speech_recognition_mode: Literal["CONVERSATION", "DICTATION", "INTERACTIVE"] | None = None
    extra: Mapping[str, Any] | None = None
