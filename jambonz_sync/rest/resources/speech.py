"""Speech vendors: credentials, voices, the cache of synthesized speech."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Unpack

from ...model.validation import nearest
from .. import models
from ..checks import Text64, fitting, sid
from ..http.errors import InvalidRequest
from ..http.paging import Listing
from ..resource import Fields, Resource, checked_body, without_none

__all__ = ["SpeechChanges", "SpeechCredentials", "SpeechFields", "Tts"]

#: vendor -> what its credential needs; the server answers 500 where it is missing
_NEEDED: dict[str, tuple[str, ...]] = {
    "google": ("service_key",),
    "aws": (),
    "microsoft": ("region", "api_key"),
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

#: vendor -> what the server stores and does not show, so that it cannot be sent back
_NOT_SHOWN = {"gladia": "region", "speechmatics": "options"}


class SpeechChanges(Fields, total=False):
    """The settings of vendors that can be changed, under the names of the server. None clears one.

    Args:
        use_custom_tts: True has Microsoft speak by an endpoint of yours (``custom_tts_endpoint``), just as
            ``use_custom_stt`` has it hear by one.
        custom_stt_url: The URL of a vendor of your own (``custom:<name>``) that hears; ``custom_tts_url`` and
            ``custom_tts_streaming_url`` are those that speak.
    """

    api_uri: str | None
    aws_region: str | None
    cobalt_server_uri: str | None
    custom_stt_endpoint: str | None
    custom_stt_endpoint_url: str | None
    custom_stt_url: str | None
    custom_tts_endpoint: str | None
    custom_tts_endpoint_url: str | None
    custom_tts_streaming_url: str | None
    custom_tts_url: str | None
    deepgram_stt_uri: str | None
    deepgram_stt_use_tls: bool | None
    deepgram_tts_uri: str | None
    engine_version: str | None
    houndify_server_uri: str | None
    model_id: str | None
    nuance_stt_uri: str | None
    nuance_tts_uri: str | None
    options: str | Mapping[str, Any] | None
    playht_tts_uri: str | None
    region: str | None
    resemble_tts_uri: str | None
    resemble_tts_use_tls: bool | None
    riva_server_uri: str | None
    service_version: str | None
    speechmatics_stt_uri: str | None
    stt_model_id: str | None
    stt_region: str | None
    tts_region: str | None
    use_custom_stt: bool | None
    use_custom_tts: bool | None
    voice_engine: str | None


class SpeechFields(SpeechChanges, total=False):
    """The settings of vendors, under the names of the server. Secrets are read back masked.

    Args:
        label: Tells the credentials of a vendor apart; unique for the vendor. Verbs name it.
        account_sid: The account that it belongs to. Default: that of the client.
        service_key: The key for Google, as JSON text or as the object itself.
        auth_token: The token of a vendor of your own (``custom:<name>``).
    """

    label: Text64 | None
    account_sid: str
    access_key_id: str
    api_key: str
    auth_token: str
    client_id: str
    client_key: str
    client_secret: str
    instance_id: str
    role_arn: str
    secret: str
    secret_access_key: str
    service_key: str | Mapping[str, Any]
    stt_api_key: str
    tts_api_key: str
    user_id: str


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
        Example:
            >>> client.speech_credentials.create(
            ...     "deepgram", use_for_tts=True, use_for_stt=True, label="trial", api_key="..."
            ... )
        """
        fitting(vendor, 32, "vendor")
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
        return self._get_own(models.SpeechCredential, self._path(speech_credential_sid))

    def update(
        self,
        speech_credential_sid: str,
        *,
        use_for_tts: bool | None = None,
        use_for_stt: bool | None = None,
        **fields: Unpack[SpeechChanges],
    ) -> None:
        """Change what is given of a credential, and only that.

        The server clears the settings that are left out. So they are read and sent back, which takes one request more;
        a change that somebody else makes in between is undone. What it does not show (``region`` of gladia,
        ``options`` of speechmatics) has to be given each time, None where there is none.

        A secret is neither sent back nor taken, because the server ignores it silently, just as a ``label``, an
        ``account_sid``, a ``user_id`` and an ``instance_id``: to change one, delete the credential and create another.

        Args:
            speech_credential_sid: The credential.
            use_for_tts: True if it is used to speak; None leaves that as it is.
            use_for_stt: True if it is used to hear; None leaves that as it is.
            fields: Those of :class:`SpeechChanges`. Where a vendor cannot do without one, InvalidRequest says so; the
                server would say yes and change nothing.
        Raises:
            Forbidden: It is another's, or a shared one and the key an account's.
        Example:
            >>> client.speech_credentials.update(speech_credential_sid, use_for_tts=False)
        """
        if fixed := sorted((SpeechFields.__optional_keys__ - SpeechChanges.__optional_keys__).intersection(fields)):
            raise InvalidRequest(
                f"{', '.join(fixed)} cannot be changed; delete the credential and create another", field=fixed[0]
            )
        flags = without_none({"use_for_tts": use_for_tts, "use_for_stt": use_for_stt})
        changes = {**checked_body(fields, SpeechChanges), **flags}
        if changes:
            changes = self._kept(self._path(speech_credential_sid), changes) | changes
        self._change(self._path(speech_credential_sid), changes)

    def _kept(self, path: str, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Read what the server would clear. The answer is used as it came, for a model makes 1 of "1"."""
        answer = self._http.request("GET", path)
        credential = self._object(models.SpeechCredential, answer, "GET", path)
        self._refuse_foreign(credential, path)
        vendor = credential.vendor
        shown = answer.parsed()
        if (hidden := _NOT_SHOWN.get(vendor)) and hidden not in shown and hidden not in changes:
            raise InvalidRequest(
                f"the server does not show {hidden} of {vendor}, and would clear it: give it (None if there is none)",
                field=hidden,
            )
        settings = {name: shown[name] for name in SpeechChanges.__optional_keys__.intersection(shown)}
        after = {**settings, **changes}
        _refuse_missing(
            vendor, [name for name in _needed(vendor, after) if name in SpeechChanges.__optional_keys__], after
        )
        return {**{name: shown.get(name) for name in ("use_for_tts", "use_for_stt")}, **without_none(settings)}

    def delete(self, speech_credential_sid: str) -> None:
        """Delete a credential.

        Args:
            speech_credential_sid: The credential.
        Raises:
            ServerError: There is none.
        """
        self._claim(models.SpeechCredential, self._path(speech_credential_sid))
        self._remove(self._path(speech_credential_sid))

    def test(self, speech_credential_sid: str) -> models.SpeechTests:
        """Try a credential at its vendor, which is slow.

        Args:
            speech_credential_sid: The credential.
        Returns:
            The vendor's answers. Look at ``ok``, for a wrong key does not raise.
        Example:
            >>> tests = client.speech_credentials.test(speech_credential_sid)
            >>> if not tests.ok:
            ...     print(tests.tts, tests.stt)
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
        Example:
            >>> supported = client.speech_credentials.supported("google")
            >>> voices = {language.value: language.voices for language in supported.tts}
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
        Example:
            >>> from pathlib import Path
            >>> audio = client.tts.synthesize(
            ...     "Hello!", speech_credential_sid=speech_credential_sid, language="en-US", voice="en-US-Wavenet-F"
            ... )
            >>> Path("hello.mp3").write_bytes(audio)
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
    needed = _needed(vendor, body)
    if vendor == "cartesia":
        needed += ["model_id"] * tts + ["stt_model_id"] * stt
    _refuse_missing(vendor, needed, body)


def _needed(vendor: str, body: Mapping[str, Any]) -> list[str]:
    """List what a vendor needs, which depends for some on what else there is."""
    custom = body.get("custom_tts_endpoint_url") or body.get("custom_stt_endpoint_url")
    if vendor == "microsoft":
        return [] if custom else ["region", "api_key"]
    if vendor == "deepgram":
        return [] if body.get("deepgram_stt_uri") and body.get("deepgram_tts_uri") else ["api_key"]
    return [*_NEEDED.get(vendor, ())]


def _refuse_missing(vendor: str, needed: Sequence[str], body: Mapping[str, Any]) -> None:
    if missing := [name for name in needed if not body.get(name)]:
        raise InvalidRequest(f"a credential for {vendor} needs {', '.join(missing)}", field=missing[0])
