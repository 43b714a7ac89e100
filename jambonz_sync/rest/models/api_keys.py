"""Keys of the API."""

from __future__ import annotations

from ...model.stored import StoredModel, stored_model

__all__ = ["ApiKey", "NewApiKey"]


@stored_model
class ApiKey(StoredModel):
    """A key of this API. ``expires_at`` is stored, and not enforced by the server."""

    api_key_sid: str = ""
    token: str = ""
    account_sid: str | None = None
    service_provider_sid: str | None = None
    expires_at: str | None = None
    last_used: str | None = None
    created_at: str | None = None


@stored_model
class NewApiKey(StoredModel):
    """A key that has just been made."""

    sid: str = ""
    token: str = ""
