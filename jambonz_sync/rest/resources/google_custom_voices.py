"""Custom voices of Google."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Literal

from ..checks import sid
from ..resource import Fields, Resource, split_options

if TYPE_CHECKING:
    from typing import Unpack

    from ..http.paging import Listing
    from ..models.speech import GoogleCustomVoice
    from ..resource import Options

__all__ = ["GoogleCustomVoices", "VoiceFields"]


class VoiceFields(Fields, total=False):
    """The optional fields of a custom voice."""

    reported_usage: Literal["REPORTED_USAGE_UNSPECIFIED", "REALTIME", "OFFLINE"]
    use_voice_cloning_key: bool


class VoiceChanges(VoiceFields, total=False):
    """What can be changed of a custom voice."""

    name: str
    model: str


class GoogleCustomVoices(Resource):
    """``client.google_custom_voices``."""

    def create(self, *, speech_credential_sid: str, name: str, model: str, **fields: Unpack[VoiceFields]) -> str:
        """Add a voice to a credential and return its sid."""
        body, options = split_options(dict(fields), VoiceFields)
        credential = sid(speech_credential_sid, "speech_credential_sid")
        given = {"speech_credential_sid": credential, "name": name, "model": model}
        return self._create("/GoogleCustomVoices", {**given, **body}, **options)

    def list(
        self, *, speech_credential_sid: str | None = None, label: str | None = None, **options: Unpack[Options]
    ) -> Listing[GoogleCustomVoice]:
        """The voices of a credential, or of the account. Cloning keys are cut short, but not in :meth:`get`."""
        from ..models.speech import GoogleCustomVoice

        query = {"speech_credential_sid": speech_credential_sid, "label": label}
        if speech_credential_sid is None:
            self._owned(query)
        return self._list(GoogleCustomVoice, "/GoogleCustomVoices", query, **options)

    def get(self, google_custom_voice_sid: str, **options: Unpack[Options]) -> GoogleCustomVoice:
        """One voice."""
        from ..models.speech import GoogleCustomVoice

        return self._get(GoogleCustomVoice, _path(google_custom_voice_sid), **options)

    def update(self, google_custom_voice_sid: str, **fields: Unpack[VoiceChanges]) -> None:
        """Change what is given."""
        body, options = split_options(dict(fields), VoiceChanges)
        self._change(_path(google_custom_voice_sid), body, **options)

    def delete(self, google_custom_voice_sid: str, **options: Unpack[Options]) -> None:
        """Delete a voice."""
        self._remove(_path(google_custom_voice_sid), **options)

    def upload_cloning_key(self, google_custom_voice_sid: str, file: IO[bytes], **options: Unpack[Options]) -> None:
        """Upload the cloning key of a voice. For admins: an account's key is Forbidden even for its own voice."""
        path = f"{_path(google_custom_voice_sid)}/VoiceCloningKey"
        self._http.request("POST", path, upload={"file": file.read()}, **options)


def _path(google_custom_voice_sid: str) -> str:
    return f"/GoogleCustomVoices/{sid(google_custom_voice_sid, 'google_custom_voice_sid')}"
