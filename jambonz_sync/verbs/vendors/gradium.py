"""Settings of Gradium, in ``recognizer``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...model.declare import Model, model, option
from ..dicts import GradiumTurnDetectionDict

__all__ = ["GradiumOptions", "GradiumTurnDetection"]


@model
class GradiumTurnDetection(Model):
    """Detection of the end of a turn, by Gradium.

    Args:
        threshold: Probability from which the turn has ended.
        horizon: Seconds of silence ahead that the probability is about.
    """

    threshold: float | None = None
    horizon: float | None = None
    extra: Mapping[str, Any] | None = None


@model
class GradiumOptions(Model):
    """Settings of Gradium.

    Args:
        api_key: API key, in place of the account's.
        model: Model by name.
        delay_in_frames: Frames that the transcript lags behind the audio: the more, the better it is.
        temp: Sampling temperature.
        padding_bonus: The higher, the later words are decided on.
        keywords: Words to expect.
        keyword_boost: Weight of the keywords.
        keyword_boost_id: Id of a list of keywords that Gradium keeps.
        turn_detection: Detection of the end of a turn.
        gradium_stt_uri: Address of a server of your own.
        gradium_stt_use_tls: Reach it by TLS.
    """

    api_key: str | None = None
    model: str | None = None
    delay_in_frames: int | None = option(default=None, ge=7, le=56)
    temp: float | None = option(default=None, ge=0, le=1.5)
    padding_bonus: float | None = option(default=None, ge=-4, le=4)
    keywords: Sequence[str] | None = None
    keyword_boost: float | None = None
    keyword_boost_id: str | None = None
    turn_detection: GradiumTurnDetection | GradiumTurnDetectionDict | None = option(default=None, wire="turn_detection")
    gradium_stt_uri: str | None = None
    gradium_stt_use_tls: bool | None = None
    extra: Mapping[str, Any] | None = None
