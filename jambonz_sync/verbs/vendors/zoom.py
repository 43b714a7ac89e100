"""Settings of Zoom, in ``recognizer``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model.declare import Model, model, option
from ..dicts import ZoomTurnDetectionDict

__all__ = ["ZoomOptions", "ZoomTurnDetection"]


@model
class ZoomTurnDetection(Model):
    """Detection of speech, by Zoom.

    Args:
        threshold: Probability from which it is speech.
        prefix_padding_ms: Milliseconds of audio before the speech that are kept.
        silence_duration_ms: Milliseconds of silence that end the turn.
    """

    threshold: float | None = option(default=None, ge=0.2, le=0.9)
    prefix_padding_ms: int | None = option(default=None, wire="prefix_padding_ms", ge=0)
    silence_duration_ms: int | None = option(default=None, wire="silence_duration_ms")
    extra: Mapping[str, Any] | None = None


@model
class ZoomOptions(Model):
    """Settings of Zoom.

    Args:
        api_key: API key, in place of the account's.
        turn_detection: Detection of speech.
        zoom_stt_uri: Address of a server of your own.
        zoom_stt_use_tls: Reach it by TLS.
    """

    api_key: str | None = None
    turn_detection: ZoomTurnDetection | ZoomTurnDetectionDict | None = option(default=None, wire="turn_detection")
    zoom_stt_uri: str | None = None
    zoom_stt_use_tls: bool | None = None
    extra: Mapping[str, Any] | None = None
