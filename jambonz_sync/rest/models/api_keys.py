"""Keys of the API."""

from __future__ import annotations

from datetime import datetime

from ...model.stored import StoredModel, stored_model

__all__ = ["ApiKey", "NewApiKey"]


@stored_model
class ApiKey(StoredModel):
    """A key of this API. ``expires_at`` is stored, and not enforced by the server."""

    api_key_sid: str = ""
    token: str = ""
    account_sid: str | None = None
    service_provider_sid: str | None = None
    expires_at: datetime | None = None
    last_used: datetime | None = None
    created_at: datetime | None = None


@stored_model
class NewApiKey(StoredModel):
    """A key that has just been made."""

    sid: str = ""
    token: str = ""
