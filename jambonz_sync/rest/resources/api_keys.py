"""Keys of the API."""

from __future__ import annotations

from .. import models
from ..checks import sid
from ..http.paging import Listing
from ..resource import Resource

__all__ = ["ApiKeys"]


class ApiKeys(Resource):
    """``client.api_keys``: of the account, or of the service provider where the client has no account.

    Endpoints:
        create: POST /ApiKeys
        list: GET {scope}/ApiKeys
        delete: DELETE /ApiKeys/{api_key_sid}
    """

    def create(self, *, expires_at: str | None = None) -> models.NewApiKey:
        """Make a key.

        Args:
            expires_at: A time in ISO 8601. It is stored, but not enforced: an expired key still works.
        Returns:
            The key's sid and token.
        """
        body = {} if expires_at is None else {"expires_at": expires_at}
        if self._scope.is_provider:
            body["service_provider_sid"] = self._scope.need_service_provider()
        else:
            body["account_sid"] = self._scope.need_account()  # must be given, even to an account's own key
        return models.NewApiKey.from_dict(self._created("/ApiKeys", body, "token"))

    def list(self) -> Listing[models.ApiKey]:
        """List the keys.

        Returns:
            The keys, their tokens in clear.
        """
        return self._list(models.ApiKey, f"{self._scope.path}/ApiKeys")

    def delete(self, api_key_sid: str) -> None:
        """Delete a key: who uses it is locked out at once.

        Args:
            api_key_sid: The key.
        Raises:
            BadRequest: It is another's.
        """
        self._remove(f"/ApiKeys/{sid(api_key_sid, 'api_key_sid')}")
