"""Settings of Mistral, in ``recognizer``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...model.declare import Model, ServerTarget, model, option
from ...model.validation import ValidationError
from ..dicts import MistralTurnDetectionDict

__all__ = ["MistralOptions", "MistralTurnDetection"]


@model
class MistralTurnDetection(Model):
    """Detection of turns, by Mistral.

    Args:
        start_threshold: Probability, 0 to 1, from which a turn has started.
        eager_end_threshold: Probability, 0 to 1, from which it may have ended.
        end_threshold: Probability, 0 to 1, from which it has ended.
        min_silence_ms: Least silence that ends a turn, in milliseconds.
        end_timeout_ms: Silence that ends any turn, in milliseconds.
    """

    start_threshold: float | None = option(default=None, ge=0, le=1)
    eager_end_threshold: float | None = option(default=None, ge=0, le=1)
    end_threshold: float | None = option(default=None, ge=0, le=1)
    min_silence_ms: int | None = option(default=None, ge=0)
    end_timeout_ms: int | None = option(default=None, ge=0)
    extra: Mapping[str, Any] | None = None


def _finish(wire: dict[str, Any], _server_target: ServerTarget) -> None:
    delay = wire.get("streamingDelayMs")
    if delay is not None and not (80 <= delay <= 1200 or delay == 2400):
        expected = "a whole number from 80 to 1200, or 2400"
        raise ValidationError(f"expected {expected}, got {delay}", "streaming_delay_ms", expected=expected)


@model(finish=_finish)
class MistralOptions(Model):
    """Settings of Mistral.

    Args:
        api_key: API key, in place of the account's.
        model: Model by name.
        streaming_delay_ms: Milliseconds that the transcript lags behind the audio, 80 to 1200, or 2400: the more, the
            better it is.
        verbatim: Keep "um" and "uh".
        context_bias: Words and phrases to expect.
        diarize: Tell speakers apart.
        speaker_references: Samples of known voices, in Mistral's form.
        turn_detection: Detection of turns.
        mistral_stt_uri: Address of a server of your own.
    """

    api_key: str | None = None
    model: str | None = None
    streaming_delay_ms: int | None = None
    verbatim: bool | None = None
    context_bias: Sequence[str] | None = None
    diarize: bool | None = None
    speaker_references: Sequence[Mapping[str, Any]] | None = None
    turn_detection: MistralTurnDetection | MistralTurnDetectionDict | None = None
    mistral_stt_uri: str | None = None
    extra: Mapping[str, Any] | None = None
