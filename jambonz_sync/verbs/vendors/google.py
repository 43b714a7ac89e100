"""Settings of Google, in ``recognizer``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from ...model.declare import Model, model, option

__all__ = ["GoogleOptions"]


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

    mode: Literal["VERBATIM", "SMART"] | None = option(default=None, since="v10")
    custom_vocabulary: Sequence[str] | None = option(default=None, since="v10")
    service_version: Literal["v1", "v2"] | None = None
    recognizer_id: str | None = None
    parent_path: str | None = None
    speech_start_timeout_ms: float | None = None
    speech_end_timeout_ms: float | None = None
    enable_voice_activity_events: bool | None = None
    transcript_normalization: Sequence[Any] | None = None
    extra: Mapping[str, Any] | None = None
