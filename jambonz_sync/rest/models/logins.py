"""Logins of users."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

from ...model.stored import StoredModel, stored_model

__all__ = ["Login"]


@stored_model
class Login(StoredModel):
    """The login of a user, as the server answered it. ``scope`` is admin, service_provider or account.

    With ``force_change`` the user should choose another password, which the server leaves to its portal to ask for.
    """

    token: str = ""
    user_sid: str = ""
    scope: str | None = None
    force_change: bool | None = None
    permissions: tuple[str, ...] = ()
    account_sid: str | None = None
    account_name: str | None = None
    service_provider_sid: str | None = None
    service_provider_name: str | None = None

    @property
    def is_view_only(self) -> bool:
        """True if the user may look, and change nothing: the server answers all but GET with 403."""
        return self.permissions == ("VIEW_ONLY",)

    @property
    def expires_at(self) -> datetime | None:
        """The time at which the token ends, as it says itself; None if it does not say. By default after an hour."""
        try:
            part = self.token.split(".")[1]
            claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
            return datetime.fromtimestamp(claims["exp"], UTC)
        except (LookupError, TypeError, ValueError, OverflowError, OSError, RecursionError):
            return None
