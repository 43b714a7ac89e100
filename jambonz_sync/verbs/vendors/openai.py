"""Settings of OpenAI, in ``recognizer``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from ...model.declare import Model, model, option
from ..dicts import OpenaiTurnDetectionDict, PromptTemplatesDict

__all__ = ["OpenaiOptions", "OpenaiTurnDetection", "PromptTemplates"]


@model
class PromptTemplates(Model):
    """Templates of the prompt for OpenAI.

    Args:
        hints_template: Template that puts hints to the model.
        conversation_history_template: Template that puts the conversation so far to the model.
    """

    hints_template: str | None = None
    conversation_history_template: str | None = None
    extra: Mapping[str, Any] | None = None


@model
class OpenaiTurnDetection(Model):
    """Detection of the end of a turn by OpenAI.

    Args:
        type: Detector.
        eagerness: ``semantic_vad``: how soon to answer.
        threshold: ``server_vad``: threshold of voice activity.
        prefix_padding_ms: ``server_vad``: audio to keep before speech, in milliseconds.
        silence_duration_ms: ``server_vad``: silence that ends a turn, in milliseconds.
    """

    type: Literal["none", "server_vad", "semantic_vad"]
    eagerness: Literal["low", "medium", "high", "auto"] | None = None
    threshold: float | None = None
    prefix_padding_ms: float | None = option(default=None, wire="prefix_padding_ms")
    silence_duration_ms: float | None = option(default=None, wire="silence_duration_ms")
    extra: Mapping[str, Any] | None = None


@model
class OpenaiOptions(Model):
    """Settings of OpenAI.

    Args:
        api_key: API key, in place of the account's.
        model: Model by name.
        prompt: Guidance for the model.
        prompt_templates: Templates of that guidance.
        language: Language code.
        languages: Languages to expect, for models that take several.
        keywords: Terms to expect; the ``hints`` if not set.
        delay: The lower, the earlier results come; the higher, the better they are.
        input_audio_noise_reduction: Kind of microphone to expect.
        turn_detection: Detection of the end of a turn.
        vad_mode: Local detector: aggressiveness, 0 to 3.
        vad_silence_ms: Local detector: silence that ends speech, in milliseconds.
        vad_voice_ms: Local detector: voice that starts speech, in milliseconds.
    """

    api_key: str | None = None
    model: str | None = None
    prompt: str | None = None
    prompt_templates: PromptTemplates | PromptTemplatesDict | None = None
    language: str | None = None
    languages: Sequence[str] | None = option(default=None, min_items=1, since="v10")
    keywords: Sequence[str] | None = option(default=None, since="v10")
    delay: Literal["minimal", "low", "medium", "high", "xhigh"] | None = option(default=None, since="v10")
    input_audio_noise_reduction: Literal["near_field", "far_field"] | None = option(
        default=None, wire="input_audio_noise_reduction"
    )
    turn_detection: OpenaiTurnDetection | OpenaiTurnDetectionDict | None = option(default=None, wire="turn_detection")
    vad_mode: int | None = option(default=None, ge=0, le=3, since="v10")
    vad_silence_ms: int | None = option(default=None, ge=1, since="v10")
    vad_voice_ms: int | None = option(default=None, ge=1, since="v10")
    extra: Mapping[str, Any] | None = None
