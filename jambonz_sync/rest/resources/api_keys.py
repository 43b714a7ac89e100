"""Keys of the API."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from .. import models
from ..checks import sid
from ..http.errors import InvalidRequest
from ..http.paging import Listing
from ..resource import Resource
from .recent_calls import When, instant

__all__ = ["ApiKeys"]

#: the times that a TIMESTAMP of the database can hold
_EARLIEST, _LATEST = datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC), datetime(2038, 1, 19, 3, 14, 7, tzinfo=UTC)


class ApiKeys(Resource):
    """``client.api_keys``: of the account, or of the service provider where the client has no account.

    Endpoints:
        create: POST /ApiKeys
        list: GET {scope}/ApiKeys
        delete: DELETE /ApiKeys/{api_key_sid}
    """

    def create(self, *, expires_at: When | None = None) -> models.NewApiKey:
        """Make a key.

        Args:
            expires_at: The time when it expires, or the day at whose end it does, up to 2038-01-19: text in ISO 8601,
                or a date or time; one without a zone is local. It is stored to the second, but not enforced: an
                expired key still works.
        Returns:
            The key's sid and token.
        Example:
            >>> print(client.api_keys.create(expires_at="2027-12-31").token)
        """
        body: dict[str, Any] = {}
        if (moment := instant(expires_at, "expires_at", time.max)) is not None:
            if not _EARLIEST <= moment <= _LATEST:
                raise InvalidRequest(
                    "expires_at is from 1970 to 2038-01-19: the database counts no further", field="expires_at"
                )
            body["expires_at"] = f"{moment:%Y-%m-%d %H:%M:%S}"  # the database takes no ISO 8601 with a zone
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
        own = sid(api_key_sid, "api_key_sid")
        if self._scope.is_for_one_account and all(key.api_key_sid != own for key in self.list()):
            raise InvalidRequest(f"{own} is no key of the account {self._scope.account_sid}", field="api_key_sid")
        self._remove(f"/ApiKeys/{own}")
