"""Settings of Soniox, in ``recognizer``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...model.declare import Model, model, option
from ..dicts import SonioxContextDict, SonioxStorageDict, SonioxTermDict, SonioxTranslationDict

__all__ = ["SonioxContext", "SonioxOptions", "SonioxStorage", "SonioxTerm", "SonioxTranslation"]


@model
class SonioxTerm(Model):
    """A fact about the conversation.

    Args:
        key: The topic of the fact, ``"domain"``.
        value: The fact, ``"Healthcare"``.
    """

    key: str
    value: str
    extra: Mapping[str, Any] | None = None


@model
class SonioxTranslation(Model):
    """Translation of a term.

    Args:
        source: The term.
        target: Its translation.
    """

    source: str
    target: str
    extra: Mapping[str, Any] | None = None


@model
class SonioxContext(Model):
    """Context of the conversation, for Soniox.

    Args:
        general: Facts about it.
        text: Background as text.
        terms: Terms to expect.
        translation_terms: Translations of terms.
    """

    general: Sequence[SonioxTerm | SonioxTermDict] | None = None
    text: str | None = None
    terms: Sequence[str] | None = None
    translation_terms: Sequence[SonioxTranslation | SonioxTranslationDict] | None = option(
        default=None, wire="translation_terms"
    )
    extra: Mapping[str, Any] | None = None


@model
class SonioxStorage(Model):
    """The record of the conversation that Soniox keeps.

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
    extra: Mapping[str, Any] | None = None


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
        endpoint_sensitivity: The higher, the sooner: -1 to 1; 0 if not set.
        max_endpoint_delay_ms: Longest wait for it, 500 to 3000 milliseconds; 2000 if not set.
        max_non_final_tokens_duration_ms: Longest time that words stay interim, in milliseconds.
        profanity_filter: Mask bad words.
        context: Context of the conversation; takes the place of ``speech_context`` and ``hints``.
        speech_context: Background as text.
        client_request_reference: Reference of your own.
        storage: The record that Soniox keeps.
    """

    api_key: str | None = None
    model: str | None = None
    language_hints: Sequence[str] | None = option(default=None, since="v10")
    enable_language_identification: bool | None = option(default=None, since="v10")
    enable_speaker_diarization: bool | None = option(default=None, since="v10")
    endpoint_detection: bool | None = None
    endpoint_sensitivity: float | None = option(default=None, ge=-1, le=1, since="v10")
    max_endpoint_delay_ms: int | None = option(default=None, ge=500, le=3000, since="v10")
    max_non_final_tokens_duration_ms: int | None = option(default=None, ge=0, since="v10")
    profanity_filter: bool | None = None
    context: SonioxContext | SonioxContextDict | None = option(default=None, since="v10")
    speech_context: str | None = None
    client_request_reference: str | None = None
    storage: SonioxStorage | SonioxStorageDict | None = None
    extra: Mapping[str, Any] | None = None
