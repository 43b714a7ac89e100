"""Custom voices of Google."""

from __future__ import annotations

from typing import IO, Literal, Unpack

from .. import models
from ..checks import Text64, Text512, sid
from ..http.paging import Listing
from ..resource import Fields, Resource, checked_body, optional_sid

__all__ = ["GoogleCustomVoices", "VoiceChanges", "VoiceFields"]


class VoiceFields(Fields, total=False):
    """The optional fields of a custom voice.

    Args:
        reported_usage: The usage that is reported to Google.
        use_voice_cloning_key: Speak with the key that was uploaded, rather than with a model.
    """

    reported_usage: Literal["REPORTED_USAGE_UNSPECIFIED", "REALTIME", "OFFLINE"]
    use_voice_cloning_key: bool


class VoiceChanges(VoiceFields, total=False):
    """The fields of a custom voice that can be changed.

    Args:
        name: For people.
        model: Google's name for it.
    """

    name: Text64
    model: Text512


class GoogleCustomVoices(Resource):
    """``client.google_custom_voices``.

    Endpoints:
        create: POST /GoogleCustomVoices
        list: GET /GoogleCustomVoices
        get: GET /GoogleCustomVoices/{google_custom_voice_sid}
        update: PUT /GoogleCustomVoices/{google_custom_voice_sid}
        delete: DELETE /GoogleCustomVoices/{google_custom_voice_sid}
        upload_cloning_key: POST /GoogleCustomVoices/{google_custom_voice_sid}/VoiceCloningKey - for admins
    """

    def create(self, *, speech_credential_sid: str, name: str, model: str, **fields: Unpack[VoiceFields]) -> str:
        """Add a voice to a credential.

        Args:
            speech_credential_sid: A credential for Google.
            name: For people.
            model: Google's name for it.
            fields: Those of :class:`VoiceFields`.
        Returns:
            The sid of the voice.
        Example:
            >>> client.google_custom_voices.create(
            ...     speech_credential_sid=speech_credential_sid,
            ...     name="Our voice",
            ...     model="projects/acme/locations/global/models/TCM1",
            ... )
        """
        credential = sid(speech_credential_sid, "speech_credential_sid")
        body = {
            "speech_credential_sid": credential,
            **checked_body({"name": name, "model": model, **fields}, VoiceChanges),
        }
        self._claim_credential(credential)
        return self._create("/GoogleCustomVoices", body)

    def list(
        self, *, speech_credential_sid: str | None = None, label: str | None = None
    ) -> Listing[models.GoogleCustomVoice]:
        """List the voices of a credential, of the account, or of the service provider where the client has no account.

        Args:
            speech_credential_sid: The credential; None is the account or the service provider.
            label: Only those of credentials with this label; None is those of credentials without one. Of the voices
                of the account itself the server shows all.
        Returns:
            The voices. Cloning keys are cut short, but not in :meth:`get`.
        Raises:
            ConfigurationError: The client has neither, and no credential is given.
        Example:
            >>> names = [voice.name for voice in client.google_custom_voices.list(label="brand")]
        """
        query = {"speech_credential_sid": optional_sid(speech_credential_sid, "speech_credential_sid"), "label": label}
        if speech_credential_sid is None:
            if self._scope.is_provider:
                query["service_provider_sid"] = self._scope.service_provider_sid
            else:
                query["account_sid"] = self._scope.need_account()
        return self._list(models.GoogleCustomVoice, "/GoogleCustomVoices", query)

    def get(self, google_custom_voice_sid: str) -> models.GoogleCustomVoice:
        """Fetch a voice.

        Args:
            google_custom_voice_sid: The voice.
        Returns:
            The voice, with its cloning key.
        """
        return self._get(models.GoogleCustomVoice, _path(google_custom_voice_sid))

    def update(self, google_custom_voice_sid: str, **fields: Unpack[VoiceChanges]) -> None:
        """Change what is given of a voice, and only that.

        Args:
            google_custom_voice_sid: The voice.
            fields: Those of :class:`VoiceChanges`.
        Example:
            >>> client.google_custom_voices.update(google_custom_voice_sid, reported_usage="REALTIME")
        """
        body = checked_body(fields, VoiceChanges)
        if body:
            self._claim_voice(google_custom_voice_sid)
        self._change(_path(google_custom_voice_sid), body)

    def delete(self, google_custom_voice_sid: str) -> None:
        """Delete a voice.

        Args:
            google_custom_voice_sid: The voice.
        """
        self._claim_voice(google_custom_voice_sid)
        self._remove(_path(google_custom_voice_sid))

    def upload_cloning_key(self, google_custom_voice_sid: str, file: IO[bytes]) -> None:
        """Upload the cloning key of a voice. For admins.

        Args:
            google_custom_voice_sid: The voice.
            file: The key, open for reading bytes. It is read whole.
        Raises:
            Forbidden: The key of the client is an account's, even for its own voice.
        Example:
            >>> with open("cloning.key", "rb") as key:
            ...     client.google_custom_voices.upload_cloning_key(google_custom_voice_sid, key)
        """
        path = f"{_path(google_custom_voice_sid)}/VoiceCloningKey"
        self._claim_voice(google_custom_voice_sid)
        self._http.request("POST", path, upload={"file": file.read()})

    def _claim_voice(self, google_custom_voice_sid: str) -> None:
        """Claim the credential of a voice."""
        if self._scope.is_for_one_account:
            credential = self._get(models.GoogleCustomVoice, _path(google_custom_voice_sid)).speech_credential_sid
            self._claim_credential(sid(credential or "", "speech_credential_sid"))

    def _claim_credential(self, speech_credential_sid: str) -> None:
        if self._scope.is_for_one_account:
            path = f"{self._scope.account_path}/SpeechCredentials/{speech_credential_sid}"
            self._claim(models.SpeechCredential, path)


def _path(google_custom_voice_sid: str) -> str:
    return f"/GoogleCustomVoices/{sid(google_custom_voice_sid, 'google_custom_voice_sid')}"
