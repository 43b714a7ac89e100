"""Speech credentials, languages and voices."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ...model.stored import StoredModel, stored_model, wired

__all__ = ["CacheSize", "Language", "SpeechCredential", "SpeechTest", "SpeechTests", "Supported", "Voice"]


@stored_model
class CacheSize(StoredModel):
    """The number of pieces of synthesized speech in the cache."""

    size: int = 0


@stored_model
class SpeechCredential(StoredModel):
    """A key of a speech vendor. Of the fields from ``access_key_id`` on a vendor has a few; its secrets come masked."""

    speech_credential_sid: str = ""
    service_provider_sid: str | None = None
    account_sid: str | None = None
    vendor: str = ""
    label: str | None = None
    use_for_tts: bool | None = None
    use_for_stt: bool | None = None
    last_used: datetime | None = None
    last_tested: datetime | None = None
    tts_tested_ok: bool | None = None
    stt_tested_ok: bool | None = None
    created_at: datetime | None = None
    access_key_id: str | None = None
    api_key: str | None = None
    api_uri: str | None = None
    auth_token: str | None = None
    aws_region: str | None = None
    client_id: str | None = None
    client_key: str | None = None
    client_secret: str | None = None
    cobalt_server_uri: str | None = None
    custom_stt_endpoint: str | None = None
    custom_stt_endpoint_url: str | None = None
    custom_stt_url: str | None = None
    custom_tts_endpoint: str | None = None
    custom_tts_endpoint_url: str | None = None
    custom_tts_streaming_url: str | None = None
    custom_tts_url: str | None = None
    deepgram_stt_uri: str | None = None
    deepgram_stt_use_tls: bool | None = None
    deepgram_tts_uri: str | None = None
    engine_version: str | None = None
    houndify_server_uri: str | None = None
    instance_id: str | None = None
    model_id: str | None = None
    nuance_stt_uri: str | None = None
    nuance_tts_uri: str | None = None
    options: str | Mapping[str, Any] | None = None
    playht_tts_uri: str | None = None
    region: str | None = None
    resemble_tts_uri: str | None = None
    resemble_tts_use_tls: bool | None = None
    riva_server_uri: str | None = None
    role_arn: str | None = None
    secret: str | None = None
    secret_access_key: str | None = None
    service_key: str | None = None
    service_version: str | None = None
    speechmatics_stt_uri: str | None = None
    stt_api_key: str | None = None
    stt_model_id: str | None = None
    stt_region: str | None = None
    tts_api_key: str | None = None
    tts_region: str | None = None
    use_custom_stt: bool | None = None
    use_custom_tts: bool | None = None
    user_id: str | None = None
    voice_engine: str | None = None


@stored_model
class SpeechTest(StoredModel):
    """``status`` is ok, fail (with ``reason``) or "not tested"."""

    status: str = ""
    reason: str | None = None


@stored_model
class SpeechTests(StoredModel):
    """The vendor's answers to a test of its key."""

    tts: SpeechTest | None = None
    stt: SpeechTest | None = None

    @property
    def ok(self) -> bool:
        """True if neither test failed."""
        return all(test is None or test.status != "fail" for test in (self.tts, self.stt))


@stored_model
class Voice(StoredModel):
    """A voice, or a model: ``value`` is what verbs want, ``name`` what people read."""

    value: str = ""
    name: str = ""


@stored_model
class Language(Voice):
    """A language, and its voices if it is one to speak in."""

    voices: tuple[Voice, ...] = ()


@stored_model
class Supported(StoredModel):
    """The languages, voices and models of a vendor. Empty where it has nothing of the kind."""

    tts: tuple[Language, ...] = ()
    stt: tuple[Language, ...] = ()
    models: tuple[Voice, ...] = ()
    stt_models: tuple[Voice, ...] = wired("sttModels", default=())
