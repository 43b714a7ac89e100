"""Settings of IBM Watson, in ``recognizer``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model.declare import Model, model

__all__ = ["IbmOptions"]


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
    extra: Mapping[str, Any] | None = None
