"""Settings of Nuance, which only a 0.9 server knows, in ``recognizer``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from ...model.declare import Model, model

__all__ = ["NuanceFormatting", "NuanceOptions", "NuanceReference", "NuanceResource"]


@model(open_since="v10")
class NuanceFormatting(Model):
    """Formatting of transcripts by Nuance.

    Args:
        scheme: Scheme by name.
        options: Options of the scheme, passed on untouched.
    """

    scheme: str
    options: Mapping[str, Any]
    extra: Mapping[str, Any] | None = None


@model(open_since="v10")
class NuanceReference(Model):
    """Reference to a resource of Nuance.

    Args:
        type: Type of the resource.
        uri: URI of the resource.
        max_load_failures: Hide failures to load it.
        request_timeout_ms: Longest wait for it, in milliseconds.
        headers: HTTP headers of the request, passed on untouched.
    """

    type: (
        Literal[
            "undefined_resource_type",
            "wordset",
            "compiled_wordset",
            "domain_lm",
            "speaker_profile",
            "grammar",
            "settings",
        ]
        | None
    ) = None
    uri: str | None = None
    max_load_failures: bool | None = None
    request_timeout_ms: float | None = None
    headers: Mapping[str, Any] | None = None
    extra: Mapping[str, Any] | None = None


@model(open_since="v10")
class NuanceResource(Model):
    """A resource of Nuance: a grammar, a wordset ...

    Args:
        external_reference: Reference to the resource.
        inline_wordset: Wordset as text.
        builtin: Builtin resource by name.
        inline_grammar: Grammar as text.
        wakeup_word: Words that wake it up.
        weight_name: Weight by name.
        weight_value: Weight as a number.
        reuse: Number of times that it is used again.
    """

    external_reference: NuanceReference | Mapping[str, Any] | None = None
    inline_wordset: str | None = None
    builtin: str | None = None
    inline_grammar: str | None = None
    wakeup_word: Sequence[str] | None = None
    weight_name: Literal["defaultWeight", "lowest", "low", "medium", "high", "highest"] | None = None
    weight_value: float | None = None
    reuse: Literal["undefined_reuse", "low_reuse", "high_reuse"] | None = None
    extra: Mapping[str, Any] | None = None


@model(open_since="v10")
class NuanceOptions(Model):
    """Settings of Nuance.

    Args:
        client_id: Client id.
        secret: Client secret.
        krypton_endpoint: Endpoint of your own.
        topic: Topic by name.
        utterance_detection_mode: Number of utterances to wait for.
        punctuation: Punctuate.
        profanity_filter: Mask bad words.
        include_tokenization: Deliver tokens.
        discard_speaker_adaptation: Do not adapt to the speaker.
        suppress_call_recording: Do not record.
        mask_load_failures: Hide failures to load resources.
        suppress_initial_capitalization: Do not capitalize the first word.
        allow_zero_base_lm_weight: Let the base model have no weight.
        filter_wakeup_word: Leave the wakeup word out.
        result_type: Kind of results to deliver.
        no_input_timeout_ms: Longest wait for speech, in milliseconds.
        recognition_timeout_ms: Longest recognition, in milliseconds.
        utterance_end_silence_ms: Silence that ends an utterance, in milliseconds.
        max_hypotheses: Most hypotheses.
        speech_domain: Domain of speech.
        formatting: Formatting of transcripts.
        client_data: Data of your own, passed on untouched.
        user_id: Id of the user.
        speech_detection_sensitivity: The higher, the more readily sound counts as speech.
        resources: Grammars, wordsets and the like.
    """

    client_id: str | None = None
    secret: str | None = None
    krypton_endpoint: str | None = None
    topic: str | None = None
    utterance_detection_mode: Literal["single", "multiple", "disabled"] | None = None
    punctuation: bool | None = None
    profanity_filter: bool | None = None
    include_tokenization: bool | None = None
    discard_speaker_adaptation: bool | None = None
    suppress_call_recording: bool | None = None
    mask_load_failures: bool | None = None
    suppress_initial_capitalization: bool | None = None
    allow_zero_base_lm_weight: bool | None = None
    filter_wakeup_word: bool | None = None
    result_type: Literal["final", "partial", "immutable_partial"] | None = None
    no_input_timeout_ms: float | None = None
    recognition_timeout_ms: float | None = None
    utterance_end_silence_ms: float | None = None
    max_hypotheses: float | None = None
    speech_domain: str | None = None
    formatting: NuanceFormatting | Mapping[str, Any] | None = None
    client_data: Mapping[str, Any] | None = None
    user_id: str | None = None
    speech_detection_sensitivity: float | None = None
    resources: Sequence[NuanceResource | Mapping[str, Any]] | None = None
    extra: Mapping[str, Any] | None = None
