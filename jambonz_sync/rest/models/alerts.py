"""Alerts."""

from __future__ import annotations

from ...model.stored import StoredModel, stored_model

__all__ = ["Alert"]


@stored_model
class Alert(StoredModel):
    """Something that went wrong. ``time`` has nanoseconds, ``target_sid`` is the call's, if it was in a call."""

    time: str | None = None
    alert_type: str | None = None
    message: str | None = None
    detail: str | None = None
    account_sid: str | None = None
    service_provider_sid: str | None = None
    target_sid: str | None = None
    vendor: str | None = None
