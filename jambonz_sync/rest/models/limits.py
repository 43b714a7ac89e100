"""Limits."""

from __future__ import annotations

from ...model.stored import Model, model

__all__ = ["Limit"]


@model
class Limit(Model):
    """One limit: ``quantity`` of a category."""

    category: str = ""
    quantity: int = 0
    account_sid: str | None = None
    service_provider_sid: str | None = None
    account_limits_sid: str | None = None
    service_provider_limits_sid: str | None = None
