"""The options of text-to-speech."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from ...model.declare import Model, model
from ..vendors.known import advise_on_speech

__all__ = ["Synthesizer"]


@model(finish=advise_on_speech)
class Synthesizer(Model):
    """Text-to-speech: which vendor speaks, and how.

    Args:
        vendor: ``"google"``, ``"elevenlabs"``, ``"deepgram"`` ..., ``"custom:name"``, or ``"default"`` for that of the
            application.
        label: Label of the credentials, where one vendor has several.
        language: Language code, ``"en-US"``.
        voice: Voice of the vendor, by name; some vendors take an object.
        fallback_vendor: Vendor to turn to if the first fails.
        fallback_label: Credentials of the fallback vendor.
        fallback_language: Language for the fallback vendor.
        fallback_voice: Voice of the fallback vendor.
        engine: Engine of Amazon Polly.
        gender: Gender of the voice, for vendors that choose one by it.
        options: The vendor's own settings, passed on untouched.
    """

    vendor: str
    label: str | None = None
    language: str | None = None
    voice: str | Mapping[str, Any] | None = None
    fallback_vendor: str | None = None
    fallback_label: str | None = None
    fallback_language: str | None = None
    fallback_voice: str | Mapping[str, Any] | None = None
    engine: Literal["standard", "neural", "generative", "long-form"] | None = None
    gender: Literal["MALE", "FEMALE", "NEUTRAL"] | None = None
    options: Mapping[str, Any] | None = None
    extra: Mapping[str, Any] | None = None
