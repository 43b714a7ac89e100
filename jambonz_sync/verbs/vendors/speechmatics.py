"""Settings of Speechmatics, in ``recognizer``. Their names are in snake_case on the wire too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from ...model.declare import Model, model, option, required
from ..dicts import (
    AudioEventsConfigDict,
    AudioFilteringConfigDict,
    ConversationConfigDict,
    PunctuationOverridesDict,
    ReplacementDict,
    SpeakerDiarizationConfigDict,
    TranscriptFilteringConfigDict,
    TranscriptionConfigDict,
    TranslationConfigDict,
)

__all__ = [
    "AudioEventsConfig",
    "AudioFilteringConfig",
    "ConversationConfig",
    "PunctuationOverrides",
    "Replacement",
    "SpeakerDiarizationConfig",
    "SpeechmaticsOptions",
    "TranscriptFilteringConfig",
    "TranscriptionConfig",
    "TranslationConfig",
]


@model
class SpeakerDiarizationConfig(Model):
    """Diarization by Speechmatics: telling speakers apart.

    Args:
        speaker_sensitivity: The higher, the more readily a voice counts as another speaker.
        max_speakers: Most speakers.
    """

    speaker_sensitivity: float | None = option(default=None, wire="speaker_sensitivity")
    max_speakers: float | None = option(default=None, wire="max_speakers")
    extra: Mapping[str, Any] | None = None


@model
class ConversationConfig(Model):
    """Detection of the end of an utterance by Speechmatics.

    Args:
        end_of_utterance_silence_trigger: Seconds of silence that end it.
    """

    end_of_utterance_silence_trigger: float | None = option(default=None, wire="end_of_utterance_silence_trigger")
    extra: Mapping[str, Any] | None = None


@model
class PunctuationOverrides(Model):
    """Punctuation by Speechmatics.

    Args:
        permitted_marks: Marks that it may use.
        sensitivity: The higher, the more it uses.
    """

    permitted_marks: Sequence[str] | None = option(default=None, wire="permitted_marks")
    sensitivity: float | None = None
    extra: Mapping[str, Any] | None = None


@model
class AudioFilteringConfig(Model):
    """The audio that Speechmatics leaves out.

    Args:
        volume_threshold: Volume below which it does.
    """

    volume_threshold: float = required(wire="volume_threshold")
    extra: Mapping[str, Any] | None = None


@model
class Replacement(Model):
    """A replacement in transcripts.

    Args:
        from_: Words to replace.
        to: By what.
    """

    from_: str
    to: str
    extra: Mapping[str, Any] | None = None


@model
class TranscriptFilteringConfig(Model):
    """Changes that Speechmatics makes in transcripts.

    Args:
        remove_disfluencies: Leave out "um" and "uh".
        replacements: Words to replace.
    """

    remove_disfluencies: bool | None = option(default=None, wire="remove_disfluencies", needed_on="0.9")
    replacements: Sequence[Replacement | ReplacementDict] | None = option(default=None, since="v10")
    extra: Mapping[str, Any] | None = None


@model
class TranscriptionConfig(Model):
    """Transcription by Speechmatics. Names are in snake_case on the wire too.

    Args:
        language: Language code.
        domain: Domain of the language, ``"finance"``.
        additional_vocab: Terms to expect: strings, or objects passed on untouched.
        diarization: ``"none"``, ``"speaker"`` ...
        speaker_diarization_config: Settings of the diarization.
        conversation_config: Detection of the end of an utterance.
        enable_partials: Deliver interim results.
        max_delay: Seconds until a result is final.
        max_delay_mode: ``flexible`` lets entities take longer.
        output_locale: Locale of the spelling, ``"en-GB"``.
        punctuation_overrides: Punctuation.
        operating_point: ``"standard"`` or ``"enhanced"``.
        model: Model by name.
        enable_entities: Mark dates, numbers and the like.
        audio_filtering_config: Audio to leave out.
        transcript_filtering_config: Changes to make in transcripts.
    """

    language: str | None = None
    domain: str | None = None
    additional_vocab: Sequence[Any] | None = option(default=None, wire="additional_vocab")
    diarization: str | None = None
    speaker_diarization_config: SpeakerDiarizationConfig | SpeakerDiarizationConfigDict | None = option(
        default=None, wire="speaker_diarization_config"
    )
    conversation_config: ConversationConfig | ConversationConfigDict | None = option(
        default=None, wire="conversation_config"
    )
    enable_partials: bool | None = option(default=None, wire="enable_partials")
    max_delay: float | None = option(default=None, wire="max_delay")
    max_delay_mode: Literal["fixed", "flexible"] | None = option(default=None, wire="max_delay_mode")
    output_locale: str | None = option(default=None, wire="output_locale")
    punctuation_overrides: PunctuationOverrides | PunctuationOverridesDict | None = option(
        default=None, wire="punctuation_overrides"
    )
    operating_point: str | None = option(default=None, wire="operating_point")
    model: str | None = option(default=None, since="v10")
    enable_entities: bool | None = option(default=None, wire="enable_entities")
    audio_filtering_config: AudioFilteringConfig | AudioFilteringConfigDict | None = option(
        default=None, wire="audio_filtering_config"
    )
    transcript_filtering_config: TranscriptFilteringConfig | TranscriptFilteringConfigDict | None = option(
        default=None, wire="transcript_filtering_config"
    )
    extra: Mapping[str, Any] | None = None


@model
class TranslationConfig(Model):
    """Into which languages Speechmatics translates.

    Args:
        target_languages: The languages.
        enable_partials: Deliver interim results.
    """

    target_languages: Sequence[str] = required(wire="target_languages")
    enable_partials: bool | None = option(default=None, wire="enable_partials")
    extra: Mapping[str, Any] | None = None


@model
class AudioEventsConfig(Model):
    """The sounds that Speechmatics reports.

    Args:
        types: The sounds.
    """

    types: Sequence[Literal["applause", "music", "laughter"]] | None = None
    extra: Mapping[str, Any] | None = None


@model
class SpeechmaticsOptions(Model):
    """Settings of Speechmatics.

    Args:
        host: Host to connect to.
        profile: Profile by name.
        transcription_config: Settings of the transcription.
        translation_config: Into which languages to translate.
        audio_events_config: Sounds to report.
    """

    host: str | None = None
    profile: Literal["adaptive", "agile", "smart", "external"] | None = None
    transcription_config: TranscriptionConfig | TranscriptionConfigDict | None = option(
        default=None, wire="transcription_config"
    )
    translation_config: TranslationConfig | TranslationConfigDict | None = option(
        default=None, wire="translation_config"
    )
    audio_events_config: AudioEventsConfig | AudioEventsConfigDict | None = option(
        default=None, wire="audio_events_config", since="v10"
    )
    extra: Mapping[str, Any] | None = None
