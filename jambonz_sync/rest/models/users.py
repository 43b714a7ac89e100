"""Users of the portal."""

from __future__ import annotations

from ...model.stored import StoredModel, stored_model

__all__ = ["User"]


@stored_model
class User(StoredModel):
    """Somebody who may log in. ``scope`` is admin, service_provider or account."""

    user_sid: str = ""
    name: str = ""
    email: str | None = None
    scope: str | None = None
    is_active: bool | None = None
    is_view_only: bool | None = None
    force_change: bool | None = None
    account_sid: str | None = None
    account_name: str | None = None
    service_provider_sid: str | None = None
    service_provider_name: str | None = None
