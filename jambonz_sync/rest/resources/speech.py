"""Speech vendors: credentials, voices, the cache of synthesized speech."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Unpack

from ...model.validation import nearest
from .. import models
from ..checks import sid
from ..http.errors import InvalidRequest
from ..http.paging import Listing
from ..resource import Fields, Resource, checked_body, without_none

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
    """The settings of vendors, under the names of the server. Secrets are read back masked.

    Args:
        label: Tells the credentials of a vendor apart; unique for the vendor. Verbs name it.
        account_sid: The account that it belongs to. Default: that of the client.
        service_key: The key for Google, as JSON text or as the object itself.
        use_custom_tts: True has Microsoft speak by an endpoint of yours (``custom_tts_endpoint``), just as
            ``use_custom_stt`` has it hear by one.
        auth_token: The token of a vendor of your own (``custom:<name>``), whose URLs are ``custom_stt_url``,
            ``custom_tts_url`` and ``custom_tts_streaming_url``.
    """

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
    """``client.speech_credentials``: of the account, or of the service provider where the client has no account.

    Endpoints:
        create: POST {scope}/SpeechCredentials
        list: GET {scope}/SpeechCredentials
        get: GET {scope}/SpeechCredentials/{speech_credential_sid}
        update: PUT {scope}/SpeechCredentials/{speech_credential_sid}
        delete: DELETE {scope}/SpeechCredentials/{speech_credential_sid}
        test: GET {scope}/SpeechCredentials/{speech_credential_sid}/test
        supported: GET {scope}/SpeechCredentials/speech/supportedLanguagesAndVoices
    """

    def create(self, vendor: str, *, use_for_tts: bool, use_for_stt: bool, **fields: Unpack[SpeechFields]) -> str:
        """Add a credential.

        Args:
            vendor: A known one, or ``custom:<name>``.
            use_for_tts: True if it is used to speak. Both must be said: left out, the server stores "off".
            use_for_stt: True if it is used to hear.
            fields: Those of :class:`SpeechFields`. Where one is missing that the vendor needs, InvalidRequest says
                which; the server would answer 500.
        Returns:
            The sid of the credential.
        Raises:
            Conflict: The vendor has one with that label.
        """
        body = checked_body(fields, SpeechFields)
        _complete(vendor, body, use_for_tts, use_for_stt)
        if isinstance(body.get("service_key"), Mapping):
            body["service_key"] = json.dumps(dict(body["service_key"]))
        body = {"vendor": vendor, "use_for_tts": use_for_tts, "use_for_stt": use_for_stt, **body}
        return self._create(self._all(), self._owned(body))

    def list(self) -> Listing[models.SpeechCredential]:
        """List the credentials; for an account the shared ones of its service provider, too.

        Returns:
            The credentials, secrets masked.
        """
        return self._list(models.SpeechCredential, self._all())

    def get(self, speech_credential_sid: str) -> models.SpeechCredential:
        """Fetch a credential.

        Args:
            speech_credential_sid: The credential.
        Returns:
            The credential, secrets masked.
        Raises:
            Forbidden: It is a shared one and the key an account's, though it is listed.
        """
        return self._get(models.SpeechCredential, self._path(speech_credential_sid))

    def update(
        self, speech_credential_sid: str, *, use_for_tts: bool, use_for_stt: bool, **fields: Unpack[SpeechFields]
    ) -> None:
        """Change what a credential is used for, and what is no secret.

        A key is refused here, because the server ignores it silently: to rotate one, delete the credential and
        create another.

        Args:
            speech_credential_sid: The credential.
            use_for_tts: True if it is used to speak.
            use_for_stt: True if it is used to hear.
            fields: Those of :class:`SpeechFields` that are no secrets.
        """
        body = checked_body(fields, SpeechFields)
        if secrets := sorted(_FIXED.intersection(body)):
            raise InvalidRequest(
                f"{', '.join(secrets)} cannot be changed; delete the credential and create another", field=secrets[0]
            )
        body = {"use_for_tts": use_for_tts, "use_for_stt": use_for_stt, **body}
        self._change(self._path(speech_credential_sid), body)

    def delete(self, speech_credential_sid: str) -> None:
        """Delete a credential.

        Args:
            speech_credential_sid: The credential.
        Raises:
            ServerError: There is none.
        """
        self._remove(self._path(speech_credential_sid))

    def test(self, speech_credential_sid: str) -> models.SpeechTests:
        """Try a credential at its vendor, which is slow.

        Args:
            speech_credential_sid: The credential.
        Returns:
            The vendor's answers. Look at ``ok``, for a wrong key does not raise.
        """
        return self._get(models.SpeechTests, f"{self._path(speech_credential_sid)}/test")

    def supported(self, vendor: str, *, label: str | None = None, create_new: bool = False) -> models.Supported:
        """Fetch the languages, voices and models of a vendor.

        Args:
            vendor: The vendor, which may be asked.
            label: The label of the credential to ask with.
            create_new: Use no stored credential: the lists are those that the server has.
        Returns:
            What there is; nothing where the vendor has nothing of the kind.
        Raises:
            Conflict: The vendor is not known, or a custom one.
        """
        query = {"vendor": vendor, "label": label, "create_new": "true" if create_new else None}
        return self._get(models.Supported, f"{self._all()}/speech/supportedLanguagesAndVoices", without_none(query))

    def _all(self) -> str:
        return f"{self._scope.path}/SpeechCredentials"

    def _path(self, speech_credential_sid: str) -> str:
        return f"{self._all()}/{sid(speech_credential_sid, 'speech_credential_sid')}"


class Tts(Resource):
    """``client.tts``.

    Endpoints:
        cache_size: GET /Accounts/{account_sid}/TtsCache
        purge_cache: DELETE /Accounts/{account_sid}/TtsCache
        synthesize: POST /Accounts/{account_sid}/TtsCache/Synthesize
    """

    def cache_size(self) -> models.CacheSize:
        """Count the pieces of speech of the account that are in the cache.

        Returns:
            The number, as ``size``.
        """
        return self._get(models.CacheSize, f"{self._scope.account_path}/TtsCache")

    def purge_cache(self) -> None:
        """Empty the cache of the account."""
        self._remove(f"{self._scope.account_path}/TtsCache")

    def synthesize(
        self,
        text: str,
        *,
        speech_credential_sid: str,
        language: str,
        voice: str,
        engine: str | None = None,
        encoding_mp3: bool | None = None,
    ) -> bytes:
        """Have a vendor speak.

        Args:
            text: The words to say.
            speech_credential_sid: The credential to say it with.
            language: Like ``en-US``.
            voice: The vendor's name for it.
            engine: Of vendors that have several.
            encoding_mp3: Have raw audio (nuance, nvidia) encoded.
        Returns:
            The audio as it came, up to 32 MiB; the server calls it MP3, whatever it is.
        Raises:
            ServerError: The vendor failed.
        """
        required = {"text": text, "language": language, "voice": voice}
        if missing := [name for name, value in required.items() if not value]:
            raise InvalidRequest(f"synthesize needs {', '.join(missing)}", field=missing[0])
        credential = sid(speech_credential_sid, "speech_credential_sid")
        body = {"speech_credential_sid": credential, **required, "engine": engine, "encodingMp3": encoding_mp3}
        path = f"{self._scope.account_path}/TtsCache/Synthesize"
        return self._http.request("POST", path, body=without_none(body)).content


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
