"""Custom voices of Google."""

from __future__ import annotations

from ...model.stored import StoredModel, stored_model

__all__ = ["GoogleCustomVoice"]


@stored_model
class GoogleCustomVoice(StoredModel):
    """A custom voice of Google."""

    google_custom_voice_sid: str = ""
    speech_credential_sid: str | None = None
    name: str = ""
    model: str | None = None
    reported_usage: str | None = None
    use_voice_cloning_key: bool | None = None
    voice_cloning_key: str | None = None
