"""Alerts."""

from __future__ import annotations

from datetime import datetime

from ...model.stored import StoredModel, stored_model

__all__ = ["Alert"]


@stored_model
class Alert(StoredModel):
    """Something that went wrong.

    ``text_of("time")`` has the nanoseconds, too; ``target_sid`` is the sid of the call, if it was in a call.
    """

    time: datetime | None = None
    alert_type: str | None = None
    message: str | None = None
    detail: str | None = None
    account_sid: str | None = None
    service_provider_sid: str | None = None
    target_sid: str | None = None
    vendor: str | None = None
