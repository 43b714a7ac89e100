"""Limits."""

from __future__ import annotations

from ...model.stored import StoredModel, stored_model

__all__ = ["Limit"]


@stored_model
class Limit(StoredModel):
    """One limit: ``quantity`` of a category."""

    category: str = ""
    quantity: int = 0
    account_sid: str | None = None
    service_provider_sid: str | None = None
    account_limits_sid: str | None = None
    service_provider_limits_sid: str | None = None
