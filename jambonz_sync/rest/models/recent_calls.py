"""Call detail records."""

from __future__ import annotations

from datetime import datetime

from ...model.stored import StoredModel, stored_model

__all__ = ["RecentCall"]


@stored_model
class RecentCall(StoredModel):
    """A call detail record. ``duration`` is in seconds; ``sip_callid`` is what traces are found by."""

    call_sid: str | None = None
    account_sid: str | None = None
    service_provider_sid: str | None = None
    application_sid: str | None = None
    attempted_at: datetime | None = None
    answered_at: datetime | None = None
    terminated_at: datetime | None = None
    from_: str | None = None
    to: str | None = None
    direction: str | None = None
    answered: bool | None = None
    sip_status: int | None = None
    duration: int | None = None
    termination_reason: str | None = None
    sip_callid: str | None = None
    sip_parent_callid: str | None = None
    host: str | None = None
    remote_host: str | None = None
    trunk: str | None = None
    trace_id: str | None = None
    recording_url: str | None = None
