"""Settings of Houndify, OpenAI and Soniox, in ``recognizer``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from ...model.declare import Model, model, option

__all__ = [
    "HoundifyOptions",
    "OpenaiOptions",
    "OpenaiTurnDetection",
    "PromptTemplates",
    "SonioxContext",
    "SonioxOptions",
    "SonioxStorage",
    "SonioxTerm",
    "SonioxTranslation",
]


@model
class PromptTemplates(Model):
    """Templates of the prompt for OpenAI.

    Args:
        hints_template: How hints are put to the model.
        conversation_history_template: How the conversation so far is put to the model.
    """

    hints_template: str | None = None
    conversation_history_template: str | None = None


@model
class OpenaiTurnDetection(Model):
    """How OpenAI finds the end of a turn.

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
    prefix_padding_ms: float | None = option(wire="prefix_padding_ms")
    silence_duration_ms: float | None = option(wire="silence_duration_ms")


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
        delay: Whether results come early or are better.
        input_audio_noise_reduction: Kind of microphone to expect.
        turn_detection: How the end of a turn is found.
        vad_mode: Local detector: aggressiveness, 0 to 3.
        vad_silence_ms: Local detector: silence that ends speech, in milliseconds.
        vad_voice_ms: Local detector: voice that starts speech, in milliseconds.
    """

    api_key: str | None = None
    model: str | None = None
    prompt: str | None = None
    prompt_templates: PromptTemplates | Mapping[str, Any] | None = None
    language: str | None = None
    languages: Sequence[str] | None = option(min_items=1, since="v10")
    keywords: Sequence[str] | None = option(since="v10")
    delay: Literal["minimal", "low", "medium", "high", "xhigh"] | None = option(since="v10")
    input_audio_noise_reduction: Literal["near_field", "far_field"] | None = option(wire="input_audio_noise_reduction")
    turn_detection: OpenaiTurnDetection | Mapping[str, Any] | None = option(wire="turn_detection")
    vad_mode: int | None = option(ge=0, le=3, since="v10")
    vad_silence_ms: int | None = option(ge=1, since="v10")
    vad_voice_ms: int | None = option(ge=1, since="v10")


@model
class HoundifyOptions(Model):
    """Settings of Houndify.

    Args:
        request_info: Context of the request, passed on untouched.
        sample_rate: Rate in Hz.
        latitude: Where the caller is.
        longitude: Where the caller is.
        city: Where the caller is.
        state: Where the caller is.
        country: Where the caller is.
        time_zone: Time zone of the caller.
        domain: Domain of Houndify.
        audio_endpoint: Endpoint of your own.
        max_silence_seconds: Seconds of silence that end speech.
        max_silence_after_full_query_seconds: The same after a complete query.
        max_silence_after_partial_query_seconds: The same after a part of a query.
        vad_sensitivity: Sensitivity of the detector.
        vad_timeout: Timeout of the detector, in milliseconds.
        vad_mode: Mode of the detector.
        vad_voice_ms: Voice that starts speech, in milliseconds.
        vad_silence_ms: Silence that ends speech, in milliseconds.
        vad_debug: Log what the detector does.
        audio_format: Format of the audio.
        enable_noise_reduction: Take out noise.
        enable_profanity_filter: Mask bad words.
        enable_punctuation: Punctuate.
        enable_capitalization: Capitalize.
        confidence_threshold: Least confidence of a result.
        enable_disfluency_filter: Leave out "um" and "uh".
        max_results: Most results.
        enable_word_timestamps: Deliver the time of each word.
        max_alternatives: Most alternatives.
        partial_transcript_interval: How often interim results come.
        session_timeout: Longest session.
        connection_timeout: How long to wait for a connection.
        custom_vocabulary: Terms to expect.
        language_model: Language model by name.
        audio_query_absolute_timeout: Longest query.
        eoq_threshold: Likelihood, 0 to 1, from which a query has ended; 0 switches it off.
        vad_stop_threshold: Voice activity, 0 to 1, below which a query has ended; 0 switches it off.
    """

    request_info: Mapping[str, Any] | None = None
    sample_rate: float | None = None
    latitude: float | None = None
    longitude: float | None = None
    city: str | None = None
    state: str | None = None
    country: str | None = None
    time_zone: str | None = None
    domain: str | None = None
    audio_endpoint: str | None = None
    max_silence_seconds: float | None = None
    max_silence_after_full_query_seconds: float | None = None
    max_silence_after_partial_query_seconds: float | None = None
    vad_sensitivity: float | None = None
    vad_timeout: float | None = None
    vad_mode: str | None = None
    vad_voice_ms: float | None = None
    vad_silence_ms: float | None = None
    vad_debug: bool | None = None
    audio_format: str | None = None
    enable_noise_reduction: bool | None = None
    enable_profanity_filter: bool | None = None
    enable_punctuation: bool | None = None
    enable_capitalization: bool | None = None
    confidence_threshold: float | None = None
    enable_disfluency_filter: bool | None = None
    max_results: float | None = None
    enable_word_timestamps: bool | None = None
    max_alternatives: float | None = None
    partial_transcript_interval: float | None = None
    session_timeout: float | None = None
    connection_timeout: float | None = None
    custom_vocabulary: Sequence[str] | None = None
    language_model: str | None = None
    audio_query_absolute_timeout: float | None = None
    eoq_threshold: float | None = option(ge=0, le=1, since="v10")
    vad_stop_threshold: float | None = option(ge=0, le=1, since="v10")


@model
class SonioxTerm(Model):
    """A fact about the conversation.

    Args:
        key: What it is about, ``"domain"``.
        value: What it is, ``"Healthcare"``.
    """

    key: str
    value: str


@model
class SonioxTranslation(Model):
    """How a term is translated.

    Args:
        source: The term.
        target: Its translation.
    """

    source: str
    target: str


@model
class SonioxContext(Model):
    """What Soniox should know of the conversation.

    Args:
        general: Facts about it.
        text: Background as text.
        terms: Terms to expect.
        translation_terms: How terms are translated.
    """

    general: Sequence[SonioxTerm | Mapping[str, Any]] | None = None
    text: str | None = None
    terms: Sequence[str] | None = None
    translation_terms: Sequence[SonioxTranslation | Mapping[str, Any]] | None = option(wire="translation_terms")


@model
class SonioxStorage(Model):
    """What Soniox keeps of the conversation.

    Args:
        id: Id under which to keep it.
        title: Title under which to keep it.
        disable_store_audio: Do not keep the audio.
        disable_store_transcript: Do not keep the transcript.
        disable_search: Do not make it searchable.
        metadata: Data of your own to keep with it, passed on untouched.
    """

    id: str | None = None
    title: str | None = None
    disable_store_audio: bool | None = None
    disable_store_transcript: bool | None = None
    disable_search: bool | None = None
    metadata: Mapping[str, Any] | None = None


@model
class SonioxOptions(Model):
    """Settings of Soniox.

    Args:
        api_key: API key, in place of the account's.
        model: Model by name, ``"stt-rt-v5"``.
        language_hints: Languages to expect.
        enable_language_identification: Say of each word in which language it is.
        enable_speaker_diarization: Say of each word who spoke it.
        endpoint_detection: Find the end of an utterance.
        endpoint_sensitivity: How soon, -1 to 1; 0 if not set.
        max_endpoint_delay_ms: Longest wait for it, 500 to 3000 milliseconds; 2000 if not set.
        max_non_final_tokens_duration_ms: How long words may stay interim, in milliseconds.
        profanity_filter: Mask bad words.
        context: What Soniox should know of the conversation; takes the place of ``speech_context`` and ``hints``.
        speech_context: Background as text.
        client_request_reference: Reference of your own.
        storage: What Soniox keeps.
    """

    api_key: str | None = None
    model: str | None = None
    language_hints: Sequence[str] | None = option(since="v10")
    enable_language_identification: bool | None = option(since="v10")
    enable_speaker_diarization: bool | None = option(since="v10")
    endpoint_detection: bool | None = None
    endpoint_sensitivity: float | None = option(ge=-1, le=1, since="v10")
    max_endpoint_delay_ms: int | None = option(ge=500, le=3000, since="v10")
    max_non_final_tokens_duration_ms: int | None = option(ge=0, since="v10")
    profanity_filter: bool | None = None
    context: SonioxContext | Mapping[str, Any] | None = option(since="v10")
    speech_context: str | None = None
    client_request_reference: str | None = None
    storage: SonioxStorage | Mapping[str, Any] | None = None
