"""Speech vendors: credentials, voices, the cache of synthesized speech."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..checks import nearest, sid
from ..http.errors import InvalidRequest
from ..resource import Fields, Resource, split_options

if TYPE_CHECKING:
    from typing import Unpack

    from ..http.paging import Listing
    from ..models.speech import CacheSize, SpeechCredential, SpeechTests, Supported
    from ..resource import Options

__all__ = ["SpeechCredentials", "SpeechFields", "Tts"]

#: vendor -> what its credential needs; the server answers 500 where it is missing
_NEEDED: dict[str, tuple[str, ...]] = {
    "google": ("service_key",),
    "aws": (),
    "microsoft": ("region",),
    "deepgram": (),
    "deepgramflux": ("api_key",),
    "wellsaid": ("api_key",),
    "soniox": ("api_key",),
    "voxist": ("api_key",),
    "elevenlabs": ("api_key", "model_id"),
    "cartesia": ("api_key",),
    "rimelabs": ("api_key", "model_id"),
    "inworld": ("api_key", "model_id"),
    "whisper": ("api_key", "model_id"),
    "openai": ("api_key", "model_id"),
    "playht": ("api_key", "user_id", "voice_engine"),
    "resemble": ("api_key",),
    "assemblyai": ("api_key",),
    "gladia": (),
    "speechmatics": ("api_key", "speechmatics_stt_uri"),
    "houndify": ("client_id", "client_key", "user_id"),
    "nuance": (),
    "nvidia": ("riva_server_uri",),
    "cobalt": ("cobalt_server_uri",),
    "ibm": (),
    "verbio": ("client_id", "client_secret", "engine_version"),
}

#: what an update takes and throws away
_FIXED = frozenset(
    {
        "access_key_id", "api_key", "auth_token", "client_id", "client_key", "client_secret", "role_arn", "secret",
        "secret_access_key", "service_key", "stt_api_key", "tts_api_key",
    }
)  # fmt: skip


class SpeechFields(Fields, total=False):
    """What vendors want to know. ``service_key`` (Google) is JSON text, or the object itself."""

    label: str | None
    account_sid: str
    access_key_id: str
    api_key: str
    api_uri: str
    auth_token: str
    aws_region: str
    client_id: str
    client_key: str
    client_secret: str
    cobalt_server_uri: str
    custom_stt_endpoint: str
    custom_stt_endpoint_url: str
    custom_stt_url: str
    custom_tts_endpoint: str
    custom_tts_endpoint_url: str
    custom_tts_streaming_url: str
    custom_tts_url: str
    deepgram_stt_uri: str
    deepgram_stt_use_tls: bool
    deepgram_tts_uri: str
    engine_version: str
    houndify_server_uri: str
    instance_id: str
    model_id: str
    nuance_stt_uri: str
    nuance_tts_uri: str
    options: str | Mapping[str, Any]
    playht_tts_uri: str
    region: str
    resemble_tts_uri: str
    resemble_tts_use_tls: bool
    riva_server_uri: str
    role_arn: str
    secret: str
    secret_access_key: str
    service_key: str | Mapping[str, Any]
    service_version: str
    speechmatics_stt_uri: str
    stt_api_key: str
    stt_model_id: str
    stt_region: str
    tts_api_key: str
    tts_region: str
    use_custom_stt: bool
    use_custom_tts: bool
    user_id: str
    voice_engine: str


class SpeechCredentials(Resource):
    """``client.speech_credentials``: of the account, or of the service provider where the client has no account."""

    def create(self, vendor: str, *, use_for_tts: bool, use_for_stt: bool, **fields: Unpack[SpeechFields]) -> str:
        """Add a credential and return its sid. Conflict if the vendor has one with that label.

        Say for what it is used: left out, the server stores "off". ``vendor`` is a known one or ``custom:<name>``.
        What a vendor needs and is not given raises InvalidRequest; the server would answer 500.
        """
        body, options = split_options(dict(fields), SpeechFields)
        _complete(vendor, body, use_for_tts, use_for_stt)
        if isinstance(body.get("service_key"), Mapping):
            body["service_key"] = json.dumps(dict(body["service_key"]))
        body = {"vendor": vendor, "use_for_tts": use_for_tts, "use_for_stt": use_for_stt, **body}
        return self._create(self._base(), self._owned(body), **options)

    def list(self, **options: Unpack[Options]) -> Listing[SpeechCredential]:
        """The credentials; for an account the shared ones of its service provider, too."""
        from ..models.speech import SpeechCredential

        return self._list(SpeechCredential, self._base(), **options)

    def get(self, speech_credential_sid: str, **options: Unpack[Options]) -> SpeechCredential:
        """One credential, secrets masked. Forbidden for a shared one with an account's key, though it is listed."""
        from ..models.speech import SpeechCredential

        return self._get(SpeechCredential, self._path(speech_credential_sid), **options)

    def update(
        self, speech_credential_sid: str, *, use_for_tts: bool, use_for_stt: bool, **fields: Unpack[SpeechFields]
    ) -> None:
        """Change what it is used for, and what is no secret. A key is refused here, because the server ignores it
        silently: to rotate one, delete the credential and create another."""
        body, options = split_options(dict(fields), SpeechFields)
        if fixed := sorted(_FIXED.intersection(body)):
            raise InvalidRequest(
                f"{', '.join(fixed)} cannot be changed; delete the credential and create another", field=fixed[0]
            )
        body = {"use_for_tts": use_for_tts, "use_for_stt": use_for_stt, **body}
        self._change(self._path(speech_credential_sid), body, **options)

    def delete(self, speech_credential_sid: str, **options: Unpack[Options]) -> None:
        """Delete a credential. ServerError if there is none."""
        self._remove(self._path(speech_credential_sid), **options)

    def test(self, speech_credential_sid: str, **options: Unpack[Options]) -> SpeechTests:
        """Try the credential at its vendor, which is slow. Look at ``ok``: the answer is 200 either way."""
        from ..models.speech import SpeechTests

        return self._get(SpeechTests, f"{self._path(speech_credential_sid)}/test", **options)

    def supported(
        self, vendor: str, *, label: str | None = None, create_new: bool = False, **options: Unpack[Options]
    ) -> Supported:
        """The languages, voices and models of a vendor. With ``create_new`` no stored credential is used."""
        from ..models.speech import Supported

        query = {"vendor": vendor, "label": label, "create_new": "true" if create_new else None}
        given = {name: value for name, value in query.items() if value is not None}
        return self._get(Supported, f"{self._base()}/speech/supportedLanguagesAndVoices", given, **options)

    def _base(self) -> str:
        return f"{self._scope()}/SpeechCredentials"

    def _path(self, speech_credential_sid: str) -> str:
        return f"{self._base()}/{sid(speech_credential_sid, 'speech_credential_sid')}"


class Tts(Resource):
    """``client.tts``."""

    def cache_size(self, **options: Unpack[Options]) -> CacheSize:
        """How many pieces of speech of the account are in the cache."""
        from ..models.speech import CacheSize

        return self._get(CacheSize, f"{self._account()}/TtsCache", **options)

    def purge_cache(self, **options: Unpack[Options]) -> None:
        """Empty the cache of the account."""
        self._remove(f"{self._account()}/TtsCache", **options)

    def synthesize(
        self,
        text: str,
        *,
        speech_credential_sid: str,
        language: str,
        voice: str,
        engine: str | None = None,
        encoding_mp3: bool | None = None,
        **options: Unpack[Options],
    ) -> bytes:
        """Have a vendor speak, and return the audio as it came: the server calls it MP3, whatever it is.

        ServerError if the vendor fails. The whole answer must come within the read time-out.
        """
        given = {
            "speech_credential_sid": sid(speech_credential_sid, "speech_credential_sid"),
            "text": text,
            "language": language,
            "voice": voice,
            "engine": engine,
            "encodingMp3": encoding_mp3,
        }
        if missing := [name for name in ("text", "language", "voice") if not given[name]]:
            raise InvalidRequest(f"synthesize needs {', '.join(missing)}", field=missing[0])
        body = {name: value for name, value in given.items() if value is not None}
        return self._http.request("POST", f"{self._account()}/TtsCache/Synthesize", body=body, **options).content


def _complete(vendor: str, body: Mapping[str, Any], tts: bool, stt: bool) -> None:
    """InvalidRequest for a vendor that is not known, and for what a known one needs and has not been given."""
    if vendor not in _NEEDED and not (vendor.startswith("custom:") and vendor != "custom:"):
        like = nearest(vendor, _NEEDED)
        hint = f"; did you mean {like!r}?" if like else "; one of your own is custom:<name>"
        raise InvalidRequest(f"unknown speech vendor {vendor!r}{hint}", field="vendor", nearest=like)
    needed = list(_NEEDED.get(vendor, ()))
    if vendor == "microsoft" and not (body.get("custom_tts_endpoint_url") or body.get("custom_stt_endpoint_url")):
        needed.append("api_key")
    if vendor == "deepgram" and not (body.get("deepgram_stt_uri") and body.get("deepgram_tts_uri")):
        needed.append("api_key")
    if vendor == "cartesia":
        needed += ["model_id"] * tts + ["stt_model_id"] * stt
    if missing := [name for name in needed if not body.get(name)]:
        raise InvalidRequest(f"a credential for {vendor} needs {', '.join(missing)}", field=missing[0])
