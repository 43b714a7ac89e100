"""Applications, and the environment variables that they declare."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ...model.stored import StoredModel, stored_model
from .hooks import Hook

__all__ = ["Application", "EnvVar"]


@stored_model
class Application(StoredModel):
    """An application, which calls run. ``app_json`` is text that holds verbs, and runs in place of ``call_hook``."""

    application_sid: str = ""
    name: str = ""
    account_sid: str | None = None
    service_provider_sid: str | None = None
    call_hook: Hook | None = None
    call_status_hook: Hook | None = None
    messaging_hook: Hook | None = None
    app_json: str | None = None
    speech_synthesis_vendor: str | None = None
    speech_synthesis_language: str | None = None
    speech_synthesis_voice: str | None = None
    speech_synthesis_label: str | None = None
    speech_recognizer_vendor: str | None = None
    speech_recognizer_language: str | None = None
    speech_recognizer_label: str | None = None
    use_for_fallback_speech: bool | None = None
    fallback_speech_synthesis_vendor: str | None = None
    fallback_speech_synthesis_language: str | None = None
    fallback_speech_synthesis_voice: str | None = None
    fallback_speech_synthesis_label: str | None = None
    fallback_speech_recognizer_vendor: str | None = None
    fallback_speech_recognizer_language: str | None = None
    fallback_speech_recognizer_label: str | None = None
    record_all_calls: bool | None = None
    env_vars: Mapping[str, Any] | None = None
    created_at: datetime | None = None


@stored_model
class EnvVar(StoredModel):
    """A variable that an application declares: ``type`` is string, number or boolean; ``obscure`` means secret."""

    type: str = "string"
    description: str = ""
    required: bool | None = None
    default: Any = None
    enum: tuple[Any, ...] | None = None
    obscure: bool | None = None
