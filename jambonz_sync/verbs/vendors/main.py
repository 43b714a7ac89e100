"""Settings of speech-to-text vendors, in ``recognizer``. More of them are in ``vendors_more`` and ``speechmatics``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from ...model.declare import Model, model, option

__all__ = [
    "AssemblyAiOptions",
    "AwsOptions",
    "AzureOptions",
    "CustomOptions",
    "DeepgramOptions",
    "ElevenlabsOptions",
    "GladiaOptions",
    "GoogleOptions",
    "IbmOptions",
    "ModulateOptions",
    "NvidiaOptions",
    "XaiOptions",
]


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
    vad_threshold: float | None = None
    inactivity_timeout: float | None = None


@model
class AwsOptions(Model):
    """Settings of Amazon Transcribe.

    Args:
        access_key: Access key id, in place of the account's.
        secret_key: Secret access key.
        security_token: Token of temporary credentials.
        region: Region.
        vocabulary_name: Name of a custom vocabulary.
        vocabulary_filter_name: Name of a vocabulary filter.
        vocabulary_filter_method: What the filter does.
        language_model_name: Name of a custom language model.
        pii_entity_types: Kinds of personal data to find, ``"BANK_ACCOUNT_NUMBER"``.
        pii_identify_entities: Mark personal data.
    """

    access_key: str | None = None
    secret_key: str | None = None
    security_token: str | None = None
    region: str | None = None
    vocabulary_name: str | None = None
    vocabulary_filter_name: str | None = None
    vocabulary_filter_method: Literal["remove", "mask", "tag"] | None = None
    language_model_name: str | None = None
    pii_entity_types: Sequence[str] | None = None
    pii_identify_entities: bool | None = None


@model
class AzureOptions(Model):
    """Settings of Microsoft Azure.

    Args:
        speech_segmentation_silence_timeout_ms: Silence that ends a segment, in milliseconds.
        post_processing: How transcripts are processed.
        audio_logging: Let Azure keep the audio.
        language_id_mode: When the language is found out.
        speech_recognition_mode: Kind of speech to expect.
    """

    speech_segmentation_silence_timeout_ms: float | None = None
    post_processing: str | None = None
    audio_logging: bool | None = None
    language_id_mode: Literal["AtStart", "Continuous"] | None = None
    speech_recognition_mode: Literal["CONVERSATION", "DICTATION", "INTERACTIVE"] | None = None


@model
class CustomOptions(Model):
    """Settings of a recognizer of your own.

    Args:
        auth_token: Token for your service.
        uri: WebSocket URL of your service.
        sample_rate: Rate in Hz.
        options: Further settings, passed on untouched.
    """

    auth_token: str | None = None
    uri: str | None = None
    sample_rate: float | None = None
    options: Mapping[str, Any] | None = None


@model
class DeepgramOptions(Model):
    """Settings of Deepgram.

    Args:
        deepgram_stt_uri: Endpoint of your own.
        deepgram_stt_use_tls: Use TLS with that endpoint.
        api_key: API key, in place of the account's.
        tier: Tier of the model.
        model: Model by name, ``"nova-2"``.
        custom_model: Id of a custom model.
        version: Version of the model.
        punctuate: Punctuate.
        smart_formatting: Format dates, numbers and the like.
        no_delay: Do not wait for more context before formatting.
        profanity_filter: Mask bad words.
        redact: What to leave out of transcripts.
        diarize: Tell speakers apart.
        diarize_version: Version of that.
        ner: Find named entities.
        multichannel: Transcribe each channel.
        alternatives: How many alternatives to deliver.
        numerals: Write numbers as digits.
        search: Terms to search for.
        replace: Terms to replace, ``"this:that"``.
        keywords: Words to expect (nova-2 and older).
        keyterms: Terms to expect (nova-3 and newer).
        endpointing: Milliseconds of silence that end a segment; False never.
        utterance_end_ms: Milliseconds without words that end an utterance.
        short_utterance: Expect short utterances.
        vad_turnoff: Milliseconds of silence that end speech.
        tag: Tag of the request, for Deepgram's reports.
        filler_words: Keep "um" and "uh".
        eot_threshold: Flux: confidence, 0 to 1, from which a turn has ended.
        eot_timeout_ms: Flux: milliseconds that end any turn.
        mip_opt_out: Keep the audio out of Deepgram's training.
        entity_prompt: Guidance for finding entities.
        eager_eot_threshold: Flux: confidence from which a turn has probably ended.
        language_hints: Flux: languages to expect.
    """

    deepgram_stt_uri: str | None = None
    deepgram_stt_use_tls: bool | None = None
    api_key: str | None = None
    tier: str | None = None
    model: str | None = None
    custom_model: str | None = None
    version: str | None = None
    punctuate: bool | None = None
    smart_formatting: bool | None = None
    no_delay: bool | None = None
    profanity_filter: bool | None = None
    redact: Literal["pci", "numbers", "true", "ssn"] | None = None
    diarize: bool | None = None
    diarize_version: str | None = None
    ner: bool | None = None
    multichannel: bool | None = None
    alternatives: float | None = None
    numerals: bool | None = None
    search: Sequence[str] | None = None
    replace: Sequence[str] | None = None
    keywords: Sequence[str] | None = None
    keyterms: Sequence[str] | None = None
    endpointing: bool | float | None = None
    utterance_end_ms: float | None = None
    short_utterance: bool | None = None
    vad_turnoff: float | None = None
    tag: str | None = None
    filler_words: bool | None = None
    eot_threshold: float | None = None
    eot_timeout_ms: float | None = None
    mip_opt_out: bool | None = None
    entity_prompt: str | None = None
    eager_eot_threshold: float | None = None
    language_hints: Sequence[str] | None = None


@model
class ElevenlabsOptions(Model):
    """Settings of ElevenLabs.

    Args:
        include_timestamps: Deliver the time of each word.
        commit_strategy: Who ends a segment: the application or voice activity.
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


@model
class GladiaOptions(Model):
    """Settings of Gladia: there are none so far."""


@model
class GoogleOptions(Model):
    """Settings of Google.

    Args:
        mode: Gemini: as spoken, or cleaned up.
        custom_vocabulary: Gemini: terms to expect.
        service_version: Version of the API.
        recognizer_id: Id of a recognizer (v2).
        parent_path: Path of the recognizer, ``"projects/p/locations/global"`` (v2).
        speech_start_timeout_ms: Milliseconds until speech must start.
        speech_end_timeout_ms: Milliseconds of silence that end speech.
        enable_voice_activity_events: Deliver events of voice activity.
        transcript_normalization: Replacements in transcripts, passed on untouched.
    """

    mode: Literal["VERBATIM", "SMART"] | None = option(since="v10")
    custom_vocabulary: Sequence[str] | None = option(since="v10")
    service_version: Literal["v1", "v2"] | None = None
    recognizer_id: str | None = None
    parent_path: str | None = None
    speech_start_timeout_ms: float | None = None
    speech_end_timeout_ms: float | None = None
    enable_voice_activity_events: bool | None = None
    transcript_normalization: Sequence[Any] | None = None


@model
class IbmOptions(Model):
    """Settings of IBM Watson.

    Args:
        stt_api_key: API key for speech-to-text, in place of the account's.
        stt_region: Region for speech-to-text.
        tts_api_key: API key for text-to-speech.
        tts_region: Region for text-to-speech.
        instance_id: Id of the instance.
        model: Model by name.
        language_customization_id: Id of a custom language model.
        acoustic_customization_id: Id of a custom acoustic model.
        base_model_version: Version of the base model.
        watson_metadata: Customer id for the data.
        watson_learning_opt_out: Keep the data out of IBM's training.
    """

    stt_api_key: str | None = None
    stt_region: str | None = None
    tts_api_key: str | None = None
    tts_region: str | None = None
    instance_id: str | None = None
    model: str | None = None
    language_customization_id: str | None = None
    acoustic_customization_id: str | None = None
    base_model_version: str | None = None
    watson_metadata: str | None = None
    watson_learning_opt_out: bool | None = None


@model
class ModulateOptions(Model):
    """Settings of Modulate.

    Args:
        api_key: API key, in place of the account's.
        endpointing: English model: a final result for each segment; on if not set.
        emotion_signal: Multilingual model: find out the speaker's mood.
        accent_signal: Multilingual model: find out the speaker's accent.
        deepfake_signal: Multilingual model: find out whether the voice is synthetic.
        pii_phi_tagging: Multilingual model: mark personal and health data.
        modulate_stt_uri: Host of your own.
        modulate_stt_use_tls: Use TLS with that host; on if not set.
    """

    api_key: str | None = None
    endpointing: bool | None = None
    emotion_signal: bool | None = None
    accent_signal: bool | None = None
    deepfake_signal: bool | None = None
    pii_phi_tagging: bool | None = None
    modulate_stt_uri: str | None = None
    modulate_stt_use_tls: bool | None = None


@model
class NvidiaOptions(Model):
    """Settings of NVIDIA Riva.

    Args:
        riva_uri: Address of the Riva server.
        max_alternatives: How many alternatives to deliver.
        profanity_filter: Mask bad words.
        punctuation: Punctuate.
        word_time_offsets: Deliver the time of each word.
        verbatim_transcripts: Deliver transcripts unformatted.
        custom_configuration: Further settings, passed on untouched.
    """

    riva_uri: str | None = None
    max_alternatives: float | None = None
    profanity_filter: bool | None = None
    punctuation: bool | None = None
    word_time_offsets: bool | None = None
    verbatim_transcripts: bool | None = None
    custom_configuration: Mapping[str, Any] | None = None


@model
class XaiOptions(Model):
    """Settings of xAI.

    Args:
        api_key: API key, in place of the account's.
        endpointing: Milliseconds of silence that end an utterance, up to 5000.
        diarize: Tell speakers apart.
        filler_words: Keep "um" and "uh".
        keyterms: Terms to expect.
        smart_turn: Confidence, 0 to 1, from which a turn has ended.
        smart_turn_timeout: Milliseconds of silence that end any turn, 1 to 5000.
    """

    api_key: str | None = None
    endpointing: int | None = None
    diarize: bool | None = None
    filler_words: bool | None = None
    keyterms: Sequence[str] | None = None
    smart_turn: float | None = None
    smart_turn_timeout: int | None = None
