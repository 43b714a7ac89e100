"""Settings of Verbio, which only a 0.9 server knows, in ``recognizer``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model.declare import Model, model, option

__all__ = ["VerbioOptions"]


@model(open_since="v10")
class VerbioOptions(Model):
    """Settings of Verbio. Most names are in snake_case on the wire too.

    Args:
        enable_formatting: Format the transcript.
        enable_diarization: Tell speakers apart.
        topic: Topic by number.
        inline_grammar: Grammar as text.
        grammar_uri: Address of a grammar.
        label: Label of the grammar.
        recognition_timeout: Longest recognition.
        speech_complete_timeout: Silence that ends a complete utterance.
        speech_incomplete_timeout: Silence that ends an incomplete utterance.
    """

    enable_formatting: bool | None = option(default=None, wire="enable_formatting")
    enable_diarization: bool | None = option(default=None, wire="enable_diarization")
    topic: float | None = None
    inline_grammar: str | None = option(default=None, wire="inline_grammar")
    grammar_uri: str | None = option(default=None, wire="grammar_uri")
    label: str | None = None
    recognition_timeout: float | None = option(default=None, wire="recognition_timeout")
    speech_complete_timeout: float | None = option(default=None, wire="speech_complete_timeout")
    speech_incomplete_timeout: float | None = option(default=None, wire="speech_incomplete_timeout")
    extra: Mapping[str, Any] | None = None
