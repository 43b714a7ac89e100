"""Users of the portal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Unpack

from .. import models
from ..checks import Text255, sid
from ..http.errors import InvalidRequest
from ..http.paging import Listing
from ..resource import Fields, Resource, checked_body

__all__ = ["UserChanges", "UserFields", "Users"]


class UserFields(Fields, total=False):
    """The optional fields of a user.

    Args:
        is_active: True if the user may log in.
        force_change: Ask for a new password at the next login.
        is_view_only: True if the user may look, and change nothing.
        account_sid: The account that it belongs to. Default: that of the client.
        service_provider_sid: The service provider. Default: that of the account.
    """

    is_active: bool
    force_change: bool
    is_view_only: bool
    account_sid: str
    service_provider_sid: str


class UserChanges(UserFields, total=False):
    """The fields of a user that can be changed.

    Args:
        name: Unique over the whole system. Not together with a password.
        email: Unique over the whole system.
        old_password: Needed for a new one.
        new_password: 8 to 20 characters, unless ``client.system.password_settings()`` says otherwise.
    """

    name: Text255
    email: Text255
    old_password: str
    new_password: str


class Users(Resource):
    """``client.users``.

    Endpoints:
        create: POST /Users
        list: GET /Users
        get: GET /Users/{user_sid}
        update: PUT /Users/{user_sid}
        delete: DELETE /Users/{user_sid}
        me: GET /Users/me - run with the token of a login; an API key is answered with 403
    """

    def create(self, *, name: str, email: str, initial_password: str, **fields: Unpack[UserFields]) -> str:
        """Add somebody who may log in: a user of the client's account, or service provider.

        The account's service provider is asked for and sent along, for a user without one logs in as an admin of
        the whole system. That takes one request more, unless the client knows it.

        Args:
            name: Unique over the whole system.
            email: Unique over the whole system.
            initial_password: 8 to 20 characters. Without one the server crashes.
            fields: Those of :class:`UserFields`.
        Returns:
            The sid of the user.
        Raises:
            Conflict: There is one of that name, or with that email.
        Example:
            >>> client.users.create(name="ann", email="ann@example.com", initial_password="...")
        """
        if not initial_password:
            raise InvalidRequest("initial_password must be given: the server crashes without", field="initial_password")
        own = checked_body({"name": name, "email": email}, UserChanges)
        body = checked_body(fields, UserFields)
        if "account_sid" in body or "service_provider_sid" not in body:
            self._place(body)
        body = {**own, "initial_password": initial_password, **body}
        return self._create("/Users", body, "user_sid")

    def _place(self, body: dict[str, Any]) -> None:
        if "account_sid" not in body and self._scope.account_sid is None:
            body["service_provider_sid"] = self._scope.need_service_provider()
            return
        self._owned(body)
        if "service_provider_sid" not in body:
            account = self._get(models.Account, f"/Accounts/{sid(body['account_sid'], 'account_sid')}")
            if not account.service_provider_sid:
                raise InvalidRequest(
                    "the account's service provider is not known: give service_provider_sid, for a user without "
                    "one logs in as an admin of the whole system",
                    field="service_provider_sid",
                )
            body["service_provider_sid"] = account.service_provider_sid

    def list(self) -> Listing[models.User]:
        """List the users of the account; without an account those of the service provider, or all for an admin.

        Returns:
            The users.
        Raises:
            ServerError: There are none.
        """
        return self._list(models.User, "/Users", keep=self._is_own)

    def get(self, user_sid: str) -> models.User:
        """Fetch a user.

        Args:
            user_sid: The user.
        Returns:
            The user.
        Raises:
            ServerError: There is none.
        """
        return _scoped(self._get_own(models.User, _path(user_sid)))

    def me(self) -> models.User:
        """Fetch the user who is logged in.

        Returns:
            The user, with the names of its account and service provider. Only :meth:`get` tells ``is_view_only``.
        Raises:
            Forbidden: The client has an API key; this needs the token of a login.
        """
        answer = self._http.request("GET", "/Users/me")
        parsed = answer.parsed()
        if not isinstance(parsed, dict) or not isinstance(parsed.get("user"), dict):
            raise self._http.invalid_answer(answer, "GET", "/Users/me", "without a user")
        return _scoped(models.User.from_dict(_with_owners(parsed)))

    def update(self, user_sid: str, **fields: Unpack[UserChanges]) -> None:
        """Change what is given of a user, and only that.

        Without ``is_view_only`` the server would let a user write who may only look. So it is read and sent back: one
        request more, unless it is given.

        Args:
            user_sid: The user.
            fields: Those of :class:`UserChanges`.
        Raises:
            ServerError: There is no such user. Where ``is_view_only`` is given: BadRequest.
            Forbidden: The old password is wrong, or the user is another's.
        Example:
            >>> client.users.update(user_sid, is_view_only=True)
        """
        body = checked_body(fields, UserChanges)
        if ("old_password" in body) != ("new_password" in body):
            raise InvalidRequest("old_password and new_password go together", field="new_password")
        if "new_password" in body and "name" in body:
            raise InvalidRequest("name and password cannot be changed at once", field="name")
        user = self._claim(models.User, _path(user_sid)) if body else None
        if body and "is_view_only" not in body:
            is_view_only = (user or self._get(models.User, _path(user_sid))).is_view_only
            if is_view_only is not None:  # servers that do not tell do not know such users
                body["is_view_only"] = is_view_only
        self._change(_path(user_sid), body)

    def delete(self, user_sid: str) -> None:
        """Delete a user.

        Args:
            user_sid: The user.
        Raises:
            ServerError: There is none.
        """
        self._claim(models.User, _path(user_sid))
        self._remove(_path(user_sid))


def _with_owners(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Make the fields of a user of an answer that has user, account and service provider (``sp``) side by side."""
    account, provider = (answer.get(name) or {} for name in ("account", "sp"))
    fields = {
        "account_sid": account.get("account_sid"),
        "account_name": account.get("name"),
        "service_provider_sid": account.get("service_provider_sid"),
        "service_provider_name": provider.get("name"),
    }
    return {**fields, **answer["user"]}


def _scoped(user: models.User) -> models.User:
    """Say what a user may reach as the list does: the column of that name holds "read-write" for everybody."""
    scope = "admin" if not user.service_provider_sid else "account" if user.account_sid else "service_provider"
    return replace(user, scope=scope)


def _path(user_sid: str) -> str:
    return f"/Users/{sid(user_sid, 'user_sid')}"
