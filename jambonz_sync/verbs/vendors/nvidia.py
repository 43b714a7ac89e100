"""Settings of NVIDIA Riva, in ``recognizer``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model.declare import Model, model

__all__ = ["NvidiaOptions"]


@model
class NvidiaOptions(Model):
    """Settings of NVIDIA Riva.

    Args:
        riva_uri: Address of the Riva server.
        max_alternatives: Number of alternatives to deliver.
        profanity_filter: Mask bad words.
        punctuation: Punctuate.
        word_time_offsets: Deliver the time of each word.
        verbatim_transcripts: Deliver transcripts unformatted.
        custom_configuration: Further settings, passed on untouched.
    """

    riva_uri: str | None = None
    max_alternatives: float | None = None
    profanity_filter: bool | None = None
    punctuation: bool | None = None
    word_time_offsets: bool | None = None
    verbatim_transcripts: bool | None = None
    custom_configuration: Mapping[str, Any] | None = None
    extra: Mapping[str, Any] | None = None
