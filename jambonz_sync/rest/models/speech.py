"""Speech credentials, languages and voices."""

from __future__ import annotations

from ...model.stored import StoredModel, stored_model, wired

__all__ = ["CacheSize", "Language", "SpeechCredential", "SpeechTest", "SpeechTests", "Supported", "Voice"]


@stored_model
class CacheSize(StoredModel):
    """The number of pieces of synthesized speech in the cache."""

    size: int = 0


@stored_model
class SpeechCredential(StoredModel):
    """A key of a speech vendor. The vendor's own fields are in ``extra``, secrets masked."""

    speech_credential_sid: str = ""
    service_provider_sid: str | None = None
    account_sid: str | None = None
    vendor: str = ""
    label: str | None = None
    use_for_tts: bool | None = None
    use_for_stt: bool | None = None
    last_used: str | None = None
    last_tested: str | None = None
    tts_tested_ok: bool | None = None
    stt_tested_ok: bool | None = None
    created_at: str | None = None


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
