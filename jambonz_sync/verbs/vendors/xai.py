"""Settings of xAI, in ``recognizer``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...model.declare import Model, model, option

__all__ = ["XaiOptions"]


@model
class XaiOptions(Model):
    """Settings of xAI.

    Args:
        api_key: API key, in place of the account's.
        model: Model by name.
        endpointing: Milliseconds of silence that end an utterance, up to 5000.
        diarize: Tell speakers apart.
        filler_words: Keep "um" and "uh".
        keyterms: Terms to expect.
        smart_turn: Confidence, 0 to 1, from which a turn has ended.
        smart_turn_timeout: Milliseconds of silence that end any turn, 1 to 5000.
    """

    api_key: str | None = None
    model: str | None = option(default=None, since="v11")
    endpointing: int | None = None
    diarize: bool | None = None
    filler_words: bool | None = None
    keyterms: Sequence[str] | None = None
    smart_turn: float | None = None
    smart_turn_timeout: int | None = None
    extra: Mapping[str, Any] | None = None
