"""The verb that writes down what is said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from ..model.declare import model, option
from .base import Verb
from .components.recognizer import Recognizer
from .dicts import RecognizerDict

__all__ = ["Transcribe"]


@model(verb="transcribe", since="0.9.6")
class Transcribe(Verb):
    """Transcribe the call in the background.

    Args:
        transcription_hook: Called with the transcripts: a path or URL.
        recognizer: Speech-to-text to use in place of the application's.
        translation_hook: Called with the translations: a path or URL.
        early_media: Transcribe before the call is answered.
        channel: Leg to transcribe, 1 or 2.
        enable: False stops the transcription. Needs jambonz v10; without it the verb starts one.
    """

    transcription_hook: str | None = None
    recognizer: Recognizer | RecognizerDict | None = None
    translation_hook: str | None = None
    early_media: bool | None = None
    channel: Literal[1, 2] | None = None
    enable: bool | None = option(default=None, since="v10")
    id: str | None = None
    extra: Mapping[str, Any] | None = None
