"""Settings of AssemblyAI, in ``recognizer``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from ...model.declare import Model, model, option

__all__ = ["AssemblyAiOptions"]


@model
class AssemblyAiOptions(Model):
    """Settings of AssemblyAI.

    Args:
        api_key: API key, in place of the account's.
        service_version: Version of the streaming API.
        speech_model: Model by name.
        format_turns: Format finished turns.
        end_of_turn_confidence_threshold: Confidence from which a turn has ended.
        min_end_of_turn_silence_when_confident: Silence that ends a turn then, in milliseconds.
        max_turn_silence: Silence that ends any turn, in milliseconds.
        min_turn_silence: Least silence that ends a turn, in milliseconds.
        keyterms: Terms to expect.
        prompt: Guidance for the model.
        language_detection: Find out the language.
        language_codes: Languages to expect.
        voice_focus: Listen to one voice above the noise: one close to the microphone, or far from it.
        vad_threshold: Threshold of voice activity.
        inactivity_timeout: Seconds without activity that close the stream.
    """

    api_key: str | None = None
    service_version: Literal["v2", "v3"] | None = None
    speech_model: str | None = None
    format_turns: bool | None = None
    end_of_turn_confidence_threshold: float | None = None
    min_end_of_turn_silence_when_confident: float | None = None
    max_turn_silence: float | None = None
    min_turn_silence: float | None = None
    keyterms: Sequence[str] | None = None
    prompt: str | None = None
    language_detection: bool | None = None
    language_codes: Sequence[str] | None = option(default=None, since="v11")
    voice_focus: Literal["near-field", "far-field"] | None = option(default=None, since="v11")
    vad_threshold: float | None = None
    inactivity_timeout: float | None = None
    extra: Mapping[str, Any] | None = None
