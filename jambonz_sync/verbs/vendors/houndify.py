"""Settings of Houndify, in ``recognizer``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...model.declare import Model, model, option

__all__ = ["HoundifyOptions"]


@model
class HoundifyOptions(Model):
    """Settings of Houndify.

    Args:
        request_info: Context of the request, passed on untouched.
        sample_rate: Rate in Hz.
        latitude: Location of the caller.
        longitude: Location of the caller.
        city: Location of the caller.
        state: Location of the caller.
        country: Location of the caller.
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
        partial_transcript_interval: Interval of interim results.
        session_timeout: Longest session.
        connection_timeout: Longest wait for a connection.
        custom_vocabulary: Terms to expect.
        language_model: Language model by name.
        audio_query_absolute_timeout: Longest query.
        eoq_threshold: Likelihood, 0 to 1, from which a query has ended; 0 switches it off.
        vad_stop_threshold: Voice activity, 0 to 1, below which a query has ended; 0 switches it off.
    """

    request_info: Mapping[str, Any] | None = None
    sample_rate: int | None = None
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
    eoq_threshold: float | None = option(default=None, ge=0, le=1, since="v10")
    vad_stop_threshold: float | None = option(default=None, ge=0, le=1, since="v10")
    extra: Mapping[str, Any] | None = None
