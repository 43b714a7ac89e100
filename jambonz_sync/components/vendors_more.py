"""Settings of the speech-to-text vendors that have the most of them, in ``recognizer``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from .declare import Model, model, option, required

__all__ = [
    "AudioEventsConfig",
    "AudioFilteringConfig",
    "ConversationConfig",
    "HoundifyOptions",
    "PunctuationOverrides",
    "Replacement",
    "SonioxContext",
    "SonioxOptions",
    "SonioxStorage",
    "SonioxTerm",
    "SonioxTranslation",
    "SpeakerDiarizationConfig",
    "SpeechmaticsOptions",
    "TranscriptFilteringConfig",
    "TranscriptionConfig",
    "TranslationConfig",
]


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


@model
class SpeakerDiarizationConfig(Model):
    """How Speechmatics tells speakers apart.

    Args:
        speaker_sensitivity: How readily a voice counts as another speaker.
        max_speakers: Most speakers.
    """

    speaker_sensitivity: float | None = option(wire="speaker_sensitivity")
    max_speakers: float | None = option(wire="max_speakers")


@model
class ConversationConfig(Model):
    """How Speechmatics finds the end of an utterance.

    Args:
        end_of_utterance_silence_trigger: Seconds of silence that end it.
    """

    end_of_utterance_silence_trigger: float | None = option(wire="end_of_utterance_silence_trigger")


@model
class PunctuationOverrides(Model):
    """How Speechmatics punctuates.

    Args:
        permitted_marks: Marks that it may use.
        sensitivity: How many it uses.
    """

    permitted_marks: Sequence[str] | None = option(wire="permitted_marks")
    sensitivity: float | None = None


@model
class AudioFilteringConfig(Model):
    """Which audio Speechmatics leaves out.

    Args:
        volume_threshold: Volume below which it does.
    """

    volume_threshold: float = required(wire="volume_threshold")


@model
class Replacement(Model):
    """A replacement in transcripts.

    Args:
        from_: What to replace.
        to: By what.
    """

    from_: str
    to: str


@model
class TranscriptFilteringConfig(Model):
    """What Speechmatics changes in transcripts.

    Args:
        remove_disfluencies: Leave out "um" and "uh".
        replacements: Words to replace.
    """

    remove_disfluencies: bool | None = option(wire="remove_disfluencies", needed_on="0.9")
    replacements: Sequence[Replacement | Mapping[str, Any]] | None = option(since="v10")


@model
class TranscriptionConfig(Model):
    """How Speechmatics transcribes. Names are in snake_case on the wire too.

    Args:
        language: Language code.
        domain: Domain of the language, ``"finance"``.
        additional_vocab: Terms to expect: strings, or objects passed on untouched.
        diarization: ``"none"``, ``"speaker"`` ...
        speaker_diarization_config: How speakers are told apart.
        conversation_config: How the end of an utterance is found.
        enable_partials: Deliver interim results.
        max_delay: Seconds until a result is final.
        max_delay_mode: Whether entities may take longer.
        output_locale: Locale of the spelling, ``"en-GB"``.
        punctuation_overrides: How to punctuate.
        operating_point: ``"standard"`` or ``"enhanced"``.
        model: Model by name.
        enable_entities: Mark dates, numbers and the like.
        audio_filtering_config: Which audio to leave out.
        transcript_filtering_config: What to change in transcripts.
    """

    language: str | None = None
    domain: str | None = None
    additional_vocab: Sequence[Any] | None = option(wire="additional_vocab")
    diarization: str | None = None
    speaker_diarization_config: SpeakerDiarizationConfig | Mapping[str, Any] | None = option(
        wire="speaker_diarization_config"
    )
    conversation_config: ConversationConfig | Mapping[str, Any] | None = option(wire="conversation_config")
    enable_partials: bool | None = option(wire="enable_partials")
    max_delay: float | None = option(wire="max_delay")
    max_delay_mode: Literal["fixed", "flexible"] | None = option(wire="max_delay_mode")
    output_locale: str | None = option(wire="output_locale")
    punctuation_overrides: PunctuationOverrides | Mapping[str, Any] | None = option(wire="punctuation_overrides")
    operating_point: str | None = option(wire="operating_point")
    model: str | None = option(since="v10")
    enable_entities: bool | None = option(wire="enable_entities")
    audio_filtering_config: AudioFilteringConfig | Mapping[str, Any] | None = option(wire="audio_filtering_config")
    transcript_filtering_config: TranscriptFilteringConfig | Mapping[str, Any] | None = option(
        wire="transcript_filtering_config"
    )


@model
class TranslationConfig(Model):
    """Into which languages Speechmatics translates.

    Args:
        target_languages: The languages.
        enable_partials: Deliver interim results.
    """

    target_languages: Sequence[str] = required(wire="target_languages")
    enable_partials: bool | None = option(wire="enable_partials")


@model
class AudioEventsConfig(Model):
    """Which sounds Speechmatics reports.

    Args:
        types: The sounds.
    """

    types: Sequence[Literal["applause", "music", "laughter"]] | None = None


@model
class SpeechmaticsOptions(Model):
    """Settings of Speechmatics.

    Args:
        host: Host to connect to.
        profile: Profile by name.
        transcription_config: How to transcribe.
        translation_config: Into which languages to translate.
        audio_events_config: Which sounds to report.
    """

    host: str | None = None
    profile: Literal["adaptive", "agile", "smart", "external"] | None = None
    transcription_config: TranscriptionConfig | Mapping[str, Any] | None = option(wire="transcription_config")
    translation_config: TranslationConfig | Mapping[str, Any] | None = option(wire="translation_config")
    audio_events_config: AudioEventsConfig | Mapping[str, Any] | None = option(wire="audio_events_config", since="v10")
