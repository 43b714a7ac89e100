"""Settings of Deepgram, in ``recognizer``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from ...model.declare import Model, model

__all__ = ["DeepgramOptions"]


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
        redact: Kinds of data to leave out of transcripts.
        diarize: Tell speakers apart.
        diarize_version: Version of that.
        ner: Find named entities.
        multichannel: Transcribe each channel.
        alternatives: Number of alternatives to deliver.
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
    extra: Mapping[str, Any] | None = None
