"""Who may use the API and the portal: keys and users."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..checks import sid
from ..http.errors import InvalidRequest
from ..resource import Fields, Resource, split_options

if TYPE_CHECKING:
    from typing import Unpack

    from ..http.paging import Listing
    from ..models.users import ApiKey, NewApiKey, User
    from ..resource import Options

__all__ = ["ApiKeys", "UserFields", "Users"]


class ApiKeys(Resource):
    """``client.api_keys``: of the account, or of the service provider where the client has no account."""

    def create(self, *, expires_at: str | None = None, **options: Unpack[Options]) -> NewApiKey:
        """Make a key. ``expires_at`` is stored, but the server does not enforce it: an expired key still works."""
        from ..models.users import NewApiKey

        body = {} if expires_at is None else {"expires_at": expires_at}
        if self._client.has_account or not self._client.has_service_provider:
            body["account_sid"] = self._client.account_sid  # must be given, even to an account's own key
        else:
            body["service_provider_sid"] = self._client.service_provider_sid
        return NewApiKey.from_dict(self._created("/ApiKeys", body, "token", **options))

    def list(self, **options: Unpack[Options]) -> Listing[ApiKey]:
        """The keys, with their tokens in clear."""
        from ..models.users import ApiKey

        return self._list(ApiKey, f"{self._scope()}/ApiKeys", **options)

    def delete(self, api_key_sid: str, **options: Unpack[Options]) -> None:
        """Delete a key: who uses it is locked out at once."""
        self._remove(f"/ApiKeys/{sid(api_key_sid, 'api_key_sid')}", **options)


class UserFields(Fields, total=False):
    """The optional fields of a user."""

    is_active: bool
    force_change: bool
    is_view_only: bool
    account_sid: str
    service_provider_sid: str


class UserChanges(UserFields, total=False):
    """What can be changed of a user. The two passwords go together, and not with a name."""

    name: str
    email: str
    old_password: str
    new_password: str


class Users(Resource):
    """``client.users``."""

    def create(self, *, name: str, email: str, initial_password: str, **fields: Unpack[UserFields]) -> str:
        """Add somebody who may log in, and return the sid. Name and email are unique over the whole system (Conflict).

        ``initial_password`` has to be there: without it the server crashes. The user is one of the client's account
        (or service provider). The account's service provider is asked for and sent along, for a user without one
        logs in as an admin of the whole system. That takes one request more, unless the client knows it.
        """
        if not initial_password:
            raise InvalidRequest("initial_password must be given: the server crashes without", field="initial_password")
        body, options = split_options(dict(fields), UserFields)
        if "account_sid" in body or "service_provider_sid" not in body:
            self._place(body, options)
        given = {"name": name, "email": email, "initial_password": initial_password}
        return self._create("/Users", {**given, **body}, "user_sid", **options)

    def _place(self, body: dict[str, Any], options: dict[str, Any]) -> None:
        if "account_sid" not in body and not self._client.has_account:
            body["service_provider_sid"] = self._client.service_provider_sid
            return
        self._owned(body)
        if "service_provider_sid" not in body:
            account = self._client.accounts.get(body["account_sid"], **options)
            if not account.service_provider_sid:
                raise InvalidRequest(
                    "the account's service provider is not known: give service_provider_sid, for a user without "
                    "one logs in as an admin of the whole system",
                    field="service_provider_sid",
                )
            body["service_provider_sid"] = account.service_provider_sid

    def list(self, **options: Unpack[Options]) -> Listing[User]:
        """The users that the key can see. ServerError where there are none."""
        from ..models.users import User

        return self._list(User, "/Users", **options)

    def get(self, user_sid: str, **options: Unpack[Options]) -> User:
        """One user. ServerError, not NotFound, if there is none."""
        from ..models.users import User

        return self._get(User, _path(user_sid), **options)

    def me(self, **options: Unpack[Options]) -> User:
        """The user who is logged in. Forbidden with an API key: this needs the token of a login."""
        from ..models.users import User

        return self._get(User, "/Users/me", **options)

    def update(self, user_sid: str, **fields: Unpack[UserChanges]) -> None:
        """Change what is given. BadRequest if there is no such user, Forbidden if the old password is wrong."""
        body, options = split_options(dict(fields), UserChanges)
        if ("old_password" in body) != ("new_password" in body):
            raise InvalidRequest("old_password and new_password go together", field="new_password")
        if "new_password" in body and "name" in body:
            raise InvalidRequest("name and password cannot be changed at once", field="name")
        self._change(_path(user_sid), body, **options)

    def delete(self, user_sid: str, **options: Unpack[Options]) -> None:
        """Delete a user. ServerError if there is none."""
        self._remove(_path(user_sid), **options)


def _path(user_sid: str) -> str:
    return f"/Users/{sid(user_sid, 'user_sid')}"
