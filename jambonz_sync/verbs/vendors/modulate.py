"""Settings of Modulate, in ``recognizer``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model.declare import Model, model

__all__ = ["ModulateOptions"]


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
    extra: Mapping[str, Any] | None = None
